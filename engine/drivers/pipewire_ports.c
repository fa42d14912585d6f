/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ports as the mixer knows them. */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "engine/drivers/pipewire_driver.h"
#include "engine/drivers/port_name.h"

/* How long a renamed input waits for sound under its new name before it does without. */
#define CHANGE_OVER_MS 200

/* ---- names ---- */

static bool is_taken(void *data, const char *name, const WbPort *self)
{
    PipewireDriver *pipewire = data;
    g_autofree char *full = g_strdup_printf("%s:%s", pipewire->base.client, name);

    for (guint i = 0; i < pipewire->ports->len; i++) {
        const WbPort *port = pipewire->ports->pdata[i];
        if (port != self && g_str_equal(port->name, full))
            return true;
    }
    return false;
}

static struct pw_properties *looks_of(const char *name, const char *pretty)
{
    struct pw_properties *properties = pw_properties_new(PW_KEY_PORT_NAME, name, PW_KEY_FORMAT_DSP,
                                                         "32 bit float mono audio", NULL);
    pw_properties_setf(properties, PW_KEY_PORT_ALIAS, "Wideberth:%s", pretty ? pretty : name);
    return properties;
}

static void take_name(PipewirePort *port, const char *name)
{
    g_free(port->base.name);
    port->base.name = g_strdup_printf("%s:%s", port->base.driver->client, name);
}

/* ---- their life ---- */

WbPort *wb_pipewire_port_new(WbDriver *driver, const WbPortSpec *spec, GError **error)
{
    PipewireDriver *pipewire = wb_pipewire(driver);

    if (!wb_pipewire_alive(driver)) {
        g_set_error_literal(error, WB_DRIVER_ERROR, WB_DRIVER_ERROR_FAILED,
                            _("the PipeWire server is gone"));
        return NULL;
    }
    PipewirePort *port = g_new0(PipewirePort, 1);
    port->base.driver = driver;
    port->source = spec->source;
    port->order = spec->order;
    atomic_init(&port->delay, WB_PORT_UNHEARD);
    wb_pipewire_lock(driver);
    g_autofree char *name = wb_port_free_name(spec->name, is_taken, pipewire, NULL);
    take_name(port, name);
    Plug *plug = wb_pipewire_plug_new(
        pipewire, spec->direction == WB_PORT_INPUT ? SPA_DIRECTION_INPUT : SPA_DIRECTION_OUTPUT,
        looks_of(name, spec->pretty));
    plug->port = &port->base;
    atomic_init(&port->plug, plug);
    g_ptr_array_add(pipewire->ports, port);
    if (pipewire->metadata && wb_pipewire_roundtrip(pipewire))
        wb_pipewire_set_looks(port, spec->pretty);
    wb_pipewire_report_latencies(pipewire);
    wb_pipewire_unlock(driver);
    return &port->base;
}

static void do_nothing(void *data)
{
    (void)data;
}

void wb_pipewire_port_free(WbPort *port)
{
    PipewirePort *own = (PipewirePort *)port;
    WbDriver *driver = port->driver;
    PipewireDriver *pipewire = wb_pipewire(driver);

    wb_pipewire_lock(driver);
    Plug *plug = atomic_load(&own->plug);
    g_ptr_array_remove(pipewire->ports, own);
    plug->port = NULL;
    if (wb_pipewire_alive(driver)) {
        wb_pipewire_plug_free(plug);
        wb_pipewire_report_latencies(pipewire);
    } else {
        /* The plug goes with the node. A last cycle may just be at work. */
        wb_pipewire_invoke(pipewire, do_nothing, NULL);
    }
    wb_pipewire_unlock(driver);
    g_free(port->name);
    g_free(own);
}

/* ---- another name: PipeWire's registry tells of a port's name once and for all, so that a new
 * port takes the place of the old one when its links stand ---- */

typedef struct {
    PipewireDriver *pipewire;
    PipewirePort *port;
    Plug *plug;
} ChangeOver;

static void begin_change(void *data)
{
    const ChangeOver *change = data;
    change->pipewire->rt.renamed = change->port;
    change->pipewire->rt.coming = change->plug;
}

static void end_change(void *data)
{
    const ChangeOver *change = data;
    atomic_store(&change->port->plug, change->plug);
    change->pipewire->rt.coming = NULL;
}

/* Whether the new port has all the links of the old one, of which there is at least one. */
static bool copy_links(PipewireDriver *pipewire, const Plug *from, const Plug *to)
{
    const uint32_t old = wb_pipewire_graph_own(pipewire, from);
    const uint32_t new = wb_pipewire_graph_own(pipewire, to);
    bool fine = old != SPA_ID_INVALID && new != SPA_ID_INVALID;

    if (!fine)
        return false;
    g_autoptr(GArray) peers = wb_pipewire_graph_peers(pipewire, old);
    for (guint i = 0; i < peers->len; i++) {
        const uint32_t peer = g_array_index(peers, uint32_t, i);
        fine &= to->direction == SPA_DIRECTION_INPUT ? wb_pipewire_graph_link(pipewire, peer, new)
                                                     : wb_pipewire_graph_link(pipewire, new, peer);
    }
    return fine && peers->len > 0;
}

static void change_over(PipewireDriver *pipewire, PipewirePort *port, Plug *new)
{
    ChangeOver change = {pipewire, port, new};

    if (copy_links(pipewire, atomic_load(&port->plug), new) &&
        new->direction == SPA_DIRECTION_INPUT) {
        const gint64 end = g_get_monotonic_time() + CHANGE_OVER_MS * 1000;
        wb_pipewire_invoke(pipewire, begin_change, &change);
        while (atomic_load(&port->plug) != new &&g_get_monotonic_time() < end) {
            wb_pipewire_unlock(&pipewire->base);
            g_usleep(1000);
            wb_pipewire_lock(&pipewire->base);
        }
    }
    wb_pipewire_invoke(pipewire, end_change, &change);
}

void wb_pipewire_port_rename(WbPort *port, const char *name, const char *pretty)
{
    PipewirePort *own = (PipewirePort *)port;
    PipewireDriver *pipewire = wb_pipewire(port->driver);

    if (!wb_pipewire_alive(port->driver))
        return;
    wb_pipewire_lock(port->driver);
    g_autofree char *free_name = wb_port_free_name(name, is_taken, pipewire, port);
    g_autofree char *full = g_strdup_printf("%s:%s", port->driver->client, free_name);
    if (!g_str_equal(full, port->name)) {
        Plug *old = atomic_load(&own->plug);
        Plug *new = wb_pipewire_plug_new(pipewire, old->direction, looks_of(free_name, pretty));
        new->latency[0] = old->latency[0];
        new->latency[1] = old->latency[1];
        wb_pipewire_roundtrip(pipewire);
        new->port = port;
        change_over(pipewire, own, new);
        take_name(own, free_name);
        old->port = NULL;
        if (wb_pipewire_alive(port->driver))
            wb_pipewire_plug_free(old);
        wb_pipewire_set_looks(own, pretty);
        wb_pipewire_report_latencies(pipewire);
    }
    wb_pipewire_unlock(port->driver);
}

void wb_pipewire_port_set_order(WbPort *port, int order)
{
    PipewirePort *own = (PipewirePort *)port;

    if (!wb_pipewire_alive(port->driver) || own->order == order)
        return;
    wb_pipewire_lock(port->driver);
    own->order = order;
    wb_pipewire_set_looks(own, NULL);
    wb_pipewire_unlock(port->driver);
}

/* ---- the cycle. Thread: audio ---- */

static float *input_buffer(const Plug *plug, unsigned offset, unsigned frames)
{
    const struct spa_io_buffers *io = plug->now.io;
    if (io->status != SPA_STATUS_HAVE_DATA || io->buffer_id >= plug->now.count)
        return NULL;
    const struct spa_data *data = &plug->now.buffers[io->buffer_id]->datas[0];
    const struct spa_chunk *chunk = data->chunk;
    if (!data->data || (chunk->flags & SPA_CHUNK_FLAG_EMPTY) || chunk->offset > data->maxsize ||
        chunk->size > data->maxsize - chunk->offset ||
        chunk->size < (offset + frames) * sizeof(float))
        return NULL;
    return (float *)data->data + chunk->offset / sizeof(float) + offset;
}

float *wb_pipewire_port_buffer(WbPort *port, unsigned frames)
{
    Plug *plug = atomic_load_explicit(&((PipewirePort *)port)->plug, memory_order_acquire);
    const unsigned offset = plug->driver->rt.offset;

    if (!plug->now.io || plug->now.count == 0)
        return NULL;
    if (plug->direction == SPA_DIRECTION_INPUT)
        return input_buffer(plug, offset, frames);
    const struct spa_data *data = &plug->now.buffers[0]->datas[0];
    if ((offset + frames) * sizeof(float) > data->maxsize)
        return NULL;
    plug->written = offset + frames;
    return (float *)data->data + offset;
}

/* ---- connections ---- */

/* Takes the array over. */
static char **take_names(GPtrArray *names)
{
    g_ptr_array_add(names, NULL);
    return (char **)g_ptr_array_free(names, FALSE);
}

char **wb_pipewire_port_connections(const WbPort *port)
{
    const PipewirePort *own = (const PipewirePort *)port;
    PipewireDriver *pipewire = wb_pipewire(port->driver);
    GPtrArray *names = g_ptr_array_new();

    if (!wb_pipewire_alive(port->driver))
        return take_names(names);
    wb_pipewire_lock(port->driver);
    const uint32_t id = wb_pipewire_graph_own(pipewire, atomic_load(&own->plug));
    if (id != SPA_ID_INVALID) {
        g_autoptr(GArray) peers = wb_pipewire_graph_peers(pipewire, id);
        for (guint i = 0; i < peers->len; i++) {
            const char *name = wb_pipewire_graph_name(pipewire, g_array_index(peers, uint32_t, i));
            if (name)
                g_ptr_array_add(names, g_strdup(name));
        }
    }
    wb_pipewire_unlock(port->driver);
    return take_names(names);
}

/* Whether both ends are known; then what is an output, and what an input. */
static bool find_ends(const PipewirePort *port, const char *other, uint32_t *output,
                      uint32_t *input)
{
    PipewireDriver *pipewire = wb_pipewire(port->base.driver);
    const Plug *plug = atomic_load(&port->plug);
    const uint32_t there =
        wb_pipewire_graph_find(pipewire, other, SPA_DIRECTION_REVERSE(plug->direction));
    uint32_t here;

    if (there == SPA_ID_INVALID)
        return false;
    here = wb_pipewire_graph_own(pipewire, plug);
    if (here == SPA_ID_INVALID && wb_pipewire_roundtrip(pipewire))
        here = wb_pipewire_graph_own(pipewire, plug);
    *output = plug->direction == SPA_DIRECTION_OUTPUT ? here : there;
    *input = plug->direction == SPA_DIRECTION_OUTPUT ? there : here;
    return here != SPA_ID_INVALID;
}

bool wb_pipewire_port_connect(WbPort *port, const char *other)
{
    uint32_t output, input;
    bool connected = false;

    if (!wb_pipewire_alive(port->driver))
        return false;
    wb_pipewire_lock(port->driver);
    if (find_ends((PipewirePort *)port, other, &output, &input))
        connected = wb_pipewire_graph_link(wb_pipewire(port->driver), output, input);
    wb_pipewire_unlock(port->driver);
    return connected;
}

void wb_pipewire_port_disconnect(WbPort *port, const char *other)
{
    uint32_t output, input;

    if (!wb_pipewire_alive(port->driver))
        return;
    wb_pipewire_lock(port->driver);
    if (find_ends((PipewirePort *)port, other, &output, &input))
        wb_pipewire_graph_unlink(wb_pipewire(port->driver), output, input);
    wb_pipewire_unlock(port->driver);
}

char **wb_pipewire_physical_outputs(WbDriver *driver)
{
    if (!wb_pipewire_alive(driver))
        return g_new0(char *, 1);
    wb_pipewire_lock(driver);
    GPtrArray *names = wb_pipewire_graph_sink(wb_pipewire(driver));
    wb_pipewire_unlock(driver);
    return take_names(names);
}

char **wb_pipewire_new_ports(WbDriver *driver)
{
    if (!wb_pipewire_alive(driver))
        return g_new0(char *, 1);
    wb_pipewire_lock(driver);
    GPtrArray *names = wb_pipewire_graph_come(wb_pipewire(driver));
    wb_pipewire_unlock(driver);
    return take_names(names);
}

bool wb_pipewire_has_port(WbDriver *driver, const char *name)
{
    bool found;

    if (!wb_pipewire_alive(driver))
        return false;
    wb_pipewire_lock(driver);
    found = wb_pipewire_graph_has_name(wb_pipewire(driver), name);
    wb_pipewire_unlock(driver);
    return found;
}
