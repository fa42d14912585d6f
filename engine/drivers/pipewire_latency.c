/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What our ports report of latency: each side of the mixer from the other, plus what is on the way
 * between them. In PipeWire a latency is a sum of blocks, frames and time; here it becomes frames
 * only where main asks. */
#include "engine/drivers/pipewire_driver.h"

/* Whether what comes in at `input` leaves at `output`. */
static bool leads_to(const PipewirePort *input, const PipewirePort *output)
{
    return output->source == 0 || output->source == input->source;
}

static unsigned frames_of(const WbDriver *driver, const struct spa_latency_info *latency)
{
    return (unsigned)((double)latency->max_quantum * wb_driver_block_frames(driver) +
                      latency->max_rate +
                      (double)latency->max_ns * wb_driver_rate(driver) / SPA_NSEC_PER_SEC + 0.5);
}

/* The shortest and longest way through all ports at the other side. direction: SPA_DIRECTION_OUTPUT
 * for what arrives at inputs and is passed on to outputs, and the other way round. */
static struct spa_latency_info range_through(const PipewireDriver *pipewire,
                                             const PipewirePort *port, enum spa_direction direction)
{
    const bool is_input = port->plug->direction == SPA_DIRECTION_INPUT;
    struct spa_latency_info all;

    spa_latency_info_combine_start(&all, direction);
    for (guint i = 0; i < pipewire->ports->len; i++) {
        const PipewirePort *other = pipewire->ports->pdata[i];
        if (other->plug->direction == port->plug->direction)
            continue;
        const PipewirePort *input = is_input ? port : other;
        const PipewirePort *output = is_input ? other : port;
        const unsigned delay = atomic_load(&input->delay);
        if (delay == WB_PORT_UNHEARD || !leads_to(input, output))
            continue;
        struct spa_latency_info way = other->plug->latency[direction];
        way.min_rate += delay;
        way.max_rate += delay;
        spa_latency_info_combine(&all, &way);
    }
    spa_latency_info_combine_finish(&all);
    return all;
}

static void report(PipewireDriver *pipewire, enum spa_direction direction)
{
    for (guint i = 0; i < pipewire->ports->len; i++) {
        PipewirePort *port = pipewire->ports->pdata[i];
        Plug *plug = port->plug;
        if (plug->direction != direction)
            continue;
        struct spa_latency_info range = range_through(pipewire, port, direction);
        if (spa_latency_info_compare(&range, &plug->latency[direction]) == 0)
            continue;
        plug->latency[direction] = range;
        plug->params[PLUG_LATENCY].flags ^= SPA_PARAM_INFO_SERIAL;
        wb_pipewire_plug_update(plug, SPA_PORT_CHANGE_MASK_PARAMS);
    }
}

static void report_delay(PipewireDriver *pipewire)
{
    unsigned longest = 0;
    for (guint i = 0; i < pipewire->ports->len; i++) {
        const PipewirePort *port = pipewire->ports->pdata[i];
        const unsigned delay = atomic_load(&port->delay);
        if (port->plug->direction == SPA_DIRECTION_INPUT && delay != WB_PORT_UNHEARD)
            longest = MAX(longest, delay);
    }
    if (pipewire->delay == longest)
        return;
    pipewire->delay = longest;
    wb_pipewire_node_update(pipewire, SPA_NODE_CHANGE_MASK_PARAMS);
}

void wb_pipewire_report_latencies(PipewireDriver *pipewire)
{
    report(pipewire, SPA_DIRECTION_OUTPUT);
    report(pipewire, SPA_DIRECTION_INPUT);
    report_delay(pipewire);
}

void wb_pipewire_latency_arrived(Plug *plug, const struct spa_latency_info *latency)
{
    PipewirePort *port = (PipewirePort *)plug->port;

    plug->latency[latency->direction] = *latency;
    if (!port || port->plug != plug)
        return;
    report(plug->driver, latency->direction);
    const unsigned frames = frames_of(port->base.driver, latency);
    /* Only what is news: who answers it with new delays shall not be told of those. */
    if (atomic_exchange(&port->latest, frames) != frames)
        wb_driver_note(port->base.driver, WB_DRIVER_LATENCY);
}

unsigned wb_pipewire_port_latency(const WbPort *port)
{
    const Plug *plug = ((const PipewirePort *)port)->plug;
    unsigned frames;

    if (!wb_pipewire_alive(port->driver))
        return 0;
    wb_pipewire_lock(port->driver);
    frames = frames_of(port->driver, &plug->latency[SPA_DIRECTION_REVERSE(plug->direction)]);
    wb_pipewire_unlock(port->driver);
    return frames;
}

void wb_pipewire_port_set_delay(WbPort *port, unsigned frames)
{
    atomic_store(&((PipewirePort *)port)->delay, frames);
}

void wb_pipewire_update_latencies(WbDriver *driver)
{
    if (!wb_pipewire_alive(driver))
        return;
    wb_pipewire_lock(driver);
    wb_pipewire_report_latencies(wb_pipewire(driver));
    wb_pipewire_unlock(driver);
}
