/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which rolls there are and which streams they have. All of it runs under the prefetch's lock; what
 * audio and the control worker may still read is retired through the epoch. */
#include <math.h>

#include "engine/disk/prefetch_private.h"

#define JOIN_SECONDS 0.5    /* ahead of the playhead a new player joins */
#define SPLICE_SECONDS 0.75 /* ahead of it new settings hold: more than the control looks ahead */
#define PAST_TICKS 2        /* a stream is kept after another has taken over */
#define ROLL_KEPT 2000000   /* microseconds that a roll answers after its end */
#define STALLED 2000000     /* microseconds in one batch after which nobody waits for a disk */

static WbRollState state_of(const WbRoll *roll)
{
    return (WbRollState)atomic_load(&roll->state);
}

static bool change_state(WbRoll *roll, WbRollState from, WbRollState to)
{
    int expected = (int)from;
    return atomic_compare_exchange_strong(&roll->state, &expected, (int)to);
}

bool wb_roll_is_active(const WbRoll *roll)
{
    const WbRollState state = state_of(roll);
    return state == WB_ROLL_CLAIMED || state == WB_ROLL_PLAYING;
}

static int64_t played_of(const WbRoll *roll)
{
    return atomic_load_explicit(&roll->played, memory_order_acquire);
}

/* ---- streams ---- */

static WbFeed *new_feed(WbPlayer *player, WbRoll *roll, int64_t begin)
{
    WbFeed *feed = g_new0(WbFeed, 1);
    feed->prefetch = player->prefetch;
    feed->stream = wb_stream_new(&player->prefetch->kind, roll, player->channels,
                                 wb_track_reader_copy(player->clips), player->offset, begin);
    feed->roll = roll;
    feed->disk = player->disk;
    atomic_init(&feed->dead, false);
    roll->references++;
    return feed;
}

void wb_feed_free(WbFeed *feed)
{
    wb_stream_close(feed->stream);
    wb_epoch_retire(feed->prefetch->epoch, feed->stream, wb_stream_free);
    feed->roll->references--;
    g_free(feed->error);
    g_free(feed);
}

static void drop_feed(WbPlayer *player, WbFeed *feed)
{
    if (!feed)
        return;
    player->bad_samples += feed->bad_samples;
    player->missing_frames += feed->missing_frames;
    if (feed->busy)
        atomic_store(&feed->dead, true);
    else
        wb_feed_free(feed);
}

void wb_player_leave_roll(WbPlayer *player, unsigned slot)
{
    atomic_store(&player->streams[slot], NULL);
    drop_feed(player, player->feeds[slot][0]);
    drop_feed(player, player->feeds[slot][1]);
    player->feeds[slot][0] = player->feeds[slot][1] = NULL;
}

static void enter_roll(WbPlayer *player, WbRoll *roll)
{
    int64_t begin = roll->start;
    if (state_of(roll) == WB_ROLL_PLAYING)
        begin = played_of(roll) + llrint(player->prefetch->rate * JOIN_SECONDS);
    player->feeds[roll->slot][0] = new_feed(player, roll, begin);
    atomic_store(&player->streams[roll->slot], player->feeds[roll->slot][0]->stream);
}

bool wb_disk_is_stalled(const WbPrefetch *prefetch, guint64 disk)
{
    for (int i = 0; i < WB_PREFETCH_THREADS; i++) {
        const WbFeed *feed = prefetch->threads[i].feed;
        if (feed && feed->disk == disk && g_get_monotonic_time() - feed->since > STALLED)
            return true;
    }
    return false;
}

bool wb_feed_is_readable(const WbFeed *feed)
{
    return feed->retry_at == 0 && !wb_disk_is_stalled(feed->prefetch, feed->disk);
}

/* ---- rolls ---- */

static WbPlayer *player_at(const WbPrefetch *prefetch, guint index)
{
    return g_ptr_array_index(prefetch->players, index);
}

static void finish_roll(WbPrefetch *prefetch, WbRoll *roll)
{
    if (atomic_load(&prefetch->offered) == roll)
        atomic_store(&prefetch->offered, NULL);
    for (guint i = 0; i < prefetch->players->len; i++)
        wb_player_leave_roll(player_at(prefetch, i), roll->slot);
    roll->over_since = g_get_monotonic_time();
    g_ptr_array_add(prefetch->over, roll);
    prefetch->rolls[roll->slot] = NULL;
}

static void retire_rolls(WbPrefetch *prefetch)
{
    const int64_t now = g_get_monotonic_time();
    for (guint i = prefetch->over->len; i-- > 0;) {
        WbRoll *roll = g_ptr_array_index(prefetch->over, i);
        if (roll->references > 0 || now - roll->over_since < ROLL_KEPT)
            continue;
        g_ptr_array_remove_index_fast(prefetch->over, i);
        wb_epoch_retire(prefetch->epoch, roll, wb_roll_free);
    }
}

/* Those that do not play, and are not what is wanted any more. */
static void withdraw(const WbPrefetch *prefetch, WbRoll *roll)
{
    if (roll->start == atomic_load(&prefetch->wanted) && roll->generation == prefetch->generation)
        return;
    if (!change_state(roll, WB_ROLL_PREPARING, WB_ROLL_OVER))
        change_state(roll, WB_ROLL_OFFERED, WB_ROLL_OVER);
}

static void prepare(WbPrefetch *prefetch)
{
    bool served = false;
    int free_slot = -1;
    WbRollState states[WB_ROLL_SLOTS];
    for (int slot = 0; slot < WB_ROLL_SLOTS; slot++) {
        if (!prefetch->rolls[slot])
            free_slot = slot;
        states[slot] = prefetch->rolls[slot] ? state_of(prefetch->rolls[slot]) : WB_ROLL_OVER;
    }
    /* After the states: a roll is taken after its request has been withdrawn. */
    const int64_t wanted = atomic_load(&prefetch->wanted);
    for (int slot = 0; slot < WB_ROLL_SLOTS; slot++)
        if (states[slot] <= WB_ROLL_CLAIMED && prefetch->rolls[slot]->start == wanted)
            served = true;
    if (served || free_slot < 0 || wanted == WB_NOT_WANTED)
        return;
    WbRoll *roll = wb_roll_new(++prefetch->last_id, (unsigned)free_slot, wanted, prefetch->rate,
                               prefetch->loop);
    roll->generation = prefetch->generation;
    roll->lead_frame = wanted + llrint(prefetch->rate * WB_LEAD_SECONDS);
    roll->lead_tick = wb_tick_at(wanted, prefetch->kind.tick_frames) + WB_LEAD_TICKS;
    prefetch->rolls[free_slot] = roll;
}

static void let_players_enter(const WbPrefetch *prefetch, WbRoll *roll)
{
    for (guint i = 0; i < prefetch->players->len; i++) {
        WbPlayer *player = player_at(prefetch, i);
        if (player->feeds[roll->slot][0])
            continue;
        change_state(roll, WB_ROLL_OFFERED, WB_ROLL_PREPARING);
        enter_roll(player, roll);
    }
}

static void offer(WbPrefetch *prefetch, WbRoll *roll)
{
    if (state_of(roll) != WB_ROLL_PREPARING)
        return;
    for (guint i = 0; i < prefetch->players->len; i++) {
        const WbFeed *feed = player_at(prefetch, i)->feeds[roll->slot][0];
        if (wb_feed_is_readable(feed) && !wb_stream_has_lead(feed->stream, roll->start))
            return;
    }
    atomic_store(&prefetch->offered, roll);
    change_state(roll, WB_ROLL_PREPARING, WB_ROLL_OFFERED);
}

/* ---- new settings within a roll ---- */

static void splice(const WbPrefetch *prefetch, WbRoll *roll)
{
    /* An audio thread that freewheels stops here, before it could pass the splice. */
    atomic_store(&roll->complete_frame, INT64_MIN);
    const int64_t margin = llrint(prefetch->rate * SPLICE_SECONDS);
    const int64_t at = wb_roll_find_splice(roll, played_of(roll) + margin,
                                           prefetch->kind.tick_frames, prefetch->loop);
    roll->generation = prefetch->generation;
    roll->splicing = true;
    roll->splice = at;
    wb_roll_set_loop(roll, at, prefetch->loop);
    for (guint i = 0; i < prefetch->players->len; i++) {
        WbPlayer *player = player_at(prefetch, i);
        WbFeed **feeds = player->feeds[roll->slot];
        feeds[1] = new_feed(player, roll, at);
        wb_stream_set_end(feeds[0]->stream, at);
        wb_stream_set_next(feeds[0]->stream, feeds[1]->stream);
    }
}

static void end_splice(const WbPrefetch *prefetch, WbRoll *roll)
{
    for (guint i = 0; i < prefetch->players->len; i++) {
        WbPlayer *player = player_at(prefetch, i);
        WbFeed **feeds = player->feeds[roll->slot];
        if (!feeds[1])
            continue;
        atomic_store(&player->streams[roll->slot], feeds[1]->stream);
        drop_feed(player, feeds[0]);
        feeds[0] = feeds[1];
        feeds[1] = NULL;
    }
    roll->splicing = false;
}

static void bring_up_to_date(const WbPrefetch *prefetch, WbRoll *roll)
{
    const int64_t past = PAST_TICKS * (int64_t)prefetch->kind.tick_frames;
    if (roll->splicing && played_of(roll) >= roll->splice + past)
        end_splice(prefetch, roll);
    if (!roll->splicing && roll->generation != prefetch->generation)
        splice(prefetch, roll);
}

/* ---- how far a roll is ---- */

static void count_player(const WbPlayer *player, const WbRoll *roll, int64_t *frame, int64_t *tick)
{
    WbFeed *const *feeds = player->feeds[roll->slot];
    const WbStream *stream = feeds[0]->stream;
    const bool joins =
        wb_stream_begin(stream) != roll->start && wb_stream_first(stream) > played_of(roll);
    int64_t frames = INT64_MAX, ticks = INT64_MAX;
    if (wb_feed_is_readable(feeds[0]) && !joins) {
        frames = wb_stream_written(stream);
        ticks = wb_stream_spectra_end(stream);
    }
    if (feeds[1] && wb_feed_is_readable(feeds[1])) {
        const WbStream *next = feeds[1]->stream;
        if (frames >= wb_stream_begin(next))
            frames = wb_stream_written(next);
        if (ticks >= wb_stream_first_tick(next))
            ticks = wb_stream_spectra_end(next);
    }
    *frame = MIN(*frame, frames);
    *tick = MIN(*tick, ticks);
}

static void note_progress(const WbPrefetch *prefetch, WbRoll *roll)
{
    int64_t frame = INT64_MAX, tick = INT64_MAX;
    for (guint i = 0; i < prefetch->players->len; i++)
        count_player(player_at(prefetch, i), roll, &frame, &tick);
    atomic_store_explicit(&roll->complete_frame, frame, memory_order_release);
    atomic_store_explicit(&roll->complete_tick, tick, memory_order_release);
}

void wb_prefetch_manage(WbPrefetch *prefetch)
{
    for (int slot = 0; slot < WB_ROLL_SLOTS; slot++) {
        WbRoll *roll = prefetch->rolls[slot];
        if (!roll)
            continue;
        withdraw(prefetch, roll);
        if (state_of(roll) == WB_ROLL_OVER)
            finish_roll(prefetch, roll);
    }
    retire_rolls(prefetch);
    prepare(prefetch);
    for (int slot = 0; slot < WB_ROLL_SLOTS; slot++) {
        WbRoll *roll = prefetch->rolls[slot];
        if (!roll)
            continue;
        let_players_enter(prefetch, roll);
        if (wb_roll_is_active(roll))
            bring_up_to_date(prefetch, roll);
        note_progress(prefetch, roll);
        offer(prefetch, roll);
    }
}
