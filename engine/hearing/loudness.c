/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/hearing/loudness.h"

#define SLOPE_UP 0.0316227766F    /* 15 dB a band */
#define SLOPE_DOWN 0.00199526231F /* 27 dB a band */

void wb_quiet_floor(float quiet[WB_BANDS])
{
    for (int b = 0; b < WB_BANDS; b++)
        quiet[b] = (float)pow(
            10, (wb_threshold_in_quiet_db(wb_band_centre_hz[b]) - WB_CALIBRATION_DB) / 10);
}

void wb_excite(const float power[WB_BANDS], float excitation[WB_BANDS])
{
    float carried = 0;
    for (int b = 0; b < WB_BANDS; b++) {
        excitation[b] = power[b] + carried;
        carried = (carried + power[b]) * SLOPE_UP;
    }
    carried = 0;
    for (int b = WB_BANDS - 1; b >= 0; b--) {
        excitation[b] += carried;
        carried = (carried + power[b]) * SLOPE_DOWN;
    }
}

float wb_loudness_unit(void)
{
    return (float)pow(10, (60 - WB_CALIBRATION_DB) / 40);
}
