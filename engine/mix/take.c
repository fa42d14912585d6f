/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/mix/take.h"

#include <glib.h>
#include <stdatomic.h>

typedef enum { WAITING, RUNNING, ENDED } State;

struct WbTake {
    WbSink *bus;
    bool with_transport;
    int64_t position; /* these two are written before RUNNING is */
    bool rolling;
    atomic_int state;
};

WbTake *wb_take_new(WbSink *bus, bool with_transport)
{
    WbTake *take = g_new0(WbTake, 1);
    take->bus = bus;
    take->with_transport = with_transport;
    atomic_init(&take->state, WAITING);
    return take;
}

void wb_take_free(WbTake *take)
{
    g_free(take);
}

WbSink *wb_take_bus(const WbTake *take)
{
    return take->bus;
}

bool wb_take_runs(WbTake *take, int64_t position, bool rolling, bool stopped)
{
    const int state = atomic_load_explicit(&take->state, memory_order_relaxed);
    if (state == WAITING && (rolling || !take->with_transport)) {
        take->position = position;
        take->rolling = rolling;
        atomic_store_explicit(&take->state, RUNNING, memory_order_release);
        return true;
    }
    if (state == RUNNING && take->with_transport && stopped) {
        atomic_store_explicit(&take->state, ENDED, memory_order_release);
        return false;
    }
    return state == RUNNING;
}

bool wb_take_begun(const WbTake *take, int64_t *position, bool *rolling)
{
    if (atomic_load_explicit(&take->state, memory_order_acquire) == WAITING)
        return false;
    *position = take->position;
    *rolling = take->rolling;
    return true;
}

bool wb_take_ended(const WbTake *take)
{
    return atomic_load_explicit(&take->state, memory_order_acquire) == ENDED;
}
