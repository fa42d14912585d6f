/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Preferences and the state of the window, in GSettings. Thread: main. */
#pragma once

#include <gtk/gtk.h>

/* The schema is looked for where it was installed, and beside a program that was only built. NULL:
 * it is nowhere, and everything is as by default. */
GSettings *wb_settings_new(void);
/* Theme, font size and meters are as the settings say, now and when they change. */
void wb_settings_apply(GSettings *settings, GdkDisplay *display);
