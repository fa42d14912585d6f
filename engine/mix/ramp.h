/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A gain that reaches a new value on a straight line, sample by sample.
 * Thread: the one that processes. */
#pragma once

#include <stddef.h>

typedef struct {
    double now, target, step;
    size_t left; /* frames until the target */
} WbRamp;

static inline void wb_ramp_start(WbRamp *ramp, double value)
{
    *ramp = (WbRamp){.now = value, .target = value};
}

/* From where it is to target within frames (1 or more); nothing if it is on its way there. */
static inline void wb_ramp_aim(WbRamp *ramp, double target, size_t frames)
{
    if (target == ramp->target)
        return;
    ramp->target = target;
    ramp->step = (target - ramp->now) / (double)frames;
    ramp->left = frames;
}

/* The gain of the next sample. */
static inline double wb_ramp_next(WbRamp *ramp)
{
    if (ramp->left > 0) {
        ramp->now += ramp->step;
        if (--ramp->left == 0)
            ramp->now = ramp->target;
    }
    return ramp->now;
}
