/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The audio thread's cycle: transport and control ticks. */
#include <math.h>
#include <string.h>

#include "engine/mix/mixer_private.h"

#define NEWS_SECONDS 0.2      /* without any from the worker, carves return to 0 dB */
#define CATCH_UP_SECONDS 0.5  /* ahead of a transport that did not wait */
#define FREEWHEEL_SECONDS 5.0 /* longest wait for the worker */
#define MOST_RENEWALS 8       /* of a preparation, while playback waits for it */

/* ---- orders to the control worker ---- */

/* Takes in that the worker has carried out the last order; false if it has not yet. */
static bool collect(WbMixer *mixer)
{
    if (!mixer->awaiting)
        return true;
    if (atomic_load_explicit(&mixer->done, memory_order_acquire) != mixer->order.number)
        return false;
    mixer->awaiting = false;
    if (mixer->order.prepare) {
        mixer->prepared_roll = mixer->order.roll;
        mixer->prepared_said = mixer->order.said;
    }
    return true;
}

static void wait_for_worker(WbMixer *mixer)
{
    while (!collect(mixer) && wb_signal_wait(mixer->finished, FREEWHEEL_SECONDS)) {
    }
}

static void post(WbMixer *mixer, const WbRoll *roll, WbTickOrder order)
{
    order.roll = roll ? wb_roll_id(roll) : 0;
    atomic_store(&mixer->order_roll, roll);
    order.number = mixer->order.number + 1;
    order.clock = mixer->clock;
    mixer->order = order;
    mixer->awaiting = true;
    atomic_store_explicit(&mixer->posted, order.number, memory_order_release);
    wb_signal_raise(mixer->ordered);
}

/* A roll that is not wanted any more may be gone at once: the worker is told first. */
static void request(WbMixer *mixer, int64_t position)
{
    if (mixer->claimed && wb_roll_start(mixer->claimed) != position) {
        mixer->claimed = NULL;
        atomic_store(&mixer->order_roll, mixer->roll);
    }
    wb_prefetch_request(mixer->prefetch, position);
}

/* Whether the carves for the start of a roll are there, and what main has said since was no news.
 * One who never stops saying something does not keep playback from beginning. */
static bool is_prepared(WbMixer *mixer, const WbRoll *roll, uint64_t said)
{
    if (mixer->prepared_roll != wb_roll_id(roll))
        return false;
    return mixer->prepared_said == said || mixer->renewals++ >= MOST_RENEWALS;
}

/* The roll from position, if all that it needs is ready; else it is asked for. */
static const WbRoll *roll_from(WbMixer *mixer, const WbMixerSettings *settings, int64_t position)
{
    request(mixer, position);
    const WbRoll *roll = wb_prefetch_ready(mixer->prefetch, position);
    mixer->claimed = roll;
    if (!roll || !settings->lookahead)
        return roll;
    if (!collect(mixer))
        return NULL;
    const uint64_t said = atomic_load(&mixer->said);
    if (is_prepared(mixer, roll, said))
        return roll;
    post(mixer, roll,
         (WbTickOrder){.prepare = true,
                       .lookahead = true,
                       .bypass = settings->bypass,
                       .position = position,
                       .said = said});
    return NULL;
}

bool wb_mixer_sync(WbMixer *mixer, int64_t position)
{
    wb_epoch_enter(mixer->epoch, WB_READER_AUDIO);
    const WbMixState *state = atomic_load(&mixer->state);
    const bool ready = roll_from(mixer, &state->user, position) && !mixer->rolling;
    wb_epoch_leave(mixer->epoch, WB_READER_AUDIO);
    return ready;
}

/* ---- transport ---- */

static void aim_all(const WbArrangement *arrangement, const WbCarveCoefficients targets[],
                    unsigned frames)
{
    for (size_t group = 0; group < wb_mix_groups(arrangement->layout); group++)
        wb_mix_aim(arrangement->layout, group, targets, frames);
}

static void begin_roll(WbMixer *mixer, const WbArrangement *arrangement,
                       const WbMixerSettings *settings, const WbRoll *roll)
{
    const int64_t tick = mixer->tick_frames;
    mixer->roll = roll;
    mixer->q = wb_roll_start(roll);
    mixer->rolling = true;
    mixer->catch_up = -1;
    mixer->tick_left = (tick - mixer->q % tick) % tick;
    mixer->shifted = true;
    mixer->claimed = NULL;
    atomic_store(&mixer->order_roll, roll);
    wb_prefetch_take(mixer->prefetch, roll);
    if (!settings->lookahead)
        return;
    aim_all(arrangement, arrangement->flat, 0);
    mixer->prepared_targets = true;
}

static void end_roll(WbMixer *mixer)
{
    mixer->rolling = false;
    mixer->tail = 0;
    mixer->roll = NULL;
    mixer->prepared_targets = false;
    atomic_store(&mixer->order_roll, mixer->claimed);
    wb_prefetch_end(mixer->prefetch);
}

static void let_roll_end(WbMixer *mixer)
{
    if (mixer->rolling && mixer->tail == 0)
        mixer->tail = mixer->fade_frames;
}

static void follow_rolling(WbMixer *mixer, const WbArrangement *arrangement,
                           const WbMixerSettings *settings, int64_t position)
{
    if (mixer->rolling && mixer->tail == 0) {
        if (wb_roll_position(mixer->roll, mixer->q) == position)
            return;
        let_roll_end(mixer);
    }
    if (!mixer->rolling) {
        const WbRoll *roll = mixer->catch_up < 0 ? roll_from(mixer, settings, position) : NULL;
        if (roll) {
            begin_roll(mixer, arrangement, settings, roll);
            return;
        }
    }
    const int64_t ahead = (int64_t)(mixer->rate * CATCH_UP_SECONDS);
    if (mixer->catch_up < position || mixer->catch_up > position + 2 * ahead)
        mixer->catch_up = position + ahead;
    roll_from(mixer, settings, mixer->catch_up);
}

static void follow_transport(WbMixer *mixer, const WbArrangement *arrangement,
                             const WbMixerSettings *settings, const WbCycle *cycle)
{
    if (cycle->transport == WB_TRANSPORT_ROLLING) {
        follow_rolling(mixer, arrangement, settings, cycle->position);
        if (mixer->rolling && settings->standby)
            request(mixer, settings->standby_position);
        return;
    }
    mixer->catch_up = -1;
    if (cycle->transport == WB_TRANSPORT_STOPPED)
        mixer->renewals = 0;
    let_roll_end(mixer);
    if (!mixer->rolling)
        roll_from(mixer, settings, cycle->position);
}

void wb_mixer_settle(WbMixer *mixer)
{
    const WbArrangement *arrangement = atomic_load(&mixer->arrangement);
    if (mixer->rolling)
        end_roll(mixer);
    mixer->catch_up = -1;
    for (size_t t = 0; t < arrangement->tracks; t++)
        wb_mixer_track_settle(mixer, arrangement->track[t]);
}

/* ---- control ticks ---- */

static void order_tick(WbMixer *mixer, const WbMixerSettings *settings, bool rolling)
{
    const int64_t tick = rolling ? mixer->q / (int64_t)mixer->tick_frames : 0;
    if (rolling && mixer->freewheel)
        wb_prefetch_wait(mixer->prefetch, mixer->q, tick + WB_LIVE_OFFSET + mixer->reach + 1);
    post(mixer, rolling ? mixer->roll : NULL,
         (WbTickOrder){.lookahead = settings->lookahead,
                       .bypass = settings->bypass,
                       .centred = settings->centred,
                       .tick = tick});
}

/* A tick begins: the carves are aimed at what the worker has found, and it is asked for more. */
static void begin_tick(WbMixer *mixer, const WbArrangement *arrangement,
                       const WbMixerSettings *settings)
{
    const bool rolling = mixer->rolling && mixer->tail == 0;
    const bool wanted = rolling || !settings->lookahead;
    bool news = mixer->prepared_targets;
    if (mixer->awaiting) {
        if (mixer->freewheel)
            wait_for_worker(mixer);
        news = collect(mixer) && (news || !mixer->order.prepare);
    }
    news = news && wanted && arrangement->targets_tick == mixer->order.number;
    mixer->prepared_targets = false;
    mixer->stale = news ? 0 : mixer->stale + 1;
    if (news)
        aim_all(arrangement, arrangement->targets, mixer->tick_frames);
    else if (!wanted || mixer->stale * WB_TICK_SECONDS > NEWS_SECONDS)
        aim_all(arrangement, arrangement->flat, mixer->tick_frames);
    if (wanted && !mixer->awaiting)
        order_tick(mixer, settings, rolling);
    else if (wanted && !mixer->shifted)
        atomic_fetch_add_explicit(&mixer->late_ticks, 1, memory_order_relaxed);
    mixer->shifted = false;
    mixer->tick_left = mixer->tick_frames;
    const double match = settings->bypass && settings->match ? atomic_load(&mixer->match_gain) : 1;
    wb_ramp_aim(&mixer->match, match, mixer->tick_frames);
}

/* ---- the cycle ---- */

static void follow_mix(WbMixer *mixer, const WbMixState *state, unsigned frames)
{
    if (state->serial != mixer->mix_serial) {
        mixer->mix_serial = state->serial;
        if (mixer->clock == 0)
            wb_ramp_start(&mixer->gain, state->user.gain);
        wb_ramp_aim(&mixer->gain, state->user.gain, mixer->fade_frames);
        wb_ramp_aim(&mixer->delta, state->user.delta ? 1 : 0, mixer->fade_frames);
    }
    for (int side = 0; side < 2; side++) {
        void *bus = state->user.bus[side], *listen = state->user.listen[side];
        mixer->bus_port[side] = bus ? mixer->port_buffer(bus, frames) : NULL;
        mixer->listen_port[side] = listen ? mixer->port_buffer(listen, frames) : NULL;
    }
}

/* How many of `left` frames can be done at once, from position on. */
static size_t stretch(const WbMixer *mixer, int64_t position, size_t left)
{
    int64_t frames = MIN((int64_t)left, mixer->tick_left);
    if (mixer->tail > 0)
        frames = MIN(frames, (int64_t)mixer->tail);
    if (!mixer->rolling && mixer->catch_up > position)
        frames = MIN(frames, mixer->catch_up - position);
    return (size_t)frames;
}

static void advance(WbMixer *mixer, size_t frames)
{
    mixer->clock += (int64_t)frames;
    mixer->tick_left -= (int64_t)frames;
    if (!mixer->rolling)
        return;
    mixer->q += (int64_t)frames;
    if (mixer->tail > 0 && (mixer->tail -= frames) == 0)
        end_roll(mixer);
}

static void process(WbMixer *mixer, WbArrangement *arrangement, const WbMixState *state,
                    const WbCycle *cycle)
{
    for (size_t done = 0; done < cycle->frames;) {
        const int64_t position = cycle->position + (int64_t)done;
        if (!mixer->rolling && mixer->catch_up == position) {
            const WbRoll *roll = roll_from(mixer, &state->user, position);
            if (roll)
                begin_roll(mixer, arrangement, &state->user, roll);
            else
                mixer->catch_up = -1;
        }
        if (mixer->tick_left == 0)
            begin_tick(mixer, arrangement, &state->user);
        const size_t frames = stretch(mixer, position, cycle->frames - done);
        if (mixer->rolling && mixer->freewheel)
            wb_prefetch_wait(mixer->prefetch, mixer->q + (int64_t)frames, 0);
        wb_mixer_process_tracks(mixer, arrangement, done, frames);
        wb_mixer_put_bus(mixer, arrangement, done, frames);
        advance(mixer, frames);
        done += frames;
    }
    if (mixer->rolling)
        wb_prefetch_played(mixer->prefetch, mixer->q);
}

static void note_load(WbMixer *mixer, uint64_t start, unsigned frames)
{
    const double seconds = (double)(wb_mixer_now_ns() - start) * 1e-9;
    const double load = seconds * mixer->rate / frames;
    if (atomic_exchange_explicit(&mixer->reset_peaks, false, memory_order_relaxed)) {
        atomic_store_explicit(&mixer->peak_load, 0, memory_order_relaxed);
        atomic_store_explicit(&mixer->longest_seconds, 0, memory_order_relaxed);
    }
    if (load > atomic_load_explicit(&mixer->peak_load, memory_order_relaxed))
        atomic_store_explicit(&mixer->peak_load, load, memory_order_relaxed);
    if (seconds > atomic_load_explicit(&mixer->longest_seconds, memory_order_relaxed))
        atomic_store_explicit(&mixer->longest_seconds, seconds, memory_order_relaxed);
    atomic_fetch_add_explicit(&mixer->busy_ns, (uint64_t)(seconds * 1e9), memory_order_relaxed);
    atomic_fetch_add_explicit(&mixer->cycles, 1, memory_order_relaxed);
}

static bool goes_along(const WbMixer *mixer, const WbCycle *cycle, unsigned frames)
{
    return wb_roll_position(mixer->roll, mixer->q + frames - 1) == cycle->position + frames - 1;
}

/* For how many frames of the cycle playback goes along the timeline, before a loop begins again. */
static unsigned straight(const WbMixer *mixer, const WbCycle *cycle)
{
    if (!mixer->rolling || mixer->tail > 0)
        return 0;
    if (goes_along(mixer, cycle, cycle->frames))
        return cycle->frames;
    unsigned along = 0, beyond = cycle->frames;
    while (beyond - along > 1) {
        const unsigned middle = (along + beyond) / 2;
        if (goes_along(mixer, cycle, middle))
            along = middle;
        else
            beyond = middle;
    }
    return along;
}

void wb_mixer_process(WbMixer *mixer, const WbCycle *cycle)
{
    const uint64_t start = wb_mixer_now_ns();
    wb_epoch_enter(mixer->epoch, WB_READER_AUDIO);
    WbArrangement *arrangement = atomic_load(&mixer->arrangement);
    const WbMixState *state = atomic_load(&mixer->state);
    mixer->freewheel = cycle->freewheel;
    follow_mix(mixer, state, cycle->frames);
    for (size_t t = 0; t < arrangement->tracks; t++)
        wb_mixer_track_follow(mixer, arrangement->track[t], cycle->frames);
    follow_transport(mixer, arrangement, &state->user, cycle);
    WbTake *take = state->user.take;
    mixer->take = take && wb_take_runs(take, cycle, straight(mixer, cycle)) ? take : NULL;
    process(mixer, arrangement, state, cycle);
    atomic_store_explicit(&mixer->published_clock, mixer->clock, memory_order_release);
    atomic_store_explicit(&mixer->published_position, cycle->position, memory_order_relaxed);
    atomic_store_explicit(&mixer->published_transport, (int)cycle->transport, memory_order_relaxed);
    wb_epoch_leave(mixer->epoch, WB_READER_AUDIO);
    note_load(mixer, start, cycle->frames);
}
