/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/rt/ring.h"

#include <glib.h>
#include <stdatomic.h>
#include <string.h>

#include "engine/rt/memory.h"

#define CACHE_LINE 64

/* Both places only grow; their difference is what the ring holds. The padding is wanted: neither
 * side's writing is to throw out the other's line. */
struct WbRing { /* NOLINT(clang-analyzer-optin.performance.Padding) */
    size_t size, mask;
    char *memory;
    _Alignas(CACHE_LINE) atomic_size_t written;
    _Alignas(CACHE_LINE) atomic_size_t read;
};

WbRing *wb_ring_new(size_t size, size_t capacity)
{
    WbRing *ring = g_aligned_alloc0(1, sizeof *ring, CACHE_LINE);
    size_t elements = 1;
    while (elements < capacity)
        elements *= 2;
    ring->size = size;
    ring->mask = elements - 1;
    ring->memory = wb_memory_new(elements, size);
    return ring;
}

void wb_ring_free(WbRing *ring)
{
    if (!ring)
        return;
    g_free(ring->memory);
    g_aligned_free(ring);
}

/* How much of `count` elements from place `at` on lies before the end of the memory. */
static size_t until_end(const WbRing *ring, size_t at, size_t count)
{
    return MIN(count, ring->mask + 1 - (at & ring->mask));
}

size_t wb_ring_write(WbRing *ring, const void *elements, size_t count)
{
    const size_t written = atomic_load_explicit(&ring->written, memory_order_relaxed);
    const size_t room = wb_ring_writable(ring); /* once: it grows meanwhile */
    count = MIN(count, room);
    const size_t first = until_end(ring, written, count);
    memcpy(ring->memory + (written & ring->mask) * ring->size, elements, first * ring->size);
    memcpy(ring->memory, (const char *)elements + first * ring->size, (count - first) * ring->size);
    atomic_store_explicit(&ring->written, written + count, memory_order_release);
    return count;
}

size_t wb_ring_writable(const WbRing *ring)
{
    const size_t written = atomic_load_explicit(&ring->written, memory_order_relaxed);
    return ring->mask + 1 - (written - atomic_load_explicit(&ring->read, memory_order_acquire));
}

size_t wb_ring_read(WbRing *ring, void *elements, size_t count)
{
    const size_t read = atomic_load_explicit(&ring->read, memory_order_relaxed);
    const size_t held = wb_ring_readable(ring); /* once: it grows meanwhile */
    count = MIN(count, held);
    const size_t first = until_end(ring, read, count);
    memcpy(elements, ring->memory + (read & ring->mask) * ring->size, first * ring->size);
    memcpy((char *)elements + first * ring->size, ring->memory, (count - first) * ring->size);
    atomic_store_explicit(&ring->read, read + count, memory_order_release);
    return count;
}

size_t wb_ring_readable(const WbRing *ring)
{
    const size_t read = atomic_load_explicit(&ring->read, memory_order_relaxed);
    return atomic_load_explicit(&ring->written, memory_order_acquire) - read;
}
