/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the mixer share: mixer.c and mixer_readings.c (main), mixer_process.c,
 * mixer_tracks.c and mixer_bus.c (audio), mixer_control.c (control worker). Each part says who may
 * touch it. */
#pragma once

#include <stdatomic.h>

#include "engine/hearing/spectrum.h"
#include "engine/hearing/tick.h"
#include "engine/mix/control.h"
#include "engine/mix/delay_line.h"
#include "engine/mix/mix.h"
#include "engine/mix/mixer.h"
#include "engine/mix/ramp.h"
#include "engine/rt/ring.h"
#include "engine/rt/snapshot.h"
#include "engine/rt/thread.h"

/* What main says of a track; immutable once published. */
typedef struct {
    WbMixerTrackSettings user;
    WbGains gains;
    WbDelayLine *line;
    uint64_t serial; /* no two are alike */
} WbTrackState;

/* Where a track's samples come from. */
typedef struct {
    bool live;
    WbPlayer *player;
    const float *input[2]; /* of this cycle, or NULL */
} WbTrackSource;

struct WbMixerTrack {
    unsigned id, channels;
    WbMixStrip *strip;
    _Atomic(WbTrackState *) state;
    /* Audio. */
    const WbTrackState *now; /* the state, during a cycle */
    uint64_t serial;         /* of the state that it follows */
    void *out_port[2];       /* in this cycle and, at its start, in the one before */
    float *out[2];           /* of this cycle, or NULL */
    WbDelayLine *line;
    WbTrackSource source, former; /* what sounds, and what it is faded from */
    bool sounded;                 /* the player did, in the stretch before */
    size_t source_fade;           /* frames that are left of that fade */
    unsigned delay, former_delay;
    size_t delay_fade;
    WbRamp listen;
    float *scratch[3][2];            /* one tick: source, former source, delayed */
    double *strip_out[2], *taken[2]; /* one tick: after the strip, and what the carve took */
    /* Published. */
    _Atomic(WbDelayLine *) heard; /* the line, for the worker */
    _Atomic float input_peak, peak[2];
    _Atomic double cost_ns;
    atomic_uint_least64_t bad_samples;
};

/* What one step of control works with, as large as an arrangement needs. Worker. */
typedef struct {
    WbControl *control;
    size_t tracks;
    unsigned *ids; /* [track] */
    size_t *map;   /* [track] */
    WbStrip *strips;
    float (*power)[2][WB_BANDS];
    float (*cut_db)[WB_BANDS];
    float *alone;     /* [track] loudness */
    double *weighted; /* [track] */
} WbControlSet;

/* An arrangement; immutable but for what is said. */
typedef struct {
    size_t tracks;
    WbMixerTrack **track;
    bool **spares;                      /* [track], or NULL */
    WbMixLayout *layout;                /* audio */
    float *(*input)[2];                 /* audio: [track][channel] of this stretch */
    double *(*strips)[2], *(*taken)[2]; /* [track][side] */
    WbControlSet *set; /* worker: exchanged for the one of before when that is taken over */
    bool taken_over;   /* worker */
    WbCarveCoefficients *targets, *flat; /* [track]; the worker writes targets between a tick's
                                            post and its end, audio reads them at other times */
    uint64_t targets_tick;               /* that the targets are the result of */
    WbSnapshot *hearings;                /* of WbMixerHearing [track] */
} WbArrangement;

typedef struct {
    WbMixerSettings user;
    uint64_t serial;
} WbMixState;

/* What audio asks of the worker. Written by audio while no tick is under way. */
typedef struct {
    uint64_t number;
    bool prepare; /* for a roll that starts at position, else a tick */
    bool lookahead, bypass, centred;
    int64_t clock;    /* up to which delay lines are filled */
    uint64_t roll;    /* id of the roll that plays or is to be prepared; 0: none */
    int64_t position; /* to prepare for */
    uint64_t said;    /* what main had said by then */
    int64_t tick;     /* of the roll, that begins now */
} WbTickOrder;

struct WbMixer {
    double rate;
    unsigned tick_frames;
    size_t fade_frames;
    WbPrefetch *prefetch;
    WbEpoch *epoch;
    WbPortBuffer port_buffer;
    WbCarveDesign *design;
    WbSpectrum *spectrum; /* live */
    WbMix *mix;
    const float *silence; /* one tick */

    /* Main. */
    uint64_t serials;
    GArray *grace; /* of what is retired once fades are over */
    WbThread *worker;

    /* Published by main. */
    _Atomic(WbArrangement *) arrangement;
    _Atomic(WbMixState *) state;
    atomic_bool reset_peaks;
    atomic_uint_least64_t said; /* counts what main has said */

    /* Audio. */
    int64_t clock;      /* frames since the mixer was made */
    int64_t tick_left;  /* frames until the next control tick */
    bool rolling;       /* a roll sounds */
    const WbRoll *roll; /* that sounds */
    int64_t q;          /* its frame */
    size_t tail;        /* frames of its fade-out that are left; then it ends */
    int64_t catch_up;   /* where a roll is to join a transport that did not wait; or -1 */
    uint64_t prepared_roll;
    uint64_t prepared_said;              /* what main had said when it was prepared */
    unsigned renewals;                   /* of that preparation since the transport stood still */
    const WbRoll *claimed;               /* that is ready to be taken */
    bool prepared_targets;               /* the first tick of the roll has its targets already */
    bool shifted;                        /* the ticks have moved: the next comes early */
    float *bus_port[2], *listen_port[2]; /* of this cycle, or NULL */
    bool awaiting;                       /* the number of the order has not been collected */
    unsigned stale;                      /* ticks without news */
    uint64_t mix_serial;
    WbRamp gain, delta, match;
    double *bus[2], *delta_bus[2], *listen_bus[2], *scratch[2]; /* one tick */
    double *meter_block;
    WbTake *take; /* that runs in this cycle, or NULL */
    bool freewheel;

    /* Audio to worker and back. */
    WbTickOrder order;
    WbSignal *ordered, *finished;
    atomic_uint_least64_t posted, done; /* number of the last order, of the last carried out */
    atomic_bool leave;
    _Atomic(const WbRoll *) order_roll; /* that the order is about, for the worker; or NULL */
    _Atomic int64_t published_clock;

    /* Worker. */
    WbControlSet *set;
    WbSpectrumScratch *scratch_spectrum;
    float *window[2];
    unsigned reach;                   /* ticks by which playback timing looks ahead */
    int64_t next_spectrum;            /* tick whose spectra go in next, with lookahead */
    uint64_t control_roll;            /* id of the roll they are of */
    double match_before, match_after; /* slow, K-weighted powers without and with the cuts */
    double k_weight[WB_BANDS];
    _Atomic double match_gain;

    /* Readings. */
    _Atomic int published_transport;
    _Atomic int64_t published_position;
    atomic_uint_least64_t cycles, busy_ns, late_ticks, control_ns, ticks;
    _Atomic double peak_load, longest_seconds;
    _Atomic float bus_peak[2];
    WbRing *bus_ring; /* of pairs of doubles */
};

/* mixer_control.c */
WbControlSet *wb_control_set_new(const WbMixer *mixer, size_t tracks, WbMixerTrack *const track[]);
void wb_control_set_free(WbControlSet *set);
void wb_mixer_work(void *data); /* the worker's function; data is the mixer */

/* mixer_tracks.c: audio */
/* Takes up what main has said of the track, at the start of a cycle of so many frames. */
void wb_mixer_track_follow(WbMixer *mixer, WbMixerTrack *track, unsigned frames);
/* Takes it up without a fade and lets go of all else. */
void wb_mixer_track_settle(WbMixer *mixer, WbMixerTrack *track);
/* mixer_process.c: ends playback and all fades. Main in the audio thread's place, while no cycle
 * comes. */
void wb_mixer_settle(WbMixer *mixer);
/* All tracks through their strips: frames (a tick at most) from `offset` of the cycle on. Fills
 * strips and taken of the arrangement and listen_bus of the mixer. */
void wb_mixer_process_tracks(WbMixer *mixer, WbArrangement *arrangement, size_t offset,
                             size_t frames);
/* mixer_bus.c: audio */
/* The sum of the strips to the bus's and the listening outputs, at `offset` of the cycle. */
void wb_mixer_put_bus(WbMixer *mixer, const WbArrangement *arrangement, size_t offset,
                      size_t frames);
/* To a file of the take that runs. */
void wb_mixer_record(const WbMixer *mixer, WbSink *sink, const double *const samples[2],
                     size_t offset, size_t frames);
/* Nanoseconds of a clock that does not jump. */
uint64_t wb_mixer_now_ns(void);

static inline void wb_raise_peak(_Atomic float *peak, float value)
{
    if (value > atomic_load_explicit(peak, memory_order_relaxed))
        atomic_store_explicit(peak, value, memory_order_relaxed);
}
