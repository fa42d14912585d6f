/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of the carve share: the paper's centres, random curves, a reproducible noise. */
#pragma once

#include "engine/carve/design.h"

#include <math.h>
#include <stdint.h>

/* Rämö, Liski & Välimäki 2020, table of the Bark design. */
static const double paper_centre_hz[WB_CARVE_BANDS] = {
    50,   150,  250,  350,  450,  570,  700,  840,  1000, 1170, 1370,  1600,
    1850, 2150, 2500, 2900, 3400, 4000, 4800, 5800, 7000, 8500, 10500, 13500,
};

#define CURVE_POINTS (2 * WB_CARVE_BANDS - 1)

/* Centres and the geometric means between them, ascending. */
static inline double curve_point_hz(int point)
{
    const int band = point / 2;
    return point % 2 == 0 ? paper_centre_hz[band]
                          : sqrt(paper_centre_hz[band] * paper_centre_hz[band + 1]);
}

/* The gain wanted there: minus the cut, midway the mean of the neighbours. */
static inline double curve_point_db(const float *cut_db, int point)
{
    const int band = point / 2;
    return point % 2 == 0 ? -cut_db[band] : -0.5 * (cut_db[band] + cut_db[band + 1]);
}

/* Uniform in 0..1; Knuth's MMIX generator, upper bits. */
static inline double random_unit(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)(*seed >> 11) * 0x1p-53;
}

static inline double random_signed(uint64_t *seed)
{
    return 2.0 * random_unit(seed) - 1.0;
}

/* Cuts of 0..depth dB, uniform, averaged over three neighbouring bands. */
static inline void random_curve(uint64_t *seed, double depth_db, float *cut_db)
{
    double rough[WB_CARVE_BANDS + 2];
    for (int i = 1; i <= WB_CARVE_BANDS; i++) {
        rough[i] = depth_db * random_unit(seed);
    }
    rough[0] = rough[1];
    rough[WB_CARVE_BANDS + 1] = rough[WB_CARVE_BANDS];
    for (int i = 0; i < WB_CARVE_BANDS; i++) {
        cut_db[i] = (float)((rough[i] + rough[i + 1] + rough[i + 2]) / 3.0);
    }
}

/* Every band 0 or depth dB, at random: rougher than anything the arbiter asks for. */
static inline void rough_curve(uint64_t *seed, double depth_db, float *cut_db)
{
    for (int i = 0; i < WB_CARVE_BANDS; i++) {
        cut_db[i] = random_unit(seed) < 0.5 ? 0.0f : (float)depth_db;
    }
}
