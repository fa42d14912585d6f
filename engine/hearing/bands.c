/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/hearing/bands.h"

#include <complex.h>
#include <math.h>

const double wb_band_edge_hz[WB_BANDS + 1] = {
    20,   100,  200,  300,  400,  510,  630,  770,  920,  1080, 1270,  1480,  1720,
    2000, 2320, 2700, 3150, 3700, 4400, 5300, 6400, 7700, 9500, 12000, 15500,
};

const double wb_band_centre_hz[WB_BANDS] = {
    50,   150,  250,  350,  450,  570,  700,  840,  1000, 1170, 1370,  1600,
    1850, 2150, 2500, 2900, 3400, 4000, 4800, 5800, 7000, 8500, 10500, 13500,
};

double wb_threshold_in_quiet_db(double hz)
{
    const double khz = hz / 1000;
    return 3.64 * pow(khz, -0.8) - 6.5 * exp(-0.6 * (khz - 3.3) * (khz - 3.3)) +
           0.001 * pow(khz, 4);
}

/* |H|^2 of a biquad at w. */
static double biquad_power(const double b[3], const double a[3], double w)
{
    const double complex z = cexp(-I * w);
    const double size = cabs((b[0] + (b[1] + b[2] * z) * z) / (a[0] + (a[1] + a[2] * z) * z));
    return size * size;
}

double wb_k_weight(double hz)
{
    static const double shelf_b[3] = {1.53512485958697, -2.69169618940638, 1.19839281085285};
    static const double shelf_a[3] = {1, -1.69065929318241, 0.73248077421585};
    static const double pass_b[3] = {1, -2, 1};
    static const double pass_a[3] = {1, -1.99004745483398, 0.99007225036621};
    const double w = 2 * M_PI * hz / 48000;
    return biquad_power(shelf_b, shelf_a, w) * biquad_power(pass_b, pass_a, w);
}

int wb_band_of(double hz)
{
    int band = 0;
    while (band < WB_BANDS - 1 && hz >= wb_band_edge_hz[band + 1])
        band++;
    return band;
}
