/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a track's strip offers besides its controls: the context menu and dragging it to another
 * place. Thread: main. */
#pragma once

#include <gtk/gtk.h>

#include "gui/desk.h"

/* The actions "strip.*" of the context menu. */
void wb_track_strip_install_actions(GtkWidgetClass *widget_class);
void wb_track_strip_popup(GtkWidget *strip, GMenuModel *menu, double x, double y);
/* Strips are taken by `handle` and dropped on another strip, whose place they get. */
void wb_track_strip_add_reorder(GtkWidget *strip, GtkWidget *handle, WbDesk *desk);
