/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ports of our node. */
#include <spa/param/audio/format-utils.h>

#include "engine/drivers/pipewire_driver.h"

/* ---- what the audio thread has of them ---- */

typedef struct {
    PipewireDriver *pipewire;
    PlugList *list;
} NewList;

static void take_list(void *data)
{
    NewList *new = data;
    PlugList *old = new->pipewire->rt.plugs;
    new->pipewire->rt.plugs = new->list;
    new->list = old;
}

static void publish_list(PipewireDriver *pipewire)
{
    const unsigned count = pipewire->plugs->len;
    NewList new = {pipewire, g_malloc(sizeof(PlugList) + count * sizeof(Plug *))};
    new.list->count = count;
    for (unsigned i = 0; i < count; i++)
        new.list->plugs[i] = pipewire->plugs->pdata[i];
    wb_pipewire_invoke(pipewire, take_list, &new);
    g_free(new.list);
}

typedef struct {
    Plug *plug;
    PlugBuffers buffers;
} NewBuffers;

static void take_buffers(void *data)
{
    const NewBuffers *new = data;
    new->plug->now = new->buffers;
}

int wb_pipewire_plug_set_io(Plug *plug, uint32_t id, void *data, size_t size)
{
    if (id != SPA_IO_Buffers)
        return -ENOENT;
    NewBuffers new = {plug, plug->now};
    new.buffers.io = size >= sizeof(struct spa_io_buffers) ? data : NULL;
    wb_pipewire_invoke(plug->driver, take_buffers, &new);
    return 0;
}

int wb_pipewire_plug_use_buffers(Plug *plug, struct spa_buffer **buffers, uint32_t count)
{
    NewBuffers new = {plug, {.io = plug->now.io, .count = count}};
    if (count > G_N_ELEMENTS(new.buffers.buffers))
        return -ENOSPC;
    for (uint32_t i = 0; i < count; i++) {
        if (buffers[i]->n_datas < 1 || !buffers[i]->datas[0].data)
            return -EINVAL;
        new.buffers.buffers[i] = buffers[i];
    }
    wb_pipewire_invoke(plug->driver, take_buffers, &new);
    return 0;
}

/* ---- what the graph asks ---- */

void wb_pipewire_plug_update(Plug *plug, uint64_t change_mask)
{
    plug->info.change_mask = change_mask;
    spa_node_emit_port_info(&plug->driver->hooks, plug->direction, plug->id, &plug->info);
    plug->info.change_mask = 0;
}

static struct spa_pod *format(uint32_t id, struct spa_pod_builder *builder)
{
    struct spa_audio_info_dsp info = {0};
    info.format = SPA_AUDIO_FORMAT_DSP_F32;
    return spa_format_audio_dsp_build(builder, id, &info);
}

struct spa_pod *wb_pipewire_plug_param(const Plug *plug, uint32_t id, uint32_t index,
                                       struct spa_pod_builder *builder)
{
    if (id == SPA_PARAM_Latency && index < 2)
        return spa_latency_build(builder, id, &plug->latency[index]);
    if (index > 0)
        return NULL;
    switch (id) {
    case SPA_PARAM_EnumFormat:
        return format(id, builder);
    case SPA_PARAM_Format:
        return plug->has_format ? format(id, builder) : NULL;
    case SPA_PARAM_IO:
        return spa_pod_builder_add_object(builder, SPA_TYPE_OBJECT_ParamIO, id, /**/
                                          SPA_PARAM_IO_id, SPA_POD_Id(SPA_IO_Buffers),
                                          SPA_PARAM_IO_size,
                                          SPA_POD_Int(sizeof(struct spa_io_buffers)));
    case SPA_PARAM_Buffers:
        return spa_pod_builder_add_object(
            builder, SPA_TYPE_OBJECT_ParamBuffers, id,                        /**/
            SPA_PARAM_BUFFERS_buffers, SPA_POD_CHOICE_RANGE_Int(1, 1, 32),    /**/
            SPA_PARAM_BUFFERS_blocks, SPA_POD_Int(1), SPA_PARAM_BUFFERS_size, /**/
            SPA_POD_CHOICE_RANGE_Int((int)(WB_CYCLE_MAX_FRAMES * sizeof(float)),
                                     (int)(16 * sizeof(float)), INT32_MAX),
            SPA_PARAM_BUFFERS_stride, SPA_POD_Int(sizeof(float)));
    default:
        return NULL;
    }
}

static int set_format(Plug *plug, const struct spa_pod *param)
{
    struct spa_audio_info_dsp info = {0};
    if (param &&
        (spa_format_audio_dsp_parse(param, &info) < 0 || info.format != SPA_AUDIO_FORMAT_DSP_F32))
        return -EINVAL;
    plug->has_format = param != NULL;
    plug->params[PLUG_FORMAT] = wb_pipewire_param(SPA_PARAM_Format, param ? SPA_PARAM_INFO_READWRITE
                                                                          : SPA_PARAM_INFO_WRITE);
    if (!param)
        wb_pipewire_plug_use_buffers(plug, NULL, 0);
    wb_pipewire_plug_update(plug, SPA_PORT_CHANGE_MASK_PARAMS);
    return 0;
}

int wb_pipewire_plug_set_param(Plug *plug, uint32_t id, const struct spa_pod *param)
{
    struct spa_latency_info latency;

    if (id == SPA_PARAM_Format)
        return set_format(plug, param);
    if (id != SPA_PARAM_Latency)
        return -ENOENT;
    if (!param)
        latency = SPA_LATENCY_INFO(SPA_DIRECTION_REVERSE(plug->direction));
    else if (spa_latency_parse(param, &latency) < 0)
        return -EINVAL;
    if (latency.direction != plug->direction)
        wb_pipewire_latency_arrived(plug, &latency);
    return 0;
}

/* ---- their life ---- */

static void destroy(void *data)
{
    Plug *plug = data;
    pw_properties_free(plug->properties);
    g_free(plug);
}

GPtrArray *wb_pipewire_plugs_new(void)
{
    return g_ptr_array_new_with_free_func(destroy);
}

Plug *wb_pipewire_find_plug(PipewireDriver *pipewire, enum spa_direction direction, uint32_t id)
{
    for (guint i = 0; i < pipewire->plugs->len; i++) {
        Plug *plug = pipewire->plugs->pdata[i];
        if (plug->direction == direction && plug->id == id)
            return plug;
    }
    return NULL;
}

static uint32_t free_id(PipewireDriver *pipewire, enum spa_direction direction)
{
    uint32_t id = 0;
    while (wb_pipewire_find_plug(pipewire, direction, id))
        id++;
    return id;
}

Plug *wb_pipewire_plug_new(PipewireDriver *pipewire, enum spa_direction direction,
                           struct pw_properties *properties)
{
    Plug *plug = g_new0(Plug, 1);
    plug->driver = pipewire;
    plug->direction = direction;
    plug->id = free_id(pipewire, direction);
    plug->properties = properties;
    for (int d = 0; d < 2; d++)
        plug->latency[d] = SPA_LATENCY_INFO((enum spa_direction)d);
    plug->params[PLUG_ENUM_FORMAT] = wb_pipewire_param(SPA_PARAM_EnumFormat, SPA_PARAM_INFO_READ);
    plug->params[PLUG_IO] = wb_pipewire_param(SPA_PARAM_IO, SPA_PARAM_INFO_READ);
    plug->params[PLUG_FORMAT] = wb_pipewire_param(SPA_PARAM_Format, SPA_PARAM_INFO_WRITE);
    plug->params[PLUG_BUFFERS] = wb_pipewire_param(SPA_PARAM_Buffers, SPA_PARAM_INFO_READ);
    plug->params[PLUG_LATENCY] = wb_pipewire_param(SPA_PARAM_Latency, SPA_PARAM_INFO_READWRITE);
    plug->info = SPA_PORT_INFO_INIT();
    plug->info.props = &properties->dict;
    plug->info.params = plug->params;
    plug->info.n_params = PLUG_PARAMS;
    g_ptr_array_add(pipewire->plugs, plug);
    publish_list(pipewire);
    wb_pipewire_plug_update(plug, SPA_PORT_CHANGE_MASK_FLAGS | SPA_PORT_CHANGE_MASK_PROPS |
                                      SPA_PORT_CHANGE_MASK_PARAMS);
    return plug;
}

void wb_pipewire_plug_free(Plug *plug)
{
    PipewireDriver *pipewire = plug->driver;

    /* Takes its links off first, and comes back to it for that. */
    spa_node_emit_port_info(&pipewire->hooks, plug->direction, plug->id, NULL);
    guint index;
    if (g_ptr_array_find(pipewire->plugs, plug, &index))
        g_ptr_array_steal_index(pipewire->plugs, index);
    publish_list(pipewire);
    destroy(plug);
}
