/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was taken of each track over the last half minute, to be looked at: a picture with time from
 * left to right and the 24 bands from low at the bottom to high.
 *
 * Thread: main. */
#pragma once

#include <gtk/gtk.h>
#include <stdbool.h>

#include "engine/hearing/bands.h"

#define WB_CARVE_HISTORY_SECONDS 30
#define WB_CARVE_HISTORY_STEPS 300
/* What is drawn in the full colour, dB. */
#define WB_CARVE_HISTORY_FULL_DB 12.0

typedef struct WbCarveHistory WbCarveHistory;

WbCarveHistory *wb_carve_history_new(void);
void wb_carve_history_free(WbCarveHistory *history);

/* The next tenth of a second of a track. */
void wb_carve_history_add(WbCarveHistory *history, unsigned id, const float cut_db[WB_BANDS]);
/* Forgets tracks that were not added to since the last call, unless none was: time stands. */
void wb_carve_history_sweep(WbCarveHistory *history);

/* Whether anything was taken of the track. */
bool wb_carve_history_any(const WbCarveHistory *history, unsigned id);

/* WB_CARVE_HISTORY_STEPS by WB_BANDS, now at the right; ground where nothing is taken. NULL if
 * nothing is known of the track. */
GdkTexture *wb_carve_history_picture(const WbCarveHistory *history, unsigned id,
                                     const GdkRGBA *ground, const GdkRGBA *colour);
