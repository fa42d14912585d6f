/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A mixer without a driver for its tests: ports that are memory, cycles when the test wants them.
 * The test plays both main and the audio thread; while it freewheels, the mixer waits for its
 * worker and for the disk, and every run gives the same samples. */
#pragma once

#include "tests/audio_files.h"

#include "engine/mix/mixer.h"

#define RATE 48000
#define TICK 960   /* frames */
#define FADE 480   /* frames of every fade */
#define NEWEST 100 /* tracks of a rig */
#define FLOAT_WAV (SF_FORMAT_WAV | SF_FORMAT_FLOAT)
#define PATIENCE 20000 /* ms that a test waits for another thread */

/* What arrives at a track's input in the frame that the mixer has counted up to. */
typedef double RigSignal(unsigned track, unsigned channel, int64_t clock);

typedef struct {
    float now[WB_CYCLE_MAX_FRAMES];
    bool connected;
    GArray *all; /* of float; output ports: all that left there */
} RigPort;

typedef struct {
    WbMixerTrack *track;
    WbMixerTrackSettings settings;
    RigSignal *signal;
    RigPort in[2], out[2];
} RigTrack;

typedef struct {
    WbEpoch *epoch;
    WbPrefetch *prefetch;
    WbMixer *mixer;
    WbMixerSettings mix;
    RigPort bus[2], listen[2];
    RigTrack *track[NEWEST];
    unsigned tracks; /* made; those arranged are named by the test */
    int64_t clock, position;
    unsigned block;
    WbTransportState transport;
    bool freewheel;
} Rig;

static inline float *rig_port_buffer(void *data, unsigned frames)
{
    (void)frames;
    RigPort *port = data;
    return port->connected ? port->now : NULL;
}

static inline void open_port(RigPort *port)
{
    port->connected = true;
    port->all = g_array_new(FALSE, TRUE, sizeof(float));
}

static inline void tell_mix(Rig *rig)
{
    wb_mixer_set(rig->mixer, &rig->mix);
}

static inline Rig *open_rig(WbGuard guard, unsigned block)
{
    Rig *rig = g_new0(Rig, 1);
    rig->epoch = wb_epoch_new();
    rig->prefetch = wb_prefetch_new(RATE, guard, rig->epoch);
    rig->mixer = wb_mixer_new(RATE, rig->prefetch, rig->epoch, rig_port_buffer);
    rig->block = block;
    rig->freewheel = true;
    rig->mix = (WbMixerSettings){
        .gain = 1,
        .arbiter = {.strength_percent = 100,
                    .depth_db = {[WB_ROLE_BACKGROUND] = 12, [WB_ROLE_SUPPORT] = 6}},
        .centred = guard != WB_GUARD_OFF};
    for (int side = 0; side < 2; side++) {
        open_port(&rig->bus[side]);
        open_port(&rig->listen[side]);
        rig->mix.bus[side] = &rig->bus[side];
        rig->mix.listen[side] = &rig->listen[side];
    }
    tell_mix(rig);
    return rig;
}

/* A live track with direct outputs, in no arrangement yet. */
static inline RigTrack *add_track(Rig *rig, unsigned channels, WbRole role, RigSignal *signal,
                                  bool fade_in)
{
    RigTrack *track = g_new0(RigTrack, 1);
    track->signal = signal;
    track->settings.strip = wb_strip_default(channels, role);
    track->settings.live = true;
    for (unsigned c = 0; c < 2; c++) {
        open_port(&track->in[c]);
        open_port(&track->out[c]);
        g_array_set_size(track->out[c].all, (guint)rig->clock); /* silent until now */
        track->settings.in[c] = c < channels ? &track->in[c] : NULL;
        track->settings.out[c] = &track->out[c];
    }
    track->track = wb_mixer_track_new(rig->mixer, rig->tracks + 1, &track->settings, fade_in);
    rig->track[rig->tracks++] = track;
    return track;
}

static inline void tell_track(Rig *rig, RigTrack *track)
{
    wb_mixer_track_set(rig->mixer, track->track, &track->settings);
}

static inline WbPlayer *add_player(Rig *rig, const char *path, unsigned channels)
{
    GError *error = NULL;
    WbTrackReader *reader =
        wb_track_reader_new(&(WbClipSpec){.path = path, .gain = 1}, 1, channels, RATE, &error);
    if (!reader)
        fail_msg("%s", error->message);
    return wb_player_new(rig->prefetch, reader, channels, 0);
}

/* All tracks that there are sound, in their order. */
static inline void arrange_all(Rig *rig)
{
    WbMixerTrack *track[NEWEST];
    unsigned count = 0;
    for (unsigned t = 0; t < rig->tracks; t++)
        if (rig->track[t]->track)
            track[count++] = rig->track[t]->track;
    wb_mixer_arrange(rig->mixer, count, track, NULL);
}

/* The arrangement has it no more. */
static inline void free_track(Rig *rig, RigTrack *track)
{
    wb_mixer_track_free(rig->mixer, track->track);
    track->track = NULL;
}

static inline void fill_inputs(Rig *rig, unsigned frames)
{
    for (unsigned t = 0; t < rig->tracks; t++) {
        RigTrack *track = rig->track[t];
        for (unsigned c = 0; c < 2 && track->signal; c++)
            for (unsigned i = 0; i < frames; i++)
                track->in[c].now[i] = (float)track->signal(t, c, rig->clock + i);
    }
}

static inline void keep(RigPort *port, unsigned frames)
{
    g_array_append_vals(port->all, port->now, frames);
}

/* A driver whose transport does not wait gives just such a cycle. */
static inline void run_cycle(Rig *rig, unsigned frames)
{
    fill_inputs(rig, frames);
    wb_mixer_process(rig->mixer, &(WbCycle){.frames = frames,
                                            .transport = rig->transport,
                                            .position = rig->position,
                                            .freewheel = rig->freewheel});
    for (int side = 0; side < 2; side++) {
        keep(&rig->bus[side], frames);
        keep(&rig->listen[side], frames);
        for (unsigned t = 0; t < rig->tracks; t++)
            keep(&rig->track[t]->out[side], frames);
    }
    rig->clock += frames;
    if (rig->transport == WB_TRANSPORT_ROLLING)
        rig->position += frames;
}

static inline void run(Rig *rig, int64_t frames)
{
    for (int64_t end = rig->clock + frames; rig->clock < end;)
        run_cycle(rig, (unsigned)MIN((int64_t)rig->block, end - rig->clock));
    wb_mixer_collect(rig->mixer, true);
}

/* As a driver that waits for all to be ready. */
static inline void play_from(Rig *rig, int64_t position)
{
    rig->position = position;
    rig->transport = WB_TRANSPORT_STARTING;
    for (int ms = 0; ms < PATIENCE && !wb_mixer_sync(rig->mixer, position); ms++) {
        g_usleep(1000);
        run_cycle(rig, rig->block);
    }
    rig->transport = WB_TRANSPORT_ROLLING;
}

static inline float sample(const RigPort *port, int64_t clock)
{
    return g_array_index(port->all, float, (guint)clock);
}

/* The sharpest corner of what left a port, from a frame on. */
static inline double sharpest(const RigPort *port, int64_t from, int64_t *where)
{
    double most = 0;
    for (int64_t i = MAX(from, 0) + 1; i + 1 < (int64_t)port->all->len; i++) {
        const double bend = fabs((double)sample(port, i - 1) - 2 * (double)sample(port, i) +
                                 (double)sample(port, i + 1));
        if (bend > most) {
            most = bend;
            *where = i;
        }
    }
    return most;
}

/* players: the test's, freed here, NULL-terminated or NULL. */
static inline void close_rig(Rig *rig, WbPlayer **players)
{
    wb_mixer_arrange(rig->mixer, 0, NULL, NULL);
    for (unsigned t = 0; t < rig->tracks; t++)
        if (rig->track[t]->track)
            free_track(rig, rig->track[t]);
    for (; players && *players; players++)
        wb_mixer_retire(rig->mixer, *players, (GDestroyNotify)wb_player_free);
    wb_mixer_free(rig->mixer);
    wb_prefetch_free(rig->prefetch);
    wb_epoch_free(rig->epoch);
    for (unsigned t = 0; t < rig->tracks; t++) {
        for (int side = 0; side < 2; side++) {
            g_array_unref(rig->track[t]->in[side].all);
            g_array_unref(rig->track[t]->out[side].all);
        }
        g_free(rig->track[t]);
    }
    for (int side = 0; side < 2; side++) {
        g_array_unref(rig->bus[side].all);
        g_array_unref(rig->listen[side].all);
    }
    g_free(rig);
}
