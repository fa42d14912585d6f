/* SPDX-License-Identifier: GPL-3.0-or-later */
/* AVX2 with FMA: four lanes. */
#include <immintrin.h>

#define LANES 4
#define FUSED 4
#define Vec __m256d
#define vec_all(x) _mm256_set1_pd(x)
#define vec_multiply_add(a, b, c) _mm256_fmadd_pd(a, b, c)
#define vec_multiply_subtract(a, b, c) _mm256_fmsub_pd(a, b, c)

static inline void transpose(const __m256d *from, __m256d *to)
{
    const __m256d even01 = _mm256_unpacklo_pd(from[0], from[1]);
    const __m256d odd01 = _mm256_unpackhi_pd(from[0], from[1]);
    const __m256d even23 = _mm256_unpacklo_pd(from[2], from[3]);
    const __m256d odd23 = _mm256_unpackhi_pd(from[2], from[3]);
    to[0] = _mm256_permute2f128_pd(even01, even23, 0x20);
    to[1] = _mm256_permute2f128_pd(odd01, odd23, 0x20);
    to[2] = _mm256_permute2f128_pd(even01, even23, 0x31);
    to[3] = _mm256_permute2f128_pd(odd01, odd23, 0x31);
}

#include "engine/carve/kernel_template.h"

const WbCarveKernel wb_carve_kernel_avx2 = {.name = "avx2", .lanes = LANES, .process = process};
