/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Denormal numbers cost a filter up to a hundred times a cycle's budget when a tail decays. Every
 * thread that filters asks for them to be flushed to zero.
 * Thread: any; acts on the calling thread only. */
#pragma once

#if defined(__SSE2__)
#include <immintrin.h>
#endif

/* Results and operands below the normal range become zero from here on (x86: FTZ and DAZ;
 * AArch64: FZ; elsewhere nothing happens). */
static inline void wb_denormals_off(void)
{
#if defined(__SSE2__)
    _mm_setcsr(_mm_getcsr() | 0x8040);
#elif defined(__aarch64__)
    unsigned long control;
    __asm__ volatile("mrs %0, fpcr" : "=r"(control));
    __asm__ volatile("msr fpcr, %0" : : "r"(control | 1ul << 24));
#endif
}
