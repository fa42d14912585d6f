/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rounding to whole steps with triangular dither (TPDF) two steps wide: the error is then noise of
 * one constant power, step²/4, whatever the signal (Lipshitz, Wannamaker & Vanderkooy, JAES 40(5),
 * 1992). Thread: any, one at a time for each dither. */
#pragma once

#include <stdint.h>

typedef struct {
    uint64_t state;
} WbDither;

/* The same number gives the same noise, different ones independent noise: one per channel. */
WbDither wb_dither(unsigned number);

/* `steps` plus noise, rounded to a whole number. */
double wb_dither_round(WbDither *dither, double steps);
