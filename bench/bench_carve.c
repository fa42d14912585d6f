/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/bench_carve.h"

#include <glib.h>
#include <stdlib.h>
#include <time.h>

#include "engine/carve/bank.h"

#define FRAMES 64
#define BLOCKS 2000
#define WARM_UP 50

/* Longer than the whole run: no ramp ends while it is measured. */
#define RAMP_FRAMES ((BLOCKS + WARM_UP + 1) * FRAMES)

static double now_ns(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return 1e9 * (double)time.tv_sec + (double)time.tv_nsec;
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a;
    const double y = *(const double *)b;
    return (x > y) - (x < y);
}

double wb_bench_carve_block_ns(const WbCarveKernel *kernel, unsigned tracks)
{
    const unsigned channels = 2 * tracks;
    WbCarveDesign *design = wb_carve_design_new(48000.0);
    WbCarveBank *bank = wb_carve_bank_new_with_kernel(design, channels, kernel);
    GRand *random = g_rand_new_with_seed(1);
    double *samples = g_new(double, (size_t)channels *FRAMES);
    double **channel = g_new(double *, channels);
    for (unsigned c = 0; c < channels; c++) {
        WbCarveCoefficients coefficients;
        float cut_db[WB_CARVE_BANDS];
        for (unsigned band = 0; band < WB_CARVE_BANDS; band++) {
            cut_db[band] = (float)g_rand_double_range(random, 3.0, 9.0);
        }
        wb_carve_design_coefficients(design, cut_db, &coefficients);
        wb_carve_bank_aim(bank, c, &coefficients, RAMP_FRAMES);
        channel[c] = samples + (size_t)c * FRAMES;
    }
    double *taken = g_new(double, BLOCKS);
    for (int block = -WARM_UP; block < BLOCKS; block++) {
        for (unsigned i = 0; i < channels * FRAMES; i++) {
            samples[i] = (double)(i % 127) / 127.0 - 0.5;
        }
        const double start = now_ns();
        for (unsigned group = 0; group < wb_carve_bank_groups(bank); group++) {
            wb_carve_bank_process(bank, group, channel + group * wb_carve_bank_lanes(bank), FRAMES);
        }
        if (block >= 0) {
            taken[block] = now_ns() - start;
        }
    }
    qsort(taken, BLOCKS, sizeof taken[0], compare);
    const double median = taken[BLOCKS / 2];
    g_free(taken);
    g_free(channel);
    g_free(samples);
    g_rand_free(random);
    wb_carve_bank_free(bank);
    wb_carve_design_free(design);
    return median;
}
