/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Our node as PipeWire calls it, and its cycle. */
#include <spa/pod/filter.h>

#include "engine/drivers/pipewire_driver.h"
#include "engine/rt/denormals.h"

/* ---- the cycle. Thread: audio ---- */

/* What has changed since the last cycle. */
static void look_at_clock(PipewireDriver *pipewire, const struct spa_io_clock *clock)
{
    WbDriver *base = &pipewire->base;
    const unsigned frames = (unsigned)clock->duration;
    unsigned events = 0;

    if (clock->rate.denom != 0 &&
        atomic_exchange(&base->rate, clock->rate.denom) != clock->rate.denom)
        events |= WB_DRIVER_RATE;
    if (atomic_exchange(&base->block, frames) != frames)
        events |= WB_DRIVER_BLOCK | WB_DRIVER_LATENCY; /* some latencies are counted in blocks */
    atomic_store(&base->freewheels, (clock->flags & SPA_IO_CLOCK_FLAG_FREEWHEEL) != 0);
    /* A cycle that the graph has gone through without us. */
    if (clock->id == pipewire->rt.clock && clock->position > pipewire->rt.next &&
        atomic_load(&pipewire->cycles) > 0)
        atomic_fetch_add(&base->xruns, 1);
    pipewire->rt.clock = clock->id;
    pipewire->rt.next = clock->position + clock->duration;
    atomic_fetch_or(&pipewire->pending, events);
    atomic_fetch_add(&pipewire->cycles, 1);
}

/* In parts, if it is longer than the mixer takes. */
static void run(PipewireDriver *pipewire, unsigned frames)
{
    for (unsigned done = 0; done < frames;) {
        WbCycle cycle = {.frames = MIN(frames - done, WB_CYCLE_MAX_FRAMES),
                         .freewheel = atomic_load(&pipewire->base.freewheels)};
        pipewire->rt.offset = done;
        wb_driver_run_cycle(&pipewire->base, &cycle);
        done += cycle.frames;
    }
}

static void pass_on(Plug *plug, unsigned frames)
{
    struct spa_io_buffers *io = plug->now.io;

    if (!io)
        return;
    if (plug->direction == SPA_DIRECTION_INPUT) {
        io->status = SPA_STATUS_NEED_DATA;
        return;
    }
    if (plug->now.count == 0)
        return;
    struct spa_data *data = &plug->now.buffers[0]->datas[0];
    frames = MIN(frames, data->maxsize / sizeof(float));
    /* A port that the mixer does not know yet is silent. */
    if (plug->written < frames)
        memset((float *)data->data + plug->written, 0, (frames - plug->written) * sizeof(float));
    data->chunk->offset = 0;
    data->chunk->size = frames * sizeof(float);
    data->chunk->stride = sizeof(float);
    data->chunk->flags = 0;
    io->buffer_id = 0;
    io->status = SPA_STATUS_HAVE_DATA;
}

/* The renamed port goes on with the first sound that arrives under its new name. */
static void change_over(PipewireDriver *pipewire)
{
    const struct spa_io_buffers *io = pipewire->rt.coming->now.io;
    if (!io || io->status != SPA_STATUS_HAVE_DATA)
        return;
    atomic_store(&pipewire->rt.renamed->plug, pipewire->rt.coming);
    pipewire->rt.coming = NULL;
}

static int process(void *object)
{
    PipewireDriver *pipewire = object;
    const struct spa_io_position *position = pipewire->rt.position;
    const PlugList *list = pipewire->rt.plugs;
    const unsigned frames = position ? (unsigned)position->clock.duration : 0;

    for (unsigned i = 0; i < list->count; i++)
        list->plugs[i]->written = 0;
    if (pipewire->rt.coming)
        change_over(pipewire);
    if (frames > 0) {
        wb_denormals_off();
        look_at_clock(pipewire, &position->clock);
        if (atomic_load(&pipewire->started))
            run(pipewire, frames);
    }
    for (unsigned i = 0; i < list->count; i++)
        pass_on(list->plugs[i], frames);
    return SPA_STATUS_HAVE_DATA | SPA_STATUS_NEED_DATA;
}

/* ---- what the graph asks of the node; on the loop ---- */

static void emit_node(PipewireDriver *pipewire, uint64_t change_mask)
{
    pipewire->info.change_mask = change_mask;
    spa_node_emit_info(&pipewire->hooks, &pipewire->info);
    pipewire->info.change_mask = 0;
}

void wb_pipewire_node_update(PipewireDriver *pipewire, uint64_t change_mask)
{
    if (change_mask & SPA_NODE_CHANGE_MASK_PARAMS)
        pipewire->params[0].flags ^= SPA_PARAM_INFO_SERIAL;
    emit_node(pipewire, change_mask);
}

static int add_listener(void *object, struct spa_hook *listener,
                        const struct spa_node_events *events, void *data)
{
    PipewireDriver *pipewire = object;
    struct spa_hook_list save;

    spa_hook_list_isolate(&pipewire->hooks, &save, listener, events, data);
    emit_node(pipewire, SPA_NODE_CHANGE_MASK_FLAGS | SPA_NODE_CHANGE_MASK_PROPS |
                            SPA_NODE_CHANGE_MASK_PARAMS);
    for (guint i = 0; i < pipewire->plugs->len; i++) {
        Plug *plug = pipewire->plugs->pdata[i];
        plug->info.change_mask =
            SPA_PORT_CHANGE_MASK_FLAGS | SPA_PORT_CHANGE_MASK_PROPS | SPA_PORT_CHANGE_MASK_PARAMS;
        spa_node_emit_port_info(&pipewire->hooks, plug->direction, plug->id, &plug->info);
        plug->info.change_mask = 0;
    }
    spa_hook_list_join(&pipewire->hooks, &save);
    return 0;
}

static int set_callbacks(void *object, const struct spa_node_callbacks *callbacks, void *data)
{
    (void)object;
    (void)callbacks;
    (void)data;
    return 0;
}

static struct spa_pod *node_param(const PipewireDriver *pipewire, uint32_t id, uint32_t index,
                                  struct spa_pod_builder *builder)
{
    const struct spa_process_latency_info latency = {.rate = pipewire->delay};
    if (id != SPA_PARAM_ProcessLatency || index > 0)
        return NULL;
    return spa_process_latency_build(builder, id, &latency);
}

/* Emits those of a kind that pass the filter, from the index `start`; plug NULL: the node's. */
static void emit_params(PipewireDriver *pipewire, const Plug *plug, int seq, uint32_t id,
                        uint32_t start, uint32_t max, const struct spa_pod *filter)
{
    uint32_t count = 0;

    for (uint32_t index = start; count < max; index++) {
        uint8_t made[1024], filtered[1024];
        struct spa_pod_builder from = SPA_POD_BUILDER_INIT(made, sizeof made);
        struct spa_pod_builder to = SPA_POD_BUILDER_INIT(filtered, sizeof filtered);
        struct spa_result_node_params result = {.id = id, .index = index, .next = index + 1};
        struct spa_pod *param = plug ? wb_pipewire_plug_param(plug, id, index, &from)
                                     : node_param(pipewire, id, index, &from);
        if (!param)
            return;
        if (spa_pod_filter(&to, &result.param, param, filter) < 0)
            continue;
        spa_node_emit_result(&pipewire->hooks, seq, 0, SPA_RESULT_TYPE_NODE_PARAMS, &result);
        count++;
    }
}

static int enum_params(void *object, int seq, uint32_t id, uint32_t start, uint32_t max,
                       const struct spa_pod *filter)
{
    emit_params(object, NULL, seq, id, start, max, filter);
    return 0;
}

static int set_param(void *object, uint32_t id, uint32_t flags, const struct spa_pod *param)
{
    (void)object;
    (void)id;
    (void)flags;
    (void)param;
    return 0; /* there is nothing to set; who tries (a volume, for instance) gets no error */
}

typedef struct {
    PipewireDriver *pipewire;
    struct spa_io_position *position;
} NewPosition;

static void take_position(void *data)
{
    const NewPosition *new = data;
    new->pipewire->rt.position = new->position;
}

static int set_io(void *object, uint32_t id, void *data, size_t size)
{
    NewPosition new = {object, size >= sizeof(struct spa_io_position) ? data : NULL};
    if (id == SPA_IO_Position)
        wb_pipewire_invoke(object, take_position, &new);
    return 0;
}

static int send_command(void *object, const struct spa_command *command)
{
    (void)object;
    (void)command;
    return 0;
}

static int port_set_io(void *object, enum spa_direction direction, uint32_t port, uint32_t id,
                       void *data, size_t size)
{
    Plug *plug = wb_pipewire_find_plug(object, direction, port);
    return plug ? wb_pipewire_plug_set_io(plug, id, data, size) : -EINVAL;
}

static int port_enum_params(void *object, int seq, enum spa_direction direction, uint32_t port,
                            uint32_t id, uint32_t start, uint32_t max, const struct spa_pod *filter)
{
    const Plug *plug = wb_pipewire_find_plug(object, direction, port);
    if (!plug)
        return -EINVAL;
    emit_params(object, plug, seq, id, start, max, filter);
    return 0;
}

static int port_set_param(void *object, enum spa_direction direction, uint32_t port, uint32_t id,
                          uint32_t flags, const struct spa_pod *param)
{
    Plug *plug = wb_pipewire_find_plug(object, direction, port);
    (void)flags;
    return plug ? wb_pipewire_plug_set_param(plug, id, param) : -EINVAL;
}

static int port_use_buffers(void *object, enum spa_direction direction, uint32_t port,
                            uint32_t flags, struct spa_buffer **buffers, uint32_t count)
{
    Plug *plug = wb_pipewire_find_plug(object, direction, port);
    (void)flags;
    return plug ? wb_pipewire_plug_use_buffers(plug, buffers, count) : -EINVAL;
}

static int port_reuse_buffer(void *object, uint32_t port, uint32_t buffer)
{
    (void)object;
    (void)port;
    (void)buffer;
    return 0; /* there is one only, and it is written anew in each cycle */
}

static const struct spa_node_methods methods = {
    SPA_VERSION_NODE_METHODS,
    .add_listener = add_listener,
    .set_callbacks = set_callbacks,
    .enum_params = enum_params,
    .set_param = set_param,
    .set_io = set_io,
    .send_command = send_command,
    .port_set_io = port_set_io,
    .port_enum_params = port_enum_params,
    .port_set_param = port_set_param,
    .port_use_buffers = port_use_buffers,
    .port_reuse_buffer = port_reuse_buffer,
    .process = process,
};

void wb_pipewire_node_init(PipewireDriver *pipewire, struct pw_properties *properties)
{
    spa_hook_list_init(&pipewire->hooks);
    pipewire->properties = properties;
    pipewire->node.iface =
        SPA_INTERFACE_INIT(SPA_TYPE_INTERFACE_Node, SPA_VERSION_NODE, &methods, pipewire);
    pipewire->params[0] = wb_pipewire_param(SPA_PARAM_ProcessLatency, SPA_PARAM_INFO_READ);
    pipewire->info = SPA_NODE_INFO_INIT();
    pipewire->info.max_input_ports = UINT32_MAX;
    pipewire->info.max_output_ports = UINT32_MAX;
    pipewire->info.flags = SPA_NODE_FLAG_RT;
    pipewire->info.props = &properties->dict;
    pipewire->info.params = pipewire->params;
    pipewire->info.n_params = G_N_ELEMENTS(pipewire->params);
}

void wb_pipewire_node_clear(PipewireDriver *pipewire)
{
    if (!pipewire->properties)
        return;
    spa_hook_list_clean(&pipewire->hooks);
    g_clear_pointer(&pipewire->properties, pw_properties_free);
}
