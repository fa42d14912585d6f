/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The JACK driver: the client and its callbacks. These only note and return: with PipeWire's
 * libjack they hold up the audio thread while they run. */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <jack/jack.h>
#include <jack/thread.h>
#include <pthread.h>
#include <string.h>

#include "engine/drivers/jack_driver.h"
#include "engine/rt/denormals.h"
#include "engine/rt/thread.h"

/* A dead server can hold a close up for ever (jack2 issue 395). */
#define CLOSE_SECONDS 2.0

/* That come between two looks of main: more than a server has. */
#define PORTS_AT_ONCE 8192

/* Between these a callback may use the driver; false: it is closed. */
static bool enter(JackDriver *jack)
{
    atomic_fetch_add(&jack->inside, 1);
    if (!atomic_load(&jack->closed))
        return true;
    atomic_fetch_sub(&jack->inside, 1);
    return false;
}

static void leave(JackDriver *jack)
{
    atomic_fetch_sub(&jack->inside, 1);
}

static void note(JackDriver *jack, WbDriverEvent event)
{
    if (!enter(jack))
        return;
    wb_driver_note(&jack->base, event);
    leave(jack);
}

/* ---- JACK's callbacks ---- */

static int on_process(jack_nframes_t frames, void *data)
{
    JackDriver *jack = data;
    WbCycle cycle = {.frames = frames, .freewheel = atomic_load(&jack->base.freewheels)};

    if (frames > WB_CYCLE_MAX_FRAMES || !enter(jack))
        return 0;
    wb_denormals_off();
    if (!jack->base.transport)
        wb_jack_follow(jack, &cycle);
    wb_driver_run_cycle(&jack->base, &cycle);
    leave(jack);
    return 0;
}

static int on_sync(jack_transport_state_t state, jack_position_t *position, void *data)
{
    JackDriver *jack = data;
    bool ready = true;

    (void)state;
    if (enter(jack)) {
        ready = jack->base.callbacks.sync(jack->base.callbacks.data, position->frame);
        leave(jack);
    }
    return ready;
}

static void on_shutdown(void *data)
{
    note(data, WB_DRIVER_SHUTDOWN);
}

static void on_info_shutdown(jack_status_t code, const char *reason, void *data)
{
    (void)code;
    (void)reason;
    note(data, WB_DRIVER_SHUTDOWN);
}

static int on_block(jack_nframes_t frames, void *data)
{
    JackDriver *jack = data;
    if (atomic_exchange(&jack->base.block, frames) != frames)
        note(jack, WB_DRIVER_BLOCK);
    return 0;
}

static int on_rate(jack_nframes_t rate, void *data)
{
    JackDriver *jack = data;
    if (atomic_exchange(&jack->base.rate, rate) != rate)
        note(jack, WB_DRIVER_RATE);
    return 0;
}

static int on_xrun(void *data)
{
    JackDriver *jack = data;
    atomic_fetch_add(&jack->base.xruns, 1);
    return 0;
}

static void on_freewheel(int starting, void *data)
{
    JackDriver *jack = data;
    atomic_store(&jack->base.freewheels, starting != 0);
}

static void on_latency(jack_latency_callback_mode_t mode, void *data)
{
    JackDriver *jack = data;
    if (!enter(jack))
        return;
    wb_jack_latency(jack, mode);
    leave(jack);
}

static void on_registration(jack_port_id_t port, int registered, void *data)
{
    JackDriver *jack = data;
    if (!enter(jack))
        return;
    if (registered)
        wb_ring_write(jack->come, &port, 1);
    wb_driver_note(&jack->base, WB_DRIVER_GRAPH);
    leave(jack);
}

static void on_connect(jack_port_id_t from, jack_port_id_t to, int connected, void *data)
{
    JackDriver *jack = data;
    (void)from;
    (void)to;
    (void)connected;
    atomic_fetch_add(&jack->graph, 1);
    note(jack, WB_DRIVER_GRAPH);
}

static void on_rename(jack_port_id_t port, const char *before, const char *after, void *data)
{
    (void)port;
    (void)before;
    (void)after;
    note(data, WB_DRIVER_GRAPH);
}

static bool set_callbacks(JackDriver *jack)
{
    jack_client_t *client = jack->client;

    /* Both: JACK2 then calls the second one, PipeWire 0.3 knows only the first. */
    jack_on_shutdown(client, on_shutdown, jack);
    jack_on_info_shutdown(client, on_info_shutdown, jack);
    return jack_set_process_callback(client, on_process, jack) == 0 &&
           jack_set_buffer_size_callback(client, on_block, jack) == 0 &&
           jack_set_sample_rate_callback(client, on_rate, jack) == 0 &&
           jack_set_xrun_callback(client, on_xrun, jack) == 0 &&
           jack_set_freewheel_callback(client, on_freewheel, jack) == 0 &&
           jack_set_latency_callback(client, on_latency, jack) == 0 &&
           jack_set_port_registration_callback(client, on_registration, jack) == 0 &&
           jack_set_port_connect_callback(client, on_connect, jack) == 0 &&
           jack_set_port_rename_callback(client, on_rename, jack) == 0 &&
           (jack->base.transport || !jack->base.callbacks.sync ||
            jack_set_sync_callback(client, on_sync, jack) == 0);
}

/* ---- open and close ---- */

static void discard_message(const char *message)
{
    (void)message;
}

static void set_not_opened(jack_status_t status, const char *server, GError **error)
{
    if (status & JackVersionError) {
        g_set_error_literal(error, WB_DRIVER_ERROR, WB_DRIVER_ERROR_FAILED,
                            _("the JACK server and the installed libjack do not fit together; "
                              "install both from the same package"));
    } else if (status & (JackServerFailed | JackServerError)) {
        g_autofree char *name = server ? g_strdup_printf(" \"%s\"", server) : g_strdup("");
        g_set_error(error, WB_DRIVER_ERROR, WB_DRIVER_ERROR_ABSENT,
                    _("no JACK server%s is running; start one (for instance with qjackctl or "
                      "\"jackd -d alsa\"), or use \"--driver dummy\""),
                    name);
    } else {
        g_set_error(error, WB_DRIVER_ERROR, WB_DRIVER_ERROR_FAILED,
                    _("the JACK server lets no further client in (status 0x%x); end another one, "
                      "or restart the server"),
                    (unsigned)status);
    }
}

static void destroy(JackDriver *jack)
{
    wb_jack_destroy_ports(jack);
    wb_snapshot_free(jack->loop);
    wb_ring_free(jack->come);
    wb_driver_clear(&jack->base);
    g_free(jack);
}

static WbDriver *jack_open(const WbDriverOptions *options, const WbDriverCallbacks *callbacks,
                           GError **error)
{
    jack_status_t status = 0;
    jack_client_t *client;

    jack_set_error_function(discard_message);
    jack_set_info_function(discard_message);
    if (options->server)
        client = jack_client_open(options->client, JackNoStartServer | JackServerName, &status,
                                  options->server);
    else
        client = jack_client_open(options->client, JackNoStartServer, &status);
    if (!client) {
        set_not_opened(status, options->server, error);
        return NULL;
    }

    JackDriver *jack = g_new0(JackDriver, 1);
    wb_driver_init(&jack->base, &wb_jack_driver, options, callbacks, !options->transport);
    jack->loop = wb_snapshot_new(sizeof(WbLoop));
    jack->come = wb_ring_new(sizeof(jack_port_id_t), PORTS_AT_ONCE);
    jack->client = client;
    g_free(jack->base.client);
    jack->base.client = g_strdup(jack_get_client_name(client));
    atomic_store(&jack->base.rate, jack_get_sample_rate(client));
    atomic_store(&jack->base.block, jack_get_buffer_size(client));
    jack->base.priority =
        jack_is_realtime(client) ? MAX(jack_client_real_time_priority(client), 0) : 0;
    if (!set_callbacks(jack)) {
        g_set_error_literal(error, WB_DRIVER_ERROR, WB_DRIVER_ERROR_FAILED,
                            _("the JACK server does not take the client's callbacks"));
        wb_driver_close(&jack->base);
        return NULL;
    }
    return &jack->base;
}

static bool jack_start(WbDriver *driver, GError **error)
{
    if (wb_jack_alive(driver) && jack_activate(wb_jack(driver)->client) == 0)
        return true;
    g_set_error_literal(error, WB_DRIVER_ERROR, WB_DRIVER_ERROR_FAILED,
                        _("the JACK server does not start the client; restart the server"));
    return false;
}

/* A close that may never return, on a thread of its own that is then left to itself. */
typedef struct JackClose {
    JackDriver *jack;
    GPtrArray *ports; /* jack_port_t, of those still there */
    WbSignal *done;
    atomic_int owners; /* the last one frees this, and the driver */
} Close;

static void release(Close *close)
{
    if (atomic_fetch_sub(&close->owners, 1) != 1)
        return;
    destroy(close->jack);
    wb_signal_free(close->done);
    g_ptr_array_unref(close->ports);
    g_free(close);
}

/* Ports go first, while the client still reads what the server tells it: JACK2 1.9.21 tells a
 * client that is being closed of all its ports' metadata that vanish, which it does not read any
 * more, and hangs with all its clients once the socket is full (from about 30 ports on). */
static void *run_close(void *data)
{
    Close *close = data;
    jack_client_t *client = close->jack->client;
    jack_deactivate(client);
    for (guint i = 0; i < close->ports->len; i++)
        jack_port_unregister(client, g_ptr_array_index(close->ports, i));
    jack_client_close(client);
    wb_signal_raise(close->done);
    release(close);
    return NULL;
}

static Close *new_close(JackDriver *jack)
{
    Close *close = g_new0(Close, 1);
    close->jack = jack;
    close->ports = g_ptr_array_new();
    for (JackPort *port = atomic_load(&jack->ports); port; port = port->next) {
        if (!atomic_load(&port->gone) && wb_jack_alive(&jack->base))
            g_ptr_array_add(close->ports, port->handle);
    }
    close->done = wb_signal_new();
    atomic_init(&close->owners, 2);
    return close;
}

/* JACK's threads may still come to the driver, so that stays, but not to the mixer any more. */
static void shut_out(JackDriver *jack)
{
    atomic_store(&jack->closed, true);
    atomic_store(&jack->base.gone, true);
    while (atomic_load(&jack->inside) > 0)
        g_usleep(1000);
}

static void jack_halt(WbDriver *driver)
{
    JackDriver *jack = wb_jack(driver);
    pthread_t thread;

    if (jack->closing)
        return;
    /* Closed to callbacks afterwards only: until then cycles go on. */
    Close *close = jack->closing = new_close(jack);
    if (pthread_create(&thread, NULL, run_close, close) != 0)
        run_close(close);
    else if (wb_signal_wait(close->done, CLOSE_SECONDS))
        pthread_join(thread, NULL);
    else
        pthread_detach(thread);
    shut_out(jack);
}

static void jack_close(WbDriver *driver)
{
    release(wb_jack(driver)->closing);
}

static const char *jack_stands_in_for(void)
{
    const char *version = jack_get_version_string();
    return version && strstr(version, "PipeWire") ? "pipewire" : NULL;
}

const WbDriverClass wb_jack_driver = {
    .name = "jack",
    .stands_in_for = jack_stands_in_for,
    .open = jack_open,
    .halt = jack_halt,
    .close = jack_close,
    .start = jack_start,
    .look_around = wb_jack_look_around,
    .port_new = wb_jack_port_new,
    .port_free = wb_jack_port_free,
    .port_rename = wb_jack_port_rename,
    .port_set_order = wb_jack_port_set_order,
    .port_buffer = wb_jack_port_buffer,
    .port_connections = wb_jack_port_connections,
    .port_connect = wb_jack_port_connect,
    .port_disconnect = wb_jack_port_disconnect,
    .port_latency = wb_jack_port_latency,
    .port_set_delay = wb_jack_port_set_delay,
    .physical_outputs = wb_jack_physical_outputs,
    .has_port = wb_jack_has_port,
    .new_ports = wb_jack_new_ports,
    .update_latencies = wb_jack_update_latencies,
    .play = wb_jack_play,
    .stop = wb_jack_stop,
    .locate = wb_jack_locate,
    .set_loop = wb_jack_set_loop,
};
