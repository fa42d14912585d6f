/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/bench_cycle.h"

#include "bench/bench_mixer.h"
#include "bench/measure.h"
#include "engine/rt/denormals.h"

#define WARM_UP_TICKS 40
#define TICKS 50
#define TICK_BLOCKS 15 /* 960 frames of 48 kHz */

static double carved_share(const WbBenchMixer *bench)
{
    unsigned carved = 0;
    for (unsigned t = 1; t < bench->tracks; t++) {
        WbMixerHearing hearing;
        if (!wb_mixer_track_hearing(bench->mixer, bench->track[t], &hearing))
            continue;
        for (int b = 0; b < WB_BANDS; b++)
            carved += hearing.cut_db[b] > 0;
    }
    return (double)carved / (double)((bench->tracks - 1) * WB_BANDS);
}

WbBenchCycle wb_bench_cycle(unsigned tracks)
{
    const WbCycle block = {.frames = WB_BENCH_BLOCK, .freewheel = true};
    WbBenchMixer bench = {0};
    double at_tick[TICKS], plain[TICKS * (TICK_BLOCKS - 1)];
    size_t measured = 0;
    wb_bench_mixer_open(&bench, tracks);
    wb_denormals_off();
    for (int tick = -WARM_UP_TICKS; tick < TICKS; tick++) {
        for (int number = 0; number < TICK_BLOCKS; number++) {
            const double begin = wb_bench_now_ns();
            wb_mixer_process(bench.mixer, &block);
            const double took = wb_bench_now_ns() - begin;
            if (tick >= 0 && number == 0)
                at_tick[tick] = took;
            else if (tick >= 0)
                plain[measured++] = took;
        }
    }
    const WbBenchCycle result = {
        .plain_ns = wb_bench_median(plain, measured),
        .tick_ns = wb_bench_median(at_tick, TICKS),
        .carved_share = carved_share(&bench),
    };
    wb_bench_mixer_close(&bench);
    return result;
}
