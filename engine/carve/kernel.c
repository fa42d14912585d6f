/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/carve/kernel.h"

#include <stdlib.h>
#include <string.h>

static bool always(void)
{
    return true;
}

#if defined(__x86_64__)
/* All that the file of the kernel is compiled for. */
static bool has_avx2(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

static bool has_avx512(void)
{
    return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl");
}
#endif

static const struct {
    const WbCarveKernel *kernel;
    bool (*supported)(void);
} kernels[] = {
    {&wb_carve_kernel_c, always},
#if defined(__x86_64__)
    {&wb_carve_kernel_sse2, always},
    {&wb_carve_kernel_avx2, has_avx2},
    {&wb_carve_kernel_avx512, has_avx512},
#endif
};

#define KERNELS (sizeof kernels / sizeof kernels[0])

/* Names of all builds, so that a kernel of another processor family is not called unknown. */
static const char *const known_names[] = {"c", "sse2", "avx2", "avx512"};

const WbCarveKernel *wb_carve_kernel_at(unsigned index)
{
    for (size_t i = 0; i < KERNELS; i++) {
        if (!kernels[i].supported()) {
            continue;
        }
        if (index == 0) {
            return kernels[i].kernel;
        }
        index--;
    }
    return NULL;
}

static WbCarveKernelStatus why_not(const char *name)
{
    for (size_t i = 0; i < sizeof known_names / sizeof known_names[0]; i++) {
        if (strcmp(known_names[i], name) == 0) {
            return WB_CARVE_KERNEL_UNSUPPORTED;
        }
    }
    return WB_CARVE_KERNEL_UNKNOWN;
}

const WbCarveKernel *wb_carve_kernel_named(const char *name, WbCarveKernelStatus *status)
{
    WbCarveKernelStatus result = name != NULL ? why_not(name) : WB_CARVE_KERNEL_AS_ASKED;
    const WbCarveKernel *chosen = &wb_carve_kernel_c;
    for (unsigned i = 0; wb_carve_kernel_at(i) != NULL; i++) {
        chosen = wb_carve_kernel_at(i);
        if (name != NULL && strcmp(chosen->name, name) == 0) {
            result = WB_CARVE_KERNEL_AS_ASKED;
            break;
        }
    }
    if (status != NULL) {
        *status = result;
    }
    return chosen;
}

const WbCarveKernel *wb_carve_kernel_default(WbCarveKernelStatus *status)
{
    const char *name = getenv("WIDEBERTH_KERNEL");
    return wb_carve_kernel_named(name != NULL && name[0] != '\0' ? name : NULL, status);
}
