/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/drivers/transport.h"

#include <glib.h>

#include "engine/rt/snapshot.h"

typedef struct {
    bool playing;
    uint64_t locates; /* how many so far; position is that of the last */
    int64_t position;
    WbLoop loop;
} Wanted;

struct WbTransport {
    Wanted wanted; /* main's */
    WbSnapshot *published;

    /* The audio thread's. */
    bool (*sync)(void *data, int64_t position);
    void *data;
    WbTransportState state;
    int64_t position;
    uint64_t locates;
    bool ready;
};

WbTransport *wb_transport_new(bool (*sync)(void *data, int64_t position), void *data)
{
    WbTransport *transport = g_new0(WbTransport, 1);
    transport->published = wb_snapshot_new(sizeof(Wanted));
    transport->sync = sync;
    transport->data = data;
    return transport;
}

void wb_transport_free(WbTransport *transport)
{
    if (!transport)
        return;
    wb_snapshot_free(transport->published);
    g_free(transport);
}

static void publish(WbTransport *transport)
{
    *(Wanted *)wb_snapshot_begin(transport->published) = transport->wanted;
    wb_snapshot_publish(transport->published);
}

void wb_transport_play(WbTransport *transport)
{
    transport->wanted.playing = true;
    publish(transport);
}

void wb_transport_stop(WbTransport *transport)
{
    transport->wanted.playing = false;
    publish(transport);
}

void wb_transport_locate(WbTransport *transport, int64_t position)
{
    transport->wanted.position = MAX(position, 0);
    transport->wanted.locates++;
    publish(transport);
}

void wb_transport_set_loop(WbTransport *transport, WbLoop loop)
{
    loop.start = MAX(loop.start, 0);
    if (loop.end <= loop.start)
        loop = (WbLoop){0};
    transport->wanted.loop = loop;
    publish(transport);
}

static bool is_ready(WbTransport *transport)
{
    return !transport->sync || transport->sync(transport->data, transport->position);
}

static int64_t advance(int64_t position, unsigned frames, WbLoop loop)
{
    const int64_t next = position + frames;
    if (loop.end == 0 || position >= loop.end || next < loop.end)
        return next;
    return loop.start + (next - loop.end) % (loop.end - loop.start);
}

void wb_transport_cycle(WbTransport *transport, WbCycle *cycle)
{
    const Wanted *wanted = wb_snapshot_read(transport->published);
    const bool located = wanted->locates != transport->locates;

    if (located) {
        transport->locates = wanted->locates;
        transport->position = wanted->position;
        transport->ready = false;
    }
    if (!wanted->playing) {
        transport->state = WB_TRANSPORT_STOPPED;
        transport->ready = false;
    } else {
        transport->state = transport->ready ? WB_TRANSPORT_ROLLING : WB_TRANSPORT_STARTING;
    }
    if (transport->state == WB_TRANSPORT_STARTING)
        transport->ready = is_ready(transport);
    else if (transport->state == WB_TRANSPORT_STOPPED && located)
        (void)is_ready(transport);

    cycle->transport = transport->state;
    cycle->position = transport->position;
    if (transport->state == WB_TRANSPORT_ROLLING)
        transport->position = advance(transport->position, cycle->frames, wanted->loop);
}
