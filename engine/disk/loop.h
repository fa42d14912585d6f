/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A loop. Thread: any; plain values. */
#pragma once

#include <stdint.h>

/* A loop shorter than this, in seconds, is none. */
#define WB_LOOP_SHORTEST 0.1

/* A stretch of the timeline that is played again and again; without one, end is 0. */
typedef struct {
    int64_t start, end; /* frames, end excluded */
} WbLoop;
