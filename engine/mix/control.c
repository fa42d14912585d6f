/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/mix/control.h"

#include <glib.h>
#include <math.h>
#include <string.h>

#include "engine/hearing/smoothing.h"

/* Above any mix. A sample of 1e30 in a damaged file must not take the arbiter's averages to where
 * they would not come back from for the rest of the song. */
#define LOUDEST 1e3f

G_STATIC_ASSERT(WB_BANDS == WB_CARVE_BANDS);

struct WbControl {
    const WbCarveDesign *design;
    WbArbiter *arbiter;
    WbSmoothing *smoothings[2], *smoothing; /* [timing], and the one that is in use */
    WbTiming timing;
    size_t max_tracks;
    WbArbiterTrack *tracks;    /* [track] */
    float (*power)[WB_BANDS];  /* [track] on the bus */
    float (*cut_db)[WB_BANDS]; /* [track] of the last step */
};

WbControl *wb_control_new(const WbCarveDesign *design, WbTiming timing, size_t max_tracks)
{
    WbControl *control = g_new0(WbControl, 1);
    max_tracks = MAX(max_tracks, 1); /* a mix may be empty, its arrays are not */
    control->design = design;
    control->arbiter = wb_arbiter_new(max_tracks);
    control->smoothings[WB_TIMING_PLAYBACK] = wb_smoothing_new(WB_TIMING_PLAYBACK, max_tracks);
    control->smoothings[WB_TIMING_LIVE] = wb_smoothing_new(WB_TIMING_LIVE, max_tracks);
    control->smoothing = control->smoothings[timing];
    control->timing = timing;
    control->max_tracks = max_tracks;
    control->tracks = g_new0(WbArbiterTrack, max_tracks);
    control->power = g_malloc0_n(max_tracks, sizeof *control->power);
    control->cut_db = g_malloc0_n(max_tracks, sizeof *control->cut_db);
    return control;
}

void wb_control_free(WbControl *control)
{
    if (!control)
        return;
    wb_arbiter_free(control->arbiter);
    wb_smoothing_free(control->smoothings[WB_TIMING_PLAYBACK]);
    wb_smoothing_free(control->smoothings[WB_TIMING_LIVE]);
    g_free(control->tracks);
    g_free(control->power);
    g_free(control->cut_db);
    g_free(control);
}

void wb_control_reset(WbControl *control)
{
    wb_arbiter_reset(control->arbiter);
    wb_smoothing_reset(control->smoothing);
    memset(control->cut_db, 0, control->max_tracks * sizeof *control->cut_db);
}

WbTiming wb_control_timing(const WbControl *control)
{
    return control->timing;
}

void wb_control_set_timing(WbControl *control, WbTiming timing)
{
    if (timing == control->timing)
        return;
    control->timing = timing;
    control->smoothing = control->smoothings[timing];
    wb_smoothing_start_from(control->smoothing, control->max_tracks,
                            (const float(*)[WB_BANDS])control->cut_db);
}

void wb_control_take_over(WbControl *control, const WbControl *from, size_t tracks,
                          const size_t map[])
{
    control->timing = from->timing;
    control->smoothing = control->smoothings[from->timing];
    wb_arbiter_take_over(control->arbiter, from->arbiter, tracks, map);
    wb_smoothing_take_over(control->smoothing, from->smoothing, tracks, map);
    memset(control->cut_db, 0, control->max_tracks * sizeof *control->cut_db);
    for (size_t t = 0; t < tracks; t++)
        if (map[t] != WB_NO_TRACK)
            memcpy(control->cut_db[t], from->cut_db[map[t]], sizeof *control->cut_db);
}

int wb_control_offset(const WbControl *control)
{
    return control->timing == WB_TIMING_LIVE ? WB_LIVE_OFFSET
                                             : -(int)wb_smoothing_delay(control->smoothing);
}

/* Power on the bus, left and right together; a mono track counts in both. */
static void on_the_bus(const WbStrip *strip, const float power[2][WB_BANDS], float out[WB_BANDS])
{
    double gain[2];
    wb_strip_gains(strip, gain);
    const double trim = wb_strip_trim(strip);
    const float left = (float)(gain[0] * gain[0] * trim * trim);
    const float right = (float)(gain[1] * gain[1] * trim * trim);
    const float *other = power[strip->channels - 1];
    for (int b = 0; b < WB_BANDS; b++)
        out[b] = fminf(left * power[0][b] + right * other[b], LOUDEST);
}

bool wb_control_step(WbControl *control, const WbArbiterSettings *settings, size_t tracks,
                     const WbStrip strips[], const float power[][2][WB_BANDS],
                     WbCarveCoefficients targets[], float cut_db[][WB_BANDS])
{
    for (size_t t = 0; t < tracks; t++) {
        control->tracks[t] = wb_strip_for_arbiter(&strips[t]);
        on_the_bus(&strips[t], power[t], control->power[t]);
    }
    wb_arbiter_step(control->arbiter, settings, tracks, control->tracks, control->power, cut_db);
    if (!wb_smoothing_step(control->smoothing, tracks, cut_db, cut_db))
        return false;
    for (size_t t = 0; t < tracks; t++) {
        for (int b = 0; b < WB_BANDS; b++)
            cut_db[t][b] = fminf(cut_db[t][b], control->tracks[t].limit_db[b]);
        wb_carve_design_coefficients(control->design, cut_db[t], &targets[t]);
    }
    memcpy(control->cut_db, cut_db, tracks * sizeof *cut_db);
    return true;
}

const float *wb_control_power(const WbControl *control, size_t track)
{
    return control->power[track];
}

void wb_control_loudness(const WbControl *control, size_t track, double *before, double *after)
{
    wb_arbiter_loudness(control->arbiter, track, before, after);
}

void wb_control_loudness_alone(const WbControl *control, float alone[])
{
    wb_arbiter_loudness_alone(control->arbiter, control->max_tracks, alone);
}
