/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inner loop of the carve, once per instruction set, and the choice among them.
 *
 * A kernel filters one group: as many channels as it has lanes, one channel per lane. Sections run
 * in series, several of them in one loop over the samples, with coefficients stepped linearly at
 * every sample. Kernels with fused multiply-add (avx2, avx512) give the same bits as each other,
 * those without (c, sse2) do so as well. */
#pragma once

#include "engine/carve/design.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WB_CARVE_MAX_LANES 8

/* A section of a group is this many rows of one double per lane. With u = x + difference:
 *     y = x + mix u,  Q = damping u
 *     difference' = (1 − warp) Q − sum,  sum' = (1 + warp) Q − difference
 * These are the trapezoidal state-variable filter's states s1 and s2 (Simper, Zavalishin) as
 * s1/√warp − s2 and s1/√warp + s2: one operation less, and half the latency from x to y. */
typedef enum {
    WB_CARVE_DIFFERENCE,
    WB_CARVE_SUM,
    WB_CARVE_DAMPING,
    WB_CARVE_MIX,
    WB_CARVE_DAMPING_STEP, /* added to damping before each sample */
    WB_CARVE_MIX_STEP,
    WB_CARVE_ROWS
} WbCarveRow;

/* 1 − warp and 1 + warp of a section, the same for all lanes. */
typedef struct {
    double minus, plus;
} WbCarvePole;

typedef struct {
    double *sections;                 /* [band][row][lane], aligned to a vector */
    const WbCarvePole *poles;         /* [band] */
    unsigned running[WB_CARVE_BANDS]; /* which bands run, ascending */
    unsigned n_running;
    uint32_t lanes; /* bit per lane: its channel is read and written; others are not touched */
    bool ramping;   /* any step is not zero */
} WbCarveRun;

typedef struct WbCarveKernel {
    const char *name;
    unsigned lanes;
    /* In place on planar samples, one pointer per lane. Thread: audio, one at a time per group. */
    void (*process)(const WbCarveRun *run, double *const *channels, size_t frames);
} WbCarveKernel;

typedef enum {
    WB_CARVE_KERNEL_AS_ASKED,
    WB_CARVE_KERNEL_UNKNOWN,     /* no kernel has this name */
    WB_CARVE_KERNEL_UNSUPPORTED, /* this processor, or this build, cannot run it */
} WbCarveKernelStatus;

/* The kernels this processor can run, slowest ("c") first; NULL from their number on.
 * Thread: any. */
const WbCarveKernel *wb_carve_kernel_at(unsigned index);

/* The kernel of this name ("c", "sse2", "avx2", "avx512"); where that cannot be had, or name is
 * NULL, the fastest that can. *status, if not NULL, says which it was. Thread: any. */
const WbCarveKernel *wb_carve_kernel_named(const char *name, WbCarveKernelStatus *status);

/* The same with the name in the environment variable WIDEBERTH_KERNEL. Thread: main. */
const WbCarveKernel *wb_carve_kernel_default(WbCarveKernelStatus *status);

extern const WbCarveKernel wb_carve_kernel_c;
#if defined(__x86_64__)
extern const WbCarveKernel wb_carve_kernel_sse2;
extern const WbCarveKernel wb_carve_kernel_avx2;
extern const WbCarveKernel wb_carve_kernel_avx512;
#endif
