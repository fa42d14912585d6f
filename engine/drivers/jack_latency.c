/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What our ports report of latency: each side of the mixer from the other, plus what is on the way
 * between them. (jack.h, "managing and determining latency") */
#include "engine/drivers/jack_driver.h"

/* Whether what comes in at `input` leaves at `output`. */
static bool leads_to(const JackPort *input, const JackPort *output)
{
    return output->source == 0 || output->source == input->source;
}

/* The shortest and longest way through all ports at the other side. */
static jack_latency_range_t range_through(JackDriver *jack, const JackPort *port,
                                          jack_latency_callback_mode_t mode)
{
    jack_latency_range_t all = {G_MAXUINT, 0};

    for (JackPort *other = atomic_load(&jack->ports); other; other = other->next) {
        if (other->is_input == port->is_input || atomic_load(&other->gone))
            continue;
        const JackPort *input = port->is_input ? port : other;
        const JackPort *output = port->is_input ? other : port;
        const unsigned delay = atomic_load(&input->delay);
        if (delay == WB_PORT_UNHEARD || !leads_to(input, output))
            continue;
        jack_latency_range_t range;
        jack_port_get_latency_range(other->handle, mode, &range);
        all.min = MIN(all.min, range.min + delay);
        all.max = MAX(all.max, range.max + delay);
    }
    return all.min > all.max ? (jack_latency_range_t){0, 0} : all;
}

/* Capture latency comes in at inputs and is passed on to outputs; playback latency the other way
 * round. */
void wb_jack_latency(JackDriver *jack, jack_latency_callback_mode_t mode)
{
    const bool arrives_at_inputs = mode == JackCaptureLatency;
    bool changed = false;

    for (JackPort *port = atomic_load(&jack->ports); port; port = port->next) {
        if (atomic_load(&port->gone))
            continue;
        jack_latency_range_t range;
        if (port->is_input == arrives_at_inputs) {
            jack_port_get_latency_range(port->handle, mode, &range);
            changed |= atomic_exchange(&port->latest, range.max) != range.max;
        } else {
            range = range_through(jack, port, mode);
            jack_port_set_latency_range(port->handle, mode, &range);
        }
    }
    /* Only what is news: who answers it with new delays shall not be told of those. */
    if (changed)
        wb_driver_note(&jack->base, WB_DRIVER_LATENCY);
}

unsigned wb_jack_port_latency(const WbPort *port)
{
    const JackPort *own = (const JackPort *)port;
    jack_latency_range_t range;

    if (!wb_jack_alive(port->driver))
        return 0;
    jack_port_get_latency_range(own->handle,
                                own->is_input ? JackCaptureLatency : JackPlaybackLatency, &range);
    return range.max;
}

void wb_jack_port_set_delay(WbPort *port, unsigned frames)
{
    atomic_store(&((JackPort *)port)->delay, frames);
}

void wb_jack_update_latencies(WbDriver *driver)
{
    if (wb_jack_alive(driver))
        jack_recompute_total_latencies(wb_jack(driver)->client);
}
