/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The strips side by side. What is scrolled out of sight is not drawn: GTK would draw all of it in
 * every frame. Children are inserted with gtk_widget_insert_after(). Thread: main. */
#pragma once

#include <gtk/gtk.h>

#define WB_TYPE_STRIP_ROW (wb_strip_row_get_type())
G_DECLARE_FINAL_TYPE(WbStripRow, wb_strip_row, WB, STRIP_ROW, GtkWidget)

/* Which part of it is seen. */
void wb_strip_row_follow(WbStripRow *row, GtkAdjustment *sideways);
void wb_strip_row_set_spacing(WbStripRow *row, guint pixels);
/* Those that are seen, if only in part. */
void wb_strip_row_each_seen(WbStripRow *row, void (*each)(GtkWidget *strip, gpointer data),
                            gpointer data);
