/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Publication and retirement: how what the audio thread reads is replaced while it reads, and freed
 * elsewhere once it cannot be in use any more.
 *
 * What is published is immutable and lies behind an atomic pointer. A reader (the audio thread, the
 * control worker) loads such pointers only between wb_epoch_enter() and wb_epoch_leave() and keeps
 * none of them beyond. Who replaces one retires the old object; it is freed when every reader has
 * left the section in which it may have seen it. Readers never wait. (Epoch-based reclamation:
 * Fraser, "Practical lock-freedom", Cambridge 2004, section 5.2.3.) */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct WbEpoch WbEpoch;

typedef enum { WB_READER_AUDIO, WB_READER_CONTROL, WB_READERS } WbReader;

/* Thread: main. Freeing frees all that is still retired: no reader may be in a section. */
WbEpoch *wb_epoch_new(void);
void wb_epoch_free(WbEpoch *epoch);

/* Thread: that reader's; not nested. */
void wb_epoch_enter(WbEpoch *epoch, WbReader reader);
void wb_epoch_leave(WbEpoch *epoch, WbReader reader);

/* `release(object)` is to be called once no reader can hold it; it has been replaced already. It is
 * called on the thread that collects. Thread: any but audio. */
void wb_epoch_retire(WbEpoch *epoch, void *object, GDestroyNotify release);

/* Releases what no reader holds; returns whether anything is still waiting. Thread: main. */
bool wb_epoch_collect(WbEpoch *epoch);
