#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The command line as such: help, version, mistakes.
set -u

: "${top_srcdir:=.}"
failures=0
scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT
LC_ALL=C.UTF-8
export LC_ALL

# run STATUS ARGUMENT...: run wideberth, expect STATUS, keep what it says in out and err
run() {
    expected=$1
    shift
    "$WIDEBERTH" "$@" >"$scratch/out" 2>"$scratch/err"
    status=$?
    case_name="wideberth $*"
    if [ "$status" -ne "$expected" ]; then
        fail "exit status $status, expected $expected"
    fi
}

fail() {
    echo "FAIL: $case_name: $1"
    sed 's/^/    /' "$scratch/out" "$scratch/err"
    failures=$((failures + 1))
}

says() {
    grep -q -e "$2" "$scratch/$1" || fail "no '$2' on std$1"
}

is_silent() {
    [ ! -s "$scratch/$1" ] || fail "std$1 is not empty"
}

for option in -h --help; do
    run 0 "$option"
    says out '^Usage: wideberth '
    is_silent err
done

run 0 --version
[ "$(head -n 1 "$scratch/out")" = "Wideberth $WIDEBERTH_VERSION" ] || fail "first line"
says out 'GPLv3+'
says out 'NO WARRANTY'
is_silent err

run 2 no-such-command
says err "unknown command 'no-such-command'"
is_silent out

run 2 --no-such-option
says err "unknown option '--no-such-option'"

# Without a display, or a build without a window: what to do instead.
unset DISPLAY WAYLAND_DISPLAY
case_name='wideberth SESSION'
if "$WIDEBERTH" "$scratch" >"$scratch/out" 2>"$scratch/err"; then
    fail 'a window without a display'
fi
says err 'wideberth run SESSION'
is_silent out

for command in import render demo bench; do
    run 0 --help
    says out "^  $command "
    run 0 "$command" --help
    says out "wideberth $command "
    is_silent err
    sed -n 's/^  .*--\([a-z-]*\).*/\1/p' "$scratch/out" >"$scratch/options"
    while read -r option; do
        grep -q "Fl Fl $option" "$top_srcdir/data/wideberth.1" || fail "--$option has no man page"
    done <"$scratch/options"
    run 2 "$command" --no-such-option
    says err 'no-such-option'
    is_silent out
done

for command in import render; do
    run 2 "$command"
    is_silent out
done

WIDEBERTH_KERNEL=z80
export WIDEBERTH_KERNEL
run 0 render --help
says err 'WIDEBERTH_KERNEL names no kernel'
WIDEBERTH_KERNEL=c
run 0 render --help
is_silent err
unset WIDEBERTH_KERNEL

if [ -w /dev/full ]; then
    case_name='wideberth --version >/dev/full'
    "$WIDEBERTH" --version >/dev/full 2>"$scratch/err"
    [ $? -eq 1 ] || fail 'a full disk goes unnoticed'
    says err 'standard output'
fi

[ "$failures" -eq 0 ]
