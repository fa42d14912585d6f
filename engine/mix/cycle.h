/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a driver tells the mixer of each cycle. Thread: audio; plain values. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* The longest cycle that any driver may have, frames. */
#define WB_CYCLE_MAX_FRAMES 8192

typedef enum {
    WB_TRANSPORT_STOPPED,
    WB_TRANSPORT_STARTING, /* about to roll, as soon as all are ready (slow sync) */
    WB_TRANSPORT_ROLLING,
} WbTransportState;

typedef struct {
    unsigned frames; /* 1 to WB_CYCLE_MAX_FRAMES */
    WbTransportState transport;
    int64_t position; /* on the timeline, of the cycle's first frame */
    bool freewheel;   /* as fast as it goes: wait for whom there is to wait */
} WbCycle;
