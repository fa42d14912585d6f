/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/bench_control.h"

#include <glib.h>

#include "bench/measure.h"
#include "engine/hearing/spectrum.h"
#include "engine/mix/control.h"
#include "engine/rt/denormals.h"

#define WARM_UP 20 /* more than the smoothing waits for */
#define TICKS 50
#define STEP 97 /* frames from one channel's window to the next one's */

typedef float Spectrum[2][WB_BANDS];

typedef struct {
    unsigned tracks;
    WbCarveDesign *design;
    WbSpectrum *spectrum;
    WbSpectrumScratch *scratch;
    WbControl *control;
    WbStrip *strips;
    float *noise;
    Spectrum *power;
    WbCarveCoefficients *targets;
    float (*cuts)[WB_BANDS];
} Tick;

static void set_up(Tick *tick, unsigned tracks)
{
    tick->tracks = tracks;
    tick->design = wb_carve_design_new(WB_BENCH_RATE);
    tick->spectrum = wb_spectrum_new(WB_BENCH_RATE, WB_TIMING_PLAYBACK);
    tick->scratch = wb_spectrum_scratch_new(tick->spectrum);
    tick->control = wb_control_new(tick->design, WB_TIMING_PLAYBACK, tracks);
    tick->strips = g_new(WbStrip, tracks);
    tick->power = g_new0(Spectrum, tracks);
    tick->targets = g_new0(WbCarveCoefficients, tracks);
    tick->cuts = g_malloc0_n(tracks, sizeof *tick->cuts);
    for (unsigned t = 0; t < tracks; t++)
        tick->strips[t] = wb_bench_strip(t);
    const size_t frames = (size_t)(2 * tracks + TICKS) * STEP + wb_spectrum_length(tick->spectrum);
    tick->noise = g_new(float, frames);
    wb_bench_noise(2, tick->noise, frames);
}

static void tear_down(Tick *tick)
{
    wb_control_free(tick->control);
    wb_spectrum_scratch_free(tick->scratch);
    wb_spectrum_free(tick->spectrum);
    wb_carve_design_free(tick->design);
    g_free(tick->strips);
    g_free(tick->noise);
    g_free(tick->power);
    g_free(tick->targets);
    g_free(tick->cuts);
}

static void hear(Tick *tick, unsigned number)
{
    const float *window = tick->noise + (size_t)number * STEP;
    for (unsigned t = 0; t < tick->tracks; t++, window += 2 * STEP) {
        const float *const frames[2] = {window, window + STEP};
        wb_spectrum_bands(tick->spectrum, tick->scratch, 2, frames, tick->power[t]);
    }
}

WbBenchControl wb_bench_control(unsigned tracks)
{
    const WbArbiterSettings settings = {
        .strength_percent = 40,
        .depth_db = {[WB_ROLE_SUPPORT] = 12, [WB_ROLE_BACKGROUND] = 12},
    };
    Tick tick = {0};
    double spectra[TICKS], decision[TICKS];
    set_up(&tick, tracks);
    wb_denormals_off();
    for (int i = -WARM_UP; i < TICKS; i++) {
        const double start = wb_bench_now_ns();
        hear(&tick, (unsigned)MAX(i, 0));
        const double heard = wb_bench_now_ns();
        wb_control_step(tick.control, &settings, tracks, tick.strips, (const Spectrum *)tick.power,
                        tick.targets, tick.cuts);
        if (i < 0)
            continue;
        spectra[i] = heard - start;
        decision[i] = wb_bench_now_ns() - heard;
    }
    tear_down(&tick);
    return (WbBenchControl){
        .spectra_ns = wb_bench_median(spectra, TICKS),
        .decision_ns = wb_bench_median(decision, TICKS),
    };
}
