/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "engine/mix/mix_private.h"

/* What strips of other layouts left in the lanes is over. */
static void settle(WbMixGroup *group)
{
    bool used[WB_CARVE_MAX_LANES] = {false};
    for (size_t i = 0; i < group->tracks; i++) {
        WbMixStrip *strip = group->strip[i];
        for (unsigned c = 0; c < strip->channels; c++)
            used[strip->lane + c] = !strip->fresh;
        strip->fresh = false;
    }
    for (unsigned lane = 0; lane < wb_carve_bank_lanes(group->lanes->bank); lane++)
        if (!used[lane])
            wb_carve_bank_reset(group->lanes->bank, lane);
    group->settled = true;
}

void wb_mix_aim(WbMixLayout *layout, size_t group, const WbCarveCoefficients targets[],
                unsigned frames)
{
    WbMixGroup *own = &layout->group[group];
    if (!own->settled)
        settle(own);
    for (size_t i = 0; i < own->tracks; i++) {
        const WbMixStrip *strip = own->strip[i];
        for (unsigned c = 0; c < strip->channels; c++)
            wb_carve_bank_aim(own->lanes->bank, strip->lane + c, &targets[own->track[i]], frames);
    }
}

static void trim(WbMixStrip *strip, const float *const input[2], double *const out[2],
                 size_t offset, size_t frames)
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

void wb_mix_trim(WbMixLayout *layout, size_t group, const float *const (*input)[2],
                 double *const (*strips)[2], size_t offset, size_t frames)
{
    WbMixGroup *own = &layout->group[group];
    for (size_t i = 0; i < own->tracks; i++)
        trim(own->strip[i], input[own->track[i]], strips[own->track[i]], offset, frames);
}

void wb_mix_carve(WbMixLayout *layout, size_t group, double *const (*strips)[2], size_t offset,
                  size_t frames)
{
    WbMixGroup *own = &layout->group[group];
    double *channels[WB_CARVE_MAX_LANES];
    if (!own->settled)
        settle(own);
    /* Lanes without a strip are flat, and a flat one is not even read. */
    for (unsigned lane = 0; lane < WB_CARVE_MAX_LANES; lane++)
        channels[lane] = strips[own->track[0]][0] + offset;
    for (size_t i = 0; i < own->tracks; i++)
        for (unsigned c = 0; c < own->strip[i]->channels; c++)
            channels[own->strip[i]->lane + c] = strips[own->track[i]][c] + offset;
    wb_carve_bank_process(own->lanes->bank, 0, channels, frames);
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
static void fade_and_pan(WbMixStrip *strip, double *const out[2], size_t offset, size_t frames)
{
    if (strip->channels == 1)
        memcpy(out[1] + offset, out[0] + offset, frames * sizeof(double));
    fade(&strip->gain[0], out[0] + offset, frames);
    fade(&strip->gain[1], out[1] + offset, frames);
}

void wb_mix_fade(WbMixLayout *layout, size_t group, double *const (*strips)[2],
                 double *const (*also)[2], size_t offset, size_t frames)
{
    WbMixGroup *own = &layout->group[group];
    for (size_t i = 0; i < own->tracks; i++) {
        WbMixStrip *strip = own->strip[i];
        if (also) {
            WbMixStrip same = *strip;
            fade_and_pan(&same, also[own->track[i]], offset, frames);
        }
        fade_and_pan(strip, strips[own->track[i]], offset, frames);
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
