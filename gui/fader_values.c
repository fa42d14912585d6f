/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the values of a fader are called, and where they lie on its travel. */
#include "config.h"

#include "gui/fader.h"

#include <glib/gi18n.h>
#include <math.h>

#include "engine/mix/strip.h"

static char *db_text(double db)
{
    if (db <= WB_FADER_SHUT_DB)
        return g_strdup(_("−∞ dB"));
    if (fabs(db) < 0.05)
        return g_strdup(_("0.0 dB"));
    return g_strdup_printf(db < 0 ? _("−%.1f dB") : _("+%.1f dB"), fabs(db));
}

char *wb_fader_text(WbFaderKind kind, double value)
{
    switch (kind) {
    case WB_FADER_GAIN:
    case WB_FADER_TRIM:
        return db_text(value);
    case WB_FADER_PAN:
        if (fabs(value) < 0.005)
            return g_strdup(_("centre"));
        return g_strdup_printf(value < 0 ? _("L %.0f") : _("R %.0f"), fabs(value) * 100);
    case WB_FADER_DEPTH:
        return value < 0 ? g_strdup(_("by role")) : g_strdup_printf(_("%.1f dB"), value);
    case WB_FADER_STRENGTH:
        return g_strdup_printf(_("%.0f %%"), value);
    }
    g_assert_not_reached();
}

/* Of either decimal sign, and of any minus. */
static char *plain_number(const char *text)
{
    GString *plain = g_string_new(text);
    g_string_replace(plain, "−", "-", 0);
    g_string_replace(plain, ",", ".", 0);
    g_string_replace(plain, " ", "", 0);
    return g_string_free(plain, FALSE);
}

static gboolean parse_pan(const char *plain, double *value)
{
    g_autofree char *upper = g_ascii_strup(plain, -1);
    const double side = upper[0] == 'L' ? -1 : 1;
    const gboolean named = upper[0] == 'L' || upper[0] == 'R';
    char *end;
    const double number = g_ascii_strtod(upper + (named ? 1 : 0), &end);
    if (upper[0] == 'C' || upper[0] == '\0') {
        *value = 0;
        return TRUE;
    }
    *value = CLAMP(side * number / 100, -1, 1);
    return end != upper + (named ? 1 : 0);
}

gboolean wb_fader_parse(WbFaderKind kind, const char *text, double *value)
{
    g_autofree char *plain = plain_number(text);
    if (kind == WB_FADER_PAN)
        return parse_pan(plain, value);
    if (kind == WB_FADER_GAIN && (strstr(plain, "∞") != NULL || strstr(plain, "inf") != NULL)) {
        *value = WB_FADER_SHUT_DB;
        return TRUE;
    }
    char *end;
    const double number = g_ascii_strtod(plain, &end);
    if (end == plain || !isfinite(number))
        return FALSE;
    *value = number;
    return TRUE;
}
