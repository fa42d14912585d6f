/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between three threads: main asks the loop's and waits for the server; the audio thread is changed
 * between its cycles, and looked at. */
#include <errno.h>

#include "engine/drivers/pipewire_driver.h"

/* How often what the audio thread has seen is passed on. */
#define NEWS_MS 10

typedef struct {
    void (*function)(void *data);
    void *data;
    atomic_uint turn; /* ThreadSanitizer does not see how PipeWire's queue orders the two threads */
} Invocation;

static int run_invocation(struct spa_loop *loop, bool async, uint32_t seq, const void *data,
                          size_t size, void *user_data)
{
    Invocation *invocation = user_data;
    (void)loop;
    (void)async;
    (void)seq;
    (void)data;
    (void)size;
    atomic_fetch_add(&invocation->turn, 1);
    invocation->function(invocation->data);
    atomic_fetch_add(&invocation->turn, 1);
    return 0;
}

static struct pw_loop *audio_loop(PipewireDriver *pipewire)
{
    return pw_data_loop_get_loop(pw_context_get_data_loop(pipewire->context));
}

void wb_pipewire_invoke(PipewireDriver *pipewire, void (*function)(void *data), void *data)
{
    Invocation invocation = {.function = function, .data = data};
    atomic_fetch_add(&invocation.turn, 1);
    pw_loop_invoke(audio_loop(pipewire), run_invocation, SPA_ID_INVALID, NULL, 0, true,
                   &invocation);
    atomic_fetch_add(&invocation.turn, 1);
}

bool wb_pipewire_wait_until(PipewireDriver *pipewire, bool (*is_met)(PipewireDriver *, int),
                            int argument)
{
    struct timespec end;

    pw_thread_loop_get_time(pipewire->loop, &end,
                            (int64_t)WB_PIPEWIRE_PATIENCE_SECONDS * SPA_NSEC_PER_SEC);
    while (!is_met(pipewire, argument)) {
        if (!wb_pipewire_alive(&pipewire->base) ||
            pw_thread_loop_timed_wait_full(pipewire->loop, &end) != 0)
            return is_met(pipewire, argument);
    }
    return true;
}

static bool is_synced(PipewireDriver *pipewire, int seq)
{
    return pipewire->synced == seq;
}

bool wb_pipewire_roundtrip(PipewireDriver *pipewire)
{
    if (!wb_pipewire_alive(&pipewire->base) || pipewire->stuck)
        return false;
    pipewire->stuck =
        !wb_pipewire_wait_until(pipewire, is_synced, pw_core_sync(pipewire->core, PW_ID_CORE, 0));
    return !pipewire->stuck;
}

static void on_done(void *data, uint32_t id, int seq)
{
    PipewireDriver *pipewire = data;
    if (id != PW_ID_CORE)
        return;
    pipewire->synced = seq;
    pipewire->stuck = false;
    pw_thread_loop_signal(pipewire->loop, false);
}

static void on_core_error(void *data, uint32_t id, int seq, int result, const char *message)
{
    PipewireDriver *pipewire = data;
    (void)seq;
    (void)message;
    if (id != PW_ID_CORE || result != -EPIPE)
        return; /* a request that has failed; who made it sees that it has no effect */
    wb_driver_note(&pipewire->base, WB_DRIVER_SHUTDOWN);
    pw_thread_loop_signal(pipewire->loop, false);
}

static const struct pw_core_events core_events = {
    PW_VERSION_CORE_EVENTS,
    .done = on_done,
    .error = on_core_error,
};

void wb_pipewire_listen(PipewireDriver *pipewire)
{
    pw_core_add_listener(pipewire->core, &pipewire->core_listener, &core_events, pipewire);
}

/* What the audio thread has seen. */
static void on_news(void *data, uint64_t expirations)
{
    PipewireDriver *pipewire = data;
    const unsigned events = atomic_exchange(&pipewire->pending, 0);
    (void)expirations;
    if (events != 0)
        wb_driver_note(&pipewire->base, events);
    pw_thread_loop_signal(pipewire->loop, false);
}

void wb_pipewire_watch_news(PipewireDriver *pipewire)
{
    struct pw_loop *loop = pw_thread_loop_get_loop(pipewire->loop);
    struct timespec interval = {0, NEWS_MS * SPA_NSEC_PER_MSEC};

    pipewire->news = pw_loop_add_timer(loop, on_news, pipewire);
    if (pipewire->news)
        pw_loop_update_timer(loop, pipewire->news, &interval, &interval, false);
}
