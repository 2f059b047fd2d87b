#!/bin/sh
# Installs Centromere @VERSION@ for the person who runs it, with the Python 3.11 of this computer, without network
# and without administrator: ./install.sh [--prefix FOLDER]
set -eu
version=@VERSION@
here=$(cd "$(dirname "$0")" && pwd -P)
prefix="$HOME/Library/Centromere"
if [ "${1:-}" = --prefix ]; then prefix=$2; fi

python=""
for name in python3.11 /Library/Frameworks/Python.framework/Versions/3.11/bin/python3.11 \
    /opt/homebrew/bin/python3.11 /usr/local/bin/python3.11 python3; do
    if command -v "$name" >/dev/null 2>&1 && "$name" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null
    then python=$(command -v "$name"); break; fi
done
if [ -z "$python" ]; then echo "install.sh: expected Python 3.11, got none: install it first" >&2; exit 1; fi

target="$prefix/versions/$version"
if [ ! -f "$target/program/main.py" ]; then
    mkdir -p "$prefix/versions"
    rm -rf "$target.part"
    mkdir "$target.part"
    for name in program share wheels requirements.txt manifest.txt install.sh uninstall.sh README.txt; do
        cp -R "$here/$name" "$target.part/$name"
    done
    mv "$target.part" "$target"
fi
# The environment holds absolute paths, so it is made where it stays.
"$python" -m venv --clear "$target/environment"
"$target/environment/bin/python" -m pip install --quiet --disable-pip-version-check --no-index --no-deps \
    --require-hashes --find-links "$target/wheels" --requirement "$target/requirements.txt"

rm -f "$prefix/current"
ln -s "versions/$version" "$prefix/current"
cat > "$prefix/centromere" <<END
#!/bin/sh
exec "$prefix/current/environment/bin/python" "$prefix/current/program/main.py" "\$@"
END
chmod 755 "$prefix/centromere"

app="$HOME/Applications/Centromere.app/Contents"
mkdir -p "$app/MacOS" "$app/Resources"
cp "$target/share/icons/centromere.icns" "$app/Resources/centromere.icns"
cp "$prefix/centromere" "$app/MacOS/centromere"
cat > "$app/Info.plist" <<END
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
<key>CFBundleName</key><string>Centromere</string>
<key>CFBundleIdentifier</key><string>centromere.workstation</string>
<key>CFBundleExecutable</key><string>centromere</string>
<key>CFBundleIconFile</key><string>centromere.icns</string>
<key>CFBundleShortVersionString</key><string>$version</string>
<key>CFBundlePackageType</key><string>APPL</string>
<key>NSHighResolutionCapable</key><true/>
</dict></plist>
END
echo "installed version $version in $target"
echo "start it from your Applications folder, or with $prefix/centromere"
echo "cases, pictures and settings will be in $HOME/Library/Application Support/centromere"
