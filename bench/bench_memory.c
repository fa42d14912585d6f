/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bench/bench_memory.h"

#include <glib.h>
#include <malloc.h>
#include <math.h>

#include "bench/measure.h"
#include "engine/drivers/offline.h"
#include "engine/hearing/analyser.h"
#include "engine/mix/control.h"
#include "engine/mix/mix.h"

#define TRACKS 40
#define RENDER_SECONDS 4

typedef float Spectrum[2][WB_BANDS];

static double allocated_bytes(void)
{
#if HAVE_MALLINFO2
    const struct mallinfo2 info = mallinfo2();
    return (double)info.uordblks + (double)info.hblkhd;
#else
    return NAN;
#endif
}

/* With all that a mixer of these tracks holds. */
static double allocated_with_mixer(unsigned tracks)
{
    const unsigned frames = wb_tick_frames(WB_BENCH_RATE);
    g_autofree float *samples = g_new0(float, frames);
    const float *const silence[2] = {samples, samples};
    g_autofree WbStrip *strips = g_new(WbStrip, tracks);
    g_autofree WbAnalyser **analysers = g_new(WbAnalyser *, tracks);
    g_autofree Spectrum *power = g_new(Spectrum, tracks);
    /* Targets, cuts, input and output. */
    const size_t block_bytes = 2 * WB_BENCH_BLOCK * (sizeof(float) + sizeof(double));
    void *buffers =
        g_malloc_n(tracks, sizeof(WbCarveCoefficients) + sizeof(Spectrum) + block_bytes);
    for (unsigned t = 0; t < tracks; t++)
        strips[t] = wb_bench_strip(t);

    WbCarveDesign *design = wb_carve_design_new(WB_BENCH_RATE);
    WbSpectrum *spectrum = wb_spectrum_new(WB_BENCH_RATE, WB_TIMING_PLAYBACK);
    WbMix *mix = wb_mix_new(design, WB_BENCH_RATE);
    for (unsigned t = 0; t < tracks; t++) {
        const WbGains gains = wb_strip_all_gains(&strips[t]);
        wb_mix_add(mix, strips[t].channels, &gains);
    }
    WbControl *control = wb_control_new(design, WB_TIMING_PLAYBACK, tracks);
    for (unsigned t = 0; t < tracks; t++) {
        analysers[t] = wb_analyser_new(spectrum, 2, frames);
        wb_analyser_start(analysers[t], 0);
        while (!wb_analyser_pop(analysers[t], power[t]))
            wb_analyser_push(analysers[t], silence, frames);
    }
    const double allocated = allocated_bytes();
    g_free(buffers);
    for (unsigned t = 0; t < tracks; t++)
        wb_analyser_free(analysers[t]);
    wb_control_free(control);
    wb_mix_free(mix);
    wb_spectrum_free(spectrum);
    wb_carve_design_free(design);
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
