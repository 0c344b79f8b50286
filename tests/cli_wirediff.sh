#!/bin/sh
# wirediff's command line: options, exit statuses, what goes where, and that reports are the same
# bytes every time.
#
#     cli_wirediff.sh BIN_FOLDER CASES_FOLDER
#
# CASES_FOLDER is tests/golden/cases; samples are where it is. Needs nothing but a shell, tar and
# gzip; python3 where it is.
set -u
bin=$(cd "$1" && pwd) || exit 1
cases=$(cd "$2" && pwd) || exit 1
wirediff=$bin/wirediff
. "$(dirname "$0")/cli.sh"
unset NO_COLOR COLUMNS
before=$cases/locked/before
after=$cases/locked/after
samples=$cases/../../../samples/zprint-text

prints()
{
    grep -q -e "$1" out || fail "stdout does not say: $1"
}

# trouble MESSAGE COMMAND...: status 2, nothing on stdout, and this one line on stderr.
trouble()
{
    message=$1
    shift
    expect 2 "$@"
    [ ! -s out ] || fail "output in spite of an error: $*"
    [ "$(cat err)" = "wirediff: $message" ] || fail "stderr is not: wirediff: $message"
}

quiet()
{
    [ ! -s err ] || fail "stderr is not empty: $*"
}

# ---- usage ----

trouble '--bogus is not an option; see wirediff --help' "$wirediff" --bogus
trouble '-x is not an option; see wirediff --help' "$wirediff" -x "$before" "$after"
trouble '--top needs a value; see wirediff --help' "$wirediff" --top
trouble '-o needs a value; see wirediff --help' "$wirediff" "$before" "$after" -o
trouble 'two bundles are compared: wirediff BEFORE AFTER; see wirediff --help' "$wirediff"
trouble 'two bundles are compared: wirediff BEFORE AFTER; see wirediff --help' \
    "$wirediff" "$before"
trouble 'more than two bundles were given; see wirediff --help' \
    "$wirediff" "$before" "$after" "$after"
trouble 'standard input can be only one of the two bundles' "$wirediff" - -
trouble '--format xml: the forms are text and json' \
    "$wirediff" --format xml "$before" "$after"
trouble '--color blue: say auto, always or never' "$wirediff" --color=blue "$before" "$after"
trouble '--top 0: say a number of rows, 1 or more' "$wirediff" --top 0 "$before" "$after"
trouble '--top -1: say a number of rows, 1 or more' "$wirediff" --top -1 "$before" "$after"
for size in '' 1.55M 12Q -1 1e3 99999999999T; do
    trouble "--min $size: say a size like 512K, 4M or 1.5G" \
        "$wirediff" --min "$size" "$before" "$after"
    trouble "--fail-over $size: say a size like 512K, 4M or 1.5G" \
        "$wirediff" --fail-over "$size" "$before" "$after"
done

expect 0 "$wirediff" --help
prints '^usage: wirediff'
quiet --help
for option in --format -o --all --top --min --fail-over --color --help --version; do
    prints "$option"
done
cp out help
expect 0 "$wirediff" -h
cmp -s out help || fail "-h is not --help"
expect 0 "$wirediff" --version
grep -Eq '^wirediff [0-9]+\.[0-9]+\.[0-9]+$' out || fail "--version: $(cat out)"
quiet --version

# ---- what cannot be read ----

: >empty
echo 'just a text' >text
mkdir folder_of_others
echo 'hello' >folder_of_others/readme
trouble 'missing: cannot be opened: No such file or directory' "$wirediff" missing "$after"
trouble 'missing: cannot be opened: No such file or directory' "$wirediff" "$before" missing
for stranger in empty text folder_of_others; do
    expect 2 "$wirediff" "$before" $stranger
    grep -q "^wirediff: $stranger: .*" err || fail "does not say which: $stranger"
    [ "$(wc -l <err)" -eq 1 ] || fail "not one line: $stranger"
    [ ! -s out ] || fail "output in spite of an error: $stranger"
done
expect 2 "$wirediff" folder_of_others "$after"
grep -q '^wirediff: folder_of_others: nothing in it is read here; read are bundles of' err ||
    fail "does not say what is read"
expect 2 "$wirediff" "$before" text
grep -q '^wirediff: text: .* it says "just a text"; read are bundles of' err ||
    fail "does not say what the text is"

# ---- bundles of every form are the same bundle ----

# pack SIDE FOLDER: the members as wirecap orders them, the terms of wired memory first.
pack()
{
    mkdir -p "packed/$1"
    cp -r "$2/." "packed/$1"
    for member in manifest.txt proc/meminfo proc/vmstat proc/zoneinfo; do
        echo "$1/$member"
    done >first
    (cd packed && find "$1" -type f ! -name sources.tsv) | sort | grep -v -x -F -f first >rest
    echo "$1/sources.tsv" | cat first rest - | tar cf "$1.tar" -C packed -T -
}
pack before "$before"
pack after "$after"
gzip after.tar
expect 0 "$wirediff" "$before" "$after"
quiet folders
cp out folders
prints '^Wired memory grew by 558.5 MiB'
expect 0 "$wirediff" before.tar after.tar.gz
cmp -s out folders || fail "archives read differently from folders"
"$wirediff" - after.tar.gz <before.tar >out 2>err || fail "standard input is not read"
cmp -s out folders || fail "standard input reads differently"
"$wirediff" before.tar - <after.tar.gz >out 2>err || fail "AFTER on standard input is not read"
cmp -s out folders || fail "AFTER on standard input reads differently"

# Partial evidence is used, and the report says so. (What libarchive has not yet given out of a gzip
# stream, 64 KiB at most, is lost with the rest; hence the long member.)
mkdir long
cp -r "$after/." long
seq 1 100000 >long/sysctl.txt
pack cut long
head -c $(($(wc -c <cut.tar) * 3 / 4)) cut.tar >part.tar
gzip cut.tar
head -c $(($(wc -c <cut.tar.gz) * 3 / 4)) cut.tar.gz >part.tar.gz
for cut in part.tar part.tar.gz; do
    expect 0 "$wirediff" before.tar $cut
    quiet $cut
    prints 'AFTER .*INCOMPLETE'
    prints '^warning\[W402\]: AFTER'
    expect 0 "$wirediff" --format json before.tar $cut
    prints '"complete": false'
done
head -c 200 after.tar.gz >tiny.tar.gz
expect 2 "$wirediff" before.tar tiny.tar.gz
[ "$(wc -l <err)" -eq 1 ] || fail "not one line about a bundle without numbers"
grep -q '^wirediff: ' err || fail "no message about a bundle without numbers"
expect 0 "$wirediff" "$cases/damaged/before" "$cases/damaged/after"
[ "$(grep -c INCOMPLETE out)" -eq 2 ] || fail "a bundle without sources.tsv is called complete"

# ---- where the report goes ----

expect 0 "$wirediff" -o report.txt "$before" "$after"
[ ! -s out ] && [ ! -s err ] || fail "-o is not quiet"
cmp -s report.txt folders || fail "-o writes something else"
trouble 'report.txt exists already: say another name, or remove it' \
    "$wirediff" -o report.txt "$before" "$after"
cmp -s report.txt folders || fail "overwritten"
ln -s nowhere link
expect 2 "$wirediff" -o link "$before" "$after"
[ ! -e nowhere ] || fail "followed a link"
expect 2 "$wirediff" -o missing/report "$before" "$after"
[ "$(cat err)" = 'wirediff: missing/report cannot be written: No such file or directory' ] ||
    fail "stderr about a missing folder"
if [ -w /dev/full ]; then
    for format in text json; do
        "$wirediff" --format $format "$before" "$after" >/dev/full 2>err
        [ $? -eq 2 ] || fail "a full disk under --format $format goes unnoticed"
        [ "$(wc -l <err)" -eq 1 ] || fail "a full disk: not one line"
        grep -q '^wirediff: the .*report cannot be written' err || fail "a full disk: what?"
    done
    "$wirediff" --help >/dev/full 2>err
    [ $? -eq 2 ] || fail "a full disk under --help goes unnoticed"
fi

# ---- exit statuses ----

expect 1 "$wirediff" --fail-over 558M "$before" "$after"
cmp -s out folders || fail "--fail-over changes the report"
quiet --fail-over
expect 0 "$wirediff" --fail-over 559M "$before" "$after"
expect 0 "$wirediff" --fail-over 0.6GiB "$before" "$after"
expect 1 "$wirediff" --fail-over 0 "$before" "$after"
expect 0 "$wirediff" --fail-over 0 "$after" "$before"
expect 0 "$wirediff" --fail-over 0 "$before" "$before"

# ---- folding never changes JSON ----

expect 0 "$wirediff" --format json "$before" "$after"
cp out json
quiet --format
expect 0 "$wirediff" --format=json --top 1 --min 1T --all --color=always "$before" "$after"
cmp -s out json || fail "--top, --min, --all or --color changes JSON"
if command -v python3 >/dev/null; then
    for case in "$cases"/*; do
        expect 0 "$wirediff" --format json "$case/before" "$case/after"
        python3 -m json.tool <out >/dev/null 2>err || fail "not JSON: $case"
    done
fi
expect 0 "$wirediff" --all "$before" "$after"
[ "$(wc -l <out)" -gt "$(wc -l <folders)" ] || fail "--all does not show more"
expect 0 "$wirediff" --top 1 "$before" "$after"
[ "$(wc -l <out)" -lt "$(wc -l <folders)" ] || fail "--top 1 does not show less"
prints ' more grew$'
expect 0 "$wirediff" --min 10M "$before" "$after"
grep -q 'secretmem' out && fail "--min 10M shows a row of 4 MiB"

# ---- the same bytes, whatever stands around ----

utf8=$(locale -a 2>/dev/null | grep -i 'utf-*8' | head -n 1)
for case in "$cases"/*; do
    for form in text json; do
        expect 0 "$wirediff" --all --format $form "$case/before" "$case/after"
        mv out first
        for place in LC_ALL=C "LC_ALL=${utf8:-C.UTF-8}" NO_COLOR=1 TZ=Asia/Tokyo TERM=dumb; do
            expect 0 env "$place" "$wirediff" --all --format $form "$case/before" "$case/after"
            cmp -s out first || fail "$place changes the report of $case"
        done
    done
done

# Colour is escape codes around the same text.
escape=$(printf '\033')
expect 0 "$wirediff" --color=always "$before" "$after"
grep -q "$escape" out || fail "--color=always without colour"
sed "s/$escape\[[0-9;]*m//g" out >plain
cmp -s plain folders || fail "--color=always changes the text"
NO_COLOR=1 "$wirediff" --color=always "$before" "$after" >again 2>err
cmp -s again out || fail "NO_COLOR is stronger than --color=always"
expect 0 "$wirediff" --color=never "$before" "$after"
cmp -s out folders || fail "--color=never changes the text"
if script -qec true /dev/null >/dev/null 2>&1; then # BSD has another of that name
    script -qec "stty cols 100; $wirediff $before $after" /dev/null >typescript 2>&1 </dev/null
    grep -q "$escape" typescript || fail "no colour on a terminal"
    NO_COLOR=1 script -qec "stty cols 100; $wirediff $before $after" /dev/null >typescript 2>&1 \
        </dev/null
    grep -q "$escape" typescript && fail "colour on a terminal in spite of NO_COLOR"
fi

# What was looked at only once has no skew that could be told.
expect 0 "$wirediff" "$samples/before.txt" "$samples/after.txt"
prints 'residual (how much of it is skew is not known)'
expect 0 "$wirediff" "$samples/before.txt" "$samples/before.txt"
prints '^Wired memory did not move (now'

# Two outputs in one file: one is read, and that is told.
{ printf 'Mach Virtual Memory Statistics: (page size of 4096 bytes)\nPages free: %s.\n' 4100 &&
    printf 'Pages wired down: %s.\n' 98011 && cat "$samples/before.txt"; } >pasted
expect 0 "$wirediff" pasted pasted
prints '^warning: BEFORE holds what zprint printed behind another output, and it is not read'
prints '^warning: AFTER holds what zprint printed'

# Narrow pages keep the change and the name.
for columns in 20 60 80 100 200 100000 x; do
    COLUMNS=$columns expect 0 "$wirediff" --all "$before" "$after"
    prints '+256.5 .*lockerd'
done

[ $failures -eq 0 ] && echo "cli_wirediff: ok"
exit $((failures > 0))
