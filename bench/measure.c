/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/measure.h"

#include <glib.h>
#include <stdlib.h>
#include <time.h>

double wb_bench_now_ns(void)
{
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return 1e9 * (double)time.tv_sec + (double)time.tv_nsec;
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a;
    const double y = *(const double *)b;
    return (x > y) - (x < y);
}

double wb_bench_median(double values[], size_t count)
{
    qsort(values, count, sizeof values[0], compare);
    return values[count / 2];
}

WbStrip wb_bench_strip(size_t track)
{
    static const WbRole roles[8] = {WB_ROLE_LEAD,       WB_ROLE_SUPPORT,    WB_ROLE_SUPPORT,
                                    WB_ROLE_BACKGROUND, WB_ROLE_BACKGROUND, WB_ROLE_BACKGROUND,
                                    WB_ROLE_BACKGROUND, WB_ROLE_BACKGROUND};
    WbStrip strip = wb_strip_default(2, roles[track % 8]);
    strip.gain_db = -(double)(track % 5);
    return strip;
}

void wb_bench_noise(unsigned seed, float samples[], size_t count)
{
    const double peak = 0.1 * 1.7320508; /* of even noise with an RMS of 0.1 */
    GRand *random = g_rand_new_with_seed(seed);
    for (size_t i = 0; i < count; i++)
        samples[i] = (float)g_rand_double_range(random, -peak, peak);
    g_rand_free(random);
}
