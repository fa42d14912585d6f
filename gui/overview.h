/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The timeline at a glance: the clips of all tracks in their colours, a lane each, the loop, and
 * where playback is. Click or drag locates ("locate", gint64 frame); with Shift a drag sets the
 * loop ("loop", gint64 start, gint64 end); Left and Right go 5 s, Page Up and Page Down 30 s,
 * Home and End to the ends.
 *
 * Thread: main. */
#pragma once

#include <gtk/gtk.h>
#include <stdbool.h>

#define WB_TYPE_OVERVIEW (wb_overview_get_type())
G_DECLARE_FINAL_TYPE(WbOverview, wb_overview, WB, OVERVIEW, GtkWidget)

typedef struct {
    unsigned lane; /* 0 at the top */
    unsigned rgb;  /* 0xrrggbb */
    gint64 start, end;
} WbOverviewClip;

GtkWidget *wb_overview_new(void);

/* In frames at `rate` Hz. end: of the last clip. */
void wb_overview_set_clips(WbOverview *overview, double rate, gint64 end, unsigned lanes,
                           size_t clips, const WbOverviewClip clip[]);
void wb_overview_set_loop(WbOverview *overview, bool on, gint64 start, gint64 end);
/* Some 30 times a second; redraws only if the playhead moves by a pixel. */
void wb_overview_set_position(WbOverview *overview, gint64 position);
