/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One uninterrupted run of playback, from a start on. It counts *stream frames* q: the start's
 * timeline frame plus what has elapsed, so that q never jumps, while the timeline wraps at the end
 * of a loop. Of the prefetch's own use; others see prefetch.h. */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/disk/loop.h"

/* At a loop's seam, what leads up to its end is faded into what leads up to its start, seconds. */
#define WB_LOOP_FADE 0.005

typedef enum {
    WB_ROLL_PREPARING, /* prefetch's */
    WB_ROLL_OFFERED, /* whoever changes it first: the audio thread claims it, prefetch takes back */
    WB_ROLL_CLAIMED, /* audio's: about to play */
    WB_ROLL_PLAYING, /* audio's */
    WB_ROLL_OVER,    /* prefetch's again: to be retired */
} WbRollState;

/* From a stream frame on, the timeline goes on at a position, with a loop or without. */
typedef struct WbRollPiece WbRollPiece;

typedef struct WbRoll {
    uint64_t id;
    int64_t start;
    unsigned slot;               /* of each player's streams */
    int64_t fade, shortest_loop; /* frames */
    WbRollPiece *first;
    _Atomic(WbRollPiece *) head; /* that holds what is played, or one before it */
    atomic_int state;
    atomic_int_least64_t played; /* all stream frames before it are done with */
    /* All players have audio up to this frame and spectra up to this tick (both excluded), but
     * for those that cannot have. */
    atomic_int_least64_t complete_frame, complete_tick;
    int64_t lead_frame, lead_tick; /* as far as that is to be before it begins */
    /* Under the prefetch's lock: */
    unsigned references; /* streams */
    unsigned generation; /* of settings that its streams are made for */
    bool splicing;       /* at the frame `splice` new streams take over */
    int64_t splice;
    int64_t over_since; /* microseconds, monotonic */
} WbRoll;

/* Thread: any but audio. */
WbRoll *wb_roll_new(uint64_t id, unsigned slot, int64_t start, double rate, WbLoop loop);
void wb_roll_free(void *roll);

/* Timeline frame of stream frame q. Thread: any. */
int64_t wb_roll_position(const WbRoll *roll, int64_t q);

/* From stream frame q on, another loop holds. q must lie in no fade of the old or the new one:
 * wb_roll_find_splice() finds such a tick's frame at or after q.
 * Thread: prefetch's, under its lock. */
int64_t wb_roll_find_splice(const WbRoll *roll, int64_t q, unsigned tick_frames, WbLoop loop);
void wb_roll_set_loop(WbRoll *roll, int64_t q, WbLoop loop);

/* A stretch of stream frames whose timeline frames follow one another. */
typedef struct {
    size_t frames;
    int64_t position; /* timeline frame of the first */
    bool fading;      /* into the frames from `lead_in` on, with wb_roll_fade() from `faded` on */
    int64_t lead_in;
    int64_t faded; /* frames of the fade that lie before */
} WbStretch;

/* The stretch from q on, of up to `most` frames. Thread: prefetch's. */
WbStretch wb_roll_stretch(const WbRoll *roll, int64_t q, size_t most);

/* Gain, 0 to 1, of what fades in, at a frame of the fade. */
double wb_roll_fade(const WbRoll *roll, int64_t frame);
