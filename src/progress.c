/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "src/progress.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <unistd.h>

#define WIDTH 30
#define INTERVAL_US 100000

void wb_progress_start(WbProgress *progress, bool quiet, double rate, gint64 frames)
{
    const gint64 now = g_get_monotonic_time();
    *progress = (WbProgress){
        .shown = !quiet && isatty(STDERR_FILENO),
        .rate = rate,
        .frames = frames,
        .began = now,
        .last = now - INTERVAL_US,
    };
}

void wb_progress_show(WbProgress *progress, gint64 frames_done)
{
    const gint64 now = g_get_monotonic_time();
    if (!progress->shown || now - progress->last < INTERVAL_US || frames_done <= 0)
        return;
    progress->last = now;
    const double part = (double)frames_done / (double)progress->frames;
    const double seconds = (double)(now - progress->began) / 1e6;
    const double left = seconds * (1 - part) / part;
    char bar[WIDTH + 1];
    for (int i = 0; i < WIDTH; i++)
        bar[i] = i < (int)(part * WIDTH) ? '#' : '.';
    bar[WIDTH] = '\0';
    g_printerr("\r[%s] ", bar);
    /* TRANSLATORS: percent, speed as a multiple of real time, minutes:seconds left */
    g_printerr(_("%3.0f %%  %.0fx real time  %d:%02d left "), 100 * part,
               (double)frames_done / progress->rate / seconds, (int)left / 60, (int)left % 60);
}

void wb_progress_end(WbProgress *progress)
{
    if (progress->shown)
        g_printerr("\r\033[K");
}
