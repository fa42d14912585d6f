# SPDX-License-Identifier: GPL-3.0-or-later

# WB_COMPILER_FLAGS(VARIABLE, FLAGS)
# Append to VARIABLE, which is substituted, each of FLAGS that the compiler takes.
AC_DEFUN([WB_COMPILER_FLAGS],
[AC_REQUIRE([AC_PROG_CC])dnl
AC_SUBST([$1])dnl
for wb_flag in m4_normalize([$2]); do
    AC_MSG_CHECKING([whether $CC takes $wb_flag])
    wb_saved_cflags=$CFLAGS
    CFLAGS="$CFLAGS -Werror $wb_flag"
    AC_COMPILE_IFELSE([AC_LANG_PROGRAM()],
        [AC_MSG_RESULT([yes])
         AS_VAR_APPEND([$1], [" $wb_flag"])],
        [AC_MSG_RESULT([no])])
    CFLAGS=$wb_saved_cflags
done])

# WB_LINKER_FLAGS(VARIABLE, FLAGS)
# Append to VARIABLE, which is substituted, each of FLAGS that the linker takes.
AC_DEFUN([WB_LINKER_FLAGS],
[AC_REQUIRE([AC_PROG_CC])dnl
AC_SUBST([$1])dnl
for wb_flag in m4_normalize([$2]); do
    AC_MSG_CHECKING([whether the linker takes $wb_flag])
    wb_saved_cflags=$CFLAGS
    wb_saved_ldflags=$LDFLAGS
    CFLAGS="$CFLAGS -Werror -fPIE"
    LDFLAGS="$LDFLAGS $wb_flag"
    AC_LINK_IFELSE([AC_LANG_PROGRAM()],
        [AC_MSG_RESULT([yes])
         AS_VAR_APPEND([$1], [" $wb_flag"])],
        [AC_MSG_RESULT([no])])
    CFLAGS=$wb_saved_cflags
    LDFLAGS=$wb_saved_ldflags
done])

# WB_FORTIFY(VARIABLE)
# Append _FORTIFY_SOURCE to VARIABLE, which is substituted, unless the user's flags leave
# the optimiser off, without which the C library only warns.
AC_DEFUN([WB_FORTIFY],
[AC_SUBST([$1])dnl
AC_MSG_CHECKING([for _FORTIFY_SOURCE])
wb_saved_cflags=$CFLAGS
CFLAGS="$CFLAGS -Werror -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2"
AC_COMPILE_IFELSE([AC_LANG_PROGRAM([[#include <string.h>]])],
    [AC_MSG_RESULT([yes])
     AS_VAR_APPEND([$1], [" -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2"])],
    [AC_MSG_RESULT([no])])
CFLAGS=$wb_saved_cflags])

# WB_SANITIZE(LIST)
# Build with the sanitizers of LIST, or stop if the compiler does not have them.
AC_DEFUN([WB_SANITIZE],
[AC_MSG_CHECKING([whether $CC has the sanitizers $1])
wb_sanitize="-fsanitize=$1 -fno-omit-frame-pointer -fno-sanitize-recover=all"
wb_saved_cflags=$CFLAGS
CFLAGS="$CFLAGS $wb_sanitize"
AC_LINK_IFELSE([AC_LANG_PROGRAM()],
    [AC_MSG_RESULT([yes])],
    [AC_MSG_RESULT([no])
     AC_MSG_ERROR([--enable-sanitizers=$1: the compiler cannot do that])])
CFLAGS=$wb_saved_cflags
AS_VAR_APPEND([WB_CFLAGS], [" $wb_sanitize"])
AS_VAR_APPEND([WB_LDFLAGS], [" -fsanitize=$1"])])
