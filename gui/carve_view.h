/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The 24 bands of a track at a glance: what it plays stands on the ground in the track's colour,
 * what is taken of it hangs from the top, with an edge, so that the two are told apart without
 * colour too.
 *
 * Thread: main. Redraws itself only if a pixel of it changes. */
#pragma once

#include <gtk/gtk.h>

#include "engine/hearing/bands.h"

#define WB_TYPE_CARVE_VIEW (wb_carve_view_get_type())
G_DECLARE_FINAL_TYPE(WbCarveView, wb_carve_view, WB, CARVE_VIEW, GtkWidget)

/* What hangs down to the ground, dB, and what stands up to the top and is just visible, dB re mean
 * square 1. */
#define WB_CARVE_VIEW_DEEPEST_DB 18.0
#define WB_CARVE_VIEW_TOP_DB (-10.0)
#define WB_CARVE_VIEW_BOTTOM_DB (-70.0)

GtkWidget *wb_carve_view_new(void);
void wb_carve_view_set_colour(WbCarveView *view, unsigned rgb); /* 0xrrggbb */
/* As in WbTrackReading; about 30 times a second. Peaks fall by 40 dB a second. */
void wb_carve_view_set(WbCarveView *view, const float power[WB_BANDS],
                       const float cut_db[WB_BANDS]);
