/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One take: all files of it begin and end at the same frame. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "engine/disk/recorder.h"
#include "engine/mix/cycle.h"

typedef struct WbTake WbTake;

/* bus: where the bus goes, or NULL (borrowed). with_transport: begins when the transport rolls and
 * ends when it stops; else it begins as soon as the mixer has it. Thread: main. */
WbTake *wb_take_new(WbSink *bus, bool with_transport);
void wb_take_free(WbTake *take);

WbSink *wb_take_bus(const WbTake *take); /* Thread: any. */

/* Ends it with the cycle that runs, in all files alike. Thread: main. */
void wb_take_end(WbTake *take);

/* Whether the cycle's samples belong to it. straight: for how many of its frames, from the first
 * on, playback goes along the timeline; 0: it does not roll. While the transport gets ready to
 * roll, for instance at the end of a server's loop, a take goes on. Thread: audio, once a cycle. */
bool wb_take_runs(WbTake *take, const WbCycle *cycle, unsigned straight);
/* How many frames of it there were before that cycle. Thread: audio. */
uint64_t wb_take_frames_before(const WbTake *take);

/* Where on the timeline it belongs. Only what was recorded from the first frame that played to the
 * first jump of the transport (a loop, a locate, a stop) has a place; of one that never played, all
 * has, where the transport stood. */
typedef struct {
    int64_t position; /* timeline frame */
    uint64_t from;    /* frame of the take that lies there, */
    uint64_t frames;  /* and for how many after it that holds; */
    bool to_the_end;  /* all that there are */
} WbTakePlace;

/* False if it has not begun. Thread: main, once the mixer has let go of it. */
bool wb_take_place(const WbTake *take, WbTakePlace *place);
/* Whether the transport has ended it. Thread: any. */
bool wb_take_ended(const WbTake *take);
