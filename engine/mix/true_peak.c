/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/mix/true_peak.h"

#include <math.h>
#include <string.h>

#define PAST (WB_TRUE_PEAK_TAPS - 1)
#define CHUNK 512

/* The interpolating filter of BS.1770-4, annex 2: its phases 0 and 1; 3 and 2 are these backwards.
 */
static const float near[WB_TRUE_PEAK_TAPS] = {
    0.0017089843750f,  0.0109863281250f,  -0.0196533203125f, 0.0332031250000f,
    -0.0594482421875f, 0.1373291015625f,  0.9721679687500f,  -0.1022949218750f,
    0.0476074218750f,  -0.0266113281250f, 0.0148925781250f,  -0.0083007812500f,
};
static const float far[WB_TRUE_PEAK_TAPS] = {
    -0.0291748046875f, 0.0292968750000f,  -0.0517578125000f, 0.0891113281250f,
    -0.1665039062500f, 0.4650878906250f,  0.7797851562500f,  -0.2003173828125f,
    0.1015625000000f,  -0.0582275390625f, 0.0330810546875f,  -0.0189208984375f,
};

/* Plain C, since fmaxf() looks after numbers that are none. */
static inline float larger(float a, float b)
{
    return a > b ? a : b;
}

/* The highest magnitude of the four points of each of count samples; the past lies before them. */
static void interpolate(const float *restrict samples, float *restrict magnitude, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        float a = 0, b = 0, c = 0, d = 0;
#pragma GCC unroll 12
        for (int tap = 0; tap < WB_TRUE_PEAK_TAPS; tap++) {
            const float x = samples[i + (size_t)tap];
            a += near[tap] * x;
            b += far[tap] * x;
            c += far[PAST - tap] * x;
            d += near[PAST - tap] * x;
        }
        const float first = larger(fabsf(a), fabsf(b)), second = larger(fabsf(c), fabsf(d));
        magnitude[i] = larger(first, second);
    }
}

void wb_true_peak_add(WbTruePeak *meter, const double *samples, size_t frames)
{
    float x[PAST + CHUNK], magnitude[CHUNK];
    memcpy(x, meter->past, sizeof meter->past);
    while (frames > 0) {
        const size_t count = frames < CHUNK ? frames : CHUNK;
        for (size_t i = 0; i < count; i++)
            x[PAST + i] = (float)samples[i];
        interpolate(x, magnitude, count);
        for (size_t i = 0; i < count; i++)
            meter->highest = larger(meter->highest, magnitude[i]);
        memmove(x, x + count, sizeof meter->past);
        samples += count;
        frames -= count;
    }
    memcpy(meter->past, x, sizeof meter->past);
}
