/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the strips to the outputs and the files, on the audio thread. */
#include <math.h>

#include "engine/mix/mixer_private.h"

static void put(float *port, size_t offset, const double *samples, size_t frames)
{
    for (size_t i = 0; port && i < frames; i++)
        port[offset + i] = (float)samples[i];
}

static void scale(WbRamp *gain, double *samples, size_t frames)
{
    size_t i = 0;
    for (; i < frames && gain->left > 0; i++)
        samples[i] *= wb_ramp_next(gain);
    for (const double now = gain->now; i < frames && now != 1; i++)
        samples[i] *= now;
}

/* Both sides move along the same ramp. */
static void scale_both(WbRamp *gain, double *const samples[2], size_t frames)
{
    WbRamp same = *gain;
    scale(&same, samples[0], frames);
    scale(gain, samples[1], frames);
}

static void fade_to_delta(WbMixer *mixer, size_t frames)
{
    for (size_t i = 0; i < frames; i++) {
        const double delta = wb_ramp_next(&mixer->delta);
        for (int side = 0; side < 2; side++)
            mixer->bus[side][i] += delta * (mixer->delta_bus[side][i] - mixer->bus[side][i]);
    }
}

void wb_mixer_record(const WbMixer *mixer, WbSink *sink, const double *const samples[2],
                     size_t offset, size_t frames)
{
    if (mixer->freewheel)
        wb_sink_wait(sink, frames);
    /* A track that was not there for a while goes on at its place. */
    wb_sink_skip_to(sink, wb_take_frames_before(mixer->take) + offset);
    wb_sink_write(sink, samples, frames);
}

void wb_mixer_put_bus(WbMixer *mixer, const WbArrangement *arrangement, size_t offset,
                      size_t frames)
{
    const WbRamp gain = mixer->gain;
    wb_mix_sum(arrangement->tracks, (double *const(*)[2])arrangement->strips, mixer->bus, 0,
               frames);
    scale_both(&mixer->gain, mixer->bus, frames);
    if (mixer->take && wb_take_bus(mixer->take))
        wb_mixer_record(mixer, wb_take_bus(mixer->take), (const double *const *)mixer->bus, offset,
                        frames);
    double peak[2] = {0, 0};
    for (size_t i = 0; i < frames; i++) {
        for (int side = 0; side < 2; side++) {
            mixer->meter_block[2 * i + (size_t)side] = mixer->bus[side][i];
            peak[side] = fmax(peak[side], fabs(mixer->bus[side][i]));
        }
    }
    wb_ring_write(mixer->bus_ring, mixer->meter_block, frames);
    wb_raise_peak(&mixer->bus_peak[0], (float)peak[0]);
    wb_raise_peak(&mixer->bus_peak[1], (float)peak[1]);

    /* From here on it is what is heard, not what is recorded. */
    if (mixer->delta.left > 0 || mixer->delta.now > 0) {
        WbRamp same = gain;
        wb_mix_sum(arrangement->tracks, (double *const(*)[2])arrangement->taken, mixer->delta_bus,
                   0, frames);
        scale_both(&same, mixer->delta_bus, frames);
        fade_to_delta(mixer, frames);
    }
    scale_both(&mixer->match, mixer->bus, frames);
    for (int side = 0; side < 2; side++) {
        put(mixer->bus_port[side], offset, mixer->bus[side], frames);
        put(mixer->listen_port[side], offset, mixer->listen_bus[side], frames);
    }
}
