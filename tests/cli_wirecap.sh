#!/bin/sh
# wirecap's command line: options, exit statuses, what goes where, and how it dies.
#
#     cli_wirecap.sh WIRECAP WIRECAP_FAKE
#
# WIRECAP_FAKE is the same program on tests/fake_backend.c, a system that does what the environment
# tells it to. Needs nothing but a shell, tar, gzip and python3.
set -u
wirecap=$1
fake=$2
. "$(dirname "$0")/cli.sh"

says()
{
    grep -q -e "$1" err || fail "stderr does not say: $1"
}

digest_of()
{
    if command -v sha256sum >/dev/null; then
        sha256sum
    else
        shasum -a 256
    fi
}

# Runs a command, and sends it a signal after a second.
after_a_second() # SIGNAL COMMAND...
{
    python3 -c '
import signal, subprocess, sys
process = subprocess.Popen(sys.argv[2:])
try:
    process.wait(1)
except subprocess.TimeoutExpired:
    process.send_signal(getattr(signal, "SIG" + sys.argv[1]))
sys.exit(process.wait())' "$@"
}

# Usage errors: one line, a hint, status 2, nothing on stdout, nothing written.
usage_error()
{
    says=$1
    shift
    expect 2 "$wirecap" "$@"
    says "$says"
    [ "$(wc -l <err)" -eq 2 ] || fail "not two lines: wirecap $*"
    says "Try 'wirecap --help'"
    [ ! -s out ] || fail "output in spite of an error: wirecap $*"
}

usage_error 'no such option' --bogus
usage_error '\-\-bogus: no such option' --bogus
usage_error '\-x: no such option' -x
usage_error '\-\-share: no such option' --share
usage_error '\-\-census: no such option' --census
usage_error 'needs a value' -o
usage_error 'needs a value' --label
usage_error 'empty name' -o ''
usage_error 'takes options only' bundle.tar.gz
usage_error 'not the number of a process' --pid init
usage_error 'not the number of a process' --pid 0
usage_error 'not the number of a process' --pid -1
usage_error 'not the number of a process' --pid 4294967296
usage_error 'not the number of a process' --raw 1x
usage_error '1 to 64' --threads 0
usage_error '1 to 64' --threads 65
usage_error '1 to 64' --threads two
usage_error 'no-regions' --no-regions --pid 1
usage_error 'no-regions' --raw 1 --no-regions
usage_error '256 bytes' --label "$(printf '%0300d' 0)"
[ "$(ls)" = "err
out" ] || fail "something was written: $(ls)"

expect 0 "$wirecap" --help
grep -q '^usage: wirecap' out || fail "no usage on stdout"
[ ! -s err ] || fail "--help on stderr"
for option in -o --label --pid --raw --no-regions --full --threads -q; do
    grep -q -e "$option" out || fail "--help does not mention $option"
done
expect 0 "$wirecap" --version
grep -Eq '^wirecap [0-9]+\.[0-9]+\.[0-9]+$' out || fail "--version: $(cat out)"
if [ -w /dev/full ]; then
    "$wirecap" --help >/dev/full 2>err
    [ $? -eq 2 ] || fail "a full disk under --help goes unnoticed"
fi

# A name of its own, here; the path on stdout and the summary on stderr.
expect 0 "$fake"
[ -f "$(cat out)" ] || fail "stdout is not the path: $(cat out)"
tar tzf "$(cat out)" >list || fail "tar cannot read it"
digest=$(tar xzOf "$(cat out)" "$(grep '/sources.tsv$' list)" | digest_of | cut -d ' ' -f 1)
says "digest $digest"
says '20 processes, 1 denied'
says 'sudo wirecap'
[ "$(ls -l wirecap_* | cut -c 1-10)" = -rw------- ] || fail "readable by others"
rm wirecap_*

FAKE_PRIVILEGED=1 expect 0 "$fake" -o priv.tar.gz
grep -q 'sudo' err && fail "asks root for sudo"
mkdir bundles
expect 0 "$fake" -o bundles -q
[ ! -s out ] && [ ! -s err ] || fail "-q is not quiet"
[ "$(ls bundles | wc -l)" -eq 1 ] || fail "not in the folder"

# Nothing is ever overwritten.
echo mine >mine
expect 2 "$fake" -o mine
says 'mine exists already'
[ "$(cat mine)" = mine ] || fail "overwritten"
echo half >other.partial
expect 2 "$fake" -o other
says 'other.partial exists already'
[ "$(cat other.partial)" = half ] || fail "overwritten"
ln -s nowhere link.partial
expect 2 "$fake" -o link
[ ! -e nowhere ] || fail "followed a link"
expect 2 "$fake" -o missing/
says 'missing/'
expect 2 "$fake" -o missing/file.tar.gz
says 'missing/file.tar.gz'

# Standard output: nothing but the archive; and not to a terminal.
expect 0 "$fake" -o -
gzip -t <out || fail "-o - is not gzip"
tar tzf out >list || fail "-o - is not an archive"
grep -q '/sources.tsv$' list || fail "-o - is not whole"
if script -qec true /dev/null >/dev/null 2>&1; then # BSD has another of that name
    script -qec "$fake -o -" /dev/null >typescript 2>&1 </dev/null
    grep -q 'standard output is a terminal' typescript || fail "writes to a terminal"
fi

# A reader that goes away is an error, not death by signal.
{ FAKE_NOISE=1 FAKE_BYTES=1000000 "$fake" -o - 2>err; echo $? >status; } | head -c 100 >/dev/null
[ "$(cat status)" -eq 2 ] || fail "a closed pipe: status $(cat status)"
says 'standard output'

# No room: what fits stays readable, and there is no bundle.
(ulimit -f 2000 && FAKE_NOISE=1 FAKE_BYTES=300000 "$fake" -o full.tar.gz) >out 2>err
[ $? -eq 2 ] || fail "no room: not status 2"
says 'no room'
says 'full.tar.gz.partial'
[ ! -e full.tar.gz ] || fail "a bundle in spite of no room"
tar tzf full.tar.gz.partial >list 2>err || fail "what fitted is not readable"
grep -q 'vmmap/1.txt' list || fail "what fitted is not there"

# Interrupted: quick, partial, readable, with sources.tsv.
for signal in INT TERM HUP; do
    rm -f cut.tar.gz*
    # Not "&" and kill: what a shell runs in the background ignores SIGINT.
    FAKE_SLOW_MS=200 FAKE_PROCESSES=1000 expect 2 after_a_second $signal "$fake" -o cut.tar.gz
    says 'interrupted; .*cut.tar.gz.partial'
    [ ! -e cut.tar.gz ] || fail "SIG$signal: a bundle in spite of it"
    tar tzf cut.tar.gz.partial >list || fail "SIG$signal: not readable"
    [ "$(tail -n 1 list | sed 's,.*/,,')" = sources.tsv ] || fail "SIG$signal: no sources.tsv"
done

# Two signals at once, as timeout(1) sends them, are one; one that comes later kills, here while
# nobody reads what is written.
rm -f cut.tar.gz*
FAKE_SLOW_MS=200 FAKE_PROCESSES=1000 "$fake" -o cut.tar.gz >out 2>err &
pid=$!
sleep 1
kill -TERM $pid
kill -HUP $pid
wait $pid
[ $? -eq 2 ] || fail "two signals at once: not status 2"
tar tzf cut.tar.gz.partial | grep -q '/sources.tsv$' || fail "two signals at once: no sources.tsv"
mkfifo fifo
sleep 5 <fifo &
FAKE_NOISE=1 FAKE_BYTES=1000000 "$fake" -o - >fifo 2>err &
pid=$!
sleep 1.5
kill -TERM $pid
sleep 1
kill -TERM $pid
wait $pid
[ $? -eq 143 ] || fail "the second signal does not kill"

# The program ends although a thread is stuck.
begun=$(date +%s)
FAKE_STUCK=1 FAKE_STUCK_MS=100000 expect 0 "$fake" -o stuck.tar.gz
[ $(($(date +%s) - begun)) -lt 25 ] || fail "waited for a stuck thread"
says '1 timed out'

[ $failures -eq 0 ] && echo "cli_wirecap: ok"
exit $((failures > 0))
