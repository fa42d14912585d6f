/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A progress bar on the terminal: how far, how fast, how long still. Silent where stderr is no
 * terminal. Main thread. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct {
    bool shown;
    double rate;        /* frames per second of audio */
    gint64 frames;      /* in all */
    gint64 began, last; /* monotonic time, microseconds */
} WbProgress;

/* quiet: show nothing even on a terminal. */
void wb_progress_start(WbProgress *progress, bool quiet, double rate, gint64 frames);
void wb_progress_show(WbProgress *progress, gint64 frames_done);

/* Clears the line. */
void wb_progress_end(WbProgress *progress);
