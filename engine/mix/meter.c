/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/mix/meter.h"

#include <ebur128.h>
#include <glib.h>
#include <math.h>

#define CHUNK 1024

struct WbMeter {
    ebur128_state *state;
    int mode;
};

#define PEAKS (EBUR128_MODE_TRUE_PEAK | EBUR128_MODE_SAMPLE_PEAK)

static WbMeter *meter_new(double rate, int mode)
{
    WbMeter *meter = g_new0(WbMeter, 1);
    meter->mode = mode;
    meter->state = ebur128_init(2, (unsigned long)(rate + 0.5), mode);
    if (!meter->state)
        g_error("no memory for the loudness meter");
    return meter;
}

WbMeter *wb_meter_new(double rate)
{
    return meter_new(rate, EBUR128_MODE_I | EBUR128_MODE_LRA | PEAKS);
}

WbMeter *wb_meter_new_running(double rate)
{
    return meter_new(rate, EBUR128_MODE_I | EBUR128_MODE_S | EBUR128_MODE_HISTOGRAM | PEAKS);
}

void wb_meter_free(WbMeter *meter)
{
    if (!meter)
        return;
    ebur128_destroy(&meter->state);
    g_free(meter);
}

void wb_meter_add(WbMeter *meter, const double *const bus[2], size_t frames)
{
    double interleaved[2 * CHUNK];
    for (size_t done = 0; done < frames;) {
        const size_t count = MIN(frames - done, CHUNK);
        for (size_t i = 0; i < count; i++) {
            interleaved[2 * i] = bus[0][done + i];
            interleaved[2 * i + 1] = bus[1][done + i];
        }
        ebur128_add_frames_double(meter->state, interleaved, count);
        done += count;
    }
}

static double peak_db(ebur128_state *state, int (*peak_of)(ebur128_state *, unsigned, double *))
{
    double highest = 0;
    for (unsigned side = 0; side < 2; side++) {
        double peak = 0;
        peak_of(state, side, &peak);
        highest = fmax(highest, peak);
    }
    return 20 * log10(highest);
}

WbMeterReading wb_meter_read(const WbMeter *meter)
{
    WbMeterReading reading = {
        .integrated_lufs = -INFINITY, .momentary_lufs = -INFINITY, .short_term_lufs = -INFINITY};
    ebur128_loudness_global(meter->state, &reading.integrated_lufs);
    if (meter->mode & EBUR128_MODE_HISTOGRAM) {
        ebur128_loudness_momentary(meter->state, &reading.momentary_lufs);
        ebur128_loudness_shortterm(meter->state, &reading.short_term_lufs);
    } else {
        ebur128_loudness_range(meter->state, &reading.range_lu);
    }
    reading.sample_peak_db = peak_db(meter->state, ebur128_sample_peak);
    reading.true_peak_db = peak_db(meter->state, ebur128_true_peak);
    return reading;
}
