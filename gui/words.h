/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers and names as they are shown and read out. Thread: main. */
#pragma once

#include <gtk/gtk.h>

/* "1:02:03.4" or "02:03.4". To be freed. */
char *wb_words_time(double seconds);

/* What a screen reader calls a button with a mnemonic: `label` without the underline. GTK 4.8 would
 * read it out twice, and with the underline. */
void wb_words_name(GtkWidget *widget, const char *label);
