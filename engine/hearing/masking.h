/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who masks whom, for people to look at: how much of its loudness each track loses amid the others,
 * to which of them, in which bands, and since when.
 *
 * The loss is that of the arbiter's hearing model (loudness.h): loudness alone less loudness amid
 * all. It depends on the sum of the others' excitation alone, so it is shared among them by what
 * each adds to that sum, band by band: the Aumann-Shapley price, the only shares that add up to the
 * whole loss and treat one track as two halves of it. (What a track would gain if one of several
 * equal maskers fell silent is next to nothing for each of them, and hides them all.)
 *
 * All of it is averaged over about a second of sound; while nothing sounds it stays as it is, so
 * that one can stop and look. Thread: one at a time; wb_masking_arrange() alone allocates. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "engine/hearing/bands.h"

typedef struct WbMasking WbMasking;

typedef enum {
    WB_HEARD_SILENT,  /* it does not sound */
    WB_HEARD_MASKED,  /* hardly anything of it is heard */
    WB_HEARD_AUDIBLE, /* heard, but not followed with ease */
    WB_HEARD_CLEAR,
} WbHeard;

/* A masker covers a track while it costs it this share of its loudness... */
#define WB_MASKING_COVERS 0.10
/* ...until it costs less than this. */
#define WB_MASKING_FREES 0.07

WbMasking *wb_masking_new(void);
void wb_masking_free(WbMasking *masking);

/* The tracks from now on, by their ids; what is known of those that stay is kept. Cheap if they are
 * the same as before. */
void wb_masking_arrange(WbMasking *masking, size_t tracks, const unsigned ids[]);

/* What is heard now; `seconds` have passed since the last time. power [track][band]: mean square
 * on the bus before the carve, both sides together; 0 of what is muted. cut_db [track][band]: what
 * is taken of it, 0 or more. */
void wb_masking_step(WbMasking *masking, double seconds, const float power[][WB_BANDS],
                     const float cut_db[][WB_BANDS]);

size_t wb_masking_tracks(const WbMasking *masking);
unsigned wb_masking_id(const WbMasking *masking, size_t track);
/* WB_NO_TRACK (role.h) if it is none of them. */
size_t wb_masking_find(const WbMasking *masking, unsigned id);

typedef struct {
    WbHeard heard;
    double clarity;  /* share of its loudness alone that is heard, 0..1; 1 if it does not sound */
    double loudness; /* alone; 1 is 60 dB SPL in one band */
    size_t worst;    /* who costs it most, or WB_NO_TRACK */
} WbMaskingTrack;

WbMaskingTrack wb_masking_track(const WbMasking *masking, size_t track);

typedef struct {
    double cost;    /* share of the masked track's loudness, 0..1; all maskers: 1 - clarity */
    int worst_band; /* in which it costs most */
    bool covers;    /* by the thresholds above */
    double seconds; /* of sound, for which it has done so */
} WbMaskingPair;

WbMaskingPair wb_masking_pair(const WbMasking *masking, size_t masked, size_t masker);

/* The cost in each band, as shares of the masked track's whole loudness. */
void wb_masking_pair_bands(const WbMasking *masking, size_t masked, size_t masker,
                           float cost[WB_BANDS]);

/* The track's loudness alone in each band, as shares of the whole: they add up to 1, or are all 0
 * if it does not sound. */
void wb_masking_track_bands(const WbMasking *masking, size_t track, float alone[WB_BANDS]);

/* In words, from a clarity as here or in WbTrackReading; `before` is what it was called last, so
 * that the word does not flicker. Masked: below 0.06, which is a track 4.5 dB below all else in
 * every band; clear: from 0.25, 3.5 dB above. */
WbHeard wb_heard_of(double clarity, WbHeard before);
