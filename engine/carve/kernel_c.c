/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The twin in plain C: what the other kernels must give, one section after the other. */
#include "engine/carve/kernel.h"

#include <string.h>

#define LANES 4
#define CHUNK 128

static void process_section(double (*section)[LANES], WbCarvePole pole, double (*samples)[LANES],
                            size_t frames)
{
    double row[WB_CARVE_ROWS][LANES];
    memcpy(row, section, sizeof row);
    for (size_t i = 0; i < frames; i++) {
        for (unsigned lane = 0; lane < LANES; lane++) {
            row[WB_CARVE_DAMPING][lane] += row[WB_CARVE_DAMPING_STEP][lane];
            row[WB_CARVE_MIX][lane] += row[WB_CARVE_MIX_STEP][lane];
            const double x = samples[i][lane];
            const double difference = row[WB_CARVE_DIFFERENCE][lane];
            const double u = x + difference;
            const double q = row[WB_CARVE_DAMPING][lane] * u;
            samples[i][lane] = row[WB_CARVE_MIX][lane] * u + x;
            row[WB_CARVE_DIFFERENCE][lane] = pole.minus * q - row[WB_CARVE_SUM][lane];
            row[WB_CARVE_SUM][lane] = pole.plus * q - difference;
        }
    }
    memcpy(section, row, sizeof row);
}

static void process(const WbCarveRun *run, double *const *channels, size_t frames)
{
    double samples[CHUNK][LANES] = {{0.0}};
    for (size_t start = 0; start < frames; start += CHUNK) {
        const size_t chunk = frames - start < CHUNK ? frames - start : CHUNK;
        for (unsigned lane = 0; lane < LANES; lane++) {
            for (size_t i = 0; run->lanes & 1u << lane && i < chunk; i++) {
                samples[i][lane] = channels[lane][start + i];
            }
        }
        for (unsigned i = 0; i < run->n_running; i++) {
            const unsigned band = run->running[i];
            double *const section = run->sections + band * WB_CARVE_ROWS * LANES;
            process_section((double(*)[LANES])(void *)section, run->poles[band], samples, chunk);
        }
        for (unsigned lane = 0; lane < LANES; lane++) {
            for (size_t i = 0; run->lanes & 1u << lane && i < chunk; i++) {
                channels[lane][start + i] = samples[i][lane];
            }
        }
    }
}

const WbCarveKernel wb_carve_kernel_c = {.name = "c", .lanes = LANES, .process = process};
