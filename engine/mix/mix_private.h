/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What mix.c sets up and mix_process.c works on. Thread: see mix.h. */
#pragma once

#include <stdbool.h>

#include "engine/carve/bank.h"
#include "engine/carve/kernel.h"
#include "engine/mix/mix.h"
#include "engine/mix/ramp.h"

/* As many channels as a kernel has lanes. Main looks only at `taken`, audio only at the bank. */
typedef struct {
    WbCarveBank *bank;
    bool taken[WB_CARVE_MAX_LANES];
} WbMixLanes;

struct WbMixStrip {
    unsigned channels;
    WbMixLanes *lanes;
    unsigned lane; /* its first channel's */
    bool fresh;    /* not processed yet: its lanes may hold what another strip left there */
    WbRamp trim, gain[2];
};

typedef struct {
    WbMixLanes *lanes;
    bool settled; /* lanes without a strip are flat */
    size_t tracks;
    size_t track[WB_CARVE_MAX_LANES];
    WbMixStrip *strip[WB_CARVE_MAX_LANES]; /* of the track beside it */
} WbMixGroup;

struct WbMixLayout {
    size_t groups;
    WbMixGroup *group;
};
