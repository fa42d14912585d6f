/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/bench_cycle.h"

#include <glib.h>
#include <math.h>

#include "bench/measure.h"
#include "engine/hearing/tick.h"
#include "engine/mix/mixer.h"
#include "engine/rt/denormals.h"

#define WARM_UP_TICKS 40
#define TICKS 50
#define TICK_BLOCKS 15    /* 960 frames of 48 kHz */
#define NOISE_FRAMES 4801 /* no multiple of a block: the tracks differ, and go on differing */

/* The inputs of a track; its port is one of its two channels. */
typedef struct {
    const float *noise;
    size_t at;
    float samples[WB_BENCH_BLOCK];
} Port;

typedef struct {
    unsigned tracks;
    WbEpoch *epoch;
    WbPrefetch *prefetch;
    WbMixer *mixer;
    WbMixerTrack **track;
    Port *ports; /* two for each track, then the bus */
    float *noise;
} Cycle;

static float *port_buffer(void *data, unsigned frames)
{
    Port *port = data;
    for (unsigned i = 0; port->noise && i < frames; i++)
        port->samples[i] = port->noise[(port->at + i) % NOISE_FRAMES];
    port->at += frames;
    return port->samples;
}

/* A lead under all the others, which together are as loud whatever their number: they are cut in
 * every band as long as it plays. */
static WbStrip strip_of(unsigned track, unsigned tracks)
{
    WbStrip strip = wb_strip_default(2, track == 0 ? WB_ROLE_LEAD : WB_ROLE_BACKGROUND);
    strip.gain_db = track == 0 ? 0 : 8 - 10 * log10(tracks) - (double)(track % 5);
    return strip;
}

static void set_up(Cycle *cycle, unsigned tracks)
{
    cycle->tracks = tracks;
    cycle->epoch = wb_epoch_new();
    cycle->prefetch = wb_prefetch_new(WB_BENCH_RATE, WB_GUARD_OFF, cycle->epoch);
    cycle->mixer = wb_mixer_new(WB_BENCH_RATE, cycle->prefetch, cycle->epoch, port_buffer);
    cycle->ports = g_new0(Port, 2 * tracks + 2);
    cycle->track = g_new0(WbMixerTrack *, tracks);
    cycle->noise = g_new(float, NOISE_FRAMES);
    wb_bench_noise(1, cycle->noise, NOISE_FRAMES);
    for (unsigned t = 0; t < tracks; t++) {
        WbMixerTrackSettings settings = {.strip = strip_of(t, tracks), .live = true};
        for (unsigned c = 0; c < 2; c++) {
            Port *port = &cycle->ports[2 * t + c];
            *port = (Port){.noise = cycle->noise, .at = (2 * (size_t)t + c) * 97};
            settings.in[c] = port;
        }
        cycle->track[t] = wb_mixer_track_new(cycle->mixer, t + 1, &settings, false);
    }
    wb_mixer_set(cycle->mixer,
                 &(WbMixerSettings){
                     .gain = 1,
                     .arbiter = {.strength_percent = 100, .depth_db = {[WB_ROLE_BACKGROUND] = 12}},
                     .bus = {&cycle->ports[2 * tracks], &cycle->ports[2 * tracks + 1]}});
    wb_mixer_arrange(cycle->mixer, tracks, cycle->track, NULL);
}

static double carved_share(const Cycle *cycle)
{
    unsigned carved = 0;
    for (unsigned t = 1; t < cycle->tracks; t++) {
        WbMixerHearing hearing;
        if (!wb_mixer_track_hearing(cycle->mixer, cycle->track[t], &hearing))
            continue;
        for (int b = 0; b < WB_BANDS; b++)
            carved += hearing.cut_db[b] > 0;
    }
    return (double)carved / (double)((cycle->tracks - 1) * WB_BANDS);
}

static void tear_down(Cycle *cycle)
{
    wb_mixer_arrange(cycle->mixer, 0, NULL, NULL);
    for (unsigned t = 0; t < cycle->tracks; t++)
        wb_mixer_track_free(cycle->mixer, cycle->track[t]);
    wb_mixer_free(cycle->mixer);
    wb_prefetch_free(cycle->prefetch);
    wb_epoch_free(cycle->epoch);
    g_free(cycle->track);
    g_free(cycle->ports);
    g_free(cycle->noise);
}

WbBenchCycle wb_bench_cycle(unsigned tracks)
{
    const WbCycle block = {.frames = WB_BENCH_BLOCK, .freewheel = true};
    Cycle cycle = {0};
    double at_tick[TICKS], plain[TICKS * (TICK_BLOCKS - 1)];
    size_t measured = 0;
    set_up(&cycle, tracks);
    wb_denormals_off();
    for (int tick = -WARM_UP_TICKS; tick < TICKS; tick++) {
        for (int number = 0; number < TICK_BLOCKS; number++) {
            const double begin = wb_bench_now_ns();
            wb_mixer_process(cycle.mixer, &block);
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
        .carved_share = carved_share(&cycle),
    };
    tear_down(&cycle);
    return result;
}
