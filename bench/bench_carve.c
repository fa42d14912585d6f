/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/bench_carve.h"

#include <glib.h>

#include "bench/measure.h"
#include "engine/carve/bank.h"
#include "engine/rt/denormals.h"

#define BLOCKS 2000
#define WARM_UP 50

/* Longer than the whole run: no ramp ends while it is measured. */
#define RAMP ((BLOCKS + WARM_UP + 1) * WB_BENCH_BLOCK)

/* Cuts of 3 to 9 dB in every band, `curves` times [band]; to be freed. */
static float *random_cuts(unsigned curves, unsigned seed)
{
    GRand *random = g_rand_new_with_seed(seed);
    float *cut_db = g_new(float, (size_t)curves *WB_CARVE_BANDS);
    for (size_t i = 0; i < (size_t)curves * WB_CARVE_BANDS; i++) {
        cut_db[i] = (float)g_rand_double_range(random, 3.0, 9.0);
    }
    g_rand_free(random);
    return cut_db;
}

static void update(WbCarveBank *bank, const WbCarveDesign *design, unsigned tracks,
                   const float *cut_db, unsigned frames)
{
    for (unsigned track = 0; track < tracks; track++) {
        WbCarveCoefficients coefficients;
        wb_carve_design_coefficients(design, cut_db + (size_t)track * WB_CARVE_BANDS,
                                     &coefficients);
        wb_carve_bank_aim(bank, 2 * track, &coefficients, frames);
        wb_carve_bank_aim(bank, 2 * track + 1, &coefficients, frames);
    }
}

double wb_bench_carve_block_ns(const WbCarveKernel *kernel, unsigned tracks)
{
    const unsigned channels = 2 * tracks;
    WbCarveDesign *design = wb_carve_design_new(WB_BENCH_RATE);
    WbCarveBank *bank = wb_carve_bank_new_with_kernel(design, channels, kernel);
    float *cut_db = random_cuts(tracks, 1);
    double *samples = g_new(double, (size_t)channels *WB_BENCH_BLOCK);
    double **channel = g_new(double *, channels);
    double *taken = g_new(double, BLOCKS);
    for (unsigned c = 0; c < channels; c++) {
        channel[c] = samples + (size_t)c * WB_BENCH_BLOCK;
    }
    wb_denormals_off();
    update(bank, design, tracks, cut_db, RAMP);
    for (int block = -WARM_UP; block < BLOCKS; block++) {
        for (size_t i = 0; i < (size_t)channels * WB_BENCH_BLOCK; i++) {
            samples[i] = (double)(i % 127) / 127.0 - 0.5;
        }
        const double start = wb_bench_now_ns();
        for (unsigned group = 0; group < wb_carve_bank_groups(bank); group++) {
            wb_carve_bank_process(bank, group, channel + group * wb_carve_bank_lanes(bank),
                                  WB_BENCH_BLOCK);
        }
        if (block >= 0) {
            taken[block] = wb_bench_now_ns() - start;
        }
    }
    const double result = wb_bench_median(taken, BLOCKS);
    g_free(taken);
    g_free(channel);
    g_free(samples);
    g_free(cut_db);
    wb_carve_bank_free(bank);
    wb_carve_design_free(design);
    return result;
}
