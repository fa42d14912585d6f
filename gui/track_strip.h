/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One track's strip: shows what the document and the readings say of it, and changes both through
 * the desk. Thread: main. */
#pragma once

#include <gtk/gtk.h>

#include "gui/desk.h"

#define WB_TYPE_TRACK_STRIP (wb_track_strip_get_type())
G_DECLARE_FINAL_TYPE(WbTrackStrip, wb_track_strip, WB, TRACK_STRIP, GtkWidget)

GtkWidget *wb_track_strip_new(WbDesk *desk, unsigned id);
unsigned wb_track_strip_id(WbTrackStrip *strip);
/* The document, the selection or a listening mode has changed. */
void wb_track_strip_update(WbTrackStrip *strip);
/* The next moment of meters and carve. */
void wb_track_strip_show_reading(WbTrackStrip *strip);
/* Narrow: some 34 pixels wide; short: without what is seldom touched. */
void wb_track_strip_set_layout(WbTrackStrip *strip, gboolean narrow, gboolean brief);
void wb_track_strip_rename(WbTrackStrip *strip);
/* The fader, by steps of the wheel. */
void wb_track_strip_nudge(WbTrackStrip *strip, double steps);
