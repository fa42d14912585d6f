/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gui/words.h"

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

void wb_words_name(GtkWidget *widget, const char *label)
{
    GString *plain = g_string_new(label);
    g_string_replace(plain, "_", "", 0);
    gtk_accessible_update_property(GTK_ACCESSIBLE(widget), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   plain->str, -1);
    gtk_accessible_reset_relation(GTK_ACCESSIBLE(widget), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
    g_string_free(plain, TRUE);
}
