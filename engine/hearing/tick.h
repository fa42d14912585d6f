/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The control clock: spectra, arbitration and carve targets run on ticks, every 20 ms, counted on
 * the timeline from its frame 0.
 * Thread: any; pure functions. */
#pragma once

#include <stdint.h>

#define WB_TICK_SECONDS 0.02

/* When the carve for a track is decided. Playback: its future is known, spectra are centred on the
 * tick they are for and cuts are smoothed to both sides. Live: spectra end at their tick and the
 * cuts come two ticks later. */
typedef enum { WB_TIMING_PLAYBACK, WB_TIMING_LIVE } WbTiming;

/* Frames from tick to tick at a sample rate in Hz. */
static inline unsigned wb_tick_frames(double rate)
{
    return (unsigned)(rate * WB_TICK_SECONDS + 0.5);
}

/* The last tick at or before a frame (negative frames lie before tick 0). */
static inline int64_t wb_tick_at(int64_t frame, unsigned tick_frames)
{
    const int64_t frames = tick_frames;
    return frame >= 0 ? frame / frames : -((-frame + frames - 1) / frames);
}
