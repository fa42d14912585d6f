/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/bench_mixer.h"

#include <glib.h>
#include <math.h>

#include "bench/measure.h"

#define NOISE_FRAMES 4801 /* no multiple of a block: the tracks differ, and go on differing */

/* The inputs of a track; its port is one of its two channels. */
struct WbBenchPort {
    const float *noise;
    size_t at;
    float samples[WB_BENCH_BLOCK];
};

static float *port_buffer(void *data, unsigned frames)
{
    WbBenchPort *port = data;
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

void wb_bench_mixer_open(WbBenchMixer *bench, unsigned tracks)
{
    bench->tracks = tracks;
    bench->epoch = wb_epoch_new();
    bench->prefetch = wb_prefetch_new(WB_BENCH_RATE, WB_GUARD_OFF, bench->epoch);
    bench->mixer = wb_mixer_new(WB_BENCH_RATE, bench->prefetch, bench->epoch, port_buffer);
    bench->ports = g_new0(WbBenchPort, 2 * tracks + 2);
    bench->track = g_new0(WbMixerTrack *, tracks);
    bench->noise = g_new(float, NOISE_FRAMES);
    wb_bench_noise(1, bench->noise, NOISE_FRAMES);
    for (unsigned t = 0; t < tracks; t++) {
        WbMixerTrackSettings settings = {.strip = strip_of(t, tracks), .live = true};
        for (unsigned c = 0; c < 2; c++) {
            WbBenchPort *port = &bench->ports[2 * t + c];
            *port = (WbBenchPort){.noise = bench->noise, .at = (2 * (size_t)t + c) * 97};
            settings.in[c] = port;
        }
        bench->track[t] = wb_mixer_track_new(bench->mixer, t + 1, &settings, false);
    }
    wb_mixer_set(bench->mixer,
                 &(WbMixerSettings){
                     .gain = 1,
                     .arbiter = {.strength_percent = 100, .depth_db = {[WB_ROLE_BACKGROUND] = 12}},
                     .bus = {&bench->ports[2 * tracks], &bench->ports[2 * tracks + 1]}});
    wb_mixer_arrange(bench->mixer, tracks, bench->track, NULL);
}

void wb_bench_mixer_close(WbBenchMixer *bench)
{
    wb_mixer_arrange(bench->mixer, 0, NULL, NULL);
    for (unsigned t = 0; t < bench->tracks; t++)
        wb_mixer_track_free(bench->mixer, bench->track[t]);
    wb_mixer_free(bench->mixer);
    wb_prefetch_free(bench->prefetch);
    wb_epoch_free(bench->epoch);
    g_free(bench->track);
    g_free(bench->ports);
    g_free(bench->noise);
}
