/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A mixer to measure: live stereo tracks at 48 kHz, a lead among noise that is carved for it, fed
 * without a driver. Thread: main. */
#pragma once

#include "engine/mix/mixer.h"

typedef struct WbBenchPort WbBenchPort;

typedef struct {
    unsigned tracks;
    WbEpoch *epoch;
    WbPrefetch *prefetch;
    WbMixer *mixer;
    WbMixerTrack **track;
    WbBenchPort *ports; /* two for each track, then the bus */
    float *noise;
} WbBenchMixer;

void wb_bench_mixer_open(WbBenchMixer *bench, unsigned tracks);
void wb_bench_mixer_close(WbBenchMixer *bench);
