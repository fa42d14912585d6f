/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One take: all files of it begin and end at the same frame. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "engine/disk/recorder.h"

typedef struct WbTake WbTake;

/* bus: where the bus goes, or NULL (borrowed). with_transport: begins when the transport rolls and
 * ends when it stops; else it begins as soon as the mixer has it. Thread: main. */
WbTake *wb_take_new(WbSink *bus, bool with_transport);
void wb_take_free(WbTake *take);

WbSink *wb_take_bus(const WbTake *take); /* Thread: any. */

/* Whether samples from here on belong to it; position on the timeline, rolling: whether it moves,
 * stopped: whether it is to stay where it is. Neither is true while the transport gets ready to
 * roll, for instance at the end of a server's loop. Thread: audio, at the start of each cycle. */
bool wb_take_runs(WbTake *take, int64_t position, bool rolling, bool stopped);

/* Whether it has begun, and where: the position of its first frame, and whether the transport
 * rolled then. Thread: any. */
bool wb_take_begun(const WbTake *take, int64_t *position, bool *rolling);
/* Whether the transport has ended it. Thread: any. */
bool wb_take_ended(const WbTake *take);
