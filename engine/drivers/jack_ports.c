/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/drivers/jack_driver.h"
#include "engine/drivers/port_name.h"

#define SETTLED_SECONDS 0.5
#define SETTLED_CYCLES 8

/* What no graph is known by: the port is looked at anew. */
#define UNKNOWN G_MAXUINT

static bool is_taken(void *data, const char *name, const WbPort *self)
{
    const JackDriver *jack = data;
    g_autofree char *full = g_strdup_printf("%s:%s", jack->base.client, name);
    const jack_port_t *holder = jack_port_by_name(jack->client, full);
    return holder && (!self || holder != ((const JackPort *)self)->handle);
}

static void take_name(JackPort *port)
{
    g_free(port->base.name);
    port->base.name = g_strdup(jack_port_name(port->handle));
}

static void set_not_registered(JackDriver *jack, const char *name, GError **error)
{
    if (!wb_jack_alive(&jack->base)) {
        g_set_error_literal(error, WB_DRIVER_ERROR, WB_DRIVER_ERROR_FAILED,
                            _("the JACK server is gone"));
        return;
    }
    g_set_error(error, WB_DRIVER_ERROR, WB_DRIVER_ERROR_PORTS,
                _("the JACK server has no room for the port \"%s\"; start it with a higher limit "
                  "by its option -p (--port-max), for instance \"jackd -p 4096 -d ...\""),
                name);
}

WbPort *wb_jack_port_new(WbDriver *driver, const WbPortSpec *spec, GError **error)
{
    JackDriver *jack = wb_jack(driver);
    jack_port_t *registered = NULL;

    if (wb_jack_alive(driver)) {
        g_autofree char *name = wb_port_free_name(spec->name, is_taken, jack, NULL);
        registered = jack_port_register(
            jack->client, name, JACK_DEFAULT_AUDIO_TYPE,
            spec->direction == WB_PORT_INPUT ? JackPortIsInput : JackPortIsOutput, 0);
    }
    if (!registered) {
        set_not_registered(jack, spec->name, error);
        return NULL;
    }
    JackPort *port = g_new0(JackPort, 1);
    port->base.driver = driver;
    port->handle = registered;
    port->is_input = spec->direction == WB_PORT_INPUT;
    port->source = spec->source;
    port->order = spec->order;
    atomic_init(&port->delay, WB_PORT_UNHEARD);
    atomic_init(&port->known, UNKNOWN);
    take_name(port);
    port->next = atomic_load(&jack->ports);
    atomic_store(&jack->ports, port);
    wb_jack_set_looks(port, spec->pretty, &spec->order);
    return &port->base;
}

void wb_jack_port_free(WbPort *port)
{
    JackPort *own = (JackPort *)port;
    atomic_store(&own->gone, true);
    if (wb_jack_alive(port->driver))
        jack_port_unregister(wb_jack(port->driver)->client, own->handle);
}

void wb_jack_destroy_ports(JackDriver *jack)
{
    JackPort *port = atomic_exchange(&jack->ports, NULL);
    while (port) {
        JackPort *next = port->next;
        g_free(port->base.name);
        g_free(port);
        port = next;
    }
}

void wb_jack_port_rename(WbPort *port, const char *name, const char *pretty)
{
    JackPort *own = (JackPort *)port;
    JackDriver *jack = wb_jack(port->driver);

    if (!wb_jack_alive(port->driver))
        return;
    g_autofree char *taken = wb_port_free_name(name, is_taken, jack, port);
    jack_port_rename(jack->client, own->handle, taken);
    take_name(own);
    wb_jack_set_looks(own, pretty, NULL);
}

/* ---- connections ---- */

/* The server tells of a change before it can be seen in its graph: that is some cycles later. Until
 * then no port is taken for unconnected. */
void wb_jack_look_around(WbDriver *driver)
{
    JackDriver *jack = wb_jack(driver);
    const unsigned graph = atomic_load(&jack->graph);
    const gint64 now = g_get_monotonic_time();
    const double cycle = (double)atomic_load(&driver->block) / MAX(atomic_load(&driver->rate), 1);

    if (graph != jack->looked_at) {
        jack->looked_at = graph;
        jack->looked_since = now;
        jack->settled = false;
    }
    if (jack->settled || !wb_jack_alive(driver))
        return;
    jack->settled = (double)(now - jack->looked_since) >
                    G_USEC_PER_SEC * MAX(SETTLED_SECONDS, SETTLED_CYCLES * cycle);
    for (JackPort *port = atomic_load(&jack->ports); port; port = port->next) {
        const bool may_sound = !jack->settled || jack_port_connected(port->handle) > 0;
        if (!atomic_load(&port->gone))
            atomic_store(&port->known, graph * 2 + may_sound);
    }
}

/* Asking the server whether a port is connected may take a lock (in PipeWire's libjack it does), so
 * main asks. Until it has, a buffer that may be silent is the safe answer; an output's always is,
 * since who connects to it would hear what was last in it. */
float *wb_jack_port_buffer(WbPort *port, unsigned frames)
{
    JackPort *own = (JackPort *)port;
    const unsigned graph =
        atomic_load_explicit(&wb_jack(port->driver)->graph, memory_order_relaxed);

    if (own->is_input && atomic_load_explicit(&own->known, memory_order_relaxed) == graph * 2)
        return NULL;
    return jack_port_get_buffer(own->handle, frames);
}

/* Takes over what libjack has allocated. */
static char **take_names(const char **names)
{
    char **copy = names ? g_strdupv((char **)names) : g_new0(char *, 1);
    jack_free(names);
    return copy;
}

char **wb_jack_port_connections(const WbPort *port)
{
    const JackPort *own = (const JackPort *)port;

    if (!wb_jack_alive(port->driver))
        return g_new0(char *, 1);
    return take_names(jack_port_get_all_connections(wb_jack(port->driver)->client, own->handle));
}

bool wb_jack_port_connect(WbPort *port, const char *other)
{
    JackPort *own = (JackPort *)port;
    JackDriver *jack = wb_jack(port->driver);

    /* Looked for first: libjack would complain. */
    if (!wb_jack_alive(port->driver) || !jack_port_by_name(jack->client, other))
        return false;
    atomic_store(&own->known, UNKNOWN);
    const int status = own->is_input ? jack_connect(jack->client, other, port->name)
                                     : jack_connect(jack->client, port->name, other);
    return status == 0 || status == EEXIST;
}

void wb_jack_port_disconnect(WbPort *port, const char *other)
{
    const JackPort *own = (const JackPort *)port;
    JackDriver *jack = wb_jack(port->driver);

    if (!wb_jack_alive(port->driver) || !jack_port_connected_to(own->handle, other))
        return;
    if (own->is_input)
        jack_disconnect(jack->client, other, port->name);
    else
        jack_disconnect(jack->client, port->name, other);
}

char **wb_jack_physical_outputs(WbDriver *driver)
{
    if (!wb_jack_alive(driver))
        return g_new0(char *, 1);
    return take_names(jack_get_ports(wb_jack(driver)->client, NULL, JACK_DEFAULT_AUDIO_TYPE,
                                     JackPortIsPhysical | JackPortIsInput));
}

bool wb_jack_has_port(WbDriver *driver, const char *name)
{
    return wb_jack_alive(driver) && jack_port_by_name(wb_jack(driver)->client, name);
}

char **wb_jack_new_ports(WbDriver *driver)
{
    JackDriver *jack = wb_jack(driver);
    g_autoptr(GStrvBuilder) names = g_strv_builder_new();
    jack_port_id_t id;

    while (wb_jack_alive(driver) && wb_ring_read(jack->come, &id, 1) == 1) {
        jack_port_t *port = jack_port_by_id(jack->client, id);
        const char *name = port ? jack_port_name(port) : NULL;
        if (name && *name)
            g_strv_builder_add(names, name);
    }
    return g_strv_builder_end(names);
}
