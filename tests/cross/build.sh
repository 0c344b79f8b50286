#!/bin/sh
# build.sh - wirecap and wirediff for a Mac, on another system. 77: there is no zig (zig.sh).
#
#     sh build.sh arm64|x86_64 FOLDER     they are in FOLDER/bin, with the wirehold of the demo
#
# What zig does not bring comes from here: stubs (.tbd) of just the symbols that we use. libarchive
# and libz are the system's own, so that one wirecap runs on a bare Mac; jansson and libutf8proc,
# of wirediff alone, are Homebrew's. Their headers are copied one by one, for the rest of what is
# installed here is for this system; zlib's are Apple's, which zig has.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
project=$(cd "$here/../.." && pwd)
zig=$(sh "$here/zig.sh") || exit 77
arch=$1
folder=$2

case $arch in
arm64) target=aarch64-macos.11.0 homebrew=/opt/homebrew ;;
x86_64) target=x86_64-macos.10.13 homebrew=/usr/local ;;
*) echo "build.sh: no such Mac: $arch" >&2 && exit 2 ;;
esac

mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
root=$folder/root
export ZIG_GLOBAL_CACHE_DIR="$project/build/zig/cache"
export ZIG_LOCAL_CACHE_DIR="$ZIG_GLOBAL_CACHE_DIR"

copy() { # FOLDER HEADER...
    from=$1
    shift
    for header; do
        cmp -s "$from/$header" "$root/include/$header" || cp "$from/$header" "$root/include"
    done
}

included() { # MODULE OF PKG-CONFIG
    pkg-config --variable=includedir "$1"
}

# What CMake asks pkg-config for.
describe() { # MODULE LIBRARY
    cat >"$root/lib/pkgconfig/$1.pc" <<END
Name: $1
Description: stub
Version: $(pkg-config --modversion "$1")
Cflags: -I"$root/include"
Libs: -L"$root/lib" -l$2
END
}

mkdir -p "$root/include" "$root/lib/pkgconfig"
copy "$(dirname "$zig")/lib/libc/include/any-macos-any" zlib.h zconf.h
copy "$(included libarchive)" archive.h archive_entry.h
copy "$(included jansson)" jansson.h jansson_config.h
copy "$(included libutf8proc)" utf8proc.h
for stub in "$here"/*.tbd; do
    sed "s,@HOMEBREW@,$homebrew," "$stub" >"$root/lib/$(basename "$stub")"
done
describe jansson jansson
describe libutf8proc utf8proc

cmake -S "$project" -B "$folder" -G Ninja --toolchain "$here/macos.cmake" \
    -DCROSS_TARGET="$target" -DCROSS_ZIG="$zig" -DCROSS_ROOT="$root" \
    -DBUILD_TESTING=OFF -DCMAKE_BUILD_TYPE=RelWithDebInfo -DCMAKE_COMPILE_WARNING_AS_ERROR=ON
cmake --build "$folder"
