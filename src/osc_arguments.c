/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "src/osc_paths.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <math.h>

bool wb_osc_check_count(const WbOscCall *call, int low, int high, GError **error)
{
    if (call->count >= low && call->count <= high)
        return true;
    if (low == high)
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                    _("the number of arguments must be %d, not %d"), low, call->count);
    else
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                    _("the number of arguments must be from %d to %d, not %d"), low, high,
                    call->count);
    return false;
}

/* The shortest decimal number that is this float: -3.1 stays -3.1 in the document. */
static double double_of_float(float value)
{
    char digits[G_ASCII_DTOSTR_BUF_SIZE];
    for (int precision = 6; precision <= 9; precision++) {
        char format[8];
        g_snprintf(format, sizeof format, "%%.%dg", precision);
        const double decimal =
            g_ascii_strtod(g_ascii_formatd(digits, sizeof digits, format, value), NULL);
        if ((float)decimal == value)
            return decimal;
    }
    return value;
}

bool wb_osc_argument_number(const WbOscCall *call, int index, double *number, GError **error)
{
    *number = NAN;
    if (index < call->count) {
        const lo_arg *argument = call->arguments[index];
        if (call->types[index] == 'i')
            *number = wb_osc_int32(argument);
        else if (call->types[index] == 'h')
            *number = (double)wb_osc_int64(argument);
        else if (call->types[index] == 'd')
            *number = wb_osc_double(argument);
        else if (call->types[index] == 'f')
            *number =
                isfinite(wb_osc_float(argument)) ? double_of_float(wb_osc_float(argument)) : NAN;
    }
    if (isfinite(*number))
        return true;
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                _("argument %d must be a finite number"), index + 1);
    return false;
}

bool wb_osc_argument_whole(const WbOscCall *call, int index, gint64 low, gint64 high,
                           gint64 *number, GError **error)
{
    double value;
    if (!wb_osc_argument_number(call, index, &value, error))
        return false;
    if (value == floor(value) && value >= (double)low && value <= (double)high) {
        *number = (gint64)value;
        return true;
    }
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                _("argument %d must be a whole number from %.0f to %.0f"), index + 1, (double)low,
                (double)high);
    return false;
}

bool wb_osc_argument_flag(const WbOscCall *call, int index, bool *flag, GError **error)
{
    if (index < call->count && (call->types[index] == 'T' || call->types[index] == 'F')) {
        *flag = call->types[index] == 'T';
        return true;
    }
    gint64 number;
    if (!wb_osc_argument_whole(call, index, 0, 1, &number, error))
        return false;
    *flag = number != 0;
    return true;
}

const char *wb_osc_argument_text(const WbOscCall *call, int index, GError **error)
{
    if (index < call->count && (call->types[index] == 's' || call->types[index] == 'S')) {
        const char *text = wb_osc_text(call->arguments[index]);
        if (g_utf8_validate(text, -1, NULL))
            return text;
    }
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                _("argument %d must be a text in UTF-8"), index + 1);
    return NULL;
}

bool wb_osc_argument_is_fraction(const WbOscCall *call, int index)
{
    return index < call->count && (call->types[index] == 'f' || call->types[index] == 'd');
}
