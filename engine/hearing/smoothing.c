/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/hearing/smoothing.h"

#include <glib.h>
#include <math.h>
#include <string.h>

#include "engine/hearing/role.h"

#define SIDE 0.125f       /* of a band's cut, to either neighbour */
#define SIGMA 2.0         /* of the Gaussian, in time constants of the ear */
#define REACH_SIGMAS 3    /* to either side, of the slowest band */
#define RELEASE 2.0       /* live, in time constants of the ear; deepening takes one */
#define SMALLEST_DB 1e-3f /* a release ends here */

struct WbSmoothing {
    WbTiming timing;
    size_t max_tracks;
    float deepen[WB_BANDS], release[WB_BANDS]; /* part of the way that a tick leaves */
    unsigned reach, window;      /* playback: ticks to either side, and in all; live: 0, 1 */
    float (*gaussian)[WB_BANDS]; /* [tick in the window] */
    float (*history)[WB_BANDS];  /* live: [track]; playback: [tick modulo window][track] */
    uint64_t ticks;              /* pushed so far */
};

/* How long the ear smears a sound at a frequency, in seconds: ITU-R BS.1387 (PEAQ), the time
 * constant of its excitation patterns. What moves faster than this is not heard as moving. */
static double smear_seconds(double hz)
{
    return 0.008 + 0.022 * 100 / hz;
}

WbSmoothing *wb_smoothing_new(WbTiming timing, size_t max_tracks)
{
    WbSmoothing *smoothing = g_new0(WbSmoothing, 1);
    smoothing->timing = timing;
    smoothing->max_tracks = max_tracks;
    const double slowest = SIGMA * smear_seconds(wb_band_centre_hz[0]) / WB_TICK_SECONDS;
    if (timing == WB_TIMING_PLAYBACK)
        smoothing->reach = (unsigned)ceil(REACH_SIGMAS * slowest);
    smoothing->window = 2 * smoothing->reach + 1;
    smoothing->gaussian = g_malloc0_n(smoothing->window, sizeof *smoothing->gaussian);
    for (int b = 0; b < WB_BANDS; b++) {
        const double smear = smear_seconds(wb_band_centre_hz[b]);
        smoothing->deepen[b] = (float)exp(-WB_TICK_SECONDS / smear);
        smoothing->release[b] = (float)exp(-WB_TICK_SECONDS / (RELEASE * smear));
        for (unsigned i = 0; i < smoothing->window; i++) {
            const double seconds = ((double)i - smoothing->reach) * WB_TICK_SECONDS;
            const double sigmas = seconds / (SIGMA * smear);
            smoothing->gaussian[i][b] = (float)exp(-0.5 * sigmas * sigmas);
        }
    }
    smoothing->history =
        g_malloc0_n(smoothing->window * MAX(max_tracks, 1), sizeof *smoothing->history);
    return smoothing;
}

void wb_smoothing_free(WbSmoothing *smoothing)
{
    if (!smoothing)
        return;
    g_free(smoothing->gaussian);
    g_free(smoothing->history);
    g_free(smoothing);
}

void wb_smoothing_reset(WbSmoothing *smoothing)
{
    memset(smoothing->history, 0,
           smoothing->window * smoothing->max_tracks * sizeof *smoothing->history);
    smoothing->ticks = 0;
}

void wb_smoothing_start_from(WbSmoothing *smoothing, size_t tracks, const float cut_db[][WB_BANDS])
{
    wb_smoothing_reset(smoothing);
    for (unsigned i = 0; tracks > 0 && i < smoothing->window; i++)
        memcpy(smoothing->history[i * smoothing->max_tracks], cut_db, tracks * sizeof *cut_db);
    smoothing->ticks = smoothing->window;
}

void wb_smoothing_take_over(WbSmoothing *smoothing, const WbSmoothing *from, size_t tracks,
                            const size_t map[])
{
    wb_smoothing_reset(smoothing);
    smoothing->ticks = from->ticks;
    for (unsigned i = 0; i < smoothing->window; i++)
        for (size_t t = 0; t < tracks; t++)
            if (map[t] != WB_NO_TRACK)
                memcpy(smoothing->history[i * smoothing->max_tracks + t],
                       from->history[i * from->max_tracks + map[t]], sizeof *smoothing->history);
}

unsigned wb_smoothing_delay(const WbSmoothing *smoothing)
{
    return smoothing->reach;
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

/* The Gaussian around the tick that lies the reach before the newest; first is the oldest tick of
 * the window that there has been, weights the sum of those from it on. */
static void weigh(const WbSmoothing *smoothing, uint64_t first, const float weights[WB_BANDS],
                  size_t track, float out[WB_BANDS])
{
    const unsigned window = smoothing->window;
    float sum[WB_BANDS] = {0};
    for (uint64_t i = first; i < window; i++) {
        const uint64_t slot = (smoothing->ticks + i) % window;
        const float *cut = smoothing->history[slot * smoothing->max_tracks + track];
        const float *weight = smoothing->gaussian[i];
        for (int b = 0; b < WB_BANDS; b++)
            sum[b] += weight[b] * cut[b];
    }
    for (int b = 0; b < WB_BANDS; b++)
        out[b] = sum[b] / weights[b];
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
    const size_t slot = smoothing->ticks % smoothing->window * smoothing->max_tracks;
    for (size_t t = 0; t < tracks; t++)
        across_bands(in[t], smoothing->history[slot + t]);
    if (++smoothing->ticks <= smoothing->reach)
        return false;
    const unsigned window = smoothing->window;
    const uint64_t first = smoothing->ticks < window ? window - smoothing->ticks : 0;
    float weights[WB_BANDS] = {0};
    for (uint64_t i = first; i < window; i++)
        for (int b = 0; b < WB_BANDS; b++)
            weights[b] += smoothing->gaussian[i][b];
    for (size_t t = 0; t < tracks; t++)
        weigh(smoothing, first, weights, t, out[t]);
    return true;
}
