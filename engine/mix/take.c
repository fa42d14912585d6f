/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/mix/take.h"

#include <glib.h>
#include <stdatomic.h>

typedef enum { WAITING, RUNNING, ENDED } State;

struct WbTake {
    WbSink *bus;
    bool with_transport;
    atomic_int state;
    atomic_bool end; /* main's wish */
    /* Audio's: */
    uint64_t before, frames;          /* up to the cycle, up to its end */
    enum { STILL, ALONG, LOST } path; /* of the timeline: not yet, now, not any more */
    WbTakePlace place;
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

void wb_take_end(WbTake *take)
{
    atomic_store(&take->end, true);
}

static void follow(WbTake *take, const WbCycle *cycle, unsigned straight)
{
    WbTakePlace *place = &take->place;
    if (take->path == STILL && straight > 0) {
        *place = (WbTakePlace){.position = cycle->position, .from = take->frames};
        take->path = ALONG;
    }
    if (take->path != ALONG)
        return;
    if (cycle->position == place->position + (int64_t)place->frames)
        place->frames += straight;
    else
        straight = 0;
    if (straight < cycle->frames)
        take->path = LOST;
}

bool wb_take_runs(WbTake *take, const WbCycle *cycle, unsigned straight)
{
    int state = atomic_load_explicit(&take->state, memory_order_relaxed);
    if (atomic_load_explicit(&take->end, memory_order_relaxed))
        return false;
    if (state == WAITING && (straight > 0 || !take->with_transport)) {
        take->place.position = cycle->position;
        atomic_store_explicit(&take->state, state = RUNNING, memory_order_release);
    }
    const bool stopped = straight == 0 && cycle->transport == WB_TRANSPORT_STOPPED;
    if (state == RUNNING && take->with_transport && stopped)
        atomic_store_explicit(&take->state, state = ENDED, memory_order_release);
    if (state != RUNNING)
        return false;
    follow(take, cycle, straight);
    take->before = take->frames;
    take->frames += cycle->frames;
    return true;
}

uint64_t wb_take_frames_before(const WbTake *take)
{
    return take->before;
}

bool wb_take_place(const WbTake *take, WbTakePlace *place)
{
    if (atomic_load_explicit(&take->state, memory_order_acquire) == WAITING)
        return false;
    *place = take->place;
    if (take->path == STILL)
        place->frames = take->frames;
    place->to_the_end = place->from + place->frames == take->frames;
    return true;
}

bool wb_take_ended(const WbTake *take)
{
    return atomic_load_explicit(&take->state, memory_order_acquire) == ENDED;
}
