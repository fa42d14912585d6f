/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The part of the prefetch that runs on the audio thread and the control worker: no memory is
 * taken or freed here, no lock taken, nothing waited for but in wb_prefetch_wait(). */
#include <time.h>

#include "engine/disk/prefetch_private.h"

#define WAKE_DIVISOR 2 /* the threads are woken for half a batch */
#define WAIT_SECONDS 5.0
#define LOOK_SECONDS 0.02

static void set_state(WbRoll *roll, WbRollState state)
{
    atomic_store_explicit(&roll->state, state, memory_order_release);
}

void wb_prefetch_request(WbPrefetch *prefetch, int64_t position)
{
    if (prefetch->claimed && prefetch->claimed->start != position) {
        set_state(prefetch->claimed, WB_ROLL_OVER);
        prefetch->claimed = NULL;
    }
    if (atomic_load_explicit(&prefetch->wanted, memory_order_relaxed) == position)
        return;
    atomic_store(&prefetch->wanted, position);
    wb_signal_raise(prefetch->work);
}

/* A player that has come since it was offered may have to catch up. */
static bool has_lead(const WbRoll *roll)
{
    return atomic_load_explicit(&roll->complete_frame, memory_order_acquire) >= roll->lead_frame &&
           atomic_load_explicit(&roll->complete_tick, memory_order_acquire) >= roll->lead_tick;
}

const WbRoll *wb_prefetch_ready(WbPrefetch *prefetch, int64_t position)
{
    if (prefetch->claimed && prefetch->claimed->start == position)
        return has_lead(prefetch->claimed) ? prefetch->claimed : NULL;
    WbRoll *roll = atomic_load(&prefetch->offered);
    if (!roll || prefetch->claimed || roll->start != position)
        return NULL;
    int offered = WB_ROLL_OFFERED;
    if (!atomic_compare_exchange_strong(&roll->state, &offered, WB_ROLL_CLAIMED))
        return NULL;
    prefetch->claimed = roll;
    return has_lead(roll) ? roll : NULL;
}

void wb_prefetch_take(WbPrefetch *prefetch, const WbRoll *roll)
{
    if (!prefetch->claimed || roll != prefetch->claimed)
        return;
    wb_prefetch_end(prefetch);
    prefetch->playing = prefetch->claimed;
    prefetch->claimed = NULL;
    prefetch->told = roll->start;
    /* In this order, or a thread might take the request for one of another roll. */
    atomic_store(&prefetch->wanted, WB_NOT_WANTED);
    atomic_store(&prefetch->playing->state, WB_ROLL_PLAYING);
    wb_signal_raise(prefetch->work);
}

void wb_prefetch_end(WbPrefetch *prefetch)
{
    if (!prefetch->playing)
        return;
    set_state(prefetch->playing, WB_ROLL_OVER);
    prefetch->playing = NULL;
    wb_signal_raise(prefetch->work);
}

void wb_prefetch_played(WbPrefetch *prefetch, int64_t q)
{
    WbRoll *roll = prefetch->playing;
    if (!roll)
        return;
    atomic_store_explicit(&roll->played, q, memory_order_release);
    const unsigned batch = atomic_load_explicit(&prefetch->batch, memory_order_relaxed);
    if (q - prefetch->told < (int64_t)(batch / WAKE_DIVISOR))
        return;
    prefetch->told = q;
    wb_signal_raise(prefetch->work);
}

static WbStream *stream_in(const WbPlayer *player, const WbRoll *roll)
{
    WbStream *stream = atomic_load(&player->streams[roll->slot]);
    return stream && wb_stream_roll(stream) == roll->id ? stream : NULL;
}

static bool read_from(const WbStream *stream, int64_t q, size_t frames, const float *out[2])
{
    if (!stream)
        return false;
    const WbStream *next = wb_stream_next(stream);
    return wb_stream_read(next && q >= wb_stream_begin(next) ? next : stream, q, frames, out);
}

bool wb_player_read(WbPlayer *player, const WbRoll *roll, int64_t q, size_t frames,
                    const float *out[2])
{
    const WbStream *stream = stream_in(player, roll);
    if (read_from(stream, q, frames, out)) {
        player->joined = roll->id;
        player->lost = false;
        return true;
    }
    if (player->joined != roll->id && !(stream && wb_stream_begin(stream) == roll->start))
        return false;
    player->joined = roll->id;
    if (!player->lost)
        atomic_fetch_add_explicit(&player->underruns, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&player->lost_frames, frames, memory_order_relaxed);
    player->lost = true;
    return false;
}

static double now_seconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static bool is_complete(const WbRoll *roll, int64_t q, int64_t tick)
{
    return atomic_load_explicit(&roll->complete_frame, memory_order_acquire) >= q &&
           atomic_load_explicit(&roll->complete_tick, memory_order_acquire) > tick;
}

bool wb_prefetch_wait(WbPrefetch *prefetch, int64_t q, int64_t tick)
{
    const WbRoll *roll = prefetch->playing;
    if (!roll)
        return true;
    const double begin = now_seconds();
    while (!is_complete(roll, q, tick)) {
        if (now_seconds() - begin > WAIT_SECONDS)
            return false;
        wb_signal_raise(prefetch->work);
        wb_signal_wait(prefetch->progress, LOOK_SECONDS);
    }
    return true;
}

int64_t wb_roll_start(const WbRoll *roll)
{
    return roll->start;
}

uint64_t wb_roll_id(const WbRoll *roll)
{
    return roll->id;
}

bool wb_player_spectrum(const WbPlayer *player, const WbRoll *roll, int64_t tick,
                        float power[2][WB_BANDS])
{
    const WbStream *stream = stream_in(player, roll);
    if (!stream)
        return false;
    const WbStream *next = wb_stream_next(stream);
    if (next && tick >= wb_stream_first_tick(next))
        stream = next;
    return wb_stream_spectrum(stream, tick, power);
}
