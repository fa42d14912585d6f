/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory that the audio thread writes to. The system gives fresh memory to a program only when it
 * is first written to, page by page, which takes some microseconds each and may wait: where many
 * rings come to a new page in the same cycle, longer than the cycle has. */
#pragma once

#include <glib.h>
#include <string.h>

/* All zero and present; for g_free(). Thread: any but audio. */
static inline void *wb_memory_new(size_t count, size_t size)
{
    void *memory = g_malloc_n(count, size);
    if (memory)
        memset(memory, 0, count * size);
    return memory;
}
