#!/bin/sh
# Removes what install.sh made; cases, pictures and settings stay, and it says where they are.
here=$(dirname "$(readlink -f "$0")")
exec "$here/centromere" uninstall "$@"
