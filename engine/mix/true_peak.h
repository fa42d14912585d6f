/* SPDX-License-Identifier: GPL-3.0-or-later */
/* True peak of one channel: the highest value between samples as well, on four points for each
 * (ITU-R BS.1770-4, annex 2, at any sample rate).
 * Thread: one at a time for each meter, any; nothing allocates. */
#pragma once

#include <stddef.h>

#define WB_TRUE_PEAK_TAPS 12

/* All zero to start with. */
typedef struct {
    float past[WB_TRUE_PEAK_TAPS - 1]; /* the last samples */
    float highest;                     /* so far, linear, full scale 1 */
} WbTruePeak;

/* The next frames. A peak shows six samples after it. */
void wb_true_peak_add(WbTruePeak *meter, const double *samples, size_t frames);
