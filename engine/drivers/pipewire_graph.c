/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is in the graph, as the registry tells: nodes, ports and links by their global ids. */
#include "engine/drivers/pipewire_driver.h"

#include <pipewire/extensions/metadata.h>
#include <stdlib.h>

#define AUDIO_FORMAT "32 bit float mono audio"

typedef struct {
    char *name;
    bool is_sink;
    int priority; /* among sinks */
} GraphNode;

typedef struct {
    uint32_t id, node, number; /* number: among the node's */
    enum spa_direction direction;
    bool is_audio, is_physical;
    char *name; /* full; NULL while the node is not known */
    char *own;  /* without the node's */
} GraphPort;

typedef struct {
    uint32_t output, input;
} GraphLink;

static void node_free(void *data)
{
    GraphNode *node = data;
    g_free(node->name);
    g_free(node);
}

static void port_free(void *data)
{
    GraphPort *port = data;
    g_free(port->name);
    g_free(port->own);
    g_free(port);
}

static uint32_t number(const struct spa_dict *properties, const char *key)
{
    const char *text = spa_dict_lookup(properties, key);
    return text ? (uint32_t)strtoul(text, NULL, 10) : SPA_ID_INVALID;
}

static bool is(const struct spa_dict *properties, const char *key, const char *value)
{
    const char *text = spa_dict_lookup(properties, key);
    return text && g_str_equal(text, value);
}

/* ---- the registry's events ---- */

/* Whether it has one now that it did not have before: only then can anybody connect to it. */
static bool name_port(PipewireDriver *pipewire, GraphPort *port)
{
    const GraphNode *node =
        g_hash_table_lookup(pipewire->graph_nodes, GUINT_TO_POINTER(port->node));
    if (!node || port->name)
        return false;
    port->name = g_strdup_printf("%s:%s", node->name, port->own);
    g_array_append_val(pipewire->come, port->id);
    return true;
}

/* These tell whether it is news to who looks at ports and links. */
static bool add_node(PipewireDriver *pipewire, uint32_t id, const struct spa_dict *properties)
{
    const char *name = spa_dict_lookup(properties, PW_KEY_NODE_NAME);
    const char *priority = spa_dict_lookup(properties, PW_KEY_PRIORITY_SESSION);
    GHashTableIter ports;
    gpointer port;
    bool named = false;

    GraphNode *node = g_new0(GraphNode, 1);
    node->name = g_strdup(name ? name : "");
    node->is_sink = is(properties, PW_KEY_MEDIA_CLASS, "Audio/Sink") ||
                    is(properties, PW_KEY_MEDIA_CLASS, "Audio/Duplex");
    node->priority = priority ? atoi(priority) : 0;
    g_hash_table_insert(pipewire->graph_nodes, GUINT_TO_POINTER(id), node);
    g_hash_table_iter_init(&ports, pipewire->graph_ports);
    while (g_hash_table_iter_next(&ports, NULL, &port))
        if (((GraphPort *)port)->node == id)
            named |= name_port(pipewire, port);
    return named;
}

static bool add_port(PipewireDriver *pipewire, uint32_t id, const struct spa_dict *properties)
{
    const char *name = spa_dict_lookup(properties, PW_KEY_PORT_NAME);
    GraphPort *port = g_new0(GraphPort, 1);

    port->id = id;
    port->node = number(properties, PW_KEY_NODE_ID);
    port->number = number(properties, PW_KEY_PORT_ID);
    port->direction =
        is(properties, PW_KEY_PORT_DIRECTION, "in") ? SPA_DIRECTION_INPUT : SPA_DIRECTION_OUTPUT;
    port->is_audio = is(properties, PW_KEY_FORMAT_DSP, AUDIO_FORMAT);
    port->is_physical = is(properties, PW_KEY_PORT_PHYSICAL, "true");
    port->own = g_strdup(name ? name : "");
    g_hash_table_insert(pipewire->graph_ports, GUINT_TO_POINTER(id), port);
    return name_port(pipewire, port);
}

static bool add_link(PipewireDriver *pipewire, uint32_t id, const struct spa_dict *properties)
{
    GraphLink *link = g_new0(GraphLink, 1);
    link->output = number(properties, PW_KEY_LINK_OUTPUT_PORT);
    link->input = number(properties, PW_KEY_LINK_INPUT_PORT);
    g_hash_table_insert(pipewire->graph_links, GUINT_TO_POINTER(id), link);
    return true;
}

static void on_global(void *data, uint32_t id, uint32_t permissions, const char *type,
                      uint32_t version, const struct spa_dict *properties)
{
    PipewireDriver *pipewire = data;
    bool news = false;

    (void)permissions;
    (void)version;
    if (!properties)
        return;
    if (g_str_equal(type, PW_TYPE_INTERFACE_Node))
        news = add_node(pipewire, id, properties);
    else if (g_str_equal(type, PW_TYPE_INTERFACE_Port))
        news = add_port(pipewire, id, properties);
    else if (g_str_equal(type, PW_TYPE_INTERFACE_Link))
        news = add_link(pipewire, id, properties);
    else if (g_str_equal(type, PW_TYPE_INTERFACE_Metadata))
        wb_pipewire_metadata_found(pipewire, id, spa_dict_lookup(properties, PW_KEY_METADATA_NAME));
    if (news)
        wb_driver_note(&pipewire->base, WB_DRIVER_GRAPH);
}

static void on_global_remove(void *data, uint32_t id)
{
    PipewireDriver *pipewire = data;
    const gpointer key = GUINT_TO_POINTER(id);

    wb_pipewire_metadata_gone(pipewire, id);
    if (g_hash_table_remove(pipewire->graph_links, key) ||
        g_hash_table_remove(pipewire->graph_ports, key) ||
        g_hash_table_remove(pipewire->graph_nodes, key))
        wb_driver_note(&pipewire->base, WB_DRIVER_GRAPH);
}

static const struct pw_registry_events registry_events = {
    PW_VERSION_REGISTRY_EVENTS,
    .global = on_global,
    .global_remove = on_global_remove,
};

void wb_pipewire_graph_init(PipewireDriver *pipewire)
{
    pipewire->graph_nodes = g_hash_table_new_full(NULL, NULL, NULL, node_free);
    pipewire->graph_ports = g_hash_table_new_full(NULL, NULL, NULL, port_free);
    pipewire->graph_links = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    pipewire->come = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    pipewire->registry = pw_core_get_registry(pipewire->core, PW_VERSION_REGISTRY, 0);
    if (pipewire->registry)
        pw_registry_add_listener(pipewire->registry, &pipewire->registry_listener, &registry_events,
                                 pipewire);
}

void wb_pipewire_graph_clear(PipewireDriver *pipewire)
{
    if (pipewire->registry) {
        spa_hook_remove(&pipewire->registry_listener);
        pw_proxy_destroy((struct pw_proxy *)g_steal_pointer(&pipewire->registry));
    }
    g_clear_pointer(&pipewire->graph_nodes, g_hash_table_unref);
    g_clear_pointer(&pipewire->graph_ports, g_hash_table_unref);
    g_clear_pointer(&pipewire->graph_links, g_hash_table_unref);
    g_clear_pointer(&pipewire->come, g_array_unref);
}

/* ---- looking for ports ---- */

uint32_t wb_pipewire_graph_own(PipewireDriver *pipewire, const Plug *plug)
{
    GHashTableIter ports;
    gpointer id, value;

    if (pipewire->node_id == SPA_ID_INVALID)
        return SPA_ID_INVALID;
    g_hash_table_iter_init(&ports, pipewire->graph_ports);
    while (g_hash_table_iter_next(&ports, &id, &value)) {
        const GraphPort *port = value;
        if (port->node == pipewire->node_id && port->direction == plug->direction &&
            port->number == plug->id)
            return GPOINTER_TO_UINT(id);
    }
    return SPA_ID_INVALID;
}

uint32_t wb_pipewire_graph_find(PipewireDriver *pipewire, const char *name,
                                enum spa_direction direction)
{
    GHashTableIter ports;
    gpointer id, value;
    uint32_t found = SPA_ID_INVALID;

    /* Names need not be unique: the oldest one, so that it is the same one every time. */
    g_hash_table_iter_init(&ports, pipewire->graph_ports);
    while (g_hash_table_iter_next(&ports, &id, &value)) {
        const GraphPort *port = value;
        if (port->direction == direction && port->name && g_str_equal(port->name, name))
            found = MIN(found, GPOINTER_TO_UINT(id));
    }
    return found;
}

bool wb_pipewire_graph_has_name(PipewireDriver *pipewire, const char *name)
{
    return wb_pipewire_graph_find(pipewire, name, SPA_DIRECTION_INPUT) != SPA_ID_INVALID ||
           wb_pipewire_graph_find(pipewire, name, SPA_DIRECTION_OUTPUT) != SPA_ID_INVALID;
}

bool wb_pipewire_graph_has_node(PipewireDriver *pipewire, const char *name)
{
    GHashTableIter nodes;
    gpointer node;

    g_hash_table_iter_init(&nodes, pipewire->graph_nodes);
    while (g_hash_table_iter_next(&nodes, NULL, &node))
        if (g_str_equal(((GraphNode *)node)->name, name))
            return true;
    return false;
}

const char *wb_pipewire_graph_name(PipewireDriver *pipewire, uint32_t id)
{
    const GraphPort *port = g_hash_table_lookup(pipewire->graph_ports, GUINT_TO_POINTER(id));
    return port ? port->name : NULL;
}

GPtrArray *wb_pipewire_graph_come(PipewireDriver *pipewire)
{
    GPtrArray *names = g_ptr_array_new();

    for (guint i = 0; i < pipewire->come->len; i++) {
        const char *name =
            wb_pipewire_graph_name(pipewire, g_array_index(pipewire->come, uint32_t, i));
        if (name)
            g_ptr_array_add(names, g_strdup(name));
    }
    g_array_set_size(pipewire->come, 0);
    return names;
}

/* ---- links ---- */

static int by_id(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

GArray *wb_pipewire_graph_peers(PipewireDriver *pipewire, uint32_t port)
{
    GArray *peers = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    GHashTableIter links;
    gpointer value;

    g_hash_table_iter_init(&links, pipewire->graph_links);
    while (g_hash_table_iter_next(&links, NULL, &value)) {
        const GraphLink *link = value;
        if (link->output == port)
            g_array_append_val(peers, link->input);
        else if (link->input == port)
            g_array_append_val(peers, link->output);
    }
    g_array_sort(peers, by_id);
    return peers;
}

/* Global id of the link, or SPA_ID_INVALID. */
static uint32_t find_link(PipewireDriver *pipewire, uint32_t output, uint32_t input)
{
    GHashTableIter links;
    gpointer id, value;

    g_hash_table_iter_init(&links, pipewire->graph_links);
    while (g_hash_table_iter_next(&links, &id, &value)) {
        const GraphLink *link = value;
        if (link->output == output && link->input == input)
            return GPOINTER_TO_UINT(id);
    }
    return SPA_ID_INVALID;
}

bool wb_pipewire_graph_link(PipewireDriver *pipewire, uint32_t output, uint32_t input)
{
    if (find_link(pipewire, output, input) != SPA_ID_INVALID)
        return true;
    struct pw_properties *properties = pw_properties_new(PW_KEY_OBJECT_LINGER, "true", NULL);
    pw_properties_setf(properties, PW_KEY_LINK_OUTPUT_PORT, "%u", output);
    pw_properties_setf(properties, PW_KEY_LINK_INPUT_PORT, "%u", input);
    struct pw_proxy *proxy =
        pw_core_create_object(pipewire->core, "link-factory", PW_TYPE_INTERFACE_Link,
                              PW_VERSION_LINK, &properties->dict, 0);
    pw_properties_free(properties);
    if (!proxy)
        return false;
    const bool answered = wb_pipewire_roundtrip(pipewire);
    pw_proxy_destroy(proxy); /* the link lingers */
    return answered && find_link(pipewire, output, input) != SPA_ID_INVALID;
}

void wb_pipewire_graph_unlink(PipewireDriver *pipewire, uint32_t output, uint32_t input)
{
    const uint32_t link = find_link(pipewire, output, input);
    if (link == SPA_ID_INVALID)
        return;
    pw_registry_destroy(pipewire->registry, link);
    wb_pipewire_roundtrip(pipewire);
}

/* ---- the default sink ---- */

static uint32_t find_sink(PipewireDriver *pipewire)
{
    GHashTableIter nodes;
    gpointer id, value;
    uint32_t best = SPA_ID_INVALID;
    int priority = -1;

    g_hash_table_iter_init(&nodes, pipewire->graph_nodes);
    while (g_hash_table_iter_next(&nodes, &id, &value)) {
        const GraphNode *node = value;
        if (!node->is_sink)
            continue;
        if (pipewire->default_sink && g_str_equal(node->name, pipewire->default_sink))
            return GPOINTER_TO_UINT(id);
        if (node->priority > priority ||
            (node->priority == priority && GPOINTER_TO_UINT(id) < best)) {
            best = GPOINTER_TO_UINT(id);
            priority = node->priority;
        }
    }
    return best;
}

static int by_number(const void *a, const void *b)
{
    const GraphPort *x = *(GraphPort *const *)a, *y = *(GraphPort *const *)b;
    if (x->node != y->node)
        return (x->node > y->node) - (x->node < y->node);
    return (x->number > y->number) - (x->number < y->number);
}

GPtrArray *wb_pipewire_graph_sink(PipewireDriver *pipewire)
{
    GPtrArray *names = g_ptr_array_new();
    g_autoptr(GPtrArray) found = g_ptr_array_new();
    const uint32_t sink = find_sink(pipewire);
    GHashTableIter ports;
    gpointer value;

    g_hash_table_iter_init(&ports, pipewire->graph_ports);
    while (g_hash_table_iter_next(&ports, NULL, &value)) {
        const GraphPort *port = value;
        if (port->name && port->is_audio && port->direction == SPA_DIRECTION_INPUT &&
            (sink == SPA_ID_INVALID ? port->is_physical : port->node == sink))
            g_ptr_array_add(found, value);
    }
    g_ptr_array_sort(found, by_number);
    for (guint i = 0; i < found->len; i++)
        g_ptr_array_add(names, g_strdup(((const GraphPort *)found->pdata[i])->name));
    return names;
}
