#!/bin/sh
# run.sh - wirediff for people who have nothing installed yet. See usage() below.
#
# Installs what is missing for the command that was asked for, and only that; with everything there
# it needs no rights and installs nothing. What it builds is in build/, with links to the two
# programs in build/bin.
set -eu
cd "$(dirname "$0")"

usage() {
    cat <<'END'
usage: sh run.sh demo          capture, hold some wired memory, capture again, show the difference
       sh run.sh test          run every test that this machine can run (as root: live ones too)
       sh run.sh test quick    the fast ones only
Missing packages are installed (apt-get, dnf, pacman, apk, brew). Without the right to do that it
says what an administrator has to run, and exits with 2.
END
}

stop() {
    echo "run.sh: $*" >&2
    exit 2
}

# --- what has to be there ------------------------------------------------------------------------

# need, for which command, and the packages of each package manager; "-": comes with the system, or
# is not to be had there. Each need has a probe has_NEED.
needs() {
    cat <<'END'
compiler   demo  gcc,libc6-dev         gcc,glibc-devel       gcc          gcc,musl-dev,linux-headers  -
cmake      demo  cmake                 cmake                 cmake        cmake                       cmake
ninja      demo  ninja-build           ninja-build           ninja        samurai                     ninja
pkg_config demo  pkgconf               pkgconf-pkg-config    pkgconf      pkgconf                     pkgconf
libarchive demo  libarchive-dev        libarchive-devel      libarchive   libarchive-dev              libarchive
zlib       demo  zlib1g-dev            zlib-devel            zlib         zlib-dev                    zlib
jansson    demo  libjansson-dev        jansson-devel         jansson      jansson-dev                 jansson
utf8proc   demo  libutf8proc-dev       utf8proc-devel        libutf8proc  utf8proc-dev                utf8proc
criterion  quick libcriterion-dev      criterion-devel       criterion    criterion-dev               criterion
python     quick python3               python3               python       python3                     python3
bsdtar     test  libarchive-tools      bsdtar                libarchive   libarchive-tools            -
sanitizers test  gcc                   libasan,libubsan      gcc          -                           -
fuzzer     test  clang,libclang-rt-dev clang,compiler-rt     clang        clang,compiler-rt           -
npm        cross npm,ca-certificates   nodejs-npm            npm          npm                         -
END
}

compiles() { # COMPILER [OPTIONS], the program on standard input
    "$@" -x c - -o /dev/null 2>/dev/null
}

has_module() {
    pkg-config --exists "$1" 2>/dev/null
}

has_compiler() {
    printf '#include <stdio.h>\nint main(void) { return 0; }\n' | compiles "${CC:-cc}"
}

has_cmake() {
    version=$(cmake --version 2>/dev/null |
        awk 'NR == 1 { split($3, v, "."); print v[1] * 1000 + v[2] }')
    [ "${version:-0}" -ge 3025 ]
}

has_ninja() { command -v ninja >/dev/null; }
has_pkg_config() { command -v pkg-config >/dev/null; }
has_libarchive() { has_module libarchive; }
has_zlib() { has_module zlib; }
has_jansson() { has_module jansson; }
has_utf8proc() { has_module libutf8proc; }
has_criterion() { has_module criterion; }
has_python() { command -v python3 >/dev/null; }
has_bsdtar() { command -v bsdtar >/dev/null; }

has_sanitizers() {
    printf 'int main(void) { return 0; }\n' | compiles "${CC:-cc}" -fsanitize=address,undefined
}

has_fuzzer() {
    printf 'int LLVMFuzzerTestOneInput(const char *at, long n) { return at && n ? 0 : 0; }\n' |
        compiles clang -fsanitize=fuzzer,address,undefined
}

has_npm() { command -v npm >/dev/null; }

manager() {
    for name in apt-get dnf pacman apk brew; do
        command -v "$name" >/dev/null && echo "$name" && return
    done
    echo none
}

# The needs of the levels that are not met, a line each: the need, a blank, its packages.
missing() { # MANAGER LEVEL...
    with=$1
    shift
    needs | while read -r need level apt dnf pacman apk brew; do
        case " $* " in *" $level "*) ;; *) continue ;; esac
        "has_$need" && continue
        case $with in
        apt-get) packages=$apt ;;
        dnf) packages=$dnf ;;
        pacman) packages=$pacman ;;
        apk) packages=$apk ;;
        brew) packages=$brew ;;
        *) packages=- ;;
        esac
        echo "$need $packages"
    done
}

install_command() { # MANAGER PACKAGE...
    with=$1
    shift
    case $with in
    apt-get) echo "apt-get update && apt-get install -y --no-install-recommends $*" ;;
    dnf) echo "dnf install -y $*" ;;
    pacman) echo "pacman -Sy --needed --noconfirm $*" ;;
    apk) echo "apk add $*" ;;
    brew) echo "brew install $*" ;;
    esac
}

may_use_sudo() {
    command -v sudo >/dev/null || return 1
    sudo -n true 2>/dev/null || [ -t 0 ]
}

set_up() { # LEVEL...
    with=$(manager)
    if [ "$with" = brew ]; then
        prefix=$(brew --prefix)
        export HOMEBREW_PREFIX="$prefix"
        export PKG_CONFIG_PATH="$prefix/opt/libarchive/lib/pkgconfig:${PKG_CONFIG_PATH:-}"
    fi
    lacking=$(missing "$with" "$@")
    [ -n "$lacking" ] || return 0

    # What a manager does not have is not worth stopping for when only some tests need it.
    required=$(echo "$lacking" |
        awk '$2 == "-" && $1 !~ /^(bsdtar|sanitizers|fuzzer)$/ { print $1 }')
    # shellcheck disable=SC2086
    [ -z "$required" ] || stop "missing, and not known where to get it:" $required
    packages=$(echo "$lacking" | awk '$2 != "-" { print $2 }' | tr ',' '\n' | awk '!seen[$0]++')
    [ -n "$packages" ] || return 0
    # shellcheck disable=SC2086
    command=$(install_command "$with" $packages)

    if [ "$(id -u)" = 0 ] && [ "$with" = brew ]; then
        stop "run it as yourself, or first: $command"
    elif [ "$(id -u)" = 0 ] || [ "$with" = brew ]; then
        as=
    elif may_use_sudo; then
        as=sudo
    else
        stop "packages are missing; an administrator has to run: $command"
    fi
    # shellcheck disable=SC2086
    echo "Installing:" $packages
    # shellcheck disable=SC2086
    $as env DEBIAN_FRONTEND=noninteractive sh -c "$command" >"$log/packages.txt" 2>&1 </dev/null ||
        { tail -n 15 "$log/packages.txt" >&2 && stop "could not install them: $command"; }
    lacking=$(missing "$with" "$@" | awk '$2 != "-" { print $1 }')
    # shellcheck disable=SC2086
    [ -z "$lacking" ] || stop "still missing, or too old:" $lacking
}

# The compiler for macOS comes from npm, into build/zig. Not to have it is no reason to stop: $no_cross
# says why.
no_cross=
set_up_cross() {
    status=0
    sh tests/cross/zig.sh >"$log/zig.txt" 2>&1 || status=$?
    case $status in
    0) return ;;
    1) ;;
    *) no_cross=$(cat "$log/zig.txt") && return ;;
    esac
    if ! has_npm && ! (set_up cross) 2>"$log/npm.txt"; then
        no_cross="no npm: $(sed -n '$s/^run\.sh: //p' "$log/npm.txt")"
        return
    fi
    echo "Fetching: zig"
    sh tests/cross/zig.sh fetch >"$log/zig.txt" 2>&1 ||
        no_cross="npm did not fetch zig; $log/zig.txt says why"
}

# --- building ------------------------------------------------------------------------------------

log=build/log

# Under sudo what was built belongs to whoever called it.
give_back() {
    if [ "$(id -u)" = 0 ] && [ -n "${SUDO_UID:-}" ]; then
        chown -Rh "$SUDO_UID:${SUDO_GID:-$SUDO_UID}" build
    fi
}

begin() {
    trap give_back EXIT
    trap 'exit 130' INT TERM
    mkdir -p "$log" build/bin 2>/dev/null && [ -w build ] && [ -w "$log" ] ||
        stop "cannot write to $PWD/build: remove it, or work in a copy of your own"
}

build() { # PRESET
    { cmake --preset "$1" && cmake --build --preset "$1"; } >"$log/$1-build.txt" 2>&1
}

build_programs() {
    build release || {
        tail -n 30 "$log/release-build.txt"
        stop "the programs do not build; $log/release-build.txt has it all"
    }
    for program in wirecap wirediff; do
        ln -sf "../release/bin/$program" "build/bin/$program"
    done
}

# --- demo ----------------------------------------------------------------------------------------

# A helper process takes memory and holds it until descriptor 3 is closed.
start_holder() { # METHOD MIB
    rm -f build/demo/hold build/demo/ready build/demo/demo-holder
    mkfifo build/demo/hold build/demo/ready
    cp build/release/bin/wirehold build/demo/demo-holder # a program's name is its file's
    $as build/demo/demo-holder --name demo-holder "$@" \
        <build/demo/hold >build/demo/ready 2>build/demo/trouble &
    exec 3>build/demo/hold
    read -r _ <build/demo/ready
}

stop_holder() {
    exec 3>&-
    wait
    rm -f build/demo/hold build/demo/ready build/demo/trouble
}

hold_something() {
    if [ "$privileged" = yes ] && start_holder mlock 64; then
        echo "A helper process, demo-holder, now holds 64 MiB of locked memory."
        return
    fi
    limit=$(ulimit -l)
    if [ "$limit" = unlimited ] || [ "$limit" -gt 66560 ]; then
        mib=64
    else
        mib=$((limit / 1024 - 1))
    fi
    if [ "$mib" -gt 0 ] && start_holder mlock "$mib"; then
        echo "A helper process, demo-holder, now holds $mib MiB of locked memory: the limit is" \
            "$limit KiB."
    elif start_holder pagetables 32; then
        echo "A helper process, demo-holder, now holds 32 MiB of page tables: the limit of" \
            "$limit KiB leaves nothing to lock."
    else
        stop "the helper process failed: $(cat build/demo/trouble)"
    fi
}

# What a capture was not allowed to read, from the list of its sources.
tell_unseen() { # BUNDLE
    member=$(tar -tzf "$1" | grep '/sources\.tsv$')
    tar -xzOf "$1" "$member" | awk -F '\t' '
        $2 == "denied" && $1 ~ /^vmmap\// { processes++ }
        $2 == "denied" && $1 !~ /^vmmap\// { list = list (list == "" ? "" : ", ") $1 }
        END {
            if (processes > 0)
                list = list (list == "" ? "" : ", ") "the regions of " processes " processes"
            if (list != "")
                print "Without root wirecap could not see: " list "."
        }' | fold -s -w 100
}

capture() { # BUNDLE
    $as build/release/bin/wirecap -q -o "$1" >/dev/null || stop "wirecap failed"
}

demo() {
    begin
    set_up demo
    build_programs
    as=
    privileged=yes
    if [ "$(id -u)" != 0 ]; then
        if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
            as="sudo -n"
        else
            privileged=no
        fi
    fi
    rm -rf build/demo
    mkdir -p build/demo
    echo "Capturing the state before ..."
    capture build/demo/before.tar.gz
    hold_something
    echo "Capturing the state after ..."
    capture build/demo/after.tar.gz
    stop_holder
    echo
    build/release/bin/wirediff build/demo/before.tar.gz build/demo/after.tar.gz
    echo
    if [ "$privileged" = no ]; then
        tell_unseen build/demo/after.tar.gz
        echo "As root, or with sudo, the same command sees all of it."
    fi
    echo "The two bundles are build/demo/before.tar.gz and build/demo/after.tar.gz; the programs are"
    echo "build/bin/wirecap and build/bin/wirediff."
}

# --- test ----------------------------------------------------------------------------------------

passed=0
failed=0
skipped=0
processors=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)

# One stage: the tests of a preset, told in one line; what failed is shown whole.
stage() { # PRESET OF THE BUILD, PRESET OF THE TESTS
    printf '%s: ' "$2"
    began=$(date +%s)
    if ! build "$1"; then
        echo "does not build"
        tail -n 40 "$log/$1-build.txt"
        failed=$((failed + 1))
        return
    fi
    rm -f "$log/$2.xml"
    status=0
    ctest --preset "$2" --parallel "$processors" --output-junit "$PWD/$log/$2.xml" \
        >"$log/$2.txt" 2>&1 || status=$?
    count "$2" "$status" $(($(date +%s) - began))
}

count() { # STAGE STATUS SECONDS
    # tests, failures, skipped: of the first element, which ctest spreads over lines
    # shellcheck disable=SC2046
    set -- "$@" $(awk -F '"' '
        $1 ~ /^[ \t]*(tests|failures|skipped)=$/ { print $2; if (++n == 3) exit }
        ' "$log/$1.xml" 2>/dev/null)
    if [ $# -ne 6 ]; then
        set -- "$1" 1 "$3" 1 1 0
    elif [ "$2" -ne 0 ] && [ "$5" -eq 0 ]; then
        set -- "$1" "$2" "$3" $(($4 + 1)) 1 "$6"
    fi
    echo "$(($4 - $5 - $6)) passed, $5 failed, $6 skipped ($3 s)"
    if [ "$2" -ne 0 ]; then
        cat "$log/$1.txt"
    fi
    passed=$((passed + $4 - $5 - $6))
    failed=$((failed + $5))
    skipped=$((skipped + $6))
}

# A check that is not a test of CTest; only a failure counts.
check() { # NAME COMMAND...
    name=$1
    shift
    if "$@" >"$log/$name.txt" 2>&1; then
        echo "$name: ok"
    else
        echo "$name: FAILED"
        cut -c 1-200 "$log/$name.txt" | tail -n 40
        failed=$((failed + 1))
    fi
}

skip() { # NAME REASON
    echo "$1: skipped, $2"
    skipped=$((skipped + 1))
}

# Line coverage of a layer, by gcov alone.
coverage() { # LAYER
    find "build/cover/$1" -name '*.gcda' -exec gcov -n {} + 2>/dev/null | awk -v layer="$1" '
        /^File / { ours = $0 ~ "/" layer "/(apple/)?[^/]*\\.c\047$" }
        /^Lines executed:/ && ours {
            split($2, part, /[:%]/)
            lines += $4
            run += part[2] / 100 * $4
            ours = 0
        }
        END {
            if (lines > 0)
                printf "coverage of %s: %.1f %% of %d lines\n", layer, 100 * run / lines, lines
            else
                printf "coverage of %s: not measured\n", layer
        }'
}

lint_man_pages() {
    for page in capture/*.8 analyze/*.1 formats/*.5; do
        [ -f "$page" ] || continue
        if command -v mandoc >/dev/null; then
            mandoc -T lint -W warning "$page" || return 1
        else
            [ -z "$(groff -mdoc -ww -z "$page" 2>&1 | tee /dev/stderr)" ] || return 1
        fi
    done
}

test_quick() {
    build_programs
    stage dev dev
}

test_all() {
    test_quick
    stage dev live
    if has_fuzzer; then
        stage clang clang
    else
        skip clang "no clang"
    fi
    if has_sanitizers; then
        stage asan asan
    else
        skip asan "the compiler has no sanitizers"
    fi
    if [ -z "$no_cross" ]; then
        stage dev cross
    else
        skip cross "$no_cross"
    fi
    if has_fuzzer; then
        stage fuzz fuzz
    else
        skip fuzz "no clang with libFuzzer"
    fi
    # Counters of an earlier build would be added to, or complained about.
    find build/cover -name '*.gcda' -exec rm -f {} + 2>/dev/null || :
    stage cover cover
    coverage formats
    coverage analyze
    case $(clang-format --version 2>/dev/null) in
    *version\ 14.*) check format cmake --build --preset dev --target format-check ;;
    *) echo "format: not checked, needs clang-format 14" ;;
    esac
    if command -v mandoc >/dev/null || command -v groff >/dev/null; then
        check manuals lint_man_pages
    fi
}

# Criterion's tests run in processes of their own, which share memory there.
check_shared_memory() {
    if [ "$(uname)" = Linux ] && ! [ -w /dev/shm ]; then
        stop "cannot write to /dev/shm; an administrator has to run: mount -t tmpfs tmpfs /dev/shm"
    fi
}

tests() { # quick or nothing
    begin
    check_shared_memory
    if [ "${1:-}" = quick ]; then
        set_up demo quick
        test_quick
    else
        set_up demo quick test
        set_up_cross
        test_all
    fi
    if [ "$skipped" -gt 0 ]; then
        echo "$passed passed, $failed failed, $skipped skipped"
    else
        echo "$passed passed, $failed failed"
    fi
    [ "$failed" -eq 0 ]
}

case $#:${1:-help}:${2:-} in
1:demo:) demo ;;
1:test:) tests ;;
2:test:quick) tests quick ;;
0:help: | 1:help: | 1:-h: | 1:--help:) usage ;;
*)
    usage >&2
    exit 2
    ;;
esac
