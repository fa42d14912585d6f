/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where cycles come from and ports lead to: JACK, PipeWire, or a timer without ports (dummy). The
 * drivers' own headers are included in one source file each; all above them sees only this. Thread:
 * main, unless a function says otherwise. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/disk/loop.h"
#include "engine/mix/cycle.h"

typedef struct WbDriver WbDriver;
typedef struct WbPort WbPort;

#define WB_DRIVER_ERROR (wb_driver_error_quark())
GQuark wb_driver_error_quark(void);

typedef enum {
    WB_DRIVER_ERROR_ABSENT, /* no such driver in this build, or no server runs */
    WB_DRIVER_ERROR_PORTS,  /* the server has no more ports */
    WB_DRIVER_ERROR_FAILED,
} WbDriverError;

/* What has happened since main last asked, bit by bit. */
typedef enum {
    WB_DRIVER_GRAPH = 1 << 0,    /* ports or connections have changed */
    WB_DRIVER_LATENCY = 1 << 1,  /* wb_port_latency() differs for some port */
    WB_DRIVER_BLOCK = 1 << 2,    /* wb_driver_block_frames() */
    WB_DRIVER_RATE = 1 << 3,     /* wb_driver_rate(): everything must be made anew for it */
    WB_DRIVER_SHUTDOWN = 1 << 4, /* the server is gone: no cycle comes any more; close it */
} WbDriverEvent;

typedef struct {
    /* Thread: audio. The next cycle. Port buffers are valid during the call only. */
    void (*process)(void *data, const WbCycle *cycle);
    /* Thread: audio, or (JACK) the one that calls its sync callbacks between cycles. Whether
     * playback could begin at position at once; asks for it to be made ready. */
    bool (*sync)(void *data, int64_t position); /* NULL: always */
    /* Thread: any but audio. wb_driver_events() has something: wake main. May be NULL. */
    void (*wake)(void *data);
    void *data;
} WbDriverCallbacks;

typedef struct {
    const char *name;   /* "jack", "pipewire" or "dummy"; "auto": the first two that has a server */
    const char *client; /* the name in the graph; the server may add to it if it is taken */
    const char *server; /* NULL: the default one */
    bool transport;     /* follow and drive the server's; else one of our own */
    unsigned latency_frames, latency_rate; /* PipeWire only: the block to ask for; 0: none */
    unsigned rate;                         /* dummy only: Hz */
    unsigned block;                        /* dummy only: frames */
    bool freewheel; /* dummy only: cycles as fast as they go, not by the clock */
} WbDriverOptions;

typedef enum { WB_PORT_INPUT, WB_PORT_OUTPUT } WbPortDirection;

typedef struct {
    WbPortDirection direction;
    const char *name;   /* in the graph, without the client's */
    const char *pretty; /* metadata: shown to people */
    int order;          /* metadata: among the client's ports */
    unsigned source;    /* what an output port carries: 0 the whole mix, else the track of this id;
                           of an input port: the id of the track it leads to */
} WbPortSpec;

/* No port, no cycle yet: wb_driver_start() begins them. Errors say what to do, for instance start a
 * server or use "--driver dummy". */
WbDriver *wb_driver_open(const WbDriverOptions *options, const WbDriverCallbacks *callbacks,
                         GError **error);
/* No cycle comes any more, and the graph is out of reach; its ports can still be freed. Returns
 * within seconds, also when the server is dead. */
void wb_driver_halt(WbDriver *driver);
/* Halts it first, if it was not. Ports are gone with it. */
void wb_driver_close(WbDriver *driver);
bool wb_driver_start(WbDriver *driver, GError **error);

const char *wb_driver_name(const WbDriver *driver);   /* "jack", "pipewire" or "dummy" */
const char *wb_driver_client(const WbDriver *driver); /* as the server has it */
unsigned wb_driver_rate(const WbDriver *driver);      /* Hz */
unsigned wb_driver_block_frames(const WbDriver *driver);
/* SCHED_FIFO priority of the audio thread; 0 without real-time scheduling. */
int wb_driver_priority(const WbDriver *driver);
/* Whether cycles come as fast as they go just now. */
bool wb_driver_freewheels(const WbDriver *driver);
uint64_t wb_driver_xruns(const WbDriver *driver); /* since it was opened */

/* WbDriverEvent bits since the last call. */
unsigned wb_driver_events(WbDriver *driver);

/* A name that another of our ports has gets a number added, one that is too long is cut; see
 * wb_port_name(). Errors: WB_DRIVER_ERROR_PORTS names the server's option that gives more. */
WbPort *wb_port_new(WbDriver *driver, const WbPortSpec *spec, GError **error);
/* Takes the port out of the graph. No cycle may use it any more; its memory may outlive it, as the
 * server needs. NULL is nothing to free. */
void wb_port_free(WbPort *port);
/* Keeps the connections. Names as for wb_port_new(). */
void wb_port_rename(WbPort *port, const char *name, const char *pretty);
void wb_port_set_order(WbPort *port, int order);
/* As the graph has it, with the client's: "wideberth:Vox 1". Until the port is renamed or freed. */
const char *wb_port_name(const WbPort *port);

/* The cycle's samples of the port. Input: NULL if it is not connected, which is silence. Output: to
 * be written whole in every cycle (who connects to it hears what is there); NULL if it leads
 * nowhere. Thread: audio, within process. */
float *wb_port_buffer(WbPort *port, unsigned frames);

/* Full names of the ports at the other end; in the order of the graph. Free with g_strfreev(). */
char **wb_port_connections(const WbPort *port);
/* Whether the other end is there and is (now) connected. */
bool wb_port_connect(WbPort *port, const char *other);
void wb_port_disconnect(WbPort *port, const char *other);
/* Where the bus goes when nobody has said otherwise: the physical playback ports. Free with
 * g_strfreev(). */
char **wb_driver_physical_outputs(WbDriver *driver);
/* Whether ports can be connected at all. */
bool wb_driver_has_graph(const WbDriver *driver);
/* Whether a port of this full name is in the graph. */
bool wb_driver_has_port(WbDriver *driver, const char *name);
/* Full names of ports that have come since the last call and are there. Free with g_strfreev(). */
char **wb_driver_new_ports(WbDriver *driver);

/* Frames that what arrives at an input port is late (capture), or that what leaves an output port
 * still has before it (playback): the longest way. */
unsigned wb_port_latency(const WbPort *port);
/* Frames from this input port to the bus, or WB_PORT_UNHEARD (as at first): what the driver adds
 * when it reports latencies of our ports to the others. */
#define WB_PORT_UNHEARD G_MAXUINT
void wb_port_set_delay(WbPort *port, unsigned frames);
/* Delays have changed, or ports have come or gone: tells the graph. */
void wb_driver_update_latencies(WbDriver *driver);

/* Transport, the server's or our own. Without effect on what it is doing already. */
void wb_driver_play(WbDriver *driver);
void wb_driver_stop(WbDriver *driver);
void wb_driver_locate(WbDriver *driver, int64_t position);
/* A loop of our own transport has no seam; the server's is sent back to the start. */
void wb_driver_set_loop(WbDriver *driver, WbLoop loop);
bool wb_driver_loops_itself(const WbDriver *driver);
/* As of the last cycle; stopped at 0 before the first, stopped where it was once the server is
 * gone. position may be NULL. */
WbTransportState wb_driver_transport(const WbDriver *driver, int64_t *position);
