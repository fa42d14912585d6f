/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/rt/epoch.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#define CACHE_LINE 64

typedef struct {
    void *object;
    GDestroyNotify release;
    uint_least64_t epoch; /* readers that entered at a later one cannot have seen it */
} Retired;

typedef struct {
    _Alignas(CACHE_LINE) atomic_uint_least64_t entered; /* at this epoch; 0: outside */
} Reader;

struct WbEpoch {
    Reader readers[WB_READERS];
    _Alignas(CACHE_LINE) atomic_uint_least64_t now; /* from 1 on */
    pthread_mutex_t mutex;                          /* of the list; never taken by readers */
    GArray *retired;
};

WbEpoch *wb_epoch_new(void)
{
    WbEpoch *epoch = g_aligned_alloc0(1, sizeof *epoch, CACHE_LINE);
    atomic_init(&epoch->now, 1);
    pthread_mutex_init(&epoch->mutex, NULL);
    epoch->retired = g_array_new(FALSE, FALSE, sizeof(Retired));
    return epoch;
}

void wb_epoch_free(WbEpoch *epoch)
{
    if (!epoch)
        return;
    /* What is released may retire something else. */
    while (wb_epoch_collect(epoch)) {
    }
    g_array_unref(epoch->retired);
    pthread_mutex_destroy(&epoch->mutex);
    g_aligned_free(epoch);
}

/* Sequentially consistent throughout: the store of a reader must be seen before it loads a pointer,
 * the swap of a pointer before the readers are looked at. */
void wb_epoch_enter(WbEpoch *epoch, WbReader reader)
{
    atomic_store(&epoch->readers[reader].entered, atomic_load(&epoch->now));
}

void wb_epoch_leave(WbEpoch *epoch, WbReader reader)
{
    atomic_store_explicit(&epoch->readers[reader].entered, 0, memory_order_release);
}

void wb_epoch_retire(WbEpoch *epoch, void *object, GDestroyNotify release)
{
    if (!object)
        return;
    const Retired retired = {object, release, atomic_fetch_add(&epoch->now, 1)};
    pthread_mutex_lock(&epoch->mutex);
    g_array_append_val(epoch->retired, retired);
    pthread_mutex_unlock(&epoch->mutex);
}

static bool is_free(WbEpoch *epoch, uint_least64_t since)
{
    for (int reader = 0; reader < WB_READERS; reader++) {
        const uint_least64_t entered = atomic_load(&epoch->readers[reader].entered);
        if (entered != 0 && entered <= since)
            return false;
    }
    return true;
}

bool wb_epoch_collect(WbEpoch *epoch)
{
    g_autoptr(GArray) ready = g_array_new(FALSE, FALSE, sizeof(Retired));
    pthread_mutex_lock(&epoch->mutex);
    for (guint i = 0; i < epoch->retired->len;) {
        const Retired retired = g_array_index(epoch->retired, Retired, i);
        if (is_free(epoch, retired.epoch)) {
            g_array_append_val(ready, retired);
            g_array_remove_index(epoch->retired, i);
        } else {
            i++;
        }
    }
    pthread_mutex_unlock(&epoch->mutex);
    for (guint i = 0; i < ready->len; i++) {
        const Retired *retired = &g_array_index(ready, Retired, i);
        retired->release(retired->object);
    }
    pthread_mutex_lock(&epoch->mutex);
    const bool waiting = epoch->retired->len > 0;
    pthread_mutex_unlock(&epoch->mutex);
    return waiting;
}
