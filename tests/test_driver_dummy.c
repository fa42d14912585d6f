/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/drivers/driver.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdatomic.h>
#include <string.h>

#define PATIENCE_US (20 * G_USEC_PER_SEC)

typedef struct {
    WbDriver *driver;
    WbPort *port;
    atomic_uint cycles, buffers, bad;
    atomic_llong position; /* of the last rolling cycle */
} Desk;

static void process_desk(void *data, const WbCycle *cycle)
{
    Desk *desk = data;
    if (desk->port && wb_port_buffer(desk->port, cycle->frames))
        atomic_fetch_add(&desk->buffers, 1);
    if (cycle->frames != 64)
        atomic_fetch_add(&desk->bad, 1);
    if (cycle->transport == WB_TRANSPORT_ROLLING)
        atomic_store(&desk->position, cycle->position);
    atomic_fetch_add(&desk->cycles, 1);
}

static Desk *open_desk(bool freewheel)
{
    Desk *desk = g_new0(Desk, 1);
    const WbDriverCallbacks callbacks = {.process = process_desk, .data = desk};
    const WbDriverOptions options = {
        .name = "dummy", .client = "wideberth", .rate = 48000, .block = 64, .freewheel = freewheel};
    desk->driver = wb_driver_open(&options, &callbacks, NULL);
    assert_non_null(desk->driver);
    return desk;
}

static void close_desk(Desk *desk)
{
    wb_driver_close(desk->driver);
    assert_int_equal(desk->bad, 0);
    g_free(desk);
}

static void wait_for_cycles(Desk *desk, unsigned count)
{
    const gint64 end = g_get_monotonic_time() + PATIENCE_US;
    while (atomic_load(&desk->cycles) < count) {
        assert_true(g_get_monotonic_time() < end);
        g_usleep(1000);
    }
}

static void tells_what_it_was_opened_with(void **state)
{
    (void)state;
    Desk *desk = open_desk(false);
    assert_string_equal(wb_driver_name(desk->driver), "dummy");
    assert_string_equal(wb_driver_client(desk->driver), "wideberth");
    assert_int_equal(wb_driver_rate(desk->driver), 48000);
    assert_int_equal(wb_driver_block_frames(desk->driver), 64);
    assert_false(wb_driver_freewheels(desk->driver));
    assert_true(wb_driver_loops_itself(desk->driver));
    assert_int_equal(wb_driver_events(desk->driver), 0);
    close_desk(desk);
}

static void runs_no_cycle_before_it_is_started(void **state)
{
    (void)state;
    Desk *desk = open_desk(true);
    g_usleep(20000);
    assert_int_equal(desk->cycles, 0);
    close_desk(desk);
}

static void keeps_to_the_clock(void **state)
{
    (void)state;
    Desk *desk = open_desk(false);
    assert_true(wb_driver_start(desk->driver, NULL));
    const gint64 begin = g_get_monotonic_time();
    wait_for_cycles(desk, 376);
    /* 375 blocks are half a second: never sooner, however late the machine is. */
    assert_true(g_get_monotonic_time() - begin >= 490000);
    close_desk(desk);
}

static void goes_as_fast_as_it_can_if_asked(void **state)
{
    (void)state;
    Desk *desk = open_desk(true);
    assert_true(wb_driver_freewheels(desk->driver));
    assert_true(wb_driver_start(desk->driver, NULL));
    wait_for_cycles(desk, 30000); /* 40 s of sound */
    close_desk(desk);
}

static void has_a_transport(void **state)
{
    (void)state;
    Desk *desk = open_desk(false);
    int64_t position = 1;
    assert_int_equal(wb_driver_transport(desk->driver, &position), WB_TRANSPORT_STOPPED);
    assert_int_equal(position, 0);
    wb_driver_locate(desk->driver, 48000);
    wb_driver_play(desk->driver);
    assert_true(wb_driver_start(desk->driver, NULL));
    wait_for_cycles(desk, 10);
    assert_true(desk->position >= 48000 + 7 * 64);
    assert_int_equal(wb_driver_transport(desk->driver, &position), WB_TRANSPORT_ROLLING);
    assert_true(position >= 48000 + 7 * 64);
    wb_driver_stop(desk->driver);
    wait_for_cycles(desk, atomic_load(&desk->cycles) + 3);
    assert_int_equal(wb_driver_transport(desk->driver, NULL), WB_TRANSPORT_STOPPED);
    close_desk(desk);
}

static void has_ports_that_lead_nowhere(void **state)
{
    (void)state;
    Desk *desk = open_desk(true);
    desk->port =
        wb_port_new(desk->driver, &(WbPortSpec){.direction = WB_PORT_INPUT, .name = "Vox 1"}, NULL);
    WbPort *bus = wb_port_new(desk->driver,
                              &(WbPortSpec){.direction = WB_PORT_OUTPUT, .name = "Bus 1"}, NULL);
    assert_non_null(wb_port_new(desk->driver,
                                &(WbPortSpec){.direction = WB_PORT_OUTPUT, .name = "Bus 2"}, NULL));
    assert_true(wb_driver_start(desk->driver, NULL));
    wait_for_cycles(desk, 10);
    assert_int_equal(desk->buffers, 0);

    assert_string_equal(wb_port_name(bus), "wideberth:Bus 1");
    wb_port_rename(bus, "Bus left", NULL);
    assert_string_equal(wb_port_name(bus), "wideberth:Bus left");
    assert_false(wb_port_connect(bus, "system:playback_1"));
    wb_port_disconnect(bus, "system:playback_1");
    g_auto(GStrv) connections = wb_port_connections(bus);
    assert_int_equal(g_strv_length(connections), 0);
    g_auto(GStrv) outputs = wb_driver_physical_outputs(desk->driver);
    assert_int_equal(g_strv_length(outputs), 0);
    wb_port_set_order(bus, 3);
    wb_port_set_delay(bus, 10);
    wb_driver_update_latencies(desk->driver);
    assert_int_equal(wb_port_latency(bus), 0);
    wb_port_free(bus);
    wb_port_free(NULL);
    close_desk(desk);
}

static void refuses_blocks_that_no_mixer_takes(void **state)
{
    (void)state;
    const WbDriverCallbacks callbacks = {.process = process_desk};
    const unsigned blocks[] = {0, WB_CYCLE_MAX_FRAMES + 1};
    for (size_t i = 0; i < G_N_ELEMENTS(blocks); i++) {
        const WbDriverOptions options = {
            .name = "dummy", .client = "wideberth", .rate = 48000, .block = blocks[i]};
        g_autoptr(GError) error = NULL;
        assert_null(wb_driver_open(&options, &callbacks, &error));
        assert_true(g_error_matches(error, WB_DRIVER_ERROR, WB_DRIVER_ERROR_FAILED));
    }
}

static void names_the_drivers_there_are(void **state)
{
    (void)state;
    const WbDriverCallbacks callbacks = {.process = process_desk};
    const WbDriverOptions options = {.name = "oss", .client = "wideberth"};
    g_autoptr(GError) error = NULL;
    assert_null(wb_driver_open(&options, &callbacks, &error));
    assert_true(g_error_matches(error, WB_DRIVER_ERROR, WB_DRIVER_ERROR_ABSENT));
    assert_non_null(strstr(error->message, "dummy"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_what_it_was_opened_with),
        cmocka_unit_test(runs_no_cycle_before_it_is_started),
        cmocka_unit_test(keeps_to_the_clock),
        cmocka_unit_test(goes_as_fast_as_it_can_if_asked),
        cmocka_unit_test(has_a_transport),
        cmocka_unit_test(has_ports_that_lead_nowhere),
        cmocka_unit_test(refuses_blocks_that_no_mixer_takes),
        cmocka_unit_test(names_the_drivers_there_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
