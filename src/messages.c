/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "src/messages.h"

#include <glib/gi18n.h>

void wb_complain(const GError *error)
{
    g_printerr("%s: %s\n", PACKAGE, error->message);
}

void wb_warn(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_printerr(_("%s: warning: %s\n"), PACKAGE, message);
}
