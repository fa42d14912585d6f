/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the prefetch share; of no use to others. */
#pragma once

#include <pthread.h>

#include "engine/disk/prefetch.h"
#include "engine/disk/roll.h"
#include "engine/disk/stream.h"
#include "engine/rt/thread.h"

#define WB_PREFETCH_THREADS 4
#define WB_ROLL_SLOTS 2
#define WB_NOT_WANTED INT64_MIN

/* A stream and what the threads have to know of it; under the lock. */
typedef struct {
    WbPrefetch *prefetch;
    WbStream *stream;
    WbRoll *roll;
    guint64 disk;
    bool busy;        /* a thread fills it */
    int64_t since;    /* microseconds */
    atomic_bool dead; /* that thread is to give it up */
    int64_t retry_at; /* microseconds; 0 while it can be read */
    char *error;
    guint64 bad_samples, missing_frames; /* when it was last not busy */
} WbFeed;

struct WbPlayer {
    WbPrefetch *prefetch;
    WbTrackReader *clips; /* copied for every stream */
    unsigned channels;
    int64_t offset;
    guint64 disk;
    /* Under the lock; its own stream and the one that takes over from it. */
    WbFeed *feeds[WB_ROLL_SLOTS][2];
    guint64 bad_samples, missing_frames; /* of streams that are gone */
    /* What audio and the control worker find, by the roll's slot. */
    _Atomic(WbStream *) streams[WB_ROLL_SLOTS];
    /* Audio's: */
    uint64_t joined; /* the roll that it has been heard in */
    bool lost;       /* what it was to play last was not there */
    atomic_uint_least64_t underruns, lost_frames;
};

typedef struct {
    WbPrefetch *prefetch;
    WbThread *thread;
    WbFeed *feed; /* that it fills; under the lock */
} WbPrefetchThread;

struct WbPrefetch {
    WbEpoch *epoch;
    double rate;
    WbSpectrum *spectrum;
    WbSignal *work;     /* there may be something to do */
    WbSignal *progress; /* something has been done */
    WbPrefetchThread threads[WB_PREFETCH_THREADS];
    pthread_mutex_t lock; /* never held while a file is read */
    pthread_cond_t ended;
    /* Under the lock: */
    bool quit;
    bool abandoned; /* main has not waited for threads that are stuck */
    unsigned running;
    WbStreamKind kind;
    WbLoop loop;
    unsigned generation; /* of kind and loop */
    uint64_t last_id;
    GPtrArray *players;
    WbRoll *rolls[WB_ROLL_SLOTS];
    GPtrArray *over;                          /* rolls that are, for a while */
    double processor_seconds, processor_read; /* of the threads; until the last reading */
    int64_t read_at;                          /* microseconds; of the last reading */
    /* Between audio and the threads: */
    atomic_int_least64_t wanted; /* position */
    _Atomic(WbRoll *) offered;
    atomic_uint batch; /* frames */
    /* Audio's: */
    WbRoll *claimed, *playing;
    int64_t told; /* stream frame at which the threads were last woken */
};

/* ---- prefetch_rolls.c: thread: the prefetch's or main, under the lock ---- */

/* Brings rolls and streams in line with what audio and main want. */
void wb_prefetch_manage(WbPrefetch *prefetch);

bool wb_roll_is_active(const WbRoll *roll); /* claimed or playing */

/* Takes a player's streams out of a roll; those that are busy go later. */
void wb_player_leave_roll(WbPlayer *player, unsigned slot);

/* Whether a thread has been reading from it for so long that nobody is to wait for it. */
bool wb_disk_is_stalled(const WbPrefetch *prefetch, guint64 disk);

/* Whether it can be read at present, and is to be waited for. */
bool wb_feed_is_readable(const WbFeed *feed);

/* Frees what no thread fills any more; the memory that audio may still read is retired. */
void wb_feed_free(WbFeed *feed);

/* ---- prefetch_thread.c ---- */

/* Thread: a prefetch thread; data is its WbPrefetchThread. */
void wb_prefetch_run(void *data);
