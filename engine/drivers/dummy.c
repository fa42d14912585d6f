/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The dummy driver: cycles by the clock (or as fast as they go), ports that lead nowhere. */
#include "config.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <time.h>

#include "engine/drivers/driver_class.h"
#include "engine/rt/thread.h"

/* That of the audio thread: above the workers, below what drives real sound cards. */
#define PRIORITY 70
/* Later than this, what was missed is given up and the clock set anew, instead of catching up. */
#define MAX_LATE_NS G_GINT64_CONSTANT(200000000)
#define SECOND_NS G_GINT64_CONSTANT(1000000000)

typedef struct {
    WbDriver base;
    bool freewheel;
    WbThread *thread;
    WbSignal *go; /* to start, or to end at once */
    atomic_bool quit;
    GPtrArray *ports;
} Dummy;

static gint64 now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (gint64)now.tv_sec * SECOND_NS + now.tv_nsec;
}

static void sleep_until(gint64 time)
{
    const struct timespec until = {(time_t)(time / SECOND_NS), (long)(time % SECOND_NS)};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR) {
    }
}

static void run(void *data)
{
    Dummy *dummy = data;
    const gint64 rate = atomic_load(&dummy->base.rate);
    const unsigned block = atomic_load(&dummy->base.block);
    const gint64 block_ns = block * SECOND_NS / rate;
    gint64 begin, frames = 0;

    while (!wb_signal_wait(dummy->go, 3600)) {
    }
    begin = now_ns();
    while (!atomic_load(&dummy->quit)) {
        WbCycle cycle = {.frames = block, .freewheel = dummy->freewheel};
        wb_driver_run_cycle(&dummy->base, &cycle);
        if (dummy->freewheel)
            continue;
        /* Counted from the beginning, so that no rounding adds up. */
        frames += block;
        const gint64 due = begin + frames / rate * SECOND_NS + frames % rate * SECOND_NS / rate;
        const gint64 late = now_ns() - due;
        if (late > block_ns)
            atomic_fetch_add(&dummy->base.xruns, 1);
        if (late > MAX_LATE_NS) {
            begin = now_ns();
            frames = 0;
        } else {
            sleep_until(due);
        }
    }
}

static void destroy_port(void *data)
{
    WbPort *port = data;
    g_free(port->name);
    g_free(port);
}

static WbDriver *dummy_open(const WbDriverOptions *options, const WbDriverCallbacks *callbacks,
                            GError **error)
{
    if (options->block == 0 || options->block > WB_CYCLE_MAX_FRAMES || options->rate == 0) {
        g_set_error(error, WB_DRIVER_ERROR, WB_DRIVER_ERROR_FAILED,
                    _("the dummy driver takes blocks of 1 to %d frames and a rate above 0 Hz"),
                    WB_CYCLE_MAX_FRAMES);
        return NULL;
    }
    Dummy *dummy = g_new0(Dummy, 1);
    wb_driver_init(&dummy->base, &wb_dummy_driver, options, callbacks, true);
    atomic_store(&dummy->base.rate, options->rate);
    atomic_store(&dummy->base.block, options->block);
    atomic_store(&dummy->base.freewheels, options->freewheel);
    dummy->freewheel = options->freewheel;
    dummy->go = wb_signal_new();
    dummy->ports = g_ptr_array_new_with_free_func(destroy_port);
    /* One that never sleeps would take the processor from all others. */
    const int priority = options->freewheel ? 0 : PRIORITY;
    dummy->thread = wb_thread_start("dummy driver", priority, run, dummy);
    dummy->base.priority = wb_thread_is_as_asked(dummy->thread) ? priority : 0;
    return &dummy->base;
}

static void dummy_halt(WbDriver *driver)
{
    Dummy *dummy = (Dummy *)driver;
    atomic_store(&dummy->quit, true);
    wb_signal_raise(dummy->go);
    wb_thread_join(g_steal_pointer(&dummy->thread));
}

static void dummy_close(WbDriver *driver)
{
    Dummy *dummy = (Dummy *)driver;
    wb_signal_free(dummy->go);
    g_ptr_array_unref(dummy->ports);
    wb_driver_clear(driver);
    g_free(dummy);
}

static bool dummy_start(WbDriver *driver, GError **error)
{
    (void)error;
    wb_signal_raise(((Dummy *)driver)->go);
    return true;
}

static WbPort *port_new(WbDriver *driver, const WbPortSpec *spec, GError **error)
{
    (void)error;
    WbPort *port = g_new0(WbPort, 1);
    port->driver = driver;
    port->name = g_strdup_printf("%s:%s", driver->client, spec->name);
    g_ptr_array_add(((Dummy *)driver)->ports, port);
    return port;
}

static void port_free(WbPort *port)
{
    g_ptr_array_remove_fast(((Dummy *)port->driver)->ports, port);
}

static void port_rename(WbPort *port, const char *name, const char *pretty)
{
    (void)pretty;
    g_free(port->name);
    port->name = g_strdup_printf("%s:%s", port->driver->client, name);
}

static void port_set_order(WbPort *port, int order)
{
    (void)port;
    (void)order;
}

static float *port_buffer(WbPort *port, unsigned frames)
{
    (void)port;
    (void)frames;
    return NULL;
}

static char **port_connections(const WbPort *port)
{
    (void)port;
    return g_new0(char *, 1);
}

static bool port_connect(WbPort *port, const char *other)
{
    (void)port;
    (void)other;
    return false;
}

static void port_disconnect(WbPort *port, const char *other)
{
    (void)port;
    (void)other;
}

static unsigned port_latency(const WbPort *port)
{
    (void)port;
    return 0;
}

static void port_set_delay(WbPort *port, unsigned frames)
{
    (void)port;
    (void)frames;
}

static char **physical_outputs(WbDriver *driver)
{
    (void)driver;
    return g_new0(char *, 1);
}

static void update_latencies(WbDriver *driver)
{
    (void)driver;
}

const WbDriverClass wb_dummy_driver = {
    .name = "dummy",
    .open = dummy_open,
    .halt = dummy_halt,
    .close = dummy_close,
    .start = dummy_start,
    .port_new = port_new,
    .port_free = port_free,
    .port_rename = port_rename,
    .port_set_order = port_set_order,
    .port_buffer = port_buffer,
    .port_connections = port_connections,
    .port_connect = port_connect,
    .port_disconnect = port_disconnect,
    .port_latency = port_latency,
    .port_set_delay = port_set_delay,
    .physical_outputs = physical_outputs,
    .update_latencies = update_latencies,
};
