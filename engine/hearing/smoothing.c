/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/hearing/smoothing.h"

#include <glib.h>
#include <math.h>
#include <string.h>

#define SIDE 0.125f /* of a band's cut, to either neighbour */
#define SIGMA 3.0   /* ticks */
#define REACH 9     /* ticks to either side */
#define WINDOW (2 * REACH + 1)
#define SMALLEST_DB 1e-3f /* a release ends here */

struct WbSmoothing {
    WbTiming timing;
    size_t max_tracks;
    float deepen[WB_BANDS], release[WB_BANDS]; /* part of the way that a tick leaves */
    float gaussian[WINDOW];
    float (*history)[WB_BANDS]; /* live: [track]; playback: [tick modulo WINDOW][track] */
    uint64_t ticks;             /* pushed so far */
};

static double clamp(double x, double low, double high)
{
    return fmin(fmax(x, low), high);
}

WbSmoothing *wb_smoothing_new(WbTiming timing, size_t max_tracks)
{
    WbSmoothing *smoothing = g_new0(WbSmoothing, 1);
    smoothing->timing = timing;
    smoothing->max_tracks = max_tracks;
    for (int b = 0; b < WB_BANDS; b++) {
        const double period = sqrt(500 / wb_band_centre_hz[b]);
        const double deepen = clamp(0.030 * period, 0.008, 0.060);
        const double release = 1.5 * clamp(0.120 * period, 0.030, 0.150);
        smoothing->deepen[b] = (float)exp(-WB_TICK_SECONDS / deepen);
        smoothing->release[b] = (float)exp(-WB_TICK_SECONDS / release);
    }
    for (int i = 0; i < WINDOW; i++)
        smoothing->gaussian[i] = (float)exp(-0.5 * pow((i - REACH) / SIGMA, 2));
    const size_t ticks = timing == WB_TIMING_PLAYBACK ? WINDOW : 1;
    smoothing->history = g_malloc0_n(ticks * max_tracks, sizeof *smoothing->history);
    return smoothing;
}

void wb_smoothing_free(WbSmoothing *smoothing)
{
    if (!smoothing)
        return;
    g_free(smoothing->history);
    g_free(smoothing);
}

void wb_smoothing_reset(WbSmoothing *smoothing)
{
    const size_t ticks = smoothing->timing == WB_TIMING_PLAYBACK ? WINDOW : 1;
    memset(smoothing->history, 0, ticks * smoothing->max_tracks * sizeof *smoothing->history);
    smoothing->ticks = 0;
}

unsigned wb_smoothing_delay(const WbSmoothing *smoothing)
{
    return smoothing->timing == WB_TIMING_PLAYBACK ? REACH : 0;
}

static void across_bands(const float in[WB_BANDS], float out[WB_BANDS])
{
    float cut[WB_BANDS];
    memcpy(cut, in, sizeof cut);
    for (int b = 0; b < WB_BANDS; b++) {
        const float below = cut[b > 0 ? b - 1 : b], above = cut[b < WB_BANDS - 1 ? b + 1 : b];
        out[b] = SIDE * below + (1 - 2 * SIDE) * cut[b] + SIDE * above;
    }
}

static void follow(const WbSmoothing *smoothing, float now[WB_BANDS], const float wanted[WB_BANDS])
{
    for (int b = 0; b < WB_BANDS; b++) {
        const float keep = wanted[b] > now[b] ? smoothing->deepen[b] : smoothing->release[b];
        now[b] = wanted[b] + keep * (now[b] - wanted[b]);
        if (now[b] < SMALLEST_DB)
            now[b] = 0;
    }
}

/* The Gaussian around the tick REACH before the newest, over the ticks there are. */
static void weigh(const WbSmoothing *smoothing, size_t track, float out[WB_BANDS])
{
    float sum[WB_BANDS] = {0}, weights = 0;
    const size_t first = smoothing->ticks < WINDOW ? WINDOW - smoothing->ticks : 0;
    for (size_t i = first; i < WINDOW; i++) {
        const size_t slot = (smoothing->ticks + i) % WINDOW;
        const float *cut = smoothing->history[slot * smoothing->max_tracks + track];
        weights += smoothing->gaussian[i];
        for (int b = 0; b < WB_BANDS; b++)
            sum[b] += smoothing->gaussian[i] * cut[b];
    }
    for (int b = 0; b < WB_BANDS; b++)
        out[b] = sum[b] / weights;
}

bool wb_smoothing_step(WbSmoothing *smoothing, size_t tracks, const float in[][WB_BANDS],
                       float out[][WB_BANDS])
{
    if (smoothing->timing == WB_TIMING_LIVE) {
        for (size_t t = 0; t < tracks; t++) {
            float wanted[WB_BANDS];
            across_bands(in[t], wanted);
            follow(smoothing, smoothing->history[t], wanted);
            memcpy(out[t], smoothing->history[t], sizeof *out);
        }
        return true;
    }
    const size_t slot = smoothing->ticks % WINDOW * smoothing->max_tracks;
    for (size_t t = 0; t < tracks; t++)
        across_bands(in[t], smoothing->history[slot + t]);
    if (++smoothing->ticks <= REACH)
        return false;
    for (size_t t = 0; t < tracks; t++)
        weigh(smoothing, t, out[t]);
    return true;
}
