/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For the drivers alone: what one has to bring, and what it gets. A new driver is one more
 * WbDriverClass in the table of driver.c. */
#pragma once

#include <stdatomic.h>

#include "engine/drivers/driver.h"
#include "engine/drivers/transport.h"
#include "engine/rt/snapshot.h"

/* Each as its namesake in driver.h says; all are there unless "NULL" is allowed. */
typedef struct {
    const char *name;
    /* The driver whose server this one would really talk to (PipeWire's libjack in place of
     * JACK's): better used itself. NULL, or returns NULL: its own. */
    const char *(*stands_in_for)(void);
    WbDriver *(*open)(const WbDriverOptions *options, const WbDriverCallbacks *callbacks,
                      GError **error);
    void (*halt)(WbDriver *driver);  /* also when it is halted already */
    void (*close)(WbDriver *driver); /* that is halted */
    bool (*start)(WbDriver *driver, GError **error);
    /* Looks again at what is connected if that may have changed; called whenever main asks for
     * events. NULL: nothing to do. */
    void (*look_around)(WbDriver *driver);

    WbPort *(*port_new)(WbDriver *driver, const WbPortSpec *spec, GError **error);
    void (*port_free)(WbPort *port);
    void (*port_rename)(WbPort *port, const char *name, const char *pretty);
    void (*port_set_order)(WbPort *port, int order);
    float *(*port_buffer)(WbPort *port, unsigned frames);
    char **(*port_connections)(const WbPort *port);
    bool (*port_connect)(WbPort *port, const char *other);
    void (*port_disconnect)(WbPort *port, const char *other);
    unsigned (*port_latency)(const WbPort *port);
    void (*port_set_delay)(WbPort *port, unsigned frames);
    char **(*physical_outputs)(WbDriver *driver);
    /* NULL: ports are connected to nothing. */
    bool (*has_port)(WbDriver *driver, const char *name);
    char **(*new_ports)(WbDriver *driver); /* there if has_port is */
    void (*update_latencies)(WbDriver *driver);

    /* NULL: a driver that always has a transport of our own. */
    void (*play)(WbDriver *driver);
    void (*stop)(WbDriver *driver);
    void (*locate)(WbDriver *driver, int64_t position);
    void (*set_loop)(WbDriver *driver, WbLoop loop);
} WbDriverClass;

/* The first member of every driver. */
struct WbDriver {
    const WbDriverClass *class;
    WbDriverCallbacks callbacks;
    char *client;
    int priority;
    WbTransport *transport; /* our own; NULL: the server's is followed */
    WbSnapshot *seen;       /* of the last cycle, from audio for main */
    atomic_uint rate, block;
    atomic_bool freewheels;
    atomic_bool gone; /* the server; set by wb_driver_note() with WB_DRIVER_SHUTDOWN */
    atomic_uint events;
    atomic_uint_least64_t xruns;
};

/* The first member of every port. */
struct WbPort {
    WbDriver *driver;
    char *name; /* full; main's */
};

extern const WbDriverClass wb_dummy_driver;
extern const WbDriverClass wb_jack_driver;
extern const WbDriverClass wb_pipewire_driver;

/* Fills the first member; with a transport of our own if own_transport. Thread: main. */
void wb_driver_init(WbDriver *driver, const WbDriverClass *class, const WbDriverOptions *options,
                    const WbDriverCallbacks *callbacks, bool own_transport);
/* Frees what it holds, not itself. Thread: main. */
void wb_driver_clear(WbDriver *driver);

/* Something has happened: remembers it for main and wakes it. Thread: any but audio. */
void wb_driver_note(WbDriver *driver, WbDriverEvent event);

/* One cycle: completes it from our own transport if there is one (else transport and position are
 * set already), keeps what main may ask for, calls process. Thread: audio. */
void wb_driver_run_cycle(WbDriver *driver, WbCycle *cycle);
