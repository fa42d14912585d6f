/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The report of a render, as JSON: per track what was taken and how its loudness changed; for the
 * mix loudness, peaks and speed. Main thread. */
#pragma once

#include "src/render.h"

/* Writes the report to a file, complete or not at all. */
bool wb_report_write(const char *path, const WbRenderRequest *request, const WbRenderResult *result,
                     GError **error);

/* Predicted loudness change of a track in percent; 0 if it was never heard. */
double wb_report_loudness_change(const WbOfflineTrack *track);

/* A track's part of all that was taken of all tracks, 0 to 1: of dB summed over bands and time. */
double wb_report_cut_share(const WbRenderResult *result, size_t track);
