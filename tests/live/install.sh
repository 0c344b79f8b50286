#!/bin/sh
# Installs a build into a folder of its own: there must be the two programs, their manuals, and
# nothing else.
#
# usage: install.sh BUILD
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cmake --install "$1" --prefix "$folder" >/dev/null
cd "$folder"
found=$(find . -type f | sort)
echo "$found"
for file in ./bin/wirecap ./bin/wirediff ./share/man/man8/wirecap.8 ./share/man/man1/wirediff.1 \
    ./share/man/man5/wirediff-bundle.5; do
    [ -s "$file" ] || { echo "missing: $file" && exit 1; }
done
others=$(echo "$found" | grep -Ev '^\./(bin/wire(cap|diff)|share/man/man[158]/wire[a-z-]*\.[158])$' || true)
[ -z "$others" ] || { echo "not expected:" && echo "$others" && exit 1; }
for program in wirecap wirediff; do
    "./bin/$program" --version || { echo "$program does not run" && exit 1; }
done
