/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One track in full, over the Bark scale: what is heard of its loudness in each band and, stacked
 * upon it, what covers the rest, by name and colour; its spectrum with the carve hanging from the
 * top; and its carve over the last 30 seconds.
 *
 * Thread: main. */
#pragma once

#include <gtk/gtk.h>

#include "engine/hearing/masking.h"
#include "gui/masking_matrix.h"

#define WB_TYPE_TRACK_DETAIL (wb_track_detail_get_type())
G_DECLARE_FINAL_TYPE(WbTrackDetail, wb_track_detail, WB, TRACK_DETAIL, GtkWidget)

GtkWidget *wb_track_detail_new(void);
void wb_track_detail_set_tracks(WbTrackDetail *detail, size_t tracks, const WbMatrixTrack track[]);
/* 0: none. */
void wb_track_detail_show(WbTrackDetail *detail, unsigned id);

/* Of each track, ten times a second of sound, shown or not, so that its last 30 seconds are there
 * when it is; after all of them wb_track_detail_update(). */
void wb_track_detail_remember(WbTrackDetail *detail, unsigned id, const float cut_db[WB_BANDS]);
/* power and cut_db: of the track that is shown, as in WbTrackReading; NULL if there is none. */
void wb_track_detail_update(WbTrackDetail *detail, const WbMasking *masking,
                            const float power[WB_BANDS], const float cut_db[WB_BANDS]);
