#!/bin/sh
# Starts Centromere from this folder, wherever it lies; without arguments the window opens.
here=$(dirname "$(readlink -f "$0")")
unset PYTHONPATH PYTHONHOME PYTHONSTARTUP PYTHONINSPECT PYTHONOPTIMIZE PYTHONPLATLIBDIR
export PYTHONNOUSERSITE=1 PYTHONDONTWRITEBYTECODE=1
exec "$here/python/bin/python3.11" "$here/program/main.py" "$@"
