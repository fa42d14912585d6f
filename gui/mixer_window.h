/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The mixer's window: header with session and transport, the strips, the mix, and the views of
 * what masks what. Thread: main. */
#pragma once

#include <gtk/gtk.h>

#include "engine/session/live.h"

#define WB_TYPE_MIXER_WINDOW (wb_mixer_window_get_type())
G_DECLARE_FINAL_TYPE(WbMixerWindow, wb_mixer_window, WB, MIXER_WINDOW, GtkApplicationWindow)

/* `options` are those of the sessions it opens; strings are copied. A driver that is not there is
 * replaced by the dummy, and a banner says so. */
WbMixerWindow *wb_mixer_window_new(GtkApplication *application, const WbLiveOptions *options);
/* A session's folder, its session.json, or a folder of stems; errors are shown in the window. */
void wb_mixer_window_open(WbMixerWindow *window, const char *path);
/* Starts the transport. */
void wb_mixer_window_play(WbMixerWindow *window);
