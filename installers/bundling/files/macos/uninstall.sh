#!/bin/sh
# Removes Centromere and leaves the data, telling where they are: ./uninstall.sh [--prefix FOLDER]
set -eu
prefix="$HOME/Library/Centromere"
if [ "${1:-}" = --prefix ]; then prefix=$2; fi
if [ ! -d "$prefix/versions" ]; then echo "uninstall.sh: expected Centromere in $prefix, got none" >&2; exit 1; fi
rm -rf "$prefix/versions" "$prefix/current" "$prefix/centromere" "$HOME/Applications/Centromere.app"
rmdir "$prefix" 2>/dev/null || true
echo "removed Centromere from $prefix"
echo "nothing of your data was touched: it is in $HOME/Library/Application Support/centromere,"
echo "where CENTROMERE_HOME says, or in the database set by the administrator"
