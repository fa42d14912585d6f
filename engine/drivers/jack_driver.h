/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the JACK driver: what its files share. Nothing else includes this, nor any header of JACK.
 * jack.c: client and callbacks; jack_ports.c: ports and connections; jack_metadata.c: their
 * looks; jack_latency.c: what they report; jack_transport.c: the server's transport. */
#pragma once

#include <jack/jack.h>

#include "engine/drivers/driver_class.h"
#include "engine/rt/ring.h"

/* Never freed before the driver is closed: callbacks on JACK's threads may still look at it. */
typedef struct JackPort {
    WbPort base;
    struct JackPort *next; /* older than this one */
    jack_port_t *handle;
    bool is_input;
    unsigned source;
    int order;          /* that the server has; main's */
    atomic_uint delay;  /* of inputs: frames to the bus, or WB_PORT_UNHEARD */
    atomic_uint known;  /* the graph of which this tells: its number × 2 + whether connected */
    atomic_bool gone;   /* freed by the mixer */
    atomic_uint latest; /* latency when main was last told */
} JackPort;

typedef struct {
    WbDriver base;
    jack_client_t *client;
    _Atomic(JackPort *) ports; /* newest first, grows only; main's to add to */
    atomic_uint graph;         /* counts changes of connections */
    /* Main's: the graph that it has looked at, since when that holds, and whether it has come to
     * rest. */
    unsigned looked_at;
    gint64 looked_since;
    bool settled;
    WbSnapshot *loop; /* from main to audio: with the server's transport */
    WbRing *come;     /* jack_port_id_t of new ports, from JACK's thread to main */

    /* The server's threads may come back late from a close that was given up. */
    atomic_bool closed;
    atomic_int inside; /* callbacks at work */
    struct JackClose *closing;
} JackDriver;

static inline JackDriver *wb_jack(WbDriver *driver)
{
    return (JackDriver *)driver;
}

/* Whether calls to the server make sense. */
static inline bool wb_jack_alive(const WbDriver *driver)
{
    return !atomic_load(&driver->gone);
}

/* jack_ports.c. Thread: main; wb_jack_port_buffer(): audio. */
WbPort *wb_jack_port_new(WbDriver *driver, const WbPortSpec *spec, GError **error);
void wb_jack_port_free(WbPort *port);
void wb_jack_port_rename(WbPort *port, const char *name, const char *pretty);
float *wb_jack_port_buffer(WbPort *port, unsigned frames);
char **wb_jack_port_connections(const WbPort *port);
bool wb_jack_port_connect(WbPort *port, const char *other);
void wb_jack_port_disconnect(WbPort *port, const char *other);
char **wb_jack_physical_outputs(WbDriver *driver);
bool wb_jack_has_port(WbDriver *driver, const char *name);
char **wb_jack_new_ports(WbDriver *driver);
/* Sees which ports are connected. */
void wb_jack_look_around(WbDriver *driver);
/* No callback may run any more. */
void wb_jack_destroy_ports(JackDriver *jack);

/* jack_metadata.c. NULL changes nothing. The server forgets them with the port. Thread: main. */
void wb_jack_set_looks(JackPort *port, const char *pretty, const int *order);
void wb_jack_port_set_order(WbPort *port, int order);

/* jack_latency.c. Thread: main; wb_jack_latency(): one of JACK's own, its latency callback. */
void wb_jack_latency(JackDriver *jack, jack_latency_callback_mode_t mode);
unsigned wb_jack_port_latency(const WbPort *port);
void wb_jack_port_set_delay(WbPort *port, unsigned frames);
void wb_jack_update_latencies(WbDriver *driver);

/* jack_transport.c. Thread: main; wb_jack_follow(): audio. */
void wb_jack_play(WbDriver *driver);
void wb_jack_stop(WbDriver *driver);
void wb_jack_locate(WbDriver *driver, int64_t position);
void wb_jack_set_loop(WbDriver *driver, WbLoop loop);
/* Completes the cycle from the server's transport; sends it back to the start at a loop's end. */
void wb_jack_follow(JackDriver *jack, WbCycle *cycle);
