/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the PipeWire driver: what its files share. Nothing else includes this, nor any header of
 * PipeWire. pipewire.c: the connection and its life; pipewire_loop.c: threads; pipewire_node.c: our
 * node, as PipeWire calls it, and the cycle; pipewire_plugs.c: the node's ports; pipewire_ports.c:
 * ports as the mixer knows them; pipewire_graph.c: what else is in the graph, and links;
 * pipewire_metadata.c: defaults and looks; pipewire_latency.c: what ports report.
 *
 * The node is a spa_node of our own, exported as pw_filter would: that (0.3.65) walks its list of
 * ports on the audio thread while another adds to it and frees from it. Here all that the audio
 * thread reads is changed on that thread, between two cycles (wb_pipewire_invoke()).
 *
 * Threads: "loop" is PipeWire's own, not the audio thread. All that is not the audio thread's is
 * used with the loop locked: on main between lock and unlock, on the loop always. */
#pragma once

#include <pipewire/pipewire.h>
#include <spa/node/node.h>
#include <spa/node/utils.h>
#include <spa/param/latency-utils.h>

#include "engine/drivers/driver_class.h"

/* SPA's own macro leaves fields out, of which compilers warn. */
static inline struct spa_param_info wb_pipewire_param(uint32_t id, uint32_t flags)
{
    return (struct spa_param_info){.id = id, .flags = flags};
}

/* A request that the server does not answer is given up after this. */
#define WB_PIPEWIRE_PATIENCE_SECONDS 2

typedef struct PipewireDriver PipewireDriver;

enum { PLUG_ENUM_FORMAT, PLUG_IO, PLUG_FORMAT, PLUG_BUFFERS, PLUG_LATENCY, PLUG_PARAMS };

/* What a node's port has from its links. Immutable but for what is in the buffers. */
typedef struct {
    struct spa_io_buffers *io; /* NULL: no link */
    unsigned count;
    struct spa_buffer *buffers[32];
} PlugBuffers;

/* A port of our node. */
typedef struct {
    PipewireDriver *driver;
    WbPort *port; /* that it belongs to; NULL once that is gone */
    enum spa_direction direction;
    uint32_t id; /* among the node's of its direction */
    struct pw_properties *properties;
    struct spa_port_info info;
    struct spa_param_info params[PLUG_PARAMS];
    bool has_format;
    struct spa_latency_info latency[2]; /* by spa_direction: what arrives, what we report */

    /* The audio thread's. */
    PlugBuffers now;
    unsigned written; /* frames of this cycle */
} Plug;

typedef struct {
    WbPort base;
    _Atomic(Plug *) plug; /* changed on the audio thread */
    unsigned source;
    int order;
    atomic_uint delay;  /* of inputs: frames to the bus, or WB_PORT_UNHEARD */
    atomic_uint latest; /* latency when main was last told */
} PipewirePort;

/* What the audio thread goes through in each cycle. */
typedef struct {
    unsigned count;
    Plug *plugs[];
} PlugList;

struct PipewireDriver {
    WbDriver base;
    struct pw_thread_loop *loop;
    struct pw_context *context;
    struct pw_core *core;
    struct spa_hook core_listener;
    struct spa_source *news; /* a timer */
    int synced;              /* the last roundtrip that was answered */
    bool stuck;              /* one was not: nothing is waited for until it is */
    bool refused;            /* the server does not take the node */

    /* Our node. */
    struct spa_node node;
    struct spa_hook_list hooks;
    struct pw_properties *properties;
    struct spa_node_info info;
    struct spa_param_info params[1];
    struct pw_proxy *proxy;
    struct spa_hook proxy_listener;
    uint32_t node_id; /* global; SPA_ID_INVALID before it has one */
    unsigned delay;   /* that is reported as the whole node's */
    GPtrArray *plugs; /* of Plug */
    GPtrArray *ports; /* of PipewirePort */

    /* The rest of the graph, by global id. */
    struct pw_registry *registry;
    struct spa_hook registry_listener;
    GHashTable *graph_nodes, *graph_ports, *graph_links;
    GArray *come; /* of uint32_t: ports since main last asked */

    struct pw_metadata *metadata;
    struct spa_hook metadata_listener;
    uint32_t metadata_id;
    char *default_sink; /* name of a node, or NULL */

    atomic_bool started; /* cycles go to the mixer */
    atomic_uint pending; /* events that the audio thread has seen */
    atomic_uint cycles;

    /* The audio thread's. */
    struct {
        PlugList *plugs;
        struct spa_io_position *position;
        unsigned offset; /* of the part of a long cycle */
        uint64_t next;   /* position of the clock at the next cycle */
        uint32_t clock;  /* id of the driver's clock */
        /* Takes the place of the port's plug as soon as sound arrives there. */
        PipewirePort *renamed;
        Plug *coming;
    } rt;
};

static inline PipewireDriver *wb_pipewire(WbDriver *driver)
{
    return (PipewireDriver *)driver;
}

/* Whether calls to the server make sense. */
static inline bool wb_pipewire_alive(const WbDriver *driver)
{
    return !atomic_load(&driver->gone);
}

static inline void wb_pipewire_lock(WbDriver *driver)
{
    pw_thread_loop_lock(wb_pipewire(driver)->loop);
}

static inline void wb_pipewire_unlock(WbDriver *driver)
{
    pw_thread_loop_unlock(wb_pipewire(driver)->loop);
}

/* ---- pipewire_loop.c; locked ---- */

/* Waits until the server has done all that was asked of it, and has told us. False: it is gone, or
 * does not answer. Thread: main. */
bool wb_pipewire_roundtrip(PipewireDriver *pipewire);
/* Waits for a condition that the loop's thread signals. Thread: main. */
bool wb_pipewire_wait_until(PipewireDriver *pipewire, bool (*is_met)(PipewireDriver *, int),
                            int argument);
/* Calls function(data) on the audio thread between two cycles and waits for it. */
void wb_pipewire_invoke(PipewireDriver *pipewire, void (*function)(void *data), void *data);
/* Hears what the core says. */
void wb_pipewire_listen(PipewireDriver *pipewire);
/* Looks for what the audio thread sees, which so has not to wake anybody. */
void wb_pipewire_watch_news(PipewireDriver *pipewire);

/* ---- pipewire_node.c ---- */

/* Makes the node, not yet in the graph; takes properties over. */
void wb_pipewire_node_init(PipewireDriver *pipewire, struct pw_properties *properties);
void wb_pipewire_node_clear(PipewireDriver *pipewire);
/* The node's own info has changed. Locked. */
void wb_pipewire_node_update(PipewireDriver *pipewire, uint64_t change_mask);

/* ---- pipewire_plugs.c; locked ---- */

GPtrArray *wb_pipewire_plugs_new(void);
/* Puts a port into the graph, with properties that are taken over. */
Plug *wb_pipewire_plug_new(PipewireDriver *pipewire, enum spa_direction direction,
                           struct pw_properties *properties);
/* No cycle uses it any more for a port of the mixer. */
void wb_pipewire_plug_free(Plug *plug);
void wb_pipewire_plug_update(Plug *plug, uint64_t change_mask);
Plug *wb_pipewire_find_plug(PipewireDriver *pipewire, enum spa_direction direction, uint32_t id);
/* Calls from the graph. */
int wb_pipewire_plug_set_io(Plug *plug, uint32_t id, void *data, size_t size);
int wb_pipewire_plug_use_buffers(Plug *plug, struct spa_buffer **buffers, uint32_t count);
int wb_pipewire_plug_set_param(Plug *plug, uint32_t id, const struct spa_pod *param);
/* The param of this id and index; NULL: no more of them. */
struct spa_pod *wb_pipewire_plug_param(const Plug *plug, uint32_t id, uint32_t index,
                                       struct spa_pod_builder *builder);

/* ---- pipewire_ports.c. Thread: main; wb_pipewire_port_buffer(): audio ---- */

WbPort *wb_pipewire_port_new(WbDriver *driver, const WbPortSpec *spec, GError **error);
void wb_pipewire_port_free(WbPort *port);
void wb_pipewire_port_rename(WbPort *port, const char *name, const char *pretty);
void wb_pipewire_port_set_order(WbPort *port, int order);
float *wb_pipewire_port_buffer(WbPort *port, unsigned frames);
char **wb_pipewire_port_connections(const WbPort *port);
bool wb_pipewire_port_connect(WbPort *port, const char *other);
void wb_pipewire_port_disconnect(WbPort *port, const char *other);
char **wb_pipewire_physical_outputs(WbDriver *driver);
bool wb_pipewire_has_port(WbDriver *driver, const char *name);
char **wb_pipewire_new_ports(WbDriver *driver);

/* ---- pipewire_graph.c; locked ---- */

void wb_pipewire_graph_init(PipewireDriver *pipewire);
void wb_pipewire_graph_clear(PipewireDriver *pipewire);
/* Global id of our port, or SPA_ID_INVALID. */
uint32_t wb_pipewire_graph_own(PipewireDriver *pipewire, const Plug *plug);
/* Global id of the port of this full name and direction, or SPA_ID_INVALID. */
uint32_t wb_pipewire_graph_find(PipewireDriver *pipewire, const char *name,
                                enum spa_direction direction);
bool wb_pipewire_graph_has_name(PipewireDriver *pipewire, const char *name);
bool wb_pipewire_graph_has_node(PipewireDriver *pipewire, const char *name);
/* Global ids of the ports that this one is linked to. */
GArray *wb_pipewire_graph_peers(PipewireDriver *pipewire, uint32_t port);
/* Full name of a port, or NULL. */
const char *wb_pipewire_graph_name(PipewireDriver *pipewire, uint32_t id);
/* Full names of ports that have come since the last call. */
GPtrArray *wb_pipewire_graph_come(PipewireDriver *pipewire);
/* Asks for a link; whether it stands. */
bool wb_pipewire_graph_link(PipewireDriver *pipewire, uint32_t output, uint32_t input);
void wb_pipewire_graph_unlink(PipewireDriver *pipewire, uint32_t output, uint32_t input);
/* Full names of the inputs of the sink where sound goes by default, in their order; without a sink
 * those of all hardware. */
GPtrArray *wb_pipewire_graph_sink(PipewireDriver *pipewire);

/* ---- pipewire_metadata.c; locked ---- */

/* Looks at what the registry offers. */
void wb_pipewire_metadata_found(PipewireDriver *pipewire, uint32_t id, const char *name);
void wb_pipewire_metadata_gone(PipewireDriver *pipewire, uint32_t id);
/* Keys that JACK programs look at: where PipeWire keeps what they call metadata. */
void wb_pipewire_set_looks(PipewirePort *port, const char *pretty);

/* ---- pipewire_latency.c ---- */

/* A neighbour has reported another. Locked. */
void wb_pipewire_latency_arrived(Plug *plug, const struct spa_latency_info *latency);
/* Locked. */
void wb_pipewire_report_latencies(PipewireDriver *pipewire);
unsigned wb_pipewire_port_latency(const WbPort *port);
void wb_pipewire_port_set_delay(WbPort *port, unsigned frames);
void wb_pipewire_update_latencies(WbDriver *driver);
