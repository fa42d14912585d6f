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
