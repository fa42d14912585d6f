/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/hearing/bands.h"

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

int wb_band_of(double hz)
{
    int band = 0;
    while (band < WB_BANDS - 1 && hz >= wb_band_edge_hz[band + 1])
        band++;
    return band;
}
