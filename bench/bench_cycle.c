/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/bench_cycle.h"

#include <glib.h>

#include "bench/measure.h"
#include "engine/hearing/tick.h"
#include "engine/mix/mix.h"
#include "engine/rt/denormals.h"

#define WARM_UP_TICKS 5
#define TICKS 50
#define TICK_BLOCKS 15 /* 960 frames of 48 kHz */

typedef struct {
    unsigned tracks;
    WbCarveDesign *design;
    WbMix *mix;
    WbMixLayout *layout;
    WbCarveCoefficients *targets[2]; /* [track], for even and odd ticks */
    float *samples;
    double *carved;
    float *(*input)[2];   /* [track][channel] */
    double *(*strips)[2]; /* [track][side] */
    double *bus[2];
} Cycle;

/* Cuts of 3 to 9 dB in every band. */
static void choose_targets(Cycle *cycle, int which)
{
    GRand *random = g_rand_new_with_seed((guint32)which);
    cycle->targets[which] = g_new(WbCarveCoefficients, cycle->tracks);
    for (unsigned t = 0; t < cycle->tracks; t++) {
        float cut_db[WB_CARVE_BANDS];
        for (unsigned band = 0; band < WB_CARVE_BANDS; band++)
            cut_db[band] = (float)g_rand_double_range(random, 3, 9);
        wb_carve_design_coefficients(cycle->design, cut_db, &cycle->targets[which][t]);
    }
    g_rand_free(random);
}

static void set_up(Cycle *cycle, unsigned tracks)
{
    const size_t samples = (size_t)tracks * 2 * WB_BENCH_BLOCK;
    g_autofree WbMixStrip **strips = g_new(WbMixStrip *, tracks);
    cycle->tracks = tracks;
    cycle->design = wb_carve_design_new(WB_BENCH_RATE);
    cycle->mix = wb_mix_new(cycle->design, WB_BENCH_RATE);
    for (unsigned t = 0; t < tracks; t++) {
        const WbStrip strip = wb_bench_strip(t);
        const WbGains gains = wb_strip_all_gains(&strip);
        strips[t] = wb_mix_add(cycle->mix, strip.channels, &gains);
    }
    cycle->layout = wb_mix_layout_new(cycle->mix, tracks, strips);
    choose_targets(cycle, 0);
    choose_targets(cycle, 1);
    cycle->samples = g_new(float, samples);
    cycle->carved = g_new(double, samples + 2 * WB_BENCH_BLOCK);
    cycle->input = g_malloc_n(tracks, sizeof *cycle->input);
    cycle->strips = g_malloc_n(tracks, sizeof *cycle->strips);
    wb_bench_noise(1, cycle->samples, samples);
    for (unsigned t = 0; t < tracks; t++) {
        for (unsigned side = 0; side < 2; side++) {
            const size_t at = (2 * t + side) * (size_t)WB_BENCH_BLOCK;
            cycle->input[t][side] = cycle->samples + at;
            cycle->strips[t][side] = cycle->carved + at;
        }
    }
    cycle->bus[0] = cycle->carved + samples;
    cycle->bus[1] = cycle->bus[0] + WB_BENCH_BLOCK;
}

static void tear_down(Cycle *cycle)
{
    wb_mix_layout_free(cycle->layout);
    wb_mix_free(cycle->mix);
    wb_carve_design_free(cycle->design);
    g_free(cycle->targets[0]);
    g_free(cycle->targets[1]);
    g_free(cycle->samples);
    g_free(cycle->carved);
    g_free(cycle->input);
    g_free(cycle->strips);
}

static void run_block(const Cycle *cycle)
{
    for (size_t group = 0; group < wb_mix_groups(cycle->layout); group++) {
        wb_mix_trim(cycle->layout, group, (const float *const(*)[2])cycle->input, cycle->strips, 0,
                    WB_BENCH_BLOCK);
        wb_mix_carve(cycle->layout, group, cycle->strips, 0, WB_BENCH_BLOCK);
        wb_mix_fade(cycle->layout, group, cycle->strips, NULL, 0, WB_BENCH_BLOCK);
    }
    wb_mix_sum(cycle->tracks, cycle->strips, cycle->bus, 0, WB_BENCH_BLOCK);
}

WbBenchCycle wb_bench_cycle(unsigned tracks)
{
    Cycle cycle = {0};
    double at_tick[TICKS], plain[TICKS * (TICK_BLOCKS - 1)];
    size_t measured = 0;
    set_up(&cycle, tracks);
    wb_denormals_off();
    for (int tick = -WARM_UP_TICKS; tick < TICKS; tick++) {
        const unsigned frames = wb_tick_frames(WB_BENCH_RATE);
        const double start = wb_bench_now_ns();
        for (size_t group = 0; group < wb_mix_groups(cycle.layout); group++)
            wb_mix_aim(cycle.layout, group, cycle.targets[tick & 1], frames);
        run_block(&cycle);
        if (tick >= 0)
            at_tick[tick] = wb_bench_now_ns() - start;
        for (int block = 1; block < TICK_BLOCKS; block++) {
            const double begin = wb_bench_now_ns();
            run_block(&cycle);
            if (tick >= 0)
                plain[measured++] = wb_bench_now_ns() - begin;
        }
    }
    tear_down(&cycle);
    return (WbBenchCycle){
        .plain_ns = wb_bench_median(plain, measured),
        .tick_ns = wb_bench_median(at_tick, TICKS),
    };
}
