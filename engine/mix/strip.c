/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/mix/strip.h"

#include <math.h>

#include "engine/hearing/bands.h"

WbStrip wb_strip_default(unsigned channels, WbRole role)
{
    return (WbStrip){
        .channels = channels, .role = role, .depth_db = INFINITY, .low_hz = 0, .high_hz = INFINITY};
}

double wb_gain_of_db(double db)
{
    return db <= WB_FADER_SHUT_DB ? 0 : pow(10, db / 20);
}

double wb_strip_trim(const WbStrip *strip)
{
    const double trim = wb_gain_of_db(strip->trim_db);
    return strip->invert ? -trim : trim;
}

void wb_strip_gains(const WbStrip *strip, double gain[2])
{
    const double fader = strip->muted ? 0 : wb_gain_of_db(strip->gain_db);
    gain[0] = gain[1] = fader;
    if (strip->pan == 0)
        return;
    if (strip->channels == 1) {
        /* Sines, as they are exactly 0 where a side is to be silent. */
        gain[0] *= M_SQRT2 * sin((1 - strip->pan) * M_PI_4);
        gain[1] *= M_SQRT2 * sin((1 + strip->pan) * M_PI_4);
    } else {
        gain[strip->pan > 0 ? 0 : 1] *= sin((1 - fabs(strip->pan)) * M_PI_2);
    }
}

WbGains wb_strip_all_gains(const WbStrip *strip)
{
    WbGains gains = {.trim = wb_strip_trim(strip)};
    wb_strip_gains(strip, gains.side);
    return gains;
}

WbArbiterTrack wb_strip_for_arbiter(const WbStrip *strip)
{
    WbArbiterTrack track = {
        .role = strip->role, .sounding = !strip->muted, .spares = strip->spares};
    for (int b = 0; b < WB_BANDS; b++) {
        const double centre = wb_band_centre_hz[b];
        const bool inside = centre >= strip->low_hz && centre <= strip->high_hz;
        track.limit_db[b] = inside && !strip->carve_bypass ? (float)strip->depth_db : 0;
    }
    return track;
}
