/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/disk/take_name.h"

#include <limits.h>
#include <stdbool.h>
#include <string.h>

#define ELSEWHERE_FORBIDDEN "\\:*?\"<>|" /* on FAT and by Windows, where takes are copied to */

struct WbTakeNames {
    char *folder, *stem;
    unsigned number;
    GHashTable *names; /* given, capitals made small */
};

/* The number in "STEMnumber" or "STEMnumber something", or 0. */
static guint64 number_in(const char *name, const char *stem)
{
    if (!g_str_has_prefix(name, stem))
        return 0;
    const char *digits = name + strlen(stem);
    char *end;
    if (!g_ascii_isdigit(*digits))
        return 0;
    const guint64 number = g_ascii_strtoull(digits, &end, 10);
    return *end == ' ' || *end == '.' || *end == '\0' ? number : 0;
}

static unsigned first_free_number(const char *folder, const char *stem)
{
    g_autoptr(GDir) directory = g_dir_open(folder, 0, NULL);
    g_autoptr(GHashTable) taken = g_hash_table_new(NULL, NULL);
    unsigned number = 1;
    for (const char *name; directory && (name = g_dir_read_name(directory));) {
        const guint64 found = number_in(name, stem);
        if (found > 0 && found < UINT_MAX)
            g_hash_table_add(taken, GUINT_TO_POINTER((guint)found));
    }
    while (g_hash_table_contains(taken, GUINT_TO_POINTER(number)))
        number++;
    return number;
}

WbTakeNames *wb_take_names_new(const char *folder, GDateTime *day)
{
    /* ASCII digits, whatever the locale counts with. */
    g_autofree char *stem =
        g_strdup_printf("%04d-%02d-%02d take ", g_date_time_get_year(day),
                        g_date_time_get_month(day), g_date_time_get_day_of_month(day));
    WbTakeNames *take = g_new0(WbTakeNames, 1);
    take->folder = g_strdup(folder);
    take->number = first_free_number(folder, stem);
    take->stem = g_strdup_printf("%s%u", stem, take->number);
    take->names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return take;
}

void wb_take_names_free(WbTakeNames *take)
{
    if (!take)
        return;
    g_hash_table_unref(take->names);
    g_free(take->stem);
    g_free(take->folder);
    g_free(take);
}

unsigned wb_take_names_number(const WbTakeNames *take)
{
    return take->number;
}

static bool is_forbidden(gunichar c)
{
    const GUnicodeType type = g_unichar_type(c);
    return c == '/' || (c < 0x80 && c != 0 && strchr(ELSEWHERE_FORBIDDEN, (int)c)) ||
           type == G_UNICODE_CONTROL || type == G_UNICODE_LINE_SEPARATOR ||
           type == G_UNICODE_PARAGRAPH_SEPARATOR;
}

/* No leading dots, no spaces around it. */
static char *safe_label(const char *label)
{
    g_autofree char *valid = g_utf8_make_valid(label, -1);
    g_autoptr(GString) safe = g_string_new(NULL);
    const char *from = valid;
    while (*from == '.' || g_ascii_isspace(*from))
        from++;
    for (; *from != '\0'; from = g_utf8_next_char(from)) {
        const gunichar c = g_utf8_get_char(from);
        g_string_append_unichar(safe, is_forbidden(c) ? '-' : c);
    }
    return g_strstrip(g_strdup(safe->str));
}

/* Not within a character. */
static void cut(char *text, size_t bytes)
{
    if (strlen(text) <= bytes)
        return;
    char *end = g_utf8_find_prev_char(text, text + bytes + 1);
    *(end ? end : text) = '\0';
    g_strchomp(text);
}

static char *name_of(const WbTakeNames *take, const char *label, unsigned copy, WbFormat format)
{
    g_autofree char *number = copy > 1 ? g_strdup_printf(" %u", copy) : g_strdup("");
    const char *extension = wb_format_extension(format);
    g_autofree char *fitting = g_strdup(label);
    cut(fitting, NAME_MAX - strlen(take->stem) - 1 - strlen(number) - strlen(extension));
    return g_strconcat(take->stem, *fitting == '\0' ? "" : " ", fitting, number, extension, NULL);
}

char *wb_take_names_path(WbTakeNames *take, const char *label, WbFormat format)
{
    g_autofree char *safe = safe_label(label);
    for (unsigned copy = 1;; copy++) {
        g_autofree char *name = name_of(take, safe, copy, format);
        if (g_hash_table_add(take->names, g_utf8_casefold(name, -1)))
            return g_build_filename(take->folder, name, NULL);
    }
}
