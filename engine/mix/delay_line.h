/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The recent past of a track's input: the latency compensation reads it late, the control worker
 * takes its spectra from it. Samples are addressed by the mixer's clock, frames since it was made.
 * Thread: one writes and reads (audio); others may read what will not be overwritten meanwhile. */
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef struct WbDelayLine WbDelayLine;

/* Holds `frames` frames at least. Thread: main. */
WbDelayLine *wb_delay_line_new(unsigned channels, size_t frames);
void wb_delay_line_free(WbDelayLine *line);

/* How many it holds. Thread: any. */
size_t wb_delay_line_frames(const WbDelayLine *line);

/* The samples [channel][frame] of the frames from `clock` on. Thread: audio. */
void wb_delay_line_write(WbDelayLine *line, int64_t clock, const float *const samples[2],
                         size_t frames);

/* A channel's samples from `clock` on; those of before the first one written are 0.
 * Thread: audio; others where they know the samples to stay. */
void wb_delay_line_read(const WbDelayLine *line, unsigned channel, int64_t clock, float *out,
                        size_t frames);

/* What `from` holds up to `clock`, as far as it goes; its oldest frames fade in, `fade` of them, as
 * there is silence before them. Thread: audio. */
void wb_delay_line_copy(WbDelayLine *line, const WbDelayLine *from, int64_t clock, size_t fade);
