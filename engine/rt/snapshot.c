/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/rt/snapshot.h"

#include <glib.h>
#include <stdatomic.h>

#define FRESH 4u /* beside the index in the middle: written since it was last taken */

struct WbSnapshot {
    char *memory[3];
    unsigned writing; /* which one the writer has */
    unsigned reading; /* which one the reader has */
    atomic_uint middle;
};

WbSnapshot *wb_snapshot_new(size_t size)
{
    WbSnapshot *snapshot = g_new0(WbSnapshot, 1);
    for (int i = 0; i < 3; i++)
        snapshot->memory[i] = g_malloc0(size);
    snapshot->reading = 1;
    atomic_init(&snapshot->middle, 2);
    return snapshot;
}

void wb_snapshot_free(WbSnapshot *snapshot)
{
    if (!snapshot)
        return;
    for (int i = 0; i < 3; i++)
        g_free(snapshot->memory[i]);
    g_free(snapshot);
}

void *wb_snapshot_begin(WbSnapshot *snapshot)
{
    return snapshot->memory[snapshot->writing];
}

void wb_snapshot_publish(WbSnapshot *snapshot)
{
    const unsigned taken = atomic_exchange_explicit(&snapshot->middle, snapshot->writing | FRESH,
                                                    memory_order_acq_rel);
    snapshot->writing = taken & ~FRESH;
}

const void *wb_snapshot_read(WbSnapshot *snapshot)
{
    if (atomic_load_explicit(&snapshot->middle, memory_order_relaxed) & FRESH)
        snapshot->reading =
            atomic_exchange_explicit(&snapshot->middle, snapshot->reading, memory_order_acq_rel) &
            ~FRESH;
    return snapshot->memory[snapshot->reading];
}
