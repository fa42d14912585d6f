/* SPDX-License-Identifier: GPL-3.0-or-later */
/* AVX-512: eight lanes, and registers enough for the states and steps of four sections. */
#include <immintrin.h>

#define LANES 8
#define FUSED 4
#define Vec __m512d
#define vec_all(x) _mm512_set1_pd(x)
#define vec_multiply_add(a, b, c) _mm512_fmadd_pd(a, b, c)
#define vec_multiply_subtract(a, b, c) _mm512_fmsub_pd(a, b, c)

static inline void transpose(const __m512d *from, __m512d *to)
{
    /* Frames 0 2 4 6 (even) and 1 3 5 7 (odd) of two channels each. */
    const __m512d even0 = _mm512_unpacklo_pd(from[0], from[1]);
    const __m512d odd0 = _mm512_unpackhi_pd(from[0], from[1]);
    const __m512d even1 = _mm512_unpacklo_pd(from[2], from[3]);
    const __m512d odd1 = _mm512_unpackhi_pd(from[2], from[3]);
    const __m512d even2 = _mm512_unpacklo_pd(from[4], from[5]);
    const __m512d odd2 = _mm512_unpackhi_pd(from[4], from[5]);
    const __m512d even3 = _mm512_unpacklo_pd(from[6], from[7]);
    const __m512d odd3 = _mm512_unpackhi_pd(from[6], from[7]);
    /* Two frames of four channels each; 0x88 takes the blocks 0 and 2 of both, 0xdd 1 and 3. */
    const __m512d low04 = _mm512_shuffle_f64x2(even0, even1, 0x88);
    const __m512d low26 = _mm512_shuffle_f64x2(even0, even1, 0xdd);
    const __m512d high04 = _mm512_shuffle_f64x2(even2, even3, 0x88);
    const __m512d high26 = _mm512_shuffle_f64x2(even2, even3, 0xdd);
    const __m512d low15 = _mm512_shuffle_f64x2(odd0, odd1, 0x88);
    const __m512d low37 = _mm512_shuffle_f64x2(odd0, odd1, 0xdd);
    const __m512d high15 = _mm512_shuffle_f64x2(odd2, odd3, 0x88);
    const __m512d high37 = _mm512_shuffle_f64x2(odd2, odd3, 0xdd);
    to[0] = _mm512_shuffle_f64x2(low04, high04, 0x88);
    to[1] = _mm512_shuffle_f64x2(low15, high15, 0x88);
    to[2] = _mm512_shuffle_f64x2(low26, high26, 0x88);
    to[3] = _mm512_shuffle_f64x2(low37, high37, 0x88);
    to[4] = _mm512_shuffle_f64x2(low04, high04, 0xdd);
    to[5] = _mm512_shuffle_f64x2(low15, high15, 0xdd);
    to[6] = _mm512_shuffle_f64x2(low26, high26, 0xdd);
    to[7] = _mm512_shuffle_f64x2(low37, high37, 0xdd);
}

#include "engine/carve/kernel_template.h"

const WbCarveKernel wb_carve_kernel_avx512 = {.name = "avx512", .lanes = LANES, .process = process};
