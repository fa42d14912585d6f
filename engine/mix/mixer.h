/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The mixer that runs in real time: tracks from ports and from disk, through the carve, to the bus.
 *
 * Main makes tracks, says what each is to do, and arranges them; the audio thread takes over what
 * was said at the start of a cycle. What is replaced is retired (engine/rt/epoch.h). A thread of
 * the mixer's own, the control worker, hears all tracks and decides on the carves, a control tick
 * at a time.
 *
 * Two kinds of control, by WbMixerSettings.lookahead. With it, all that sounds comes from disk and
 * the carve is that of an offline render, bit for bit, from wherever playback began. Without it, it
 * is decided two ticks late, as live inputs want it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/disk/prefetch.h"
#include "engine/disk/recorder.h"
#include "engine/hearing/arbiter.h"
#include "engine/mix/cycle.h"
#include "engine/mix/strip.h"
#include "engine/mix/take.h"
#include "engine/rt/epoch.h"

typedef struct WbMixer WbMixer;
typedef struct WbMixerTrack WbMixerTrack;

/* The samples of a driver's port in this cycle, or NULL: not connected. Thread: audio. */
typedef float *(*WbPortBuffer)(void *port, unsigned frames);

/* ---- set-up: thread main ---- */

/* prefetch and epoch are borrowed and must outlive the mixer. */
WbMixer *wb_mixer_new(double rate, WbPrefetch *prefetch, WbEpoch *epoch, WbPortBuffer port_buffer);
/* No cycle may be running or come any more. */
void wb_mixer_free(WbMixer *mixer);

/* Priority of the control worker, 0 for none; false if the system refuses it. */
bool wb_mixer_set_priority(WbMixer *mixer, int priority);

/* What a track is to do. Ports, player and sinks are borrowed: before they are freed, the track is
 * told to do without, and they are retired by wb_mixer_retire(). */
typedef struct {
    WbStrip strip;        /* but for its spares: see wb_mixer_arrange() */
    bool live;            /* its input sounds, else its player does */
    WbPlayer *player;     /* or NULL */
    unsigned delay;       /* frames by which it sounds later than it came */
    bool listen;          /* on the listening output, before the fader */
    void *in[2], *out[2]; /* ports, or NULL */
    const WbTake *take;   /* that these two belong to, or NULL */
    WbSink *input, *carved;
} WbMixerTrackSettings;

/* In no arrangement yet. fade_in: begins at silence when it is in one. */
WbMixerTrack *wb_mixer_track_new(WbMixer *mixer, unsigned id, const WbMixerTrackSettings *settings,
                                 bool fade_in);
void wb_mixer_track_set(WbMixer *mixer, WbMixerTrack *track, const WbMixerTrackSettings *settings);
/* It must be in no arrangement any more; freed as soon as nobody works on it. */
void wb_mixer_track_free(WbMixer *mixer, WbMixerTrack *track);

typedef struct {
    WbArbiterSettings arbiter;
    double gain;    /* of the bus, factor */
    bool lookahead; /* no track is on the live path, and spectra are made ahead */
    bool centred;   /* spectra of players are made ahead */
    bool bypass;    /* nothing is carved, but all else goes on */
    bool delta;     /* the output is what is taken away */
    bool match;     /* when bypassed, the output has the loudness that the carve would leave */
    bool standby;   /* playback will soon jump to standby_position */
    int64_t standby_position;
    void *bus[2], *listen[2]; /* ports, or NULL */
    WbTake *take;             /* or NULL; borrowed like the tracks' sinks */
} WbMixerSettings;

void wb_mixer_set(WbMixer *mixer, const WbMixerSettings *settings);

/* The tracks that sound, in the order of the sum. spares[track], if spares and it are not NULL:
 * [track] whom it never yields to; copied. */
void wb_mixer_arrange(WbMixer *mixer, size_t tracks, WbMixerTrack *const track[],
                      const bool *const *spares);

/* Frees an object once no fade can need it any more. */
void wb_mixer_retire(WbMixer *mixer, void *object, GDestroyNotify release);
/* To be called now and then; frees what may be. running: whether cycles come; if not, playback
 * ends, fades are over, and all that has been retired is freed. */
void wb_mixer_collect(WbMixer *mixer, bool running);

/* ---- drivers: thread audio ---- */

void wb_mixer_process(WbMixer *mixer, const WbCycle *cycle);
/* Whether playback could begin at position in the next cycle; asks for it if not. */
bool wb_mixer_sync(WbMixer *mixer, int64_t position);

/* ---- readings: thread main ---- */

typedef struct {
    float input_peak, peak[2]; /* highest sample since the last reading; full scale 1 */
    double cost_ns;            /* of the audio thread for each second of sound, estimated */
    size_t bytes;              /* of memory for this track in the mixer */
    uint64_t bad_samples;      /* that came in and were no numbers: silenced */
} WbMixerMeter;

WbMixerMeter wb_mixer_track_meter(WbMixerTrack *track);

/* Of the last control tick. */
typedef struct {
    float power[WB_BANDS];  /* on the bus, before the carve: mean square, both sides together */
    float cut_db[WB_BANDS]; /* that is taken of it; 0 while the mix is bypassed */
    double loudness_before, loudness_after, loudness_alone; /* see wb_arbiter_loudness() */
    double weighted_power; /* K-weighted mean square on the bus after the carve, over 0.4 s */
} WbMixerHearing;

/* False if it was not heard at the last tick. */
bool wb_mixer_track_hearing(WbMixer *mixer, const WbMixerTrack *track, WbMixerHearing *hearing);

typedef struct {
    WbTransportState transport;
    int64_t position;
    uint64_t cycles;
    double peak_load; /* highest share of a cycle's time since the last reset */
    double longest_cycle_seconds;
    double control_load; /* share of a tick's time that the control worker took, mean */
    uint64_t late_ticks;
    float peak[2];   /* of the bus since the last reading */
    double match_db; /* gain of the loudness match */
} WbMixerReading;

void wb_mixer_read(WbMixer *mixer, WbMixerReading *reading);

/* Frames since the mixer was made, up to the end of the last cycle. */
int64_t wb_mixer_clock(const WbMixer *mixer);

/* Since the mixer was made: time that the audio thread has worked, and sound that it made. */
typedef struct {
    double busy_seconds, sound_seconds;
} WbMixerTotals;

WbMixerTotals wb_mixer_totals(const WbMixer *mixer);
void wb_mixer_reset_peaks(WbMixer *mixer);

/* Takes up to `frames` frames of the bus, left and right interleaved, that have not been taken yet;
 * returns how many. */
size_t wb_mixer_read_bus(WbMixer *mixer, double *samples, size_t frames);
