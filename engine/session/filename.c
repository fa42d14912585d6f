/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/session/filename.h"

#include <stdbool.h>
#include <string.h>

char *wb_filename_to_text(const char *name)
{
    GString *text = g_string_new(NULL);
    while (*name != '\0') {
        const gunichar c = g_utf8_get_char_validated(name, -1);
        const bool valid = c != (gunichar)-1 && c != (gunichar)-2;
        if (valid && c >= 0x20 && c != 0x7f && c != '%') {
            g_string_append_unichar(text, c);
            name = g_utf8_next_char(name);
        } else {
            g_string_append_printf(text, "%%%02X", (unsigned)(guchar)*name++);
        }
    }
    return g_string_free(text, FALSE);
}

char *wb_filename_from_text(const char *text)
{
    g_autoptr(GString) name = g_string_new(NULL);
    for (; *text != '\0'; text++) {
        if (*text != '%') {
            g_string_append_c(name, *text);
            continue;
        }
        const int high = g_ascii_xdigit_value(text[1]);
        const int low = high < 0 ? -1 : g_ascii_xdigit_value(text[2]);
        if (low < 0 || high * 16 + low == 0)
            return NULL;
        g_string_append_c(name, (char)(high * 16 + low));
        text += 2;
    }
    return g_strdup(name->str);
}
