/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The part of the prefetch that runs on main. */
#include "engine/disk/prefetch.h"

#include <glib/gi18n.h>
#include <math.h>
#include <time.h>

#include "engine/disk/prefetch_private.h"

#define FREE_SECONDS 3 /* that main waits for reads that are under way */

static void lock(WbPrefetch *prefetch)
{
    pthread_mutex_lock(&prefetch->lock);
}

static void unlock(WbPrefetch *prefetch)
{
    pthread_mutex_unlock(&prefetch->lock);
    wb_signal_raise(prefetch->work);
}

static void choose_guard(WbPrefetch *prefetch, WbGuard guard)
{
    prefetch->kind.guard = guard;
    atomic_store(&prefetch->batch, (unsigned)llrint(prefetch->rate * wb_guard_batch(guard)));
}

WbPrefetch *wb_prefetch_new(double rate, WbGuard guard, WbEpoch *epoch)
{
    WbPrefetch *prefetch = g_new0(WbPrefetch, 1);
    prefetch->epoch = epoch;
    prefetch->rate = rate;
    prefetch->spectrum = wb_spectrum_new(rate, WB_TIMING_PLAYBACK);
    prefetch->work = wb_signal_new();
    prefetch->progress = wb_signal_new();
    prefetch->players = g_ptr_array_new();
    prefetch->over = g_ptr_array_new();
    prefetch->read_at = g_get_monotonic_time();
    prefetch->kind = (WbStreamKind){
        .rate = rate, .tick_frames = wb_tick_frames(rate), .spectrum = prefetch->spectrum};
    choose_guard(prefetch, guard);
    atomic_init(&prefetch->wanted, WB_NOT_WANTED);
    atomic_init(&prefetch->offered, NULL);
    pthread_mutex_init(&prefetch->lock, NULL);
    pthread_cond_init(&prefetch->ended, NULL);
    prefetch->running = WB_PREFETCH_THREADS;
    for (int i = 0; i < WB_PREFETCH_THREADS; i++) {
        WbPrefetchThread *thread = &prefetch->threads[i];
        thread->prefetch = prefetch;
        thread->thread = wb_thread_start("prefetch", 0, wb_prefetch_run, thread);
    }
    return prefetch;
}

/* Whether all threads have ended. */
static bool stop(WbPrefetch *prefetch)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += FREE_SECONDS;
    lock(prefetch);
    prefetch->quit = true;
    int failure = 0;
    while (prefetch->running > 0 && failure == 0) {
        wb_signal_raise(prefetch->work);
        failure = pthread_cond_timedwait(&prefetch->ended, &prefetch->lock, &until);
    }
    prefetch->abandoned = prefetch->running > 0;
    const bool all = !prefetch->abandoned;
    unlock(prefetch);
    return all;
}

void wb_prefetch_free(WbPrefetch *prefetch)
{
    if (!prefetch)
        return;
    /* What a stuck thread will touch when it comes back stays. */
    if (!stop(prefetch))
        return;
    for (int i = 0; i < WB_PREFETCH_THREADS; i++)
        wb_thread_join(prefetch->threads[i].thread);
    for (int slot = 0; slot < WB_ROLL_SLOTS; slot++)
        if (prefetch->rolls[slot])
            g_ptr_array_add(prefetch->over, prefetch->rolls[slot]);
    for (guint i = 0; i < prefetch->over->len; i++)
        wb_epoch_retire(prefetch->epoch, g_ptr_array_index(prefetch->over, i), wb_roll_free);
    g_ptr_array_unref(prefetch->over);
    g_ptr_array_unref(prefetch->players);
    wb_signal_free(prefetch->work);
    wb_signal_free(prefetch->progress);
    wb_spectrum_free(prefetch->spectrum);
    pthread_cond_destroy(&prefetch->ended);
    pthread_mutex_destroy(&prefetch->lock);
    g_free(prefetch);
}

void wb_prefetch_set_guard(WbPrefetch *prefetch, WbGuard guard)
{
    lock(prefetch);
    if (guard != prefetch->kind.guard)
        prefetch->generation++;
    choose_guard(prefetch, guard);
    wb_prefetch_manage(prefetch);
    unlock(prefetch);
}

void wb_prefetch_set_loop(WbPrefetch *prefetch, WbLoop loop)
{
    lock(prefetch);
    if (loop.start != prefetch->loop.start || loop.end != prefetch->loop.end)
        prefetch->generation++;
    prefetch->loop = loop;
    wb_prefetch_manage(prefetch);
    unlock(prefetch);
}

/* ---- players ---- */

WbPlayer *wb_player_new(WbPrefetch *prefetch, WbTrackReader *taken, unsigned channels,
                        int64_t offset)
{
    WbPlayer *player = g_new0(WbPlayer, 1);
    player->prefetch = prefetch;
    player->clips = taken;
    player->channels = channels;
    player->offset = offset;
    player->disk = wb_track_reader_disk(taken);
    for (int slot = 0; slot < WB_ROLL_SLOTS; slot++)
        atomic_init(&player->streams[slot], NULL);
    lock(prefetch);
    g_ptr_array_add(prefetch->players, player);
    /* No roll has it yet: none is complete. */
    for (int slot = 0; slot < WB_ROLL_SLOTS; slot++)
        if (prefetch->rolls[slot])
            atomic_store(&prefetch->rolls[slot]->complete_frame, INT64_MIN);
    unlock(prefetch);
    return player;
}

static void release(void *data)
{
    WbPlayer *player = data;
    wb_track_reader_free(player->clips);
    g_free(player);
}

void wb_player_free(WbPlayer *player)
{
    if (!player)
        return;
    WbPrefetch *prefetch = player->prefetch;
    lock(prefetch);
    for (unsigned slot = 0; slot < WB_ROLL_SLOTS; slot++)
        wb_player_leave_roll(player, slot);
    g_ptr_array_remove(prefetch->players, player);
    unlock(prefetch);
    wb_epoch_retire(prefetch->epoch, player, release);
}

/* The roll that plays, else one that is to; NULL without any. */
static const WbRoll *current_roll(const WbPrefetch *prefetch)
{
    const WbRoll *current = NULL;
    for (int slot = 0; slot < WB_ROLL_SLOTS; slot++) {
        const WbRoll *roll = prefetch->rolls[slot];
        if (roll && (!current || atomic_load(&roll->state) == WB_ROLL_PLAYING))
            current = roll;
    }
    return current;
}

static int64_t played_of(const WbRoll *roll)
{
    return atomic_load_explicit(&roll->played, memory_order_acquire);
}

/* The stream that has the audio at the playhead. */
static const WbFeed *current_feed(const WbPlayer *player, const WbRoll *roll)
{
    WbFeed *const *feeds = player->feeds[roll->slot];
    return feeds[1] && played_of(roll) >= wb_stream_begin(feeds[1]->stream) ? feeds[1] : feeds[0];
}

bool wb_player_ready(const WbPlayer *player)
{
    bool ready = true;
    lock(player->prefetch);
    const WbRoll *roll = current_roll(player->prefetch);
    if (roll && atomic_load(&roll->state) == WB_ROLL_PLAYING) {
        const WbFeed *feed = current_feed(player, roll);
        ready = feed &&
                (!wb_feed_is_readable(feed) || wb_stream_has_lead(feed->stream, played_of(roll)));
    }
    unlock(player->prefetch);
    return ready;
}

static double ahead_seconds(const WbPlayer *player)
{
    const WbRoll *roll = current_roll(player->prefetch);
    const WbFeed *feed = roll ? current_feed(player, roll) : NULL;
    if (!feed)
        return 0;
    int64_t written = wb_stream_written(feed->stream);
    const WbFeed *next = player->feeds[roll->slot][1];
    if (next && written >= wb_stream_begin(next->stream))
        written = wb_stream_written(next->stream);
    return (double)(written - played_of(roll)) / player->prefetch->rate;
}

static void take_reading(const WbPlayer *player, WbPlayerReading *reading)
{
    *reading = (WbPlayerReading){
        .ahead_seconds = ahead_seconds(player),
        .underruns = atomic_load_explicit(&player->underruns, memory_order_relaxed),
        .lost_frames = atomic_load_explicit(&player->lost_frames, memory_order_relaxed),
        .bad_samples = player->bad_samples,
        .missing_frames = player->missing_frames,
        .bytes = sizeof *player,
    };
    for (int n = 0; n < WB_ROLL_SLOTS * 2; n++) {
        const WbFeed *feed = player->feeds[n / 2][n % 2];
        if (!feed)
            continue;
        reading->bad_samples += feed->bad_samples;
        reading->missing_frames += feed->missing_frames;
        reading->bytes += sizeof *feed + wb_stream_bytes(feed->stream);
    }
}

void wb_player_reading(const WbPlayer *player, WbPlayerReading *reading)
{
    lock(player->prefetch);
    take_reading(player, reading);
    unlock(player->prefetch);
}

static const char *error_of(const WbPlayer *player)
{
    for (int n = 0; n < WB_ROLL_SLOTS * 2; n++) {
        const WbFeed *feed = player->feeds[n / 2][n % 2];
        if (feed && feed->error)
            return feed->error;
    }
    if (wb_disk_is_stalled(player->prefetch, player->disk))
        return _("The disk with the audio does not answer; the other tracks play on");
    return NULL;
}

char *wb_player_error(const WbPlayer *player)
{
    lock(player->prefetch);
    char *error = g_strdup(error_of(player));
    unlock(player->prefetch);
    return error;
}

void wb_prefetch_reading(WbPrefetch *prefetch, WbPrefetchReading *reading)
{
    lock(prefetch);
    *reading = (WbPrefetchReading){.players = prefetch->players->len};
    double least = INFINITY;
    for (guint i = 0; i < prefetch->players->len; i++) {
        const WbPlayer *player = g_ptr_array_index(prefetch->players, i);
        WbPlayerReading one;
        take_reading(player, &one);
        least = fmin(least, one.ahead_seconds);
        reading->bytes += one.bytes;
        reading->underruns += one.underruns;
        reading->silent += error_of(player) != NULL;
    }
    if (reading->players > 0)
        reading->ahead_seconds = least;
    const int64_t now = g_get_monotonic_time();
    if (now > prefetch->read_at)
        reading->load = (prefetch->processor_seconds - prefetch->processor_read) /
                        ((double)(now - prefetch->read_at) * 1e-6);
    prefetch->processor_read = prefetch->processor_seconds;
    prefetch->read_at = now;
    unlock(prefetch);
}
