/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/mix/delay_line.h"

#include <glib.h>
#include <string.h>

#include "engine/rt/memory.h"

struct WbDelayLine {
    unsigned channels;
    size_t mask;
    float *ring[2]; /* [channel]; the sample of a clock is at clock & mask */
};

WbDelayLine *wb_delay_line_new(unsigned channels, size_t frames)
{
    WbDelayLine *line = g_new0(WbDelayLine, 1);
    size_t size = 1;
    while (size < frames)
        size *= 2;
    line->channels = channels;
    line->mask = size - 1;
    for (unsigned c = 0; c < channels; c++)
        line->ring[c] = wb_memory_new(size, sizeof(float));
    return line;
}

void wb_delay_line_free(WbDelayLine *line)
{
    if (!line)
        return;
    g_free(line->ring[0]);
    g_free(line->ring[1]);
    g_free(line);
}

size_t wb_delay_line_frames(const WbDelayLine *line)
{
    return line->mask + 1;
}

void wb_delay_line_write(WbDelayLine *line, int64_t clock, const float *const samples[2],
                         size_t frames)
{
    const size_t at = (size_t)clock & line->mask, first = MIN(frames, line->mask + 1 - at);
    for (unsigned c = 0; c < line->channels; c++) {
        memcpy(line->ring[c] + at, samples[c], first * sizeof(float));
        memcpy(line->ring[c], samples[c] + first, (frames - first) * sizeof(float));
    }
}

void wb_delay_line_read(const WbDelayLine *line, unsigned channel, int64_t clock, float *out,
                        size_t frames)
{
    const size_t at = (size_t)clock & line->mask, first = MIN(frames, line->mask + 1 - at);
    memcpy(out, line->ring[channel] + at, first * sizeof(float));
    memcpy(out + first, line->ring[channel], (frames - first) * sizeof(float));
}

void wb_delay_line_copy(WbDelayLine *line, const WbDelayLine *from, int64_t clock, size_t fade)
{
    const size_t frames = MIN(line->mask, from->mask) + 1;
    const size_t oldest = (size_t)clock - frames;
    for (unsigned c = 0; c < line->channels; c++) {
        float *to = line->ring[c];
        /* In pieces that end where one of the rings does. */
        for (size_t done = 0; done < frames;) {
            const size_t a = (oldest + done) & line->mask, b = (oldest + done) & from->mask;
            const size_t whole = MIN(line->mask - a, from->mask - b) + 1;
            const size_t count = MIN(whole, frames - done);
            memcpy(to + a, from->ring[c] + b, count * sizeof(float));
            done += count;
        }
        for (size_t i = 0; i < MIN(fade, frames); i++)
            to[(oldest + i) & line->mask] *= (float)i / (float)fade;
    }
}
