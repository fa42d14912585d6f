/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bench/bench_memory.h"

#include <glib.h>
#include <malloc.h>
#include <math.h>

#include "bench/bench_mixer.h"
#include "bench/measure.h"
#include "engine/drivers/offline.h"

#define TRACKS 40
#define RENDER_SECONDS 4

static double allocated_bytes(void)
{
#if HAVE_MALLINFO2
    const struct mallinfo2 info = mallinfo2();
    return (double)info.uordblks + (double)info.hblkhd;
#else
    return NAN;
#endif
}

static double allocated_with_mixer(unsigned tracks)
{
    WbBenchMixer bench;
    wb_bench_mixer_open(&bench, tracks);
    const double allocated = allocated_bytes();
    wb_bench_mixer_close(&bench);
    return allocated;
}

static bool note_allocated(void *data, const double *const channels[2], size_t frames,
                           GError **error)
{
    double *allocated = data;
    (void)channels, (void)frames, (void)error;
    *allocated = allocated_bytes();
    return true;
}

/* Late in a render of tracks without clips. */
static double allocated_with_renderer(unsigned tracks)
{
    double allocated = NAN;
    g_autofree WbStrip *strips = g_new(WbStrip, tracks);
    g_autofree WbTrackReader **readers = g_new(WbTrackReader *, tracks);
    g_autofree WbOfflineTrack *reports = g_new(WbOfflineTrack, tracks);
    for (unsigned t = 0; t < tracks; t++) {
        strips[t] = wb_bench_strip(t);
        readers[t] = wb_track_reader_new(NULL, 0, 2, WB_BENCH_RATE, NULL);
    }
    const WbOfflineJob job = {
        .rate = WB_BENCH_RATE,
        .tracks = tracks,
        .strips = strips,
        .readers = readers,
        .timing = WB_TIMING_PLAYBACK,
        .end = (int64_t)(RENDER_SECONDS * WB_BENCH_RATE),
        .block_frames = WB_BENCH_BLOCK,
    };
    const WbOfflineSink sink = {.bus = note_allocated, .data = &allocated};
    wb_offline_render(&job, &sink, reports, NULL);
    for (unsigned t = 0; t < tracks; t++)
        wb_track_reader_free(readers[t]);
    return allocated;
}

/* What a track adds to what all share. */
static double bytes_per_track(double (*allocated_with)(unsigned tracks))
{
    const double one = allocated_with(1);
    return (allocated_with(1 + TRACKS) - one) / TRACKS;
}

WbBenchMemory wb_bench_memory(void)
{
    return (WbBenchMemory){
        .mixer_bytes = bytes_per_track(allocated_with_mixer),
        .renderer_bytes = bytes_per_track(allocated_with_renderer),
    };
}
