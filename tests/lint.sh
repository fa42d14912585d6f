#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What `make lint` runs at the top of the sources: lint.sh SOURCE...
# LINT_FLAGS are the compiler's, *_CFLAGS those of the kernels, MAN_PAGES the man pages.
set -u

# Called back with the flags and the name of one source.
if [ "$1" = tidy ]; then
    shift
    flags=$LINT_FLAGS
    while [ $# -gt 1 ]; do
        flags="$flags $1"
        shift
    done
    # shellcheck disable=SC2086 # a list of words
    exec clang-tidy --quiet "$1" -- $flags 2>/dev/null
fi

status=0

# fails WHAT: note that a check has failed.
fails() {
    echo "lint: $1" >&2
    status=1
}

scripts=$(git ls-files '*.sh' bootstrap .ci/run 2>/dev/null)
scripts=${scripts:-bootstrap tests/*.sh}

echo 'lint: licence headers'
for file in "$@"; do
    head -n 1 "$file" | grep -q 'SPDX-License-Identifier: GPL-3.0-or-later' ||
        fails "$file: the first line is not the licence header"
done

echo 'lint: distribution'
git ls-files bench data doc engine src tests 2>/dev/null | while read -r file; do
    grep -Fq "${file%.c}" Makefile.am || echo "$file"
done | grep . && fails 'Makefile.am knows nothing of these files'

echo 'lint: clang-format'
clang-format --dry-run -Werror "$@" || fails 'clang-format -i puts that right'

echo 'lint: clang-tidy'
for file in "$@"; do
    case $file in
    *avx512*.c) echo "$AVX512_CFLAGS $file" ;;
    *avx2*.c) echo "$AVX2_CFLAGS $file" ;;
    *sse2*.c) echo "$SSE2_CFLAGS $file" ;;
    *.c) echo "$file" ;;
    esac
done | xargs -P "$(nproc)" -L 1 "$0" tidy || fails 'clang-tidy'

# Of variables without a value the compilers and clang-tidy know more.
echo 'lint: cppcheck'
cppcheck --quiet -j "$(nproc)" --std=c11 --enable=warning,performance,portability \
    --library=gtk --inline-suppr --error-exitcode=1 --suppress=missingIncludeSystem \
    --suppress=uninitvar -I . -D__x86_64__ -DG_OS_UNIX '-DG_DEFINE_QUARK(a,b)=' \
    '-DG_GNUC_PRINTF(a,b)=' "$@" || fails 'cppcheck'

echo 'lint: shellcheck'
# shellcheck disable=SC2086 # a list of words
shellcheck $scripts || fails 'shellcheck'

echo 'lint: man pages'
for page in $MAN_PAGES; do
    mandoc -T lint -W warning "$page" || fails "$page"
done

echo 'lint: translations'
for file in "$@"; do
    if grep -Eq '(^|[^[:alnum:]_])(N?_|Q_|g_dngettext|ngettext) ?\(' "$file"; then
        grep -Fqx "$file" po/POTFILES.in || fails "$file has messages but is not in po/POTFILES.in"
    fi
done
# shellcheck disable=SC2046 # a list of words
grep -En '%[0-9.]*" G_G[A-Z0-9]+_(FORMAT|MODIFIER)' $(grep -v '^#' po/POTFILES.in) &&
    fails 'gettext does not know these macros inside a message; it does know PRIu64 and its like'
grep -v '^#' po/POTFILES.in | while read -r file; do
    [ -e "$file" ] || echo "$file"
done | grep . && fails 'po/POTFILES.in lists files that do not exist'
for catalogue in po/*.po; do
    [ ! -e "$catalogue" ] || msgfmt --check -o /dev/null "$catalogue" || fails "$catalogue"
done

exit "$status"
