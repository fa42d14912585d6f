/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The hearing model: what a spectrum excites, and how loud one sound is amid others. The arbiter
 * decides by it, the masking analysis explains by it: doc/arbiter.md.
 * Thread: any; pure functions. */
#pragma once

#include <math.h>

#include "engine/hearing/bands.h"

/* Sound pressure level of mean square 1: a mix of -20 LUFS plays at 77 dB SPL. */
#define WB_CALIBRATION_DB 97.0

/* Of the rest's excitation, this is what halves the loudness of a sound. */
#define WB_LOUDNESS_MASKED 0.25f

/* The threshold in quiet of each band, as a mean square. */
void wb_quiet_floor(float quiet[WB_BANDS]);

/* Power (mean square) spreads along the basilar membrane to its neighbours: Terhardt's slopes,
 * 15 dB a band upwards and 27 dB downwards. */
void wb_excite(const float power[WB_BANDS], float excitation[WB_BANDS]);

/* The loudness of 60 dB SPL alone in a band, in the unit of wb_partial_loudness(). */
float wb_loudness_unit(void);

static inline float wb_fourth_root(float x)
{
    return sqrtf(sqrtf(x));
}

/* Partial loudness of what has the excitation `own` in a whole of `total` (threshold in quiet
 * included), whose fourth root is `whole`: Stevens' law for what it adds to the rest, less as it
 * nears its masked threshold. `quiet` is the threshold in quiet of the band. */
static inline float wb_partial_loudness(float whole, float total, float own, float quiet)
{
    const float rest = total - own > quiet ? total - own : quiet;
    return (whole - wb_fourth_root(rest)) * own / (own + WB_LOUDNESS_MASKED * rest);
}
