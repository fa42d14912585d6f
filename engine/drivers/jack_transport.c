/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <jack/transport.h>

#include "engine/drivers/jack_driver.h"

void wb_jack_play(WbDriver *driver)
{
    if (wb_jack_alive(driver))
        jack_transport_start(wb_jack(driver)->client);
}

void wb_jack_stop(WbDriver *driver)
{
    if (wb_jack_alive(driver))
        jack_transport_stop(wb_jack(driver)->client);
}

void wb_jack_locate(WbDriver *driver, int64_t position)
{
    if (wb_jack_alive(driver))
        jack_transport_locate(wb_jack(driver)->client,
                              (jack_nframes_t)CLAMP(position, 0, (int64_t)UINT32_MAX));
}

void wb_jack_set_loop(WbDriver *driver, WbLoop loop)
{
    WbSnapshot *published = wb_jack(driver)->loop;
    *(WbLoop *)wb_snapshot_begin(published) = loop;
    wb_snapshot_publish(published);
}

static WbTransportState state_of(jack_transport_state_t state)
{
    switch (state) {
    case JackTransportRolling:
    case JackTransportLooping:
        return WB_TRANSPORT_ROLLING;
    case JackTransportStarting:
    case JackTransportNetStarting:
        return WB_TRANSPORT_STARTING;
    case JackTransportStopped:
        break;
    }
    return WB_TRANSPORT_STOPPED;
}

void wb_jack_follow(JackDriver *jack, WbCycle *cycle)
{
    const WbLoop *loop = wb_snapshot_read(jack->loop);
    jack_position_t position;

    cycle->transport = state_of(jack_transport_query(jack->client, &position));
    cycle->position = position.frame;
    /* Only where the end is crossed: one who has located beyond it is left alone. */
    if (cycle->transport == WB_TRANSPORT_ROLLING && loop->end > loop->start &&
        cycle->position < loop->end && cycle->position + cycle->frames >= loop->end)
        jack_transport_locate(jack->client, (jack_nframes_t)MAX(loop->start, 0));
}
