/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The preferences' window. Thread: main. */
#pragma once

#include <gtk/gtk.h>

void wb_preferences_show(GtkWindow *parent, GSettings *settings);
