/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/disk/dither.h"

#include <math.h>

/* SplitMix64 (Steele, Lea & Flood, OOPSLA 2014). */
static uint64_t next(WbDither *dither)
{
    uint64_t z = dither->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

WbDither wb_dither(unsigned number)
{
    WbDither counter = {number};
    WbDither dither = {next(&counter)};
    return dither;
}

double wb_dither_round(WbDither *dither, double steps)
{
    uint64_t bits = next(dither);
    double triangular = ((double)(uint32_t)(bits >> 32) - (double)(uint32_t)bits) * 0x1p-32;
    return rint(steps + triangular);
}
