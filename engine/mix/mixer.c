/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/mix/mixer.h"

#include "engine/hearing/bands.h"
#include "engine/mix/mixer_private.h"
#include "engine/rt/memory.h"

#define METER_SECONDS 2.0
#define GRACE_SECONDS 0.1 /* longer than any fade */
#define WORKER_US 200     /* to wait for the control worker */

/* A delay line holds the delay, a window of the ear, the longest cycle, and this much that the
 * control worker may be late. */
#define LINE_SECONDS 0.08

typedef struct {
    void *object;
    GDestroyNotify release;
    int64_t clock; /* from which on it can be retired */
} Grace;

/* Main may be at work for long between retiring something and telling the mixer to do without: the
 * time runs from when it next looks. */
#define NOT_LOOKED_AT INT64_MAX

/* ---- the mixer ---- */

WbMixer *wb_mixer_new(double rate, WbPrefetch *prefetch, WbEpoch *epoch, WbPortBuffer port_buffer)
{
    WbMixer *mixer = g_new0(WbMixer, 1);
    mixer->rate = rate;
    mixer->tick_frames = wb_tick_frames(rate);
    mixer->fade_frames = (size_t)(rate * WB_GAIN_RAMP_SECONDS + 0.5);
    mixer->prefetch = prefetch;
    mixer->epoch = epoch;
    mixer->port_buffer = port_buffer;
    mixer->design = wb_carve_design_new(rate);
    mixer->spectrum = wb_spectrum_new(rate, WB_TIMING_LIVE);
    mixer->scratch_spectrum = wb_spectrum_scratch_new(mixer->spectrum);
    mixer->mix = wb_mix_new(mixer->design, rate);
    mixer->silence = g_new0(float, mixer->tick_frames);
    mixer->grace = g_array_new(FALSE, FALSE, sizeof(Grace));
    mixer->ordered = wb_signal_new();
    mixer->finished = wb_signal_new();
    mixer->bus_ring = wb_ring_new(2 * sizeof(double), (size_t)(rate * METER_SECONDS));
    mixer->meter_block = g_new0(double, 2 * mixer->tick_frames);
    for (int side = 0; side < 2; side++) {
        mixer->bus[side] = g_new0(double, mixer->tick_frames);
        mixer->delta_bus[side] = g_new0(double, mixer->tick_frames);
        mixer->listen_bus[side] = g_new0(double, mixer->tick_frames);
        mixer->scratch[side] = g_new0(double, mixer->tick_frames);
        mixer->window[side] = g_new0(float, wb_spectrum_length(mixer->spectrum));
    }
    for (int b = 0; b < WB_BANDS; b++)
        mixer->k_weight[b] = wb_k_weight(wb_band_centre_hz[b]);
    mixer->catch_up = -1;
    wb_ramp_start(&mixer->gain, 1);
    wb_ramp_start(&mixer->delta, 0);
    wb_ramp_start(&mixer->match, 1);
    atomic_init(&mixer->match_gain, 1);
    mixer->set = wb_control_set_new(mixer, 0, NULL);
    wb_control_set_timing(mixer->set->control, WB_TIMING_PLAYBACK);
    mixer->reach = (unsigned)-wb_control_offset(mixer->set->control);
    wb_mixer_set(mixer, &(WbMixerSettings){.gain = 1});
    wb_mixer_arrange(mixer, 0, NULL, NULL);
    mixer->worker = wb_thread_start("control", 0, wb_mixer_work, mixer);
    return mixer;
}

bool wb_mixer_set_priority(WbMixer *mixer, int priority)
{
    wb_thread_set_priority(mixer->worker, priority);
    return wb_thread_is_as_asked(mixer->worker);
}

static void arrangement_free(gpointer data)
{
    WbArrangement *arrangement = data;
    for (size_t t = 0; t < arrangement->tracks; t++)
        g_free(arrangement->spares[t]);
    wb_mix_layout_free(arrangement->layout);
    wb_control_set_free(arrangement->set);
    wb_snapshot_free(arrangement->hearings);
    g_free(arrangement->track);
    g_free(arrangement->spares);
    g_free(arrangement->input);
    g_free(arrangement->strips);
    g_free(arrangement->taken);
    g_free(arrangement->targets);
    g_free(arrangement->flat);
    g_free(arrangement);
}

void wb_mixer_free(WbMixer *mixer)
{
    if (!mixer)
        return;
    atomic_store(&mixer->leave, true);
    wb_signal_raise(mixer->ordered);
    wb_thread_join(mixer->worker);
    wb_mixer_collect(mixer, false);
    arrangement_free(atomic_load(&mixer->arrangement));
    g_free(atomic_load(&mixer->state));
    wb_control_set_free(mixer->set);
    wb_mix_free(mixer->mix);
    wb_spectrum_scratch_free(mixer->scratch_spectrum);
    wb_spectrum_free(mixer->spectrum);
    wb_carve_design_free(mixer->design);
    wb_ring_free(mixer->bus_ring);
    wb_signal_free(mixer->ordered);
    wb_signal_free(mixer->finished);
    g_array_unref(mixer->grace);
    g_free((void *)mixer->silence);
    g_free(mixer->meter_block);
    for (int side = 0; side < 2; side++) {
        g_free(mixer->bus[side]);
        g_free(mixer->delta_bus[side]);
        g_free(mixer->listen_bus[side]);
        g_free(mixer->scratch[side]);
        g_free(mixer->window[side]);
    }
    g_free(mixer);
}

void wb_mixer_retire(WbMixer *mixer, void *object, GDestroyNotify release)
{
    if (!object)
        return;
    const Grace grace = {object, release, NOT_LOOKED_AT};
    g_array_append_val(mixer->grace, grace);
}

void wb_mixer_collect(WbMixer *mixer, bool running)
{
    if (!running)
        wb_mixer_settle(mixer);
    const int64_t clock = atomic_load(&mixer->published_clock);
    const int64_t end = clock + (int64_t)(mixer->rate * GRACE_SECONDS) + WB_CYCLE_MAX_FRAMES;
    for (guint i = 0; i < mixer->grace->len;) {
        Grace *grace = &g_array_index(mixer->grace, Grace, i);
        grace->clock = MIN(grace->clock, end);
        if (running && clock < grace->clock) {
            i++;
            continue;
        }
        wb_epoch_retire(mixer->epoch, grace->object, grace->release);
        g_array_remove_index(mixer->grace, i);
    }
    /* The control worker alone may be at work still, and not for long. */
    while (wb_epoch_collect(mixer->epoch) && !running)
        g_usleep(WORKER_US);
}

void wb_mixer_set(WbMixer *mixer, const WbMixerSettings *settings)
{
    WbMixState *state = g_new0(WbMixState, 1);
    state->user = *settings;
    state->serial = ++mixer->serials;
    wb_epoch_retire(mixer->epoch, atomic_exchange(&mixer->state, state), g_free);
    atomic_fetch_add(&mixer->said, 1);
}

/* ---- tracks ---- */

static size_t line_frames(const WbMixer *mixer, unsigned delay)
{
    return delay + wb_spectrum_length(mixer->spectrum) + WB_CYCLE_MAX_FRAMES +
           (size_t)(mixer->rate * LINE_SECONDS);
}

static WbTrackState *state_new(WbMixer *mixer, const WbMixerTrackSettings *settings)
{
    WbTrackState *state = g_new0(WbTrackState, 1);
    state->user = *settings;
    state->user.strip.spares = NULL;
    state->gains = wb_strip_all_gains(&settings->strip);
    state->serial = ++mixer->serials;
    return state;
}

WbMixerTrack *wb_mixer_track_new(WbMixer *mixer, unsigned id, const WbMixerTrackSettings *settings,
                                 bool fade_in)
{
    WbMixerTrack *track = g_new0(WbMixerTrack, 1);
    track->id = id;
    track->channels = settings->strip.channels;
    WbTrackState *state = state_new(mixer, settings);
    WbGains first = state->gains;
    if (fade_in)
        first.side[0] = first.side[1] = 0;
    track->strip = wb_mix_add(mixer->mix, track->channels, &first);
    state->line = wb_delay_line_new(track->channels, line_frames(mixer, settings->delay));
    track->line = state->line;
    atomic_init(&track->heard, state->line);
    track->source = (WbTrackSource){.live = settings->live, .player = settings->player};
    track->delay = settings->delay;
    atomic_init(&track->state, state);
    for (int i = 0; i < 3; i++)
        for (unsigned c = 0; c < track->channels; c++)
            track->scratch[i][c] = wb_memory_new(mixer->tick_frames, sizeof(float));
    for (int side = 0; side < 2; side++) {
        track->strip_out[side] = wb_memory_new(mixer->tick_frames, sizeof(double));
        track->taken[side] = wb_memory_new(mixer->tick_frames, sizeof(double));
    }
    return track;
}

void wb_mixer_track_set(WbMixer *mixer, WbMixerTrack *track, const WbMixerTrackSettings *settings)
{
    WbTrackState *state = state_new(mixer, settings);
    WbTrackState *before = atomic_load(&track->state);
    state->line = before->line;
    const size_t wanted = line_frames(mixer, settings->delay);
    if (wb_delay_line_frames(before->line) < wanted) {
        state->line = wb_delay_line_new(track->channels, wanted);
        wb_mixer_retire(mixer, before->line, (GDestroyNotify)wb_delay_line_free);
    }
    atomic_store(&track->state, state);
    atomic_fetch_add(&mixer->said, 1);
    wb_epoch_retire(mixer->epoch, before, g_free);
}

typedef struct {
    WbMixer *mixer;
    WbMixerTrack *track;
} Removed;

static void track_free(gpointer data)
{
    Removed *removed = data;
    WbMixerTrack *track = removed->track;
    WbTrackState *state = atomic_load(&track->state);
    wb_mix_remove(removed->mixer->mix, track->strip);
    wb_delay_line_free(state->line);
    g_free(state);
    for (int c = 0; c < 2; c++) {
        for (int i = 0; i < 3; i++)
            g_free(track->scratch[i][c]);
        g_free(track->strip_out[c]);
        g_free(track->taken[c]);
    }
    g_free(track);
    g_free(removed);
}

void wb_mixer_track_free(WbMixer *mixer, WbMixerTrack *track)
{
    Removed *removed = g_new0(Removed, 1);
    removed->mixer = mixer;
    removed->track = track;
    wb_mixer_retire(mixer, removed, track_free);
}

/* ---- arrangements ---- */

void wb_mixer_arrange(WbMixer *mixer, size_t tracks, WbMixerTrack *const track[],
                      const bool *const *spares)
{
    static const float uncut[WB_BANDS];
    WbArrangement *arrangement = g_new0(WbArrangement, 1);
    arrangement->tracks = tracks;
    arrangement->track = g_new0(WbMixerTrack *, tracks);
    arrangement->spares = g_new0(bool *, tracks);
    arrangement->input = g_malloc0_n(tracks, sizeof *arrangement->input);
    arrangement->strips = g_malloc0_n(tracks, sizeof *arrangement->strips);
    arrangement->taken = g_malloc0_n(tracks, sizeof *arrangement->taken);
    arrangement->targets = g_new0(WbCarveCoefficients, tracks);
    arrangement->flat = g_new0(WbCarveCoefficients, tracks);
    arrangement->hearings = wb_snapshot_new(tracks * sizeof(WbMixerHearing));
    arrangement->set = wb_control_set_new(mixer, tracks, track);
    g_autofree WbMixStrip **strips = g_new0(WbMixStrip *, tracks);
    for (size_t t = 0; t < tracks; t++) {
        arrangement->track[t] = track[t];
        strips[t] = track[t]->strip;
        if (spares && spares[t])
            arrangement->spares[t] = g_memdup2(spares[t], tracks * sizeof(bool));
        for (int side = 0; side < 2; side++) {
            arrangement->strips[t][side] = track[t]->strip_out[side];
            arrangement->taken[t][side] = track[t]->taken[side];
        }
        wb_carve_design_coefficients(mixer->design, uncut, &arrangement->flat[t]);
    }
    arrangement->layout = wb_mix_layout_new(mixer->mix, tracks, strips);
    WbArrangement *before = atomic_exchange(&mixer->arrangement, arrangement);
    atomic_fetch_add(&mixer->said, 1);
    wb_epoch_retire(mixer->epoch, before, arrangement_free);
}
