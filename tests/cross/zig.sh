#!/bin/sh
# zig.sh - prints where the compiler for macOS is; 1, and why on standard error: it is not there.
#
#     sh zig.sh              $ZIG, or what was fetched before
#     sh zig.sh fetch        fetches it first, with npm, into build/zig
#
# package-lock.json pins its version and checksum.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=$(cd "$here/../.." && pwd)/build/zig

case $(uname -sm) in
"Linux x86_64") package="zig-linux-x64" ;;
"Linux aarch64") package="zig-linux-arm64" ;;
*) package="none" ;;
esac
zig=${ZIG:-$folder/node_modules/@oven/$package/zig}

# npm trusts a list of its own; the system's also has what a network's administrator has put there.
trusted=/etc/ssl/certs/ca-certificates.crt
if [ -z "${NODE_EXTRA_CA_CERTS:-}" ] && [ -r "$trusted" ]; then
    export NODE_EXTRA_CA_CERTS="$trusted"
fi
export npm_config_fetch_retries=1 # without a network it would go on for minutes

if [ "${1:-}" = fetch ] && ! [ -x "$zig" ] && [ "$package" != none ]; then
    mkdir -p "$folder"
    cp "$here/package.json" "$here/package-lock.json" "$folder"
    (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund) >&2 || :
    # npm does not say why it left an optional package out.
    [ -x "$zig" ] || npm view "@oven/$package" version >&2 || :
fi
if ! [ -x "$zig" ]; then
    echo "there is no zig: sh tests/cross/zig.sh fetch" >&2
    exit 1
fi
echo "$zig"
