/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An upright level meter of one or two channels: the peak in a faint bar that falls slowly, the
 * loudness in a full one within it, the held peak as a line, and a light for clipping. A click, or
 * wb_meter_view_reset(), puts light and held peak out ("reset" tells that it was asked for).
 *
 * Thread: main. Redraws itself only if a pixel of it changes. */
#pragma once

#include <gtk/gtk.h>
#include <stdbool.h>

#include "gui/level_scale.h"

#define WB_TYPE_METER_VIEW (wb_meter_view_get_type())
G_DECLARE_FINAL_TYPE(WbMeterView, wb_meter_view, WB, METER_VIEW, GtkWidget)

GtkWidget *wb_meter_view_new(WbLevelScale scale);

/* For all meters: dB a second (IEC 60268-18: 20 dB in 1.7 s, 11.8; usual are 8.7 to 24), and how
 * long peaks are held: seconds, 0 not at all, INFINITY until reset. */
void wb_meter_view_set_ballistics(double fall_db_per_second, double hold_seconds);

void wb_meter_view_set_scale(WbMeterView *view, WbLevelScale scale);
void wb_meter_view_set_channels(WbMeterView *view, unsigned channels); /* 1 or 2 */
void wb_meter_view_set_marks(WbMeterView *view, bool marks);           /* numbers beside it */

/* Highest peaks since the last call, dBFS, [channels]; loudness in LUFS, or NAN if it is not
 * shown. About 30 times a second; the fall follows the clock. */
void wb_meter_view_set_levels(WbMeterView *view, const double peak_db[], double loudness_lufs);
/* The highest peak since the last reset, dBFS, or -INFINITY. */
double wb_meter_view_held_db(WbMeterView *view);
bool wb_meter_view_clipped(WbMeterView *view);
void wb_meter_view_reset(WbMeterView *view);
