/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The PipeWire driver: the connection and its life. */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <pthread.h>

#include "engine/drivers/pipewire_driver.h"

/* That of the audio thread where PipeWire's module-rt has not given it one. */
#define PRIORITY 70

/* ---- the node's proxy ---- */

static void on_bound(void *data, uint32_t id)
{
    PipewireDriver *pipewire = data;
    pipewire->node_id = id;
    pw_thread_loop_signal(pipewire->loop, false);
}

static void on_removed(void *data)
{
    PipewireDriver *pipewire = data;
    if (pipewire->node_id == SPA_ID_INVALID)
        return;
    pipewire->node_id = SPA_ID_INVALID;
    /* Somebody has destroyed the node ("pw-cli destroy"): as if the server had gone. */
    wb_driver_note(&pipewire->base, WB_DRIVER_SHUTDOWN);
}

static void on_node_error(void *data, int seq, int result, const char *message)
{
    PipewireDriver *pipewire = data;
    (void)seq;
    (void)result;
    (void)message;
    if (pipewire->node_id != SPA_ID_INVALID)
        return;
    pipewire->refused = true;
    pw_thread_loop_signal(pipewire->loop, false);
}

static const struct pw_proxy_events proxy_events = {
    PW_VERSION_PROXY_EVENTS,
    .bound = on_bound,
    .removed = on_removed,
    .error = on_node_error,
};

/* ---- open and close ---- */

static bool fail(GError **error, WbDriverError code, const char *message)
{
    g_set_error_literal(error, WB_DRIVER_ERROR, code, message);
    return false;
}

static bool connect_core(PipewireDriver *pipewire, const WbDriverOptions *options, GError **error)
{
    struct pw_properties *properties =
        pw_properties_new(PW_KEY_APP_NAME, "Wideberth", PW_KEY_APP_ID, PACKAGE,
                          PW_KEY_APP_ICON_NAME, PACKAGE, PW_KEY_APP_VERSION, VERSION, NULL);
    if (options->server)
        pw_properties_set(properties, PW_KEY_REMOTE_NAME, options->server);
    pipewire->core = pw_context_connect(pipewire->context, properties, 0);
    if (!pipewire->core) {
        g_autofree char *name =
            options->server ? g_strdup_printf(" \"%s\"", options->server) : g_strdup("");
        g_set_error(error, WB_DRIVER_ERROR, WB_DRIVER_ERROR_ABSENT,
                    _("no PipeWire server%s is running; start one (for instance with \"systemctl "
                      "--user start pipewire\"), or use \"--driver dummy\""),
                    name);
        return false;
    }
    wb_pipewire_listen(pipewire);
    wb_pipewire_graph_init(pipewire);
    /* The second one for the metadata that the first has shown. */
    for (int trip = 0; trip < 2; trip++)
        if (!wb_pipewire_roundtrip(pipewire))
            return fail(error, WB_DRIVER_ERROR_FAILED,
                        _("the PipeWire server does not answer; restart it"));
    return true;
}

static void choose_name(PipewireDriver *pipewire, const char *wanted)
{
    for (unsigned number = 2; wb_pipewire_graph_has_node(pipewire, pipewire->base.client);
         number++) {
        g_free(pipewire->base.client);
        pipewire->base.client = g_strdup_printf("%s-%u", wanted, number);
    }
}

static bool has_cycle(PipewireDriver *pipewire, int ignored)
{
    (void)ignored;
    return pipewire->refused || atomic_load(&pipewire->cycles) > 0;
}

static struct pw_properties *node_properties(PipewireDriver *pipewire,
                                             const WbDriverOptions *options)
{
    /* Also what JACK programs call the node. */
    const char *client = pipewire->base.client;
    g_autofree char *description = g_str_has_prefix(client, PACKAGE)
                                       ? g_strdup_printf("Wideberth%s", client + strlen(PACKAGE))
                                       : g_strdup(client);
    /* Not the application's name, which the connection has: JACK programs would put it before. */
    struct pw_properties *properties = pw_properties_new(
        PW_KEY_NODE_NAME, pipewire->base.client, PW_KEY_NODE_DESCRIPTION, description,
        PW_KEY_MEDIA_NAME, pipewire->base.client, PW_KEY_MEDIA_TYPE, "Audio", PW_KEY_MEDIA_CATEGORY,
        "Duplex", PW_KEY_MEDIA_ROLE, "DSP", PW_KEY_MEDIA_ICON_NAME, PACKAGE, PW_KEY_APP_ICON_NAME,
        PACKAGE, PW_KEY_NODE_WANT_DRIVER, "true", PW_KEY_NODE_ALWAYS_PROCESS, "true",
        PW_KEY_NODE_PAUSE_ON_IDLE, "false", PW_KEY_NODE_AUTOCONNECT, "false", NULL);
    if (options->latency_frames > 0)
        pw_properties_setf(properties, PW_KEY_NODE_LATENCY, "%u/%u", options->latency_frames,
                           options->latency_rate);
    return properties;
}

static bool enter_graph(PipewireDriver *pipewire, const WbDriverOptions *options, GError **error)
{
    const struct spa_dict_item items[] = {SPA_DICT_ITEM_INIT(PW_KEY_OBJECT_REGISTER, "false")};

    choose_name(pipewire, options->client);
    wb_pipewire_node_init(pipewire, node_properties(pipewire, options));
    pipewire->proxy = pw_core_export(pipewire->core, SPA_TYPE_INTERFACE_Node,
                                     &SPA_DICT_INIT_ARRAY(items), &pipewire->node, 0);
    if (!pipewire->proxy)
        return fail(
            error, WB_DRIVER_ERROR_FAILED,
            _("PipeWire's library cannot export a node; its module client-node is missing"));
    pw_proxy_add_listener(pipewire->proxy, &pipewire->proxy_listener, &proxy_events, pipewire);
    /* Block and rate are those of the first cycle. */
    if (!wb_pipewire_wait_until(pipewire, has_cycle, 0))
        return fail(error, WB_DRIVER_ERROR_FAILED,
                    _("the PipeWire server gives no cycles: there is no driver in its graph, not "
                      "even the dummy one"));
    return !pipewire->refused ||
           fail(error, WB_DRIVER_ERROR_FAILED, _("the PipeWire server does not let the mixer in"));
}

static void ask_for_priority(void *data)
{
    PipewireDriver *pipewire = data;
    struct sched_param parameters;
    int policy = SCHED_OTHER;

    pthread_getschedparam(pthread_self(), &policy, &parameters);
    policy &= ~SCHED_RESET_ON_FORK;
    if (policy != SCHED_FIFO && policy != SCHED_RR) {
        parameters.sched_priority = PRIORITY;
        policy = SCHED_FIFO;
        if (pthread_setschedparam(pthread_self(), SCHED_FIFO | SCHED_RESET_ON_FORK, &parameters) !=
            0)
            return;
    }
    pipewire->base.priority = parameters.sched_priority;
}

static void pipewire_halt(WbDriver *driver)
{
    PipewireDriver *pipewire = wb_pipewire(driver);

    wb_pipewire_lock(driver);
    atomic_store(&driver->gone, true);
    if (pipewire->proxy) {
        spa_hook_remove(&pipewire->proxy_listener);
        pw_proxy_destroy(g_steal_pointer(&pipewire->proxy));
    }
    wb_pipewire_unlock(driver);
}

static void pipewire_close(WbDriver *driver)
{
    PipewireDriver *pipewire = wb_pipewire(driver);

    wb_pipewire_lock(driver);
    wb_pipewire_metadata_gone(pipewire, SPA_ID_INVALID);
    wb_pipewire_graph_clear(pipewire);
    if (pipewire->core) {
        spa_hook_remove(&pipewire->core_listener);
        pw_core_disconnect(pipewire->core);
    }
    if (pipewire->news)
        pw_loop_destroy_source(pw_thread_loop_get_loop(pipewire->loop), pipewire->news);
    wb_pipewire_unlock(driver);
    pw_thread_loop_stop(pipewire->loop);
    if (pipewire->context)
        pw_context_destroy(pipewire->context);
    pw_thread_loop_destroy(pipewire->loop);
    wb_pipewire_node_clear(pipewire);
    for (guint i = 0; i < pipewire->ports->len; i++) {
        PipewirePort *port = pipewire->ports->pdata[i];
        g_free(port->base.name);
        g_free(port);
    }
    g_ptr_array_unref(pipewire->ports);
    g_ptr_array_unref(pipewire->plugs);
    g_free(pipewire->rt.plugs);
    wb_driver_clear(driver);
    g_free(pipewire);
    pw_deinit();
}

/* With a configuration that gives the audio thread real-time priority. */
static struct pw_context *new_context(struct pw_thread_loop *loop)
{
    struct pw_context *context =
        pw_context_new(pw_thread_loop_get_loop(loop),
                       pw_properties_new(PW_KEY_CONFIG_NAME, "client-rt.conf", NULL), 0);
    return context ? context : pw_context_new(pw_thread_loop_get_loop(loop), NULL, 0);
}

static bool open_graph(PipewireDriver *pipewire, const WbDriverOptions *options, GError **error)
{
    bool fine;

    pipewire->context = new_context(pipewire->loop);
    if (!pipewire->context || pw_thread_loop_start(pipewire->loop) < 0)
        return fail(error, WB_DRIVER_ERROR_FAILED,
                    _("PipeWire's library cannot be set up; is its configuration installed?"));
    wb_pipewire_lock(&pipewire->base);
    wb_pipewire_watch_news(pipewire);
    fine = connect_core(pipewire, options, error) && enter_graph(pipewire, options, error);
    if (fine) {
        wb_pipewire_invoke(pipewire, ask_for_priority, pipewire);
        g_array_set_size(pipewire->come, 0); /* who was there before has not come */
    }
    wb_pipewire_unlock(&pipewire->base);
    return fine;
}

static WbDriver *pipewire_open(const WbDriverOptions *options, const WbDriverCallbacks *callbacks,
                               GError **error)
{
    pw_init(NULL, NULL);
    if (!g_getenv("PIPEWIRE_DEBUG"))
        pw_log_set_level(SPA_LOG_LEVEL_NONE);
    PipewireDriver *pipewire = g_new0(PipewireDriver, 1);
    /* Its transport can be followed, but not driven, by others than its own JACK library. */
    wb_driver_init(&pipewire->base, &wb_pipewire_driver, options, callbacks, true);
    pipewire->plugs = wb_pipewire_plugs_new();
    pipewire->ports = g_ptr_array_new();
    pipewire->rt.plugs = g_new0(PlugList, 1);
    pipewire->node_id = SPA_ID_INVALID;
    pipewire->loop = pw_thread_loop_new("pipewire", NULL);
    if (!pipewire->loop)
        g_error("no memory or no descriptors for a thread"); /* as GLib does */
    if (open_graph(pipewire, options, error))
        return &pipewire->base;
    wb_driver_close(&pipewire->base);
    return NULL;
}

static bool pipewire_start(WbDriver *driver, GError **error)
{
    if (!wb_pipewire_alive(driver))
        return fail(error, WB_DRIVER_ERROR_FAILED, _("the PipeWire server is gone"));
    atomic_store(&wb_pipewire(driver)->started, true);
    return true;
}

const WbDriverClass wb_pipewire_driver = {
    .name = "pipewire",
    .open = pipewire_open,
    .halt = pipewire_halt,
    .close = pipewire_close,
    .start = pipewire_start,
    .port_new = wb_pipewire_port_new,
    .port_free = wb_pipewire_port_free,
    .port_rename = wb_pipewire_port_rename,
    .port_set_order = wb_pipewire_port_set_order,
    .port_buffer = wb_pipewire_port_buffer,
    .port_connections = wb_pipewire_port_connections,
    .port_connect = wb_pipewire_port_connect,
    .port_disconnect = wb_pipewire_port_disconnect,
    .port_latency = wb_pipewire_port_latency,
    .port_set_delay = wb_pipewire_port_set_delay,
    .physical_outputs = wb_pipewire_physical_outputs,
    .has_port = wb_pipewire_has_port,
    .new_ports = wb_pipewire_new_ports,
    .update_latencies = wb_pipewire_update_latencies,
};
