/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loudness and true peak of the bus: EBU R128 and ITU-R BS.1770, by libebur128.
 * Thread: one at a time, not the audio thread. */
#pragma once

#include <stddef.h>

typedef struct WbMeter WbMeter;

/* For a stereo bus at a rate in Hz. */
WbMeter *wb_meter_new(double rate);
/* The same for an evening: constant memory and time, integrated loudness to 0.1 LU, no range. */
WbMeter *wb_meter_new_running(double rate);
void wb_meter_free(WbMeter *meter);

/* The next frames, [left, right][frame], full scale 1. */
void wb_meter_add(WbMeter *meter, const double *const bus[2], size_t frames);

/* Of all frames so far. Integrated loudness in LUFS and loudness range in LU (-INFINITY and 0 for
 * silence or less than 0.4 s); the highest true peak and sample peak in dBTP and dBFS. */
typedef struct {
    double integrated_lufs, range_lu;
    double true_peak_db, sample_peak_db;
    double momentary_lufs, short_term_lufs; /* of the last 0.4 s and 3 s; of a running one only */
} WbMeterReading;

WbMeterReading wb_meter_read(const WbMeter *meter);
