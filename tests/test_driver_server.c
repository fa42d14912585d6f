/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The drivers for JACK and PipeWire, each on a real server. Other programs are played by clients of
 * libjack, its own or PipeWire's. Built once for each. */
#include "engine/drivers/driver.h"

#include <jack/metadata.h>
#include <jack/uuid.h>
#include <stdatomic.h>
#include <string.h>

#ifdef ON_PIPEWIRE
#include "tests/pipewire_server.h"
#define DRIVER "pipewire"
/* Its libjack names our node by its description. */
#define SEEN_AS "Wideberth"
#else
#include "tests/jack_server.h"
#define DRIVER "jack"
#define SEEN_AS "wideberth"
#endif

#define FRAME_OF_IMPULSE 13
#define MAX_PORTS 4

/* The mixer's place: copies its first input to its first output. */
typedef struct {
    JackServer *server;
    WbDriver *driver;
    WbPort *in, *out;
    atomic_uint cycles, unconnected;
    atomic_uint events, wakes;
    atomic_bool ready;
    atomic_llong asked_for;
    atomic_int transport;
    atomic_llong position;
    atomic_uint gaps; /* cycles whose position does not follow from the one before */
    atomic_uint freewheeled;
    bool rolled; /* the audio thread's */
    int64_t expected;
} Desk;

/* Another program. */
typedef struct {
    jack_client_t *client;
    jack_port_t *port;
    unsigned latency;
    atomic_uint right, wrong; /* impulses heard */
    atomic_uint cycles;
} Other;

/* JACK calls one client after another, but ThreadSanitizer cannot see how (a futex in memory of the
 * server): each process callback takes its turn, and leaves it, where it can. */
static void take_turn(void)
{
    static atomic_uint turn;
    atomic_fetch_add(&turn, 1);
}

static void process_desk(void *data, const WbCycle *cycle)
{
    Desk *desk = data;
    take_turn();
    if (desk->in && desk->out) {
        const float *in = wb_port_buffer(desk->in, cycle->frames);
        float *out = wb_port_buffer(desk->out, cycle->frames);
        if (in && out)
            memcpy(out, in, cycle->frames * sizeof *out);
        else if (out)
            memset(out, 0, cycle->frames * sizeof *out);
        atomic_store(&desk->unconnected, in ? 0 : atomic_load(&desk->unconnected) + 1);
    }
    const bool rolls = cycle->transport == WB_TRANSPORT_ROLLING;
    if (rolls && desk->rolled && cycle->position != desk->expected)
        atomic_fetch_add(&desk->gaps, 1);
    desk->rolled = rolls;
    desk->expected = cycle->position + cycle->frames;
    if (cycle->freewheel)
        atomic_fetch_add(&desk->freewheeled, 1);
    atomic_store(&desk->transport, (int)cycle->transport);
    atomic_store(&desk->position, cycle->position);
    atomic_fetch_add(&desk->cycles, 1);
    take_turn();
}

static bool sync_desk(void *data, int64_t position)
{
    Desk *desk = data;
    atomic_store(&desk->asked_for, position);
    return atomic_load(&desk->ready);
}

static void wake_desk(void *data)
{
    Desk *desk = data;
    atomic_fetch_add(&desk->wakes, 1);
}

static WbDriver *open_driver(Desk *desk, bool transport, GError **error)
{
    const WbDriverCallbacks callbacks = {process_desk, sync_desk, wake_desk, desk};
    const WbDriverOptions options = {.name = DRIVER,
                                     .client = "wideberth",
                                     .server = desk->server->name,
                                     .transport = transport};
    return wb_driver_open(&options, &callbacks, error);
}

static WbPort *add_port(Desk *desk, WbPortDirection direction, const char *name, unsigned source)
{
    const WbPortSpec spec = {
        .direction = direction, .name = name, .pretty = name, .order = 3, .source = source};
    WbPort *port = wb_port_new(desk->driver, &spec, NULL);
    assert_non_null(port);
    return port;
}

static void wait_for_cycles(Desk *desk, unsigned more)
{
    const unsigned count = atomic_load(&desk->cycles) + more;
    wait_until((int)(atomic_load(&desk->cycles) - count) >= 0);
}

/* As main would: when woken, and not only then. */
static bool has_event(Desk *desk, WbDriverEvent event)
{
    desk->events |= wb_driver_events(desk->driver);
    return desk->events & event;
}

static void start_desk(Desk *desk, bool transport)
{
    desk->driver = open_driver(desk, transport, NULL);
    assert_non_null(desk->driver);
    desk->in = add_port(desk, WB_PORT_INPUT, "Vox 1", 1);
    desk->out = add_port(desk, WB_PORT_OUTPUT, "Bus 1", 0);
    assert_true(wb_driver_start(desk->driver, NULL));
    wait_for_cycles(desk, 3);
}

static int set_up(void **state)
{
    Desk *desk = g_new0(Desk, 1);
    desk->server = new_server();
    atomic_store(&desk->ready, true);
    start_server(desk->server, 256);
    *state = desk;
    return 0;
}

static int tear_down(void **state)
{
    Desk *desk = *state;
    wb_driver_close(desk->driver);
    free_server(desk->server);
    g_free(desk);
    return 0;
}

/* ---- other programs ---- */

static int send_impulse(jack_nframes_t frames, void *data)
{
    Other *other = data;
    take_turn();
    float *out = jack_port_get_buffer(other->port, frames);
    memset(out, 0, frames * sizeof *out);
    out[FRAME_OF_IMPULSE] = (float)(jack_last_frame_time(other->client) & 0xffff) + 1;
    take_turn();
    return 0;
}

/* Right is what was sent in this very cycle, at the same frame, and nothing else. */
static int hear_impulse(jack_nframes_t frames, void *data)
{
    Other *other = data;
    take_turn();
    const float *in = jack_port_get_buffer(other->port, frames);
    const float sent = (float)(jack_last_frame_time(other->client) & 0xffff) + 1;
    bool right = true;
    for (jack_nframes_t i = 0; i < frames; i++)
        right &= in[i] == (i == FRAME_OF_IMPULSE ? sent : 0);
    atomic_fetch_add(right ? &other->right : &other->wrong, 1);
    atomic_fetch_add(&other->cycles, 1);
    take_turn();
    return 0;
}

static void report_latency(jack_latency_callback_mode_t mode, void *data)
{
    Other *other = data;
    const bool sends = (jack_port_flags(other->port) & JackPortIsOutput) != 0;
    jack_latency_range_t range = {other->latency, other->latency};
    if (sends == (mode == JackCaptureLatency))
        jack_port_set_latency_range(other->port, mode, &range);
}

static Other *open_other(Desk *desk, const char *name, bool sends, unsigned latency)
{
    Other *other = g_new0(Other, 1);
    other->client = open_test_client(desk->server, name);
    assert_non_null(other->client);
    other->port = jack_port_register(other->client, "port", JACK_DEFAULT_AUDIO_TYPE,
                                     sends ? JackPortIsOutput : JackPortIsInput, 0);
    assert_non_null(other->port);
    other->latency = latency;
    jack_set_process_callback(other->client, sends ? send_impulse : hear_impulse, other);
    jack_set_latency_callback(other->client, report_latency, other);
    assert_int_equal(jack_activate(other->client), 0);
    return other;
}

static void close_other(Other *other)
{
    jack_client_close(other->client);
    g_free(other);
}

/* With PipeWire it takes a moment. */
static jack_port_t *by_name(jack_client_t *client, const char *name)
{
    jack_port_t *port = NULL;
    wait_until((port = jack_port_by_name(client, name)));
    return port;
}

/* As a client sees it that comes now: PipeWire's libjack forgets what it is told before it has
 * looked at the port itself. */
static bool has_property(const Desk *desk, const char *port_name, const char *key,
                         const char *expected)
{
    char *value = NULL, *type = NULL;
    jack_client_t *client = open_test_client(desk->server, "looker");
    assert_non_null(client);
    const jack_port_t *port = jack_port_by_name(client, port_name);
    const bool equal = port && jack_get_property(jack_port_uuid(port), key, &value, &type) == 0 &&
                       strcmp(value, expected) == 0;
    jack_free(value);
    jack_free(type);
    jack_client_close(client);
    return equal;
}

/* ---- ports ---- */

static void tells_what_the_server_is(void **state)
{
    Desk *desk = *state;
    start_desk(desk, true);
    assert_string_equal(wb_driver_name(desk->driver), DRIVER);
    assert_string_equal(wb_driver_client(desk->driver), "wideberth");
    assert_int_equal(wb_driver_rate(desk->driver), 48000);
    assert_int_equal(wb_driver_block_frames(desk->driver), 64);
    assert_false(wb_driver_freewheels(desk->driver));
    assert_int_equal(wb_driver_loops_itself(desk->driver), strcmp(DRIVER, "jack") != 0);
    g_auto(GStrv) outputs = wb_driver_physical_outputs(desk->driver);
    assert_int_equal(g_strv_length(outputs), 2);
    assert_string_equal(outputs[0], "system:playback_1");
    assert_string_equal(outputs[1], "system:playback_2");
}

static void takes_another_name_if_its_own_is_taken(void **state)
{
    Desk *desk = *state;
    jack_client_t *first = open_test_client(desk->server, "wideberth");
    start_desk(desk, true);
    assert_string_not_equal(wb_driver_client(desk->driver), "wideberth");
    g_autofree char *name = g_strdup_printf("%s:Vox 1", wb_driver_client(desk->driver));
    assert_string_equal(wb_port_name(desk->in), name);
    jack_client_close(first);
}

static void shows_its_ports_with_name_and_order(void **state)
{
    Desk *desk = *state;
    start_desk(desk, true);
    Other *other = open_other(desk, "other", true, 0);
    const WbPortSpec spec = {
        .direction = WB_PORT_INPUT, .name = "Vox 2", .pretty = "Vox, right", .order = 17};
    assert_non_null(wb_port_new(desk->driver, &spec, NULL));

    jack_port_t *port = by_name(other->client, SEEN_AS ":Vox 2");
    assert_int_equal(jack_port_flags(port) & (JackPortIsInput | JackPortIsOutput), JackPortIsInput);
    assert_string_equal(jack_port_type(port), JACK_DEFAULT_AUDIO_TYPE);
    wait_until(has_property(desk, SEEN_AS ":Vox 2", JACK_METADATA_PRETTY_NAME, "Vox, right"));
    wait_until(has_property(desk, SEEN_AS ":Vox 2", JACK_METADATA_ORDER, "17"));
    close_other(other);
}

static void numbers_ports_of_one_name(void **state)
{
    Desk *desk = *state;
    start_desk(desk, true);
    WbPort *second = add_port(desk, WB_PORT_INPUT, "Vox 1", 2);
    WbPort *third = add_port(desk, WB_PORT_INPUT, "Vox 1", 3);
    assert_string_equal(wb_port_name(second), "wideberth:Vox 1 (2)");
    assert_string_equal(wb_port_name(third), "wideberth:Vox 1 (3)");
    wb_port_rename(desk->in, "Vox 1", "Vox 1");
    assert_string_equal(wb_port_name(desk->in), "wideberth:Vox 1");
}

static void cuts_names_that_are_too_long_between_characters(void **state)
{
    Desk *desk = *state;
    start_desk(desk, true);
    g_autoptr(GString) name = g_string_new("x");
    while (name->len < 1000)
        g_string_append(name, "ä");
    WbPort *port = add_port(desk, WB_PORT_INPUT, name->str, 2);
    assert_true(strlen(wb_port_name(port)) > 200);
    assert_true(g_utf8_validate(wb_port_name(port), -1, NULL));
}

static void removes_ports_and_takes_new_ones(void **state)
{
    Desk *desk = *state;
    start_desk(desk, true);
    Other *other = open_other(desk, "other", true, 0);
    for (int i = 0; i < 300; i++)
        wb_port_free(add_port(desk, WB_PORT_INPUT, "Vox 2", 2));
    wait_until(!jack_port_by_name(other->client, SEEN_AS ":Vox 2"));
    close_other(other);
}

/* JACK2 1.9.21 hangs when a client goes whose ports still have metadata. */
static void leaves_a_server_with_many_ports_unharmed(void **state)
{
    Desk *desk = *state;
    start_desk(desk, true);
    for (int i = 0; i < 200; i++)
        add_port(desk, WB_PORT_INPUT, "Vox", 2);
    wb_driver_close(g_steal_pointer(&desk->driver));
    wait_until(answers(desk->server));
}

#ifndef ON_PIPEWIRE /* its ports have no limit */
static void names_the_option_that_gives_more_ports(void **state)
{
    Desk *desk = *state;
    end_server(desk->server, SIGTERM);
    start_server(desk->server, 64);
    start_desk(desk, true);
    g_autoptr(GError) error = NULL;
    const WbPortSpec spec = {.direction = WB_PORT_INPUT, .name = "Vox"};
    for (int i = 0; i < 70 && !error; i++)
        wb_port_new(desk->driver, &spec, &error);
    assert_true(g_error_matches(error, WB_DRIVER_ERROR, WB_DRIVER_ERROR_PORTS));
    assert_non_null(strstr(error->message, "-p"));
    wait_for_cycles(desk, 10);
}
#endif

/* ---- connections ---- */

static bool has_come(Desk *desk, const char *name)
{
    g_auto(GStrv) names = wb_driver_new_ports(desk->driver);
    return g_strv_contains((const char *const *)names, name);
}

static void connects_and_disconnects(void **state)
{
    Desk *desk = *state;
    start_desk(desk, true);
    assert_false(wb_port_connect(desk->out, "nobody:port"));
    assert_true(wb_port_connect(desk->out, "system:playback_1"));
    assert_true(wb_port_connect(desk->out, "system:playback_1"));
    assert_true(wb_port_connect(desk->out, "system:playback_2"));
    assert_true(wb_port_connect(desk->in, "system:capture_1"));
    g_auto(GStrv) two = wb_port_connections(desk->out);
    assert_int_equal(g_strv_length(two), 2);
    assert_true(g_strv_contains((const char *const *)two, "system:playback_1"));
    assert_true(g_strv_contains((const char *const *)two, "system:playback_2"));

    wb_port_disconnect(desk->out, "system:playback_1");
    wb_port_disconnect(desk->out, "system:playback_1");
    wb_port_disconnect(desk->in, "system:capture_1");
    g_auto(GStrv) one = wb_port_connections(desk->out);
    assert_int_equal(g_strv_length(one), 1);
    assert_string_equal(one[0], "system:playback_2");
    g_auto(GStrv) none = wb_port_connections(desk->in);
    assert_int_equal(g_strv_length(none), 0);
    assert_true(wb_port_connect(desk->in, "system:capture_1"));
}

static void keeps_connections_when_renamed(void **state)
{
    Desk *desk = *state;
    start_desk(desk, true);
    Other *other = open_other(desk, "other", true, 0);
    assert_true(wb_port_connect(desk->in, "system:capture_2"));
    wb_port_rename(desk->in, "Lead voice", "The lead's voice");
    assert_string_equal(wb_port_name(desk->in), "wideberth:Lead voice");
    g_auto(GStrv) connections = wb_port_connections(desk->in);
    assert_int_equal(g_strv_length(connections), 1);
    assert_string_equal(connections[0], "system:capture_2");
    wb_port_set_order(desk->in, -2);
    wait_until(
        has_property(desk, SEEN_AS ":Lead voice", JACK_METADATA_PRETTY_NAME, "The lead's voice"));
    wait_until(has_property(desk, SEEN_AS ":Lead voice", JACK_METADATA_ORDER, "-2"));
    close_other(other);
}

static void tells_main_of_changes_in_the_graph(void **state)
{
    Desk *desk = *state;
    start_desk(desk, true);
    g_usleep(200000); /* for news of our own ports */
    wb_driver_events(desk->driver);
    const unsigned before = atomic_load(&desk->wakes);
    Other *other = open_other(desk, "other", true, 0);
    wait_until(has_event(desk, WB_DRIVER_GRAPH));
    assert_true(atomic_load(&desk->wakes) > before);
    /* A port that appears may have been waited for. (PipeWire tells of what came before it too.) */
    wait_until(has_event(desk, WB_DRIVER_GRAPH) && wb_port_connect(desk->in, "other:port"));
    close_other(other);
}

static void tells_who_has_come_but_not_who_was_there(void **state)
{
    Desk *desk = *state;
    start_desk(desk, true);
    g_auto(GStrv) first = wb_driver_new_ports(desk->driver);
    assert_false(g_strv_contains((const char *const *)first, "system:playback_1"));
    Other *other = open_other(desk, "other", true, 0);
    bool come = false;
    wait_until((wb_driver_events(desk->driver), come |= has_come(desk, "other:port"), come));
    g_auto(GStrv) last = wb_driver_new_ports(desk->driver);
    assert_false(g_strv_contains((const char *const *)last, "other:port"));
    close_other(other);
}

static void gives_no_buffer_to_an_input_that_nobody_is_connected_to(void **state)
{
    Desk *desk = *state;
    start_desk(desk, true);
    Other *other = open_other(desk, "other", true, 0);
    wait_until((wb_driver_events(desk->driver), atomic_load(&desk->unconnected) > 10));
    assert_int_equal(jack_connect(other->client, "other:port", SEEN_AS ":Vox 1"), 0);
    wait_until(atomic_load(&desk->unconnected) == 0); /* also before main has looked */
    wait_until((wb_driver_events(desk->driver), atomic_load(&desk->unconnected) == 0));
    assert_int_equal(jack_disconnect(other->client, "other:port", SEEN_AS ":Vox 1"), 0);
    wait_until((wb_driver_events(desk->driver), atomic_load(&desk->unconnected) > 10));
    close_other(other);
}

/* ---- sound and latency ---- */

static void passes_an_impulse_in_its_cycle_at_its_frame(void **state)
{
    Desk *desk = *state;
    start_desk(desk, true);
    Other *sender = open_other(desk, "sender", true, 0);
    Other *listener = open_other(desk, "listener", false, 0);
    wait_until(wb_port_connect(desk->in, "sender:port"));
    wait_until(wb_port_connect(desk->out, "listener:port"));
    wait_until(atomic_load(&listener->right) > 50);
#ifdef ON_PIPEWIRE
    /* Its freewheel is not exact to the cycle, whoever the clients are. In real time only a machine
     * that is late makes it skip clients. */
    atomic_store(&listener->wrong, 0);
    wait_until(atomic_load(&listener->right) > 1000);
    assert_in_range(atomic_load(&listener->wrong), 0, 50);
#else
    /* From here on each cycle, also as fast as it goes. (In real time a machine that is late
     * skips clients; freewheeling the server waits for them.) */
    assert_int_equal(jack_set_freewheel(sender->client, 1), 0);
    wait_until(wb_driver_freewheels(desk->driver));
    wait_for_cycles(desk, 10);
    atomic_store(&listener->wrong, 0);
    atomic_store(&listener->cycles, 0);
    wait_until(atomic_load(&listener->cycles) > 2000);
    assert_int_equal(atomic_load(&listener->wrong), 0);
    assert_int_equal(jack_set_freewheel(sender->client, 0), 0);
#endif
    close_other(listener);
    close_other(sender);
}

static jack_latency_range_t latency(jack_port_t *port, jack_latency_callback_mode_t mode)
{
    jack_latency_range_t range;
    jack_port_get_latency_range(port, mode, &range);
    return range;
}

static void sees_and_reports_latency_both_ways(void **state)
{
    Desk *desk = *state;
    start_desk(desk, true);
    Other *sender = open_other(desk, "sender", true, 480);
    Other *listener = open_other(desk, "listener", false, 240);
    wait_until(wb_port_connect(desk->in, "sender:port"));
    wait_until(wb_port_connect(desk->out, "listener:port"));
    wait_until(wb_port_latency(desk->in) == 480);
    wait_until(wb_port_latency(desk->out) == 240);
    wait_until(has_event(desk, WB_DRIVER_LATENCY));
    /* What is not heard is not counted. */
    wait_until(latency(listener->port, JackCaptureLatency).max == 0);

    wb_port_set_delay(desk->in, 100);
    wb_driver_update_latencies(desk->driver);
    wait_until(latency(listener->port, JackCaptureLatency).max == 580);
    assert_int_equal(latency(listener->port, JackCaptureLatency).min, 580);
    wait_until(latency(sender->port, JackPlaybackLatency).max == 340);
    assert_int_equal(latency(sender->port, JackPlaybackLatency).min, 340);
    close_other(listener);
    close_other(sender);
}

static void reports_the_range_of_all_ways(void **state)
{
    Desk *desk = *state;
    start_desk(desk, true);
    WbPort *second = add_port(desk, WB_PORT_INPUT, "Pad", 2);
    WbPort *direct = add_port(desk, WB_PORT_OUTPUT, "Pad out", 2);
    Other *sender = open_other(desk, "sender", true, 480);
    Other *late = open_other(desk, "late", true, 1000);
    Other *listener = open_other(desk, "listener", false, 240);
    Other *recorder = open_other(desk, "recorder", false, 700);
    wb_port_set_delay(desk->in, 0);
    wb_port_set_delay(second, 5);
    wait_until(wb_port_connect(desk->in, "sender:port"));
    wait_until(wb_port_connect(second, "late:port"));
    wait_until(wb_port_connect(desk->out, "listener:port"));
    wait_until(wb_port_connect(direct, "recorder:port"));
    wb_driver_update_latencies(desk->driver);

    /* The bus carries both tracks, the direct output its own. */
    wait_until(latency(listener->port, JackCaptureLatency).max == 1005);
    wait_until(latency(listener->port, JackCaptureLatency).min == 480);
    wait_until(latency(recorder->port, JackCaptureLatency).min == 1005);
    wait_until(latency(sender->port, JackPlaybackLatency).max == 240);
    wait_until(latency(late->port, JackPlaybackLatency).min == 245);
    wait_until(latency(late->port, JackPlaybackLatency).max == 705);
    close_other(recorder);
    close_other(listener);
    close_other(late);
    close_other(sender);
}

static void is_told_of_latency_only_when_it_is_another(void **state)
{
    Desk *desk = *state;
    start_desk(desk, true);
    Other *sender = open_other(desk, "sender", true, 480);
    wait_until(wb_port_connect(desk->in, "sender:port"));
    wait_until(wb_port_latency(desk->in) == 480);
    wait_until(has_event(desk, WB_DRIVER_LATENCY));
    g_usleep(200000);
    wb_driver_events(desk->driver);
    for (int i = 0; i < 10; i++)
        wb_driver_update_latencies(desk->driver);
    g_usleep(200000);
    assert_int_equal(wb_driver_events(desk->driver) & WB_DRIVER_LATENCY, 0);
    close_other(sender);
}

/* ---- transport ---- */

#ifndef ON_PIPEWIRE /* only its own libjack drives its transport; the driver's own is used instead \
                     */

static jack_transport_state_t server_transport(const Other *other, jack_nframes_t *frame)
{
    jack_position_t position;
    const jack_transport_state_t state = jack_transport_query(other->client, &position);
    if (frame)
        *frame = position.frame;
    return state;
}

static void drives_the_servers_transport(void **state)
{
    Desk *desk = *state;
    jack_nframes_t frame;
    start_desk(desk, true);
    Other *other = open_other(desk, "other", true, 0);
    wb_driver_locate(desk->driver, 48000);
    wait_until((server_transport(other, &frame), frame == 48000));
    wb_driver_play(desk->driver);
    wait_until(server_transport(other, &frame) == JackTransportRolling && frame > 48000);
    wb_driver_stop(desk->driver);
    wait_until(server_transport(other, NULL) == JackTransportStopped);
    close_other(other);
}

static void follows_the_servers_transport(void **state)
{
    Desk *desk = *state;
    start_desk(desk, true);
    Other *other = open_other(desk, "other", true, 0);
    jack_transport_locate(other->client, 96000);
    wait_until(atomic_load(&desk->position) == 96000);
    wait_until(atomic_load(&desk->asked_for) == 96000);
    assert_int_equal(atomic_load(&desk->transport), WB_TRANSPORT_STOPPED);
    jack_transport_start(other->client);
    wait_until(atomic_load(&desk->transport) == WB_TRANSPORT_ROLLING &&
               atomic_load(&desk->position) > 96000);
    int64_t position;
    assert_int_equal(wb_driver_transport(desk->driver, &position), WB_TRANSPORT_ROLLING);
    assert_true(position > 96000);
    jack_transport_stop(other->client);
    wait_until(atomic_load(&desk->transport) == WB_TRANSPORT_STOPPED);
    assert_int_equal(atomic_load(&desk->gaps), 0);
    close_other(other);
}

static void lets_the_server_wait_until_it_is_ready(void **state)
{
    Desk *desk = *state;
    start_desk(desk, true);
    Other *other = open_other(desk, "other", true, 0);
    atomic_store(&desk->ready, false);
    jack_transport_locate(other->client, 4800);
    jack_transport_start(other->client);
    wait_until(atomic_load(&desk->transport) == WB_TRANSPORT_STARTING);
    wait_for_cycles(desk, 100);
    assert_int_equal(atomic_load(&desk->transport), WB_TRANSPORT_STARTING);
    assert_int_equal(atomic_load(&desk->position), 4800);
    assert_int_equal(atomic_load(&desk->asked_for), 4800);
    assert_int_not_equal(server_transport(other, NULL), JackTransportRolling);
    atomic_store(&desk->ready, true);
    wait_until(server_transport(other, NULL) == JackTransportRolling);
    wait_until(atomic_load(&desk->position) > 4800);
    close_other(other);
}

static void sends_the_server_back_at_the_end_of_a_loop(void **state)
{
    Desk *desk = *state;
    start_desk(desk, true);
    wb_driver_set_loop(desk->driver, (WbLoop){4800, 9600});
    wb_driver_locate(desk->driver, 9000);
    wb_driver_play(desk->driver);
    wait_until(atomic_load(&desk->position) >= 9000);
    wait_until(atomic_load(&desk->transport) == WB_TRANSPORT_ROLLING &&
               atomic_load(&desk->position) < 6000);
    wait_until(atomic_load(&desk->position) > 9000);
    wait_until(atomic_load(&desk->position) < 6000);
    wb_driver_set_loop(desk->driver, (WbLoop){0, 0});
    wait_until(atomic_load(&desk->position) > 12000);
}

static void leaves_the_servers_transport_alone_if_asked(void **state)
{
    Desk *desk = *state;
    start_desk(desk, false);
    Other *other = open_other(desk, "other", true, 0);
    assert_true(wb_driver_loops_itself(desk->driver));
    wb_driver_locate(desk->driver, 48000);
    wb_driver_play(desk->driver);
    wait_until(atomic_load(&desk->transport) == WB_TRANSPORT_ROLLING);
    assert_true(atomic_load(&desk->position) >= 48000);
    assert_int_equal(server_transport(other, NULL), JackTransportStopped);
    wb_driver_stop(desk->driver);
    wait_until(atomic_load(&desk->transport) == WB_TRANSPORT_STOPPED);
    jack_transport_start(other->client);
    wait_until(server_transport(other, NULL) == JackTransportRolling);
    wait_for_cycles(desk, 20);
    assert_int_equal(atomic_load(&desk->transport), WB_TRANSPORT_STOPPED);
    close_other(other);
}

#endif

/* ---- what a server does ---- */

static void freewheels_without_losing_a_frame(void **state)
{
    Desk *desk = *state;
    start_desk(desk, true);
    Other *other = open_other(desk, "other", true, 0);
    wait_until(wb_port_connect(desk->in, "other:port")); /* PipeWire: what is linked goes along */
    wb_driver_play(desk->driver);
    wait_until(atomic_load(&desk->transport) == WB_TRANSPORT_ROLLING);
    assert_int_equal(jack_set_freewheel(other->client, 1), 0);
    wait_until(wb_driver_freewheels(desk->driver));
    wait_until(atomic_load(&desk->freewheeled) > 2000);
    assert_int_equal(jack_set_freewheel(other->client, 0), 0);
    wait_until(!wb_driver_freewheels(desk->driver));
    assert_int_equal(atomic_load(&desk->gaps), 0);
    close_other(other);
}

static void tells_main_of_another_block_size(void **state)
{
    Desk *desk = *state;
    start_desk(desk, true);
    Other *other = open_other(desk, "other", true, 0);
    g_usleep(100000);
    wb_driver_events(desk->driver);
    desk->events = 0;
    assert_int_equal(jack_set_buffer_size(other->client, 256), 0);
    wait_until(has_event(desk, WB_DRIVER_BLOCK));
    assert_int_equal(wb_driver_block_frames(desk->driver), 256);
    wait_for_cycles(desk, 10);
    close_other(other);
}

static void says_what_to_do_without_a_server(void **state)
{
    Desk *desk = *state;
    g_autoptr(GError) error = NULL;
    end_server(desk->server, SIGTERM);
    assert_null(open_driver(desk, true, &error));
    assert_true(g_error_matches(error, WB_DRIVER_ERROR, WB_DRIVER_ERROR_ABSENT));
    assert_non_null(strstr(error->message, "--driver dummy"));
    assert_non_null(strstr(error->message, desk->server->name));
}

static void close_in_time(Desk *desk)
{
    const gint64 begin = g_get_monotonic_time();
    wb_driver_close(g_steal_pointer(&desk->driver));
    assert_true(g_get_monotonic_time() - begin < 10 * G_USEC_PER_SEC);
}

static void lives_on_when_the_server_dies(void **state)
{
    Desk *desk = *state;
    for (int death = 0; death < 3; death++) {
        start_desk(desk, true);
        wait_until(wb_port_connect(desk->in, "system:capture_1"));
        wait_until(wb_port_connect(desk->out, "system:playback_1"));
        desk->events = 0;
        end_server(desk->server, SIGKILL);
        wait_until(has_event(desk, WB_DRIVER_SHUTDOWN));

        /* All goes on, and nothing happens. */
        g_autoptr(GError) error = NULL;
        const WbPortSpec spec = {.direction = WB_PORT_INPUT, .name = "Pad"};
        assert_null(wb_port_new(desk->driver, &spec, &error));
        assert_true(g_error_matches(error, WB_DRIVER_ERROR, WB_DRIVER_ERROR_FAILED));
        wb_driver_play(desk->driver);
        wb_driver_locate(desk->driver, 0);
        assert_int_equal(wb_driver_transport(desk->driver, NULL), WB_TRANSPORT_STOPPED);
        assert_false(wb_port_connect(desk->out, "system:playback_2"));
        wb_port_rename(desk->in, "Lead", "Lead");
        wb_port_set_order(desk->in, 1);
        assert_int_equal(wb_port_latency(desk->in), 0);
        wb_driver_update_latencies(desk->driver);
        g_auto(GStrv) connections = wb_port_connections(desk->in);
        assert_int_equal(g_strv_length(connections), 0);
        wb_port_free(desk->in);
        close_in_time(desk);
        assert_null(open_driver(desk, true, NULL));
        start_server(desk->server, 256);
    }
    start_desk(desk, true);
}

static void is_not_held_up_before_it_notices_the_death(void **state)
{
    Desk *desk = *state;
    start_desk(desk, true);
    end_server(desk->server, SIGKILL);
    wb_port_connect(desk->out, "system:playback_1");
    wb_port_rename(desk->in, "Lead", "Lead");
    wb_driver_play(desk->driver);
    close_in_time(desk);
}

static void is_not_held_up_by_a_server_that_hangs(void **state)
{
    Desk *desk = *state;
    start_desk(desk, true);
    kill(desk->server->pid, SIGSTOP);
    close_in_time(desk);
    /* Cycles that come later must not reach the mixer. */
    const unsigned cycles = atomic_load(&desk->cycles);
    kill(desk->server->pid, SIGCONT);
    g_usleep(500000);
    assert_int_equal(atomic_load(&desk->cycles), cycles);
}

int main(int argc, char **argv)
{
    (void)argc;
    (void)argv;
#ifdef ON_PIPEWIRE
    need_pipewires_libjack(argv);
#endif

#define DESK_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        DESK_TEST(tells_what_the_server_is),
        DESK_TEST(takes_another_name_if_its_own_is_taken),
        DESK_TEST(shows_its_ports_with_name_and_order),
        DESK_TEST(numbers_ports_of_one_name),
        DESK_TEST(cuts_names_that_are_too_long_between_characters),
        DESK_TEST(removes_ports_and_takes_new_ones),
        DESK_TEST(leaves_a_server_with_many_ports_unharmed),
#ifndef ON_PIPEWIRE
        DESK_TEST(names_the_option_that_gives_more_ports),
#endif
        DESK_TEST(connects_and_disconnects),
        DESK_TEST(keeps_connections_when_renamed),
        DESK_TEST(tells_main_of_changes_in_the_graph),
        DESK_TEST(tells_who_has_come_but_not_who_was_there),
        DESK_TEST(gives_no_buffer_to_an_input_that_nobody_is_connected_to),
        DESK_TEST(passes_an_impulse_in_its_cycle_at_its_frame),
        DESK_TEST(sees_and_reports_latency_both_ways),
        DESK_TEST(reports_the_range_of_all_ways),
        DESK_TEST(is_told_of_latency_only_when_it_is_another),
#ifndef ON_PIPEWIRE
        DESK_TEST(drives_the_servers_transport),
        DESK_TEST(follows_the_servers_transport),
        DESK_TEST(lets_the_server_wait_until_it_is_ready),
        DESK_TEST(sends_the_server_back_at_the_end_of_a_loop),
        DESK_TEST(leaves_the_servers_transport_alone_if_asked),
#endif
        DESK_TEST(freewheels_without_losing_a_frame),
        DESK_TEST(tells_main_of_another_block_size),
        DESK_TEST(says_what_to_do_without_a_server),
        DESK_TEST(lives_on_when_the_server_dies),
        DESK_TEST(is_not_held_up_before_it_notices_the_death),
        DESK_TEST(is_not_held_up_by_a_server_that_hangs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
