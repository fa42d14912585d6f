/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages above the mixer: warnings stay until they are closed, notes go by themselves, and a
 * question has a button. Thread: main. */
#pragma once

#include <gtk/gtk.h>

#define WB_TYPE_BANNER (wb_banner_get_type())
G_DECLARE_FINAL_TYPE(WbBanner, wb_banner, WB, BANNER, GtkWidget)

void wb_banner_show(WbBanner *banner, gboolean warning, const char *text);
/* With a button that does something, in place of an earlier question of the same key; `answer` is
 * called with `data` when it is pressed, `dismiss` (may be NULL) when it is closed instead. */
void wb_banner_ask(WbBanner *banner, const char *key, const char *text, const char *button,
                   GCallback answer, GCallback dismiss, gpointer data);
/* Takes a question back. */
void wb_banner_drop(WbBanner *banner, const char *key);
