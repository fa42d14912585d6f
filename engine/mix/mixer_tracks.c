/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the audio thread does with each track. */
#include <math.h>
#include <string.h>
#include <time.h>

#include "engine/mix/mixer_private.h"

enum { SOURCE, FORMER, DELAYED }; /* the scratches of a track */

uint64_t wb_mixer_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now); /* in user space: no system call */
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* ---- what main has said ---- */

/* A fade that is under way comes to its end first; then the next begins. */
static void follow_source(const WbMixer *mixer, WbMixerTrack *track)
{
    const WbMixerTrackSettings *user = &track->now->user;
    if (track->source_fade > 0 ||
        (user->live == track->source.live && user->player == track->source.player))
        return;
    track->former = track->source;
    track->source = (WbTrackSource){.live = user->live, .player = user->player};
    const bool silent_before = !track->former.live && !track->former.player;
    track->source_fade = silent_before && !user->live ? 0 : mixer->fade_frames;
}

static void follow_line(const WbMixer *mixer, WbMixerTrack *track)
{
    WbDelayLine *line = track->now->line;
    if (line == track->line)
        return;
    wb_delay_line_copy(line, track->line, mixer->clock, mixer->fade_frames);
    track->line = line;
    atomic_store(&track->heard, line);
}

static void follow_delay(const WbMixer *mixer, WbMixerTrack *track)
{
    const WbTrackState *now = track->now;
    if (now->user.delay == track->delay || track->delay_fade > 0)
        return;
    track->former_delay = track->delay;
    track->delay = now->user.delay;
    track->delay_fade = mixer->fade_frames;
}

/* Who connects to a port that is about to go shall not hear what was last in it. */
static void follow_outputs(const WbMixer *mixer, WbMixerTrack *track, unsigned frames)
{
    for (int side = 0; side < 2; side++) {
        void *port = track->now->user.out[side], *before = track->out_port[side];
        float *left = before && before != port ? mixer->port_buffer(before, frames) : NULL;
        if (left)
            memset(left, 0, frames * sizeof *left);
        track->out_port[side] = port;
        track->out[side] = port ? mixer->port_buffer(port, frames) : NULL;
    }
}

void wb_mixer_track_settle(WbMixer *mixer, WbMixerTrack *track)
{
    const WbTrackState *now = atomic_load(&track->state);
    track->now = now;
    follow_line(mixer, track);
    track->source = (WbTrackSource){.live = now->user.live, .player = now->user.player};
    track->former = (WbTrackSource){0};
    track->delay = now->user.delay;
    track->source_fade = track->delay_fade = 0;
    track->out_port[0] = track->out_port[1] = NULL;
}

void wb_mixer_track_follow(WbMixer *mixer, WbMixerTrack *track, unsigned frames)
{
    const WbTrackState *now = atomic_load(&track->state);
    track->now = now;
    if (track->serial == 0)
        wb_mixer_track_settle(mixer, track); /* it has not sounded yet */
    if (now->serial != track->serial) {
        track->serial = now->serial;
        wb_mix_strip_aim(mixer->mix, track->strip, &now->gains);
        wb_ramp_aim(&track->listen, now->user.listen ? 1 : 0, mixer->fade_frames);
    }
    follow_source(mixer, track);
    follow_line(mixer, track);
    follow_delay(mixer, track);
    const bool listening = track->source.live || (track->source_fade > 0 && track->former.live);
    for (unsigned c = 0; c < track->channels; c++) {
        const float *input =
            listening && now->user.in[c] ? mixer->port_buffer(now->user.in[c], frames) : NULL;
        track->source.input[c] = track->former.input[c] = input;
    }
    follow_outputs(mixer, track, frames);
}

/* ---- from the source to the strip ---- */

/* Whether all samples are numbers: anything but a finite one times 0 is NaN. */
static bool are_numbers(const float *samples, size_t frames)
{
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t i = 0; i < frames; i++)
        sum += samples[i] * 0.0f;
    return sum == 0;
}

/* A filter would not forget NaN: what is no number is silence. */
static const float *keep_numbers(WbMixerTrack *track, const float *from, float *to, size_t frames)
{
    if (are_numbers(from, frames))
        return from;
    uint64_t bad = 0;
    for (size_t i = 0; i < frames; i++) {
        bad += !isfinite(from[i]);
        to[i] = isfinite(from[i]) ? from[i] : 0;
    }
    atomic_fetch_add_explicit(&track->bad_samples, bad, memory_order_relaxed);
    return to;
}

/* The next samples of a source; false: silence, and out is that of the mixer. */
static bool read_source(const WbMixer *mixer, WbMixerTrack *track, const WbTrackSource *source,
                        int scratch, size_t offset, size_t frames, const float *out[2])
{
    out[0] = out[1] = mixer->silence;
    if (source->live) {
        for (unsigned c = 0; c < track->channels; c++)
            if (source->input[c])
                out[c] = keep_numbers(track, source->input[c] + offset, track->scratch[scratch][c],
                                      frames);
        return source->input[0] || source->input[1];
    }
    return source->player && mixer->rolling &&
           wb_player_read(source->player, mixer->roll, mixer->q, frames, out);
}

/* The end of playback: what is left of its fade-out. */
static void fade_tail(const WbMixer *mixer, WbMixerTrack *track, int scratch, size_t frames,
                      const float *out[2])
{
    const float step = 1.0f / (float)mixer->fade_frames;
    for (unsigned c = 0; c < track->channels; c++) {
        float *to = track->scratch[scratch][c];
        float gain = (float)mixer->tail * step;
        for (size_t i = 0; i < frames; i++, gain -= step)
            to[i] = out[c][i] * fmaxf(gain, 0);
        out[c] = to;
    }
}

static void cross_fade(WbMixerTrack *track, size_t whole, size_t left, const float *from[2],
                       const float *to[2], int scratch, size_t frames)
{
    for (unsigned c = 0; c < track->channels; c++) {
        float *out = track->scratch[scratch][c];
        for (size_t i = 0; i < frames; i++) {
            const float old = (float)(left > i ? left - i : 0) / (float)whole;
            out[i] = to[c][i] + old * (from[c][i] - to[c][i]);
        }
        to[c] = out;
    }
}

/* A player that comes in after the start of playback fades in. */
static void note_player(const WbMixer *mixer, WbMixerTrack *track, bool sounds)
{
    if (sounds && !track->sounded && track->source_fade == 0 &&
        mixer->q > wb_roll_start(mixer->roll)) {
        track->former = (WbTrackSource){0};
        track->source_fade = mixer->fade_frames;
    }
    track->sounded = sounds;
}

static void from_source(WbMixer *mixer, WbMixerTrack *track, size_t offset, size_t frames,
                        const float *samples[2])
{
    const bool sounds = read_source(mixer, track, &track->source, SOURCE, offset, frames, samples);
    note_player(mixer, track, sounds && !track->source.live);
    if (track->sounded && mixer->tail > 0)
        fade_tail(mixer, track, SOURCE, frames, samples);
    if (track->source_fade == 0)
        return;
    const float *former[2];
    if (read_source(mixer, track, &track->former, FORMER, offset, frames, former) &&
        !track->former.live && mixer->tail > 0)
        fade_tail(mixer, track, FORMER, frames, former);
    cross_fade(track, mixer->fade_frames, track->source_fade, former, samples, FORMER, frames);
    track->source_fade -= MIN(track->source_fade, frames);
}

static void through_delay(WbMixer *mixer, WbMixerTrack *track, size_t frames,
                          const float *samples[2])
{
    wb_delay_line_write(track->line, mixer->clock, samples, frames);
    if (track->delay == 0 && track->delay_fade == 0)
        return;
    const float *former[2] = {samples[0], samples[1]};
    if (track->delay > 0) {
        for (unsigned c = 0; c < track->channels; c++) {
            float *to = track->scratch[DELAYED][c];
            wb_delay_line_read(track->line, c, mixer->clock - track->delay, to, frames);
            samples[c] = to;
        }
    }
    if (track->delay_fade == 0)
        return;
    if (track->former_delay > 0) {
        /* The source's scratches are in the line by now. */
        for (unsigned c = 0; c < track->channels; c++) {
            float *to = track->scratch[SOURCE][c];
            wb_delay_line_read(track->line, c, mixer->clock - track->former_delay, to, frames);
            former[c] = to;
        }
    }
    cross_fade(track, mixer->fade_frames, track->delay_fade, former, samples, DELAYED, frames);
    track->delay_fade -= MIN(track->delay_fade, frames);
}

/* ---- taps ---- */

static float peak_of(const double *samples, size_t frames)
{
    double peak = 0;
    for (size_t i = 0; i < frames; i++)
        peak = fmax(peak, fabs(samples[i]));
    return (float)peak;
}

static float peak_of_floats(const float *samples, size_t frames)
{
    float peak = 0;
    for (size_t i = 0; i < frames; i++)
        peak = fmaxf(peak, fabsf(samples[i]));
    return peak;
}

static void tap_input(WbMixer *mixer, WbMixerTrack *track, size_t offset, size_t frames)
{
    float peak = 0;
    for (unsigned c = 0; c < track->channels; c++)
        if (track->source.input[c])
            peak = fmaxf(peak, peak_of_floats(track->source.input[c] + offset, frames));
    wb_raise_peak(&track->input_peak, peak);
    const WbMixerTrackSettings *user = &track->now->user;
    if (!user->input || !mixer->take || user->take != mixer->take)
        return;
    for (unsigned c = 0; c < track->channels; c++) {
        const float *from = track->source.input[c];
        for (size_t i = 0; i < frames; i++)
            mixer->scratch[c][i] = from ? (double)from[offset + i] : 0;
    }
    wb_mixer_record(mixer, user->input, (const double *const *)mixer->scratch, offset, frames);
}

/* After the carve and before the fader. */
static void tap_carved(WbMixer *mixer, WbMixerTrack *track, size_t offset, size_t frames)
{
    const WbMixerTrackSettings *user = &track->now->user;
    if (user->carved && mixer->take && user->take == mixer->take)
        wb_mixer_record(mixer, user->carved, (const double *const *)track->strip_out, offset,
                        frames);
    if (track->listen.left == 0 && track->listen.now == 0)
        return;
    const double *left = track->strip_out[0], *right = track->strip_out[track->channels - 1];
    for (size_t i = 0; i < frames; i++) {
        const double gain = wb_ramp_next(&track->listen);
        mixer->listen_bus[0][i] += gain * left[i];
        mixer->listen_bus[1][i] += gain * right[i];
    }
}

static void tap_output(WbMixerTrack *track, size_t offset, size_t frames)
{
    for (int side = 0; side < 2; side++) {
        wb_raise_peak(&track->peak[side], peak_of(track->strip_out[side], frames));
        if (!track->out[side])
            continue;
        for (size_t i = 0; i < frames; i++)
            track->out[side][offset + i] = (float)track->strip_out[side][i];
    }
}

/* ---- all of it ---- */

static void process_group(WbMixer *mixer, WbArrangement *arrangement, size_t group, size_t offset,
                          size_t frames)
{
    const bool delta = mixer->delta.left > 0 || mixer->delta.now > 0;
    const size_t *index;
    const size_t count = wb_mix_group_tracks(arrangement->layout, group, &index);
    double *const(*strips)[2] = (double *const(*)[2])arrangement->strips;
    double *const(*taken)[2] = (double *const(*)[2])arrangement->taken;
    for (size_t i = 0; i < count; i++) {
        WbMixerTrack *track = arrangement->track[index[i]];
        const float *samples[2];
        from_source(mixer, track, offset, frames, samples);
        tap_input(mixer, track, offset, frames);
        through_delay(mixer, track, frames, samples);
        arrangement->input[index[i]][0] = (float *)samples[0];
        arrangement->input[index[i]][1] = (float *)samples[1];
    }
    wb_mix_trim(arrangement->layout, group, (const float *const(*)[2])arrangement->input, strips, 0,
                frames);
    for (size_t i = 0; i < count && delta; i++) {
        WbMixerTrack *track = arrangement->track[index[i]];
        for (unsigned c = 0; c < track->channels; c++)
            memcpy(track->taken[c], track->strip_out[c], frames * sizeof(double));
    }
    wb_mix_carve(arrangement->layout, group, strips, 0, frames);
    for (size_t i = 0; i < count; i++) {
        WbMixerTrack *track = arrangement->track[index[i]];
        for (unsigned c = 0; c < track->channels && delta; c++)
            for (size_t n = 0; n < frames; n++)
                track->taken[c][n] -= track->strip_out[c][n];
        tap_carved(mixer, track, offset, frames);
    }
    wb_mix_fade(arrangement->layout, group, strips, delta ? taken : NULL, 0, frames);
    for (size_t i = 0; i < count; i++)
        tap_output(arrangement->track[index[i]], offset, frames);
}

void wb_mixer_process_tracks(WbMixer *mixer, WbArrangement *arrangement, size_t offset,
                             size_t frames)
{
    uint64_t before = wb_mixer_now_ns();
    for (int side = 0; side < 2; side++)
        memset(mixer->listen_bus[side], 0, frames * sizeof(double));
    for (size_t group = 0; group < wb_mix_groups(arrangement->layout); group++) {
        process_group(mixer, arrangement, group, offset, frames);
        const uint64_t after = wb_mixer_now_ns();
        const size_t *index;
        const size_t count = wb_mix_group_tracks(arrangement->layout, group, &index);
        const double share = (double)(after - before) / (double)count;
        for (size_t i = 0; i < count; i++) {
            WbMixerTrack *track = arrangement->track[index[i]];
            atomic_store_explicit(&track->cost_ns,
                                  atomic_load_explicit(&track->cost_ns, memory_order_relaxed) +
                                      share,
                                  memory_order_relaxed);
        }
        before = after;
    }
}
