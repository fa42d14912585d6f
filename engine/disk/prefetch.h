/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Playback from disk: threads that keep decoded audio and its spectra ahead of the playhead.
 *
 * A *roll* is one uninterrupted run of playback that starts at a frame of the timeline. It counts
 * *stream frames* q: the start's frame plus what has elapsed; they go on where the timeline wraps
 * at the end of a loop. Control ticks of a roll are q / tick_frames. At a time at most one roll
 * plays, and one for another start is prepared or claimed by the audio thread.
 *
 * From the same start samples and spectra are those of the offline driver, bit for bit.
 *
 * The audio thread calls within its section of the epoch (WB_READER_AUDIO), the control worker
 * within its own. It is the audio thread that owns a roll from wb_prefetch_ready() until it asks
 * for another start, takes another or ends it; a roll that is over answers for two seconds more
 * (wb_player_read() and wb_player_spectrum() with false), so that a late control worker may still
 * ask. Nobody but main waits for a lock. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/disk/guard.h"
#include "engine/disk/loop.h"
#include "engine/disk/track_reader.h"
#include "engine/hearing/bands.h"
#include "engine/rt/epoch.h"

typedef struct WbPrefetch WbPrefetch; /* the threads and all players */
typedef struct WbPlayer WbPlayer;     /* one track's clips, played */
typedef struct WbRoll WbRoll;

/* ---- main ---- */

/* At a rate in whole Hz. Starts the threads. */
WbPrefetch *wb_prefetch_new(double rate, WbGuard guard, WbEpoch *epoch);

/* After all players have been freed and the audio thread has let go. Waits three seconds for a read
 * that is under way; a thread that is stuck longer on a stalled disk is left behind. */
void wb_prefetch_free(WbPrefetch *prefetch);

/* What is prepared is prepared again; within a roll that plays, streams made for the new setting
 * take over 0.75 s later, where the audio goes on as if nothing had been. A loop shorter than
 * WB_LOOP_SHORTEST, or one whose end has been passed, is none; end 0 is no loop. */
void wb_prefetch_set_guard(WbPrefetch *prefetch, WbGuard guard);
void wb_prefetch_set_loop(WbPrefetch *prefetch, WbLoop loop);

typedef struct {
    double ahead_seconds;   /* of the player that has least; 0 when nothing plays or is prepared */
    double load;            /* processor time of the threads since the last reading, 1 = one core */
    size_t bytes;           /* memory of all players */
    size_t players, silent; /* how many cannot be read at present */
    guint64 underruns;      /* of all players there are */
} WbPrefetchReading;
void wb_prefetch_reading(WbPrefetch *prefetch, WbPrefetchReading *reading);

/* A track of 1 or 2 channels that sounds `offset` frames later than its clips say (earlier if
 * negative). Takes the reader, which has the same channels. If a roll plays, the player joins it:
 * until then wb_player_read() gives false and counts nothing. */
WbPlayer *wb_player_new(WbPrefetch *prefetch, WbTrackReader *taken, unsigned channels,
                        int64_t offset);

/* After the audio thread has let go; the memory goes with the epoch's next collections. */
void wb_player_free(WbPlayer *player);

/* Whether it has joined the roll that plays now, with a lead, so that audio can turn to it; also
 * true if nothing plays, or if it cannot be read. */
bool wb_player_ready(const WbPlayer *player);

typedef struct {
    double ahead_seconds; /* negative: behind the playhead */
    guint64 underruns;    /* times it fell silent because its audio was not there */
    guint64 lost_frames;  /* for how long, all in all */
    guint64 bad_samples;  /* see track_reader.h; what is read twice counts twice */
    guint64 missing_frames;
    size_t bytes; /* memory */
} WbPlayerReading;
void wb_player_reading(const WbPlayer *player, WbPlayerReading *reading);

/* Why it cannot be read at present, for the user; to be freed. NULL if it can. */
char *wb_player_error(const WbPlayer *player);

/* ---- audio: wait-free ---- */

/* Playback may begin at a position soon. Cheap when it is asked for already. */
void wb_prefetch_request(WbPrefetch *prefetch, int64_t position);

/* The roll that starts there, if every player has a lead of half a second (or cannot be read);
 * else NULL. It is the audio thread's from then on. */
const WbRoll *wb_prefetch_ready(WbPrefetch *prefetch, int64_t position);

/* It plays from now on; the one before is over. Only what wb_prefetch_ready() has returned for the
 * position asked for last. */
void wb_prefetch_take(WbPrefetch *prefetch, const WbRoll *roll);

/* No roll plays any more. */
void wb_prefetch_end(WbPrefetch *prefetch);

/* The audio of a player from q on, at most a tick's frames: out[channel] is set to it, valid until
 * wb_prefetch_played() goes past it. False if it is not all there, which is an underrun unless the
 * player has not joined the roll yet; out is left alone then. */
bool wb_player_read(WbPlayer *player, const WbRoll *roll, int64_t q, size_t frames,
                    const float *out[2]);

/* All frames of the roll that plays before q are done with: there is room for more. */
void wb_prefetch_played(WbPrefetch *prefetch, int64_t q);

/* While freewheeling: waits until all players of the roll that plays have their audio before q and
 * their spectra up to `tick`, which may lie up to 0.8 s past what is played. False if that takes
 * more than 5 s; a player that cannot be read is not waited for. */
bool wb_prefetch_wait(WbPrefetch *prefetch, int64_t q, int64_t tick);

/* ---- any thread that may hold a roll ---- */

int64_t wb_roll_start(const WbRoll *roll);
uint64_t wb_roll_id(const WbRoll *roll); /* from 1 on; never the same again */

/* Timeline frame of stream frame q; it wraps at the end of a loop. */
int64_t wb_roll_position(const WbRoll *roll, int64_t q);

/* ---- control worker ---- */

/* Power of the window centred on a tick of the roll, [channel][band]; a second channel that is not
 * there is silent. The first tick of a roll is the one at or before its start; it hears what lies
 * before the start. False if it is not there (yet), or at guard level Off. */
bool wb_player_spectrum(const WbPlayer *player, const WbRoll *roll, int64_t tick,
                        float power[2][WB_BANDS]);
