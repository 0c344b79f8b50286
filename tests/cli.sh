# cli.sh - what the tests of both command lines share; read with "." by them.

# An empty folder to stand in; it goes with the script.
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
failures=0

fail()
{
    echo "FAIL: $*"
    sed 's/^/    /' err 2>/dev/null
    failures=$((failures + 1))
}

# expect STATUS COMMAND...: runs it, with what it prints in the files out and err.
expect()
{
    wanted=$1
    shift
    "$@" >out 2>err </dev/null
    status=$?
    [ $status -eq "$wanted" ] || fail "exit status $status, not $wanted: $*"
}
