/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the prefetch threads do: each takes the stream that has least ahead of its playhead, reads a
 * batch of it, and looks again. A stream has one thread at a time, a disk at most two: one that
 * stalls holds up no more than those. */
#include "config.h"

#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "engine/disk/prefetch_private.h"

#define THREADS_PER_DISK 2
#define RETRY 1000000     /* microseconds until a stream that cannot be read is tried again */
#define IDLE_SECONDS 0.05 /* between looks when nobody calls */

/* Of ioprio_set(2), which the C library does not have. */
#define IOPRIO_WHO_PROCESS 1
#define IOPRIO_BEST_EFFORT_HIGHEST (2 << 13)

static void read_before_others(void)
{
#ifdef SYS_ioprio_set
    syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, IOPRIO_BEST_EFFORT_HIGHEST);
#endif
}

static double processor_seconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static bool disk_is_taken(const WbPrefetch *prefetch, guint64 disk)
{
    int threads = 0;
    for (int i = 0; i < WB_PREFETCH_THREADS; i++)
        if (prefetch->threads[i].feed && prefetch->threads[i].feed->disk == disk)
            threads++;
    return threads >= THREADS_PER_DISK;
}

static WbFeed *pick(const WbPrefetch *prefetch, WbPlayer **owner)
{
    const int64_t now = g_get_monotonic_time();
    WbFeed *best = NULL;
    int64_t least = INT64_MAX;
    for (guint i = 0; i < prefetch->players->len; i++) {
        WbPlayer *player = g_ptr_array_index(prefetch->players, i);
        for (int n = 0; n < WB_ROLL_SLOTS * 2; n++) {
            WbFeed *feed = player->feeds[n / 2][n % 2];
            if (!feed || feed->busy || now < feed->retry_at || disk_is_taken(prefetch, feed->disk))
                continue;
            const int64_t ahead = wb_stream_ahead(feed->stream);
            if (ahead >= least ||
                !wb_stream_wants_more(feed->stream, wb_roll_is_active(feed->roll)))
                continue;
            best = feed;
            *owner = player;
            least = ahead;
        }
    }
    return best;
}

static void note_outcome(WbFeed *feed, GError *error)
{
    g_clear_pointer(&feed->error, g_free);
    feed->retry_at = 0;
    feed->bad_samples = wb_stream_bad_samples(feed->stream);
    feed->missing_frames = wb_stream_missing_frames(feed->stream);
    if (!error)
        return;
    feed->error = g_strdup(error->message);
    feed->retry_at = g_get_monotonic_time() + RETRY;
}

/* Called and left with the lock held, which is free meanwhile. */
static void fill(WbPrefetchThread *thread, WbPlayer *player, WbFeed *feed)
{
    WbPrefetch *prefetch = thread->prefetch;
    g_autoptr(GError) error = NULL;
    if (!wb_stream_has_reader(feed->stream))
        wb_stream_set_reader(feed->stream, wb_track_reader_copy(player->clips));
    const bool active = wb_roll_is_active(feed->roll);
    thread->feed = feed;
    feed->busy = true;
    feed->since = g_get_monotonic_time();
    pthread_mutex_unlock(&prefetch->lock);

    const double before = processor_seconds();
    wb_stream_fill(feed->stream, active, &feed->dead, &error);
    const double after = processor_seconds();

    pthread_mutex_lock(&prefetch->lock);
    prefetch->processor_seconds += after - before;
    thread->feed = NULL;
    feed->busy = false;
    if (prefetch->abandoned)
        return;
    if (atomic_load(&feed->dead))
        wb_feed_free(feed);
    else
        note_outcome(feed, error);
}

void wb_prefetch_run(void *data)
{
    WbPrefetchThread *thread = data;
    WbPrefetch *prefetch = thread->prefetch;
    read_before_others();
    pthread_mutex_lock(&prefetch->lock);
    bool filled = false;
    while (!prefetch->quit) {
        WbPlayer *player = NULL;
        wb_prefetch_manage(prefetch);
        if (filled)
            wb_signal_raise(prefetch->progress);
        WbFeed *feed = pick(prefetch, &player);
        filled = feed;
        if (feed) {
            wb_signal_raise(prefetch->work); /* for another thread to see whether there is more */
            fill(thread, player, feed);
            continue;
        }
        pthread_mutex_unlock(&prefetch->lock);
        wb_signal_wait(prefetch->work, IDLE_SECONDS);
        pthread_mutex_lock(&prefetch->lock);
    }
    prefetch->running--;
    pthread_cond_signal(&prefetch->ended);
    pthread_mutex_unlock(&prefetch->lock);
}
