/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kernel itself, for the file of one instruction set to include after it has defined
 *     LANES                      doubles in a vector
 *     FUSED                      sections in one loop over the samples, at most 4
 *     Vec                        the vector type; +, -, * work on it
 *     vec_all(x)                 x in every lane
 *     vec_multiply_add(a, b, c)  a b + c
 *     vec_multiply_subtract(a, b, c)  a b − c
 *     transpose(from, to)        LANES vectors: rows to columns
 * Thread: audio, one at a time per group. */
#include "engine/carve/kernel.h"

#include <string.h>

/* Frames worked on at a time: transposed they stay in the first-level cache. */
#define CHUNK 128

#if defined(__clang__)
#define UNROLL _Pragma("unroll")
#else
#define UNROLL _Pragma("GCC unroll 8")
#endif

static const double silence[CHUNK];

/* In series over `samples`; `count` and `ramping` are constants wherever this is called. */
__attribute__((always_inline)) static inline void
run_sections(const WbCarveRun *run, const unsigned *bands, const unsigned count, const bool ramping,
             Vec *samples, size_t frames)
{
    Vec *section[FUSED];
    Vec difference[FUSED], sum[FUSED], damping[FUSED], mix[FUSED];
    Vec damping_step[FUSED], mix_step[FUSED], minus[FUSED], plus[FUSED];
    UNROLL
    for (unsigned s = 0; s < count; s++) {
        section[s] = (Vec *)(void *)(run->sections + bands[s] * WB_CARVE_ROWS * LANES);
        difference[s] = section[s][WB_CARVE_DIFFERENCE];
        sum[s] = section[s][WB_CARVE_SUM];
        damping[s] = section[s][WB_CARVE_DAMPING];
        mix[s] = section[s][WB_CARVE_MIX];
        damping_step[s] = section[s][WB_CARVE_DAMPING_STEP];
        mix_step[s] = section[s][WB_CARVE_MIX_STEP];
        minus[s] = vec_all(run->poles[bands[s]].minus);
        plus[s] = vec_all(run->poles[bands[s]].plus);
    }
    for (size_t i = 0; i < frames; i++) {
        Vec x = samples[i];
        UNROLL
        for (unsigned s = 0; s < count; s++) {
            if (ramping) {
                damping[s] += damping_step[s];
                mix[s] += mix_step[s];
            }
            const Vec u = x + difference[s];
            const Vec q = damping[s] * u;
            x = vec_multiply_add(mix[s], u, x);
            const Vec next = vec_multiply_subtract(minus[s], q, sum[s]);
            sum[s] = vec_multiply_subtract(plus[s], q, difference[s]);
            difference[s] = next;
        }
        samples[i] = x;
    }
    UNROLL
    for (unsigned s = 0; s < count; s++) {
        section[s][WB_CARVE_DIFFERENCE] = difference[s];
        section[s][WB_CARVE_SUM] = sum[s];
        section[s][WB_CARVE_DAMPING] = damping[s];
        section[s][WB_CARVE_MIX] = mix[s];
    }
}

__attribute__((always_inline)) static inline void
run_all_sections(const WbCarveRun *run, const bool ramping, Vec *samples, size_t frames)
{
    unsigned done = 0;
    for (; done + FUSED <= run->n_running; done += FUSED) {
        run_sections(run, run->running + done, FUSED, ramping, samples, frames);
    }
    const unsigned *const rest = run->running + done;
    switch (run->n_running - done) {
#if FUSED > 3
    case 3:
        run_sections(run, rest, 3, ramping, samples, frames);
        break;
#endif
#if FUSED > 2
    case 2:
        run_sections(run, rest, 2, ramping, samples, frames);
        break;
#endif
    case 1:
        run_sections(run, rest, 1, ramping, samples, frames);
        break;
    default:
        break;
    }
}

static void gather(const WbCarveRun *run, double *const *channels, size_t start, size_t frames,
                   Vec *samples)
{
    const double *from[LANES];
    for (unsigned lane = 0; lane < LANES; lane++) {
        from[lane] = run->lanes & 1u << lane ? channels[lane] + start : silence;
    }
    size_t i = 0;
    for (; i + LANES <= frames; i += LANES) {
        Vec rows[LANES];
        UNROLL
        for (unsigned lane = 0; lane < LANES; lane++) {
            memcpy(&rows[lane], from[lane] + i, sizeof rows[lane]);
        }
        transpose(rows, samples + i);
    }
    for (; i < frames; i++) {
        for (unsigned lane = 0; lane < LANES; lane++) {
            samples[i][lane] = from[lane][i];
        }
    }
}

static void scatter(const WbCarveRun *run, double *const *channels, size_t start, size_t frames,
                    const Vec *samples)
{
    size_t i = 0;
    for (; i + LANES <= frames; i += LANES) {
        Vec rows[LANES];
        transpose(samples + i, rows);
        UNROLL
        for (unsigned lane = 0; lane < LANES; lane++) {
            if (run->lanes & 1u << lane) {
                memcpy(channels[lane] + start + i, &rows[lane], sizeof rows[lane]);
            }
        }
    }
    for (; i < frames; i++) {
        for (unsigned lane = 0; lane < LANES; lane++) {
            if (run->lanes & 1u << lane) {
                channels[lane][start + i] = samples[i][lane];
            }
        }
    }
}

static void process(const WbCarveRun *run, double *const *channels, size_t frames)
{
    Vec samples[CHUNK];
    for (size_t start = 0; start < frames; start += CHUNK) {
        const size_t chunk = frames - start < CHUNK ? frames - start : CHUNK;
        gather(run, channels, start, chunk, samples);
        if (run->ramping) {
            run_all_sections(run, true, samples, chunk);
        } else {
            run_all_sections(run, false, samples, chunk);
        }
        scatter(run, channels, start, chunk, samples);
    }
}
