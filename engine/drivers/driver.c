/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/drivers/driver.h"

#include <glib/gi18n-lib.h>

#include "engine/drivers/driver_class.h"

static const WbDriverClass *const classes[] = {
#ifdef HAVE_JACK
    &wb_jack_driver,
#endif
#ifdef HAVE_PIPEWIRE
    &wb_pipewire_driver,
#endif
    &wb_dummy_driver,
};

typedef struct {
    WbTransportState state;
    int64_t position;
} Seen;

/* Not G_DEFINE_QUARK(): its variable is written without a lock. */
GQuark wb_driver_error_quark(void)
{
    return g_quark_from_static_string("wb-driver-error-quark");
}

/* ---- what drivers share ---- */

void wb_driver_init(WbDriver *driver, const WbDriverClass *class, const WbDriverOptions *options,
                    const WbDriverCallbacks *callbacks, bool own_transport)
{
    driver->class = class;
    driver->callbacks = *callbacks;
    driver->client = g_strdup(options->client);
    driver->seen = wb_snapshot_new(sizeof(Seen));
    if (own_transport)
        driver->transport = wb_transport_new(callbacks->sync, callbacks->data);
}

void wb_driver_clear(WbDriver *driver)
{
    wb_transport_free(driver->transport);
    wb_snapshot_free(driver->seen);
    g_free(driver->client);
}

void wb_driver_note(WbDriver *driver, WbDriverEvent event)
{
    if (event == WB_DRIVER_SHUTDOWN)
        atomic_store(&driver->gone, true);
    atomic_fetch_or(&driver->events, event);
    if (driver->callbacks.wake)
        driver->callbacks.wake(driver->callbacks.data);
}

void wb_driver_run_cycle(WbDriver *driver, WbCycle *cycle)
{
    if (driver->transport)
        wb_transport_cycle(driver->transport, cycle);
    *(Seen *)wb_snapshot_begin(driver->seen) = (Seen){cycle->transport, cycle->position};
    wb_snapshot_publish(driver->seen);
    driver->callbacks.process(driver->callbacks.data, cycle);
}

/* ---- what the mixer calls ---- */

static const WbDriverClass *find_class(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(classes); i++)
        if (g_str_equal(classes[i]->name, name))
            return classes[i];
    return NULL;
}

/* Whether `auto` tries it: one with a server, unless another one reaches that without a detour. */
static bool is_candidate(const WbDriverClass *class)
{
    const char *other = class->stands_in_for ? class->stands_in_for() : NULL;
    return class != &wb_dummy_driver && !(other && find_class(other));
}

static WbDriver *open_first(const WbDriverOptions *options, const WbDriverCallbacks *callbacks,
                            GError **error)
{
    g_autoptr(GError) reason = NULL;
    unsigned tried = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(classes); i++) {
        if (!is_candidate(classes[i]))
            continue;
        g_clear_error(&reason);
        WbDriver *driver = classes[i]->open(options, callbacks, &reason);
        if (driver)
            return driver;
        tried++;
        if (!g_error_matches(reason, WB_DRIVER_ERROR, WB_DRIVER_ERROR_ABSENT)) {
            tried = 1; /* there is a server, and this is what is wrong with it */
            break;
        }
    }
    if (tried == 1)
        g_propagate_error(error, g_steal_pointer(&reason));
    else if (tried == 0)
        g_set_error_literal(error, WB_DRIVER_ERROR, WB_DRIVER_ERROR_ABSENT,
                            _("this build of Wideberth has no driver for an audio server; use "
                              "\"--driver dummy\", which runs everything on a timer"));
    else
        g_set_error_literal(error, WB_DRIVER_ERROR, WB_DRIVER_ERROR_ABSENT,
                            _("neither JACK nor PipeWire is running; start one of them, or use "
                              "\"--driver dummy\", which runs everything on a timer"));
    return NULL;
}

WbDriver *wb_driver_open(const WbDriverOptions *options, const WbDriverCallbacks *callbacks,
                         GError **error)
{
    if (g_str_equal(options->name, "auto"))
        return open_first(options, callbacks, error);
    const WbDriverClass *class = find_class(options->name);
    if (class)
        return class->open(options, callbacks, error);
    if (g_str_equal(options->name, "jack") || g_str_equal(options->name, "pipewire"))
        g_set_error(error, WB_DRIVER_ERROR, WB_DRIVER_ERROR_ABSENT,
                    _("this build of Wideberth has no driver \"%s\"; build it with --enable-%s, or "
                      "use \"--driver dummy\""),
                    options->name, options->name);
    else
        g_set_error(error, WB_DRIVER_ERROR, WB_DRIVER_ERROR_ABSENT,
                    _("there is no driver \"%s\"; choose \"auto\", \"jack\", \"pipewire\" or "
                      "\"dummy\""),
                    options->name);
    return NULL;
}

void wb_driver_halt(WbDriver *driver)
{
    driver->class->halt(driver);
}

void wb_driver_close(WbDriver *driver)
{
    if (!driver)
        return;
    driver->class->halt(driver);
    driver->class->close(driver);
}

bool wb_driver_start(WbDriver *driver, GError **error)
{
    return driver->class->start(driver, error);
}

const char *wb_driver_name(const WbDriver *driver)
{
    return driver->class->name;
}

const char *wb_driver_client(const WbDriver *driver)
{
    return driver->client;
}

unsigned wb_driver_rate(const WbDriver *driver)
{
    return atomic_load(&driver->rate);
}

unsigned wb_driver_block_frames(const WbDriver *driver)
{
    return atomic_load(&driver->block);
}

int wb_driver_priority(const WbDriver *driver)
{
    return driver->priority;
}

bool wb_driver_freewheels(const WbDriver *driver)
{
    return atomic_load(&driver->freewheels);
}

uint64_t wb_driver_xruns(const WbDriver *driver)
{
    return atomic_load(&driver->xruns);
}

unsigned wb_driver_events(WbDriver *driver)
{
    const unsigned events = atomic_exchange(&driver->events, 0);
    if (driver->class->look_around)
        driver->class->look_around(driver);
    return events;
}

/* ---- ports ---- */

WbPort *wb_port_new(WbDriver *driver, const WbPortSpec *spec, GError **error)
{
    return driver->class->port_new(driver, spec, error);
}

void wb_port_free(WbPort *port)
{
    if (port)
        port->driver->class->port_free(port);
}

void wb_port_rename(WbPort *port, const char *name, const char *pretty)
{
    port->driver->class->port_rename(port, name, pretty);
}

void wb_port_set_order(WbPort *port, int order)
{
    port->driver->class->port_set_order(port, order);
}

const char *wb_port_name(const WbPort *port)
{
    return port->name;
}

float *wb_port_buffer(WbPort *port, unsigned frames)
{
    return port->driver->class->port_buffer(port, frames);
}

char **wb_port_connections(const WbPort *port)
{
    return port->driver->class->port_connections(port);
}

bool wb_port_connect(WbPort *port, const char *other)
{
    return port->driver->class->port_connect(port, other);
}

void wb_port_disconnect(WbPort *port, const char *other)
{
    port->driver->class->port_disconnect(port, other);
}

bool wb_driver_has_graph(const WbDriver *driver)
{
    return driver->class->has_port != NULL;
}

bool wb_driver_has_port(WbDriver *driver, const char *name)
{
    return driver->class->has_port && driver->class->has_port(driver, name);
}

char **wb_driver_new_ports(WbDriver *driver)
{
    return driver->class->has_port ? driver->class->new_ports(driver) : g_new0(char *, 1);
}

char **wb_driver_physical_outputs(WbDriver *driver)
{
    return driver->class->physical_outputs(driver);
}

unsigned wb_port_latency(const WbPort *port)
{
    return port->driver->class->port_latency(port);
}

void wb_port_set_delay(WbPort *port, unsigned frames)
{
    port->driver->class->port_set_delay(port, frames);
}

void wb_driver_update_latencies(WbDriver *driver)
{
    driver->class->update_latencies(driver);
}

/* ---- transport ---- */

void wb_driver_play(WbDriver *driver)
{
    if (driver->transport)
        wb_transport_play(driver->transport);
    else
        driver->class->play(driver);
}

void wb_driver_stop(WbDriver *driver)
{
    if (driver->transport)
        wb_transport_stop(driver->transport);
    else
        driver->class->stop(driver);
}

void wb_driver_locate(WbDriver *driver, int64_t position)
{
    if (driver->transport)
        wb_transport_locate(driver->transport, position);
    else
        driver->class->locate(driver, position);
}

void wb_driver_set_loop(WbDriver *driver, WbLoop loop)
{
    if (driver->transport)
        wb_transport_set_loop(driver->transport, loop);
    else
        driver->class->set_loop(driver, loop);
}

bool wb_driver_loops_itself(const WbDriver *driver)
{
    return driver->transport != NULL;
}

WbTransportState wb_driver_transport(const WbDriver *driver, int64_t *position)
{
    const Seen *seen = wb_snapshot_read(driver->seen);
    if (position)
        *position = seen->position;
    return atomic_load(&driver->gone) ? WB_TRANSPORT_STOPPED : seen->state;
}
