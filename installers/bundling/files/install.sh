#!/bin/sh
# Installs this folder for the person who runs it, without root: ./install.sh [--prefix FOLDER]
here=$(dirname "$(readlink -f "$0")")
exec "$here/centromere" install-bundle "$@"
