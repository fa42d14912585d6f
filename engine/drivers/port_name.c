/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/drivers/port_name.h"

/* Bytes. JACK takes 255 (what PipeWire takes, JACK programs on it shall see); a number may be added
 * to it. */
#define MAX_NAME 240

static char *cut(const char *name)
{
    const char *end = name;
    while (*end && g_utf8_next_char(end) - name <= MAX_NAME)
        end = g_utf8_next_char(end);
    return g_strndup(name, (gsize)(end - name));
}

char *wb_port_free_name(const char *wanted, WbPortNameTaken is_taken, void *data,
                        const WbPort *self)
{
    g_autofree char *base = cut(*wanted ? wanted : "?");
    char *name = g_strdup(base);

    for (unsigned number = 2; is_taken(data, name, self); number++) {
        g_free(name);
        name = g_strdup_printf("%s (%u)", base, number);
    }
    return name;
}
