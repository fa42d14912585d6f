/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SSE2: two lanes, products and sums rounded apart. Any x86-64 processor runs it. */
#include <emmintrin.h>

#define LANES 2
#define FUSED 4
#define Vec __m128d
#define vec_all(x) _mm_set1_pd(x)
#define vec_multiply_add(a, b, c) ((a) * (b) + (c))
#define vec_multiply_subtract(a, b, c) ((a) * (b) - (c))

static inline void transpose(const __m128d *from, __m128d *to)
{
    to[0] = _mm_unpacklo_pd(from[0], from[1]);
    to[1] = _mm_unpackhi_pd(from[0], from[1]);
}

#include "engine/carve/kernel_template.h"

const WbCarveKernel wb_carve_kernel_sse2 = {.name = "sse2", .lanes = LANES, .process = process};
