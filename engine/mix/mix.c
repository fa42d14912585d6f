/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/mix/mix.h"

#include <glib.h>
#include <string.h>

#include "engine/carve/bank.h"
#include "engine/carve/kernel.h"
#include "engine/mix/ramp.h"

typedef struct {
    unsigned channels;
    unsigned lane; /* its first channel in the carve bank */
    WbRamp trim, gain[2];
} Strip;

struct WbMix {
    WbCarveBank *bank;
    size_t ramp_frames;
    size_t tracks;
    Strip *strips;         /* [track] */
    size_t *track_of_lane; /* [lane], in pairs for stereo */
    unsigned lanes;        /* in use */
};

/* Stereo tracks come first, so that no pair is torn apart by the border of a group. */
static void assign_lanes(WbMix *mix)
{
    for (unsigned channels = 2; channels >= 1; channels--) {
        for (size_t t = 0; t < mix->tracks; t++) {
            if (mix->strips[t].channels != channels)
                continue;
            mix->strips[t].lane = mix->lanes;
            for (unsigned c = 0; c < channels; c++)
                mix->track_of_lane[mix->lanes++] = t;
        }
    }
}

WbMix *wb_mix_new(const WbCarveDesign *design, double rate, size_t tracks, const WbStrip strips[])
{
    WbMix *mix = g_new0(WbMix, 1);
    mix->ramp_frames = (size_t)(rate * WB_GAIN_RAMP_SECONDS + 0.5);
    mix->tracks = tracks;
    mix->strips = g_new0(Strip, tracks);
    mix->track_of_lane = g_new0(size_t, 2 * tracks);
    for (size_t t = 0; t < tracks; t++) {
        double gain[2];
        wb_strip_gains(&strips[t], gain);
        mix->strips[t].channels = strips[t].channels;
        wb_ramp_start(&mix->strips[t].trim, wb_strip_trim(&strips[t]));
        wb_ramp_start(&mix->strips[t].gain[0], gain[0]);
        wb_ramp_start(&mix->strips[t].gain[1], gain[1]);
    }
    assign_lanes(mix);
    mix->bank = wb_carve_bank_new(design, mix->lanes);
    return mix;
}

void wb_mix_free(WbMix *mix)
{
    if (!mix)
        return;
    wb_carve_bank_free(mix->bank);
    g_free(mix->strips);
    g_free(mix->track_of_lane);
    g_free(mix);
}

void wb_mix_set_strip(WbMix *mix, size_t track, const WbStrip *strip)
{
    Strip *own = &mix->strips[track];
    double gain[2];
    wb_strip_gains(strip, gain);
    wb_ramp_aim(&own->trim, wb_strip_trim(strip), mix->ramp_frames);
    wb_ramp_aim(&own->gain[0], gain[0], mix->ramp_frames);
    wb_ramp_aim(&own->gain[1], gain[1], mix->ramp_frames);
}

size_t wb_mix_groups(const WbMix *mix)
{
    return wb_carve_bank_groups(mix->bank);
}

/* The lanes [first, end) of a group that are in use. */
static void group_lanes(const WbMix *mix, size_t group, unsigned *first, unsigned *end)
{
    const unsigned lanes = wb_carve_bank_lanes(mix->bank);
    *first = (unsigned)group * lanes;
    *end = MIN(*first + lanes, mix->lanes);
}

void wb_mix_aim(WbMix *mix, size_t group, const WbCarveCoefficients targets[], unsigned frames)
{
    unsigned first, end;
    group_lanes(mix, group, &first, &end);
    for (unsigned lane = first; lane < end; lane++)
        wb_carve_bank_aim(mix->bank, lane, &targets[mix->track_of_lane[lane]], frames);
}

static void trim(Strip *strip, const float *const input[2], double *const out[2], size_t offset,
                 size_t frames)
{
    const WbRamp start = strip->trim;
    for (unsigned c = 0; c < strip->channels; c++) {
        const float *in = input[c] + offset;
        double *to = out[c] + offset;
        strip->trim = start;
        size_t i = 0;
        for (; i < frames && strip->trim.left > 0; i++)
            to[i] = in[i] * wb_ramp_next(&strip->trim);
        for (const double now = strip->trim.now; i < frames; i++)
            to[i] = in[i] * now;
    }
}

static void fade(WbRamp *gain, double *samples, size_t frames)
{
    size_t i = 0;
    for (; i < frames && gain->left > 0; i++)
        samples[i] *= wb_ramp_next(gain);
    for (const double now = gain->now; i < frames; i++)
        samples[i] *= now;
}

/* A mono track's carved channel lies in the left place and goes to both. */
static void fade_and_pan(Strip *strip, double *const out[2], size_t offset, size_t frames)
{
    if (strip->channels == 1)
        memcpy(out[1] + offset, out[0] + offset, frames * sizeof(double));
    fade(&strip->gain[0], out[0] + offset, frames);
    fade(&strip->gain[1], out[1] + offset, frames);
}

void wb_mix_process(WbMix *mix, size_t group, const float *const (*input)[2],
                    double *const (*strips)[2], size_t offset, size_t frames)
{
    double *channels[WB_CARVE_MAX_LANES];
    unsigned first, end;
    group_lanes(mix, group, &first, &end);
    for (unsigned lane = first; lane < end; lane++) {
        const size_t track = mix->track_of_lane[lane];
        Strip *strip = &mix->strips[track];
        const unsigned channel = lane - strip->lane;
        channels[lane - first] = strips[track][channel] + offset;
        if (channel == 0)
            trim(strip, input[track], strips[track], offset, frames);
    }
    wb_carve_bank_process(mix->bank, (unsigned)group, channels, frames);
    for (unsigned lane = first; lane < end; lane++) {
        const size_t track = mix->track_of_lane[lane];
        Strip *strip = &mix->strips[track];
        if (lane == strip->lane)
            fade_and_pan(strip, strips[track], offset, frames);
    }
}

/* Four tracks at a time, one after the other: the same bits as one at a time, and a quarter of the
 * way to memory and back. */
static void add_four(double *restrict sum, const double *const in[4], size_t frames)
{
    const double *a = in[0], *b = in[1], *c = in[2], *d = in[3];
    for (size_t i = 0; i < frames; i++)
        sum[i] = sum[i] + a[i] + b[i] + c[i] + d[i];
}

static void add(double *restrict sum, const double *in, size_t frames)
{
    for (size_t i = 0; i < frames; i++)
        sum[i] += in[i];
}

void wb_mix_sum(size_t tracks, double *const (*strips)[2], double *const bus[2], size_t offset,
                size_t frames)
{
    for (int side = 0; side < 2; side++) {
        double *sum = bus[side] + offset;
        memset(sum, 0, frames * sizeof *sum);
        size_t t = 0;
        for (; t + 4 <= tracks; t += 4) {
            const double *const four[4] = {strips[t][side] + offset, strips[t + 1][side] + offset,
                                           strips[t + 2][side] + offset,
                                           strips[t + 3][side] + offset};
            add_four(sum, four, frames);
        }
        for (; t < tracks; t++)
            add(sum, strips[t][side] + offset, frames);
    }
}
