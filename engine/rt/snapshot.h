/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The latest of something that one thread keeps measuring, for one other thread to look at: never
 * half of it, and neither ever waits (a triple buffer). */
#pragma once

#include <stddef.h>

typedef struct WbSnapshot WbSnapshot;

/* Of `size` bytes, all zero at first. Thread: any but audio. */
WbSnapshot *wb_snapshot_new(size_t size);
void wb_snapshot_free(WbSnapshot *snapshot);

/* Where the next one is to be written, whole (it holds what was there two or three before).
 * Thread: the one that writes; audio may. */
void *wb_snapshot_begin(WbSnapshot *snapshot);
/* What has been written is the latest now. Thread: the same. */
void wb_snapshot_publish(WbSnapshot *snapshot);

/* The latest; stays as it is until the next call. Thread: the one that reads. */
const void *wb_snapshot_read(WbSnapshot *snapshot);
