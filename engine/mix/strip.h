/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a user sets on one track's strip, and the gains that follow from it.
 * Thread: any; plain values and pure functions. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "engine/hearing/arbiter.h"
#include "engine/hearing/role.h"

/* At and below this a fader is shut. */
#define WB_FADER_SHUT_DB (-120.0)

typedef struct {
    unsigned channels; /* 1 or 2 */
    WbRole role;
    double trim_db;
    bool invert;    /* polarity */
    double gain_db; /* fader */
    double pan;     /* -1 left to 1 right; of a stereo track, the balance */
    bool muted;     /* by its mute or by another track's solo */
    bool carve_bypass;
    double depth_db;        /* its own deepest cut; the role's holds too */
    double low_hz, high_hz; /* where it may be carved */
    const bool *spares;     /* [track] it never yields to; NULL: yields to all */
} WbStrip;

/* A strip of a role at unity gain, in the middle, that may be carved everywhere. */
WbStrip wb_strip_default(unsigned channels, WbRole role);

/* Linear gain of dB; 0 where the fader is shut. */
double wb_gain_of_db(double db);

/* From input to the carve: trim and polarity. */
double wb_strip_trim(const WbStrip *strip);

/* The gains of a strip: linear, before the carve and from it to the left and the right of the bus.
 */
typedef struct {
    double trim, side[2];
} WbGains;

WbGains wb_strip_all_gains(const WbStrip *strip);

/* From the carve to the bus's left and right: fader, pan and mute. A mono track is panned at
 * constant power, 0 dB to either side in the middle (so a plain sum of stems is what it sounds
 * like) and +3.01 dB hard over. A stereo track keeps its near side and loses the far one as a
 * cosine. */
void wb_strip_gains(const WbStrip *strip, double gain[2]);

/* The strip as the arbiter sees it. */
WbArbiterTrack wb_strip_for_arbiter(const WbStrip *strip);
