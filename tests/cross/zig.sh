#!/bin/sh
# zig.sh - prints where the compiler for macOS is, or on standard error why it is not there. Then it
# ends with 1 when it could be fetched, and otherwise with 2.
#
#     sh zig.sh              $ZIG, or what was fetched before
#     sh zig.sh fetch        fetches it first, with npm, into build/zig
#
# package-lock.json pins its version and checksum.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=$(cd "$here/../.." && pwd)/build/zig

stop() { # STATUS WHY
    echo "$2" >&2
    exit "$1"
}

if [ -n "${ZIG:-}" ]; then
    zig=$(command -v "$ZIG") || stop 2 "ZIG is $ZIG, which is no program"
    readlink -f "$zig"
    exit
fi

case $(uname -sm) in
"Linux x86_64") package="zig-linux-x64" ;;
"Linux aarch64") package="zig-linux-arm64" ;;
*) stop 2 "zig is fetched on Linux on x86_64 and aarch64 only" ;;
esac
zig=$folder/node_modules/@oven/$package/zig

# npm trusts a list of its own; the system's also has what a network's administrator has put there.
trusted=/etc/ssl/certs/ca-certificates.crt
if [ -z "${NODE_EXTRA_CA_CERTS:-}" ] && [ -r "$trusted" ]; then
    export NODE_EXTRA_CA_CERTS="$trusted"
fi
export npm_config_fetch_retries=1 # without a network it would go on for minutes

if [ "${1:-}" = fetch ] && ! [ -x "$zig" ]; then
    mkdir -p "$folder"
    cp "$here/package.json" "$here/package-lock.json" "$folder"
    (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund) >&2 || :
    # npm does not say why it left an optional package out.
    [ -x "$zig" ] || npm view "@oven/$package" version >&2 || :
fi
[ -x "$zig" ] || stop 1 "there is no zig: sh tests/cross/zig.sh fetch"
echo "$zig"
