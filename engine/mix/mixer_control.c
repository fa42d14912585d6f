/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The control worker: hears all tracks and decides on their carves, a tick at a time. Nothing here
 * allocates but what makes a set. */
#include <math.h>
#include <string.h>

#include "engine/mix/mixer_private.h"

#define MOMENTARY_SECONDS 0.4 /* EBU Tech 3341 */
#define MATCH_SECONDS 3.0

WbControlSet *wb_control_set_new(const WbMixer *mixer, size_t tracks, WbMixerTrack *const track[])
{
    WbControlSet *set = g_new0(WbControlSet, 1);
    const size_t room = MAX(tracks, 1); /* a mix may be empty, its arrays are not */
    set->control = wb_control_new(mixer->design, WB_TIMING_LIVE, tracks);
    set->tracks = tracks;
    set->ids = g_new0(unsigned, room);
    set->map = g_new0(size_t, room);
    set->strips = g_new0(WbStrip, room);
    set->power = g_malloc0_n(room, sizeof *set->power);
    set->cut_db = g_malloc0_n(room, sizeof *set->cut_db);
    set->alone = g_new0(float, room);
    set->weighted = g_new0(double, room);
    for (size_t t = 0; t < tracks; t++)
        set->ids[t] = track[t]->id;
    return set;
}

void wb_control_set_free(WbControlSet *set)
{
    if (!set)
        return;
    wb_control_free(set->control);
    g_free(set->ids);
    g_free(set->map);
    g_free(set->strips);
    g_free(set->power);
    g_free(set->cut_db);
    g_free(set->alone);
    g_free(set->weighted);
    g_free(set);
}

/* An arrangement brings a set of its own size, which takes the place of the one before it. */
static void take_over(WbMixer *mixer, WbArrangement *arrangement)
{
    WbControlSet *next = arrangement->set, *before = mixer->set;
    for (size_t t = 0; t < next->tracks; t++) {
        next->map[t] = WB_NO_TRACK;
        for (size_t b = 0; b < before->tracks; b++)
            if (before->ids[b] == next->ids[t])
                next->map[t] = b;
        next->weighted[t] = next->map[t] == WB_NO_TRACK ? 0 : before->weighted[next->map[t]];
    }
    wb_control_take_over(next->control, before->control, next->tracks, next->map);
    arrangement->set = before;
    arrangement->taken_over = true;
    mixer->set = next;
}

/* ---- hearing ---- */

/* From what came in until the tick began. */
static void hear_input(WbMixer *mixer, const WbMixerTrack *track, const WbTrackState *state,
                       float power[2][WB_BANDS])
{
    const size_t length = wb_spectrum_length(mixer->spectrum);
    const WbDelayLine *line = atomic_load(&track->heard);
    const int64_t end = mixer->order.clock - state->user.delay;
    const int64_t begin = end - (int64_t)length;
    bool silent[2];
    for (unsigned c = 0; c < track->channels; c++) {
        wb_delay_line_read(line, c, begin, mixer->window[c], length);
        silent[c] = wb_spectrum_is_silent(mixer->window[c], length);
    }
    /* Too late, the audio thread has been all around the line: what was read is not one sound.
     * (Adding nothing: a plain load might be done before the line is read.) */
    if (atomic_fetch_add(&mixer->published_clock, 0) + WB_CYCLE_MAX_FRAMES - begin >
        (int64_t)wb_delay_line_frames(line))
        silent[0] = silent[1] = true;
    wb_spectrum_sounding_bands(mixer->spectrum, mixer->scratch_spectrum, track->channels,
                               (const float *const *)mixer->window, silent, power);
}

/* The power of all tracks at a tick of the roll; with live timing, at the tick that has begun for
 * what comes from inputs. */
static void hear(WbMixer *mixer, const WbArrangement *arrangement, const WbRoll *roll, int64_t tick)
{
    const WbTickOrder *order = &mixer->order;
    WbControlSet *set = mixer->set;
    for (size_t t = 0; t < arrangement->tracks; t++) {
        const WbMixerTrack *track = arrangement->track[t];
        const WbTrackState *state = atomic_load(&track->state);
        set->strips[t] = state->user.strip;
        set->strips[t].spares = arrangement->spares[t];
        memset(set->power[t], 0, sizeof set->power[t]);
        if (order->lookahead || (!state->user.live && order->centred)) {
            const int64_t late = (state->user.delay + mixer->tick_frames / 2) / mixer->tick_frames;
            if (roll && state->user.player &&
                !wb_player_spectrum(state->user.player, roll, tick - late, set->power[t]))
                memset(set->power[t], 0, sizeof set->power[t]);
        } else {
            hear_input(mixer, track, state, set->power[t]);
        }
    }
}

/* ---- deciding ---- */

static void step(WbMixer *mixer, WbArrangement *arrangement, const WbMixState *state)
{
    WbControlSet *set = mixer->set;
    wb_control_step(set->control, &state->user.arbiter, set->tracks, set->strips,
                    (const float(*)[2][WB_BANDS])set->power, arrangement->targets, set->cut_db);
}

/* Steps through the spectra of the ticks up to `last`. */
static void steps_until(WbMixer *mixer, WbArrangement *arrangement, const WbMixState *state,
                        const WbRoll *roll, int64_t last)
{
    for (; mixer->next_spectrum <= last; mixer->next_spectrum++) {
        hear(mixer, arrangement, roll, mixer->next_spectrum);
        step(mixer, arrangement, state);
    }
}

/* As the offline driver begins: from nothing, at the tick that the start lies in. The carves move
 * from the first whole tick on; the targets are what they are to have reached one tick later. */
static void prepare(WbMixer *mixer, WbArrangement *arrangement, const WbMixState *state,
                    const WbRoll *roll)
{
    const int64_t position = mixer->order.position, tick = mixer->tick_frames;

    const int64_t first = wb_tick_at(position, mixer->tick_frames);
    const int64_t begins = first * tick == position ? first : first + 1;
    wb_control_set_timing(mixer->set->control, WB_TIMING_PLAYBACK);
    wb_control_reset(mixer->set->control);
    mixer->control_roll = mixer->order.roll;
    mixer->next_spectrum = first;
    steps_until(mixer, arrangement, state, roll, begins + 1 + mixer->reach);
}

static void work_ahead(WbMixer *mixer, WbArrangement *arrangement, const WbMixState *state,
                       const WbRoll *roll)
{
    const int64_t target = mixer->order.tick + WB_LIVE_OFFSET;
    WbControl *control = mixer->set->control;
    const bool goes_on = wb_control_timing(control) == WB_TIMING_PLAYBACK &&
                         mixer->control_roll == mixer->order.roll &&
                         mixer->next_spectrum > mixer->order.tick;
    if (!goes_on) {
        /* From the cuts of now on, which are those of the next tick. */
        wb_control_set_timing(control, WB_TIMING_LIVE);
        wb_control_set_timing(control, WB_TIMING_PLAYBACK);
        mixer->control_roll = mixer->order.roll;
        mixer->next_spectrum = target;
    }
    steps_until(mixer, arrangement, state, roll, target + mixer->reach);
}

static void work_live(WbMixer *mixer, WbArrangement *arrangement, const WbMixState *state,
                      const WbRoll *roll)
{
    wb_control_set_timing(mixer->set->control, WB_TIMING_LIVE);
    hear(mixer, arrangement, roll, mixer->order.tick + WB_LIVE_OFFSET);
    step(mixer, arrangement, state);
}

/* ---- publishing ---- */

static void publish_hearing(WbMixer *mixer, WbArrangement *arrangement)
{
    WbControlSet *set = mixer->set;
    WbMixerHearing *hearing = wb_snapshot_begin(arrangement->hearings);
    const double keep = exp(-WB_TICK_SECONDS / MOMENTARY_SECONDS);
    const bool bypass = mixer->order.bypass;
    double before = 0, after = 0;
    wb_control_loudness_alone(set->control, set->alone);
    for (size_t t = 0; t < set->tracks; t++) {
        const float *power = wb_control_power(set->control, t);
        double whole = 0, carved = 0;
        for (int b = 0; b < WB_BANDS; b++) {
            const double weighted = mixer->k_weight[b] * (double)power[b];
            const float cut = set->cut_db[t][b];
            whole += weighted;
            carved += weighted * pow(10, -0.1 * (double)cut);
            hearing[t].power[b] = power[b];
            hearing[t].cut_db[b] = bypass ? 0 : cut;
        }
        before += whole;
        after += carved;
        const double now = bypass ? whole : carved;
        set->weighted[t] = now + keep * (set->weighted[t] - now);
        wb_control_loudness(set->control, t, &hearing[t].loudness_before,
                            &hearing[t].loudness_after);
        if (bypass)
            hearing[t].loudness_after = hearing[t].loudness_before;
        hearing[t].loudness_alone = (double)set->alone[t];
        hearing[t].weighted_power = set->weighted[t];
    }
    wb_snapshot_publish(arrangement->hearings);
    const double slow = exp(-WB_TICK_SECONDS / MATCH_SECONDS);
    mixer->match_before = before + slow * (mixer->match_before - before);
    mixer->match_after = after + slow * (mixer->match_after - after);
    if (mixer->match_before > 0)
        atomic_store(&mixer->match_gain, sqrt(mixer->match_after / mixer->match_before));
}

static void carry_out(WbMixer *mixer)
{
    WbArrangement *arrangement = atomic_load(&mixer->arrangement);
    const WbMixState *state = atomic_load(&mixer->state);
    const WbTickOrder *order = &mixer->order;
    const WbRoll *roll = atomic_load(&mixer->order_roll);
    if (!arrangement->taken_over)
        take_over(mixer, arrangement);
    if (roll && wb_roll_id(roll) != order->roll)
        roll = NULL;
    if (order->prepare)
        prepare(mixer, arrangement, state, roll);
    else if (order->lookahead)
        work_ahead(mixer, arrangement, state, roll);
    else
        work_live(mixer, arrangement, state, roll);
    if (order->bypass && arrangement->tracks > 0)
        memcpy(arrangement->targets, arrangement->flat,
               arrangement->tracks * sizeof *arrangement->targets);
    arrangement->targets_tick = order->number;
    publish_hearing(mixer, arrangement);
}

void wb_mixer_work(void *data)
{
    WbMixer *mixer = data;
    while (!atomic_load(&mixer->leave)) {
        wb_signal_wait(mixer->ordered, 1.0);
        const uint64_t before = wb_mixer_now_ns();
        const uint64_t number = atomic_load_explicit(&mixer->posted, memory_order_acquire);
        if (number == atomic_load_explicit(&mixer->done, memory_order_relaxed))
            continue;
        wb_epoch_enter(mixer->epoch, WB_READER_CONTROL);
        carry_out(mixer);
        wb_epoch_leave(mixer->epoch, WB_READER_CONTROL);
        atomic_fetch_add_explicit(&mixer->control_ns, wb_mixer_now_ns() - before,
                                  memory_order_relaxed);
        atomic_fetch_add_explicit(&mixer->ticks, 1, memory_order_relaxed);
        atomic_store_explicit(&mixer->done, number, memory_order_release);
        wb_signal_raise(mixer->finished);
    }
}
