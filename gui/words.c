/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gui/words.h"

#include <glib.h>

char *wb_words_time(double seconds)
{
    const gint64 tenths = (gint64)(MAX(seconds, 0) * 10);
    const int minutes = (int)(tenths / 600 % 60);
    const int left = (int)(tenths / 10 % 60);
    const int tenth = (int)(tenths % 10);
    if (tenths >= 36000)
        return g_strdup_printf("%d:%02d:%02d.%d", (int)(tenths / 36000), minutes, left, tenth);
    return g_strdup_printf("%02d:%02d.%d", minutes, left, tenth);
}
