/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much memory a track takes, as the C library counts what is allocated. */
#pragma once

/* Bytes for one more stereo track at 48 kHz: a live one in the mixer, and one in the offline
 * renderer with its batches, not counting the audio file that is open. NAN where the C library does
 * not count. */
typedef struct {
    double mixer_bytes, renderer_bytes;
} WbBenchMemory;

/* Thread: main, while no other allocates. */
WbBenchMemory wb_bench_memory(void);
