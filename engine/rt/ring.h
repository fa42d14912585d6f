/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A ring between two threads, one that writes and one that reads, wait-free on both sides. C11
 * atomics order it on every processor (that of JACK2 before 1.9.22 has no barriers). */
#pragma once

#include <stddef.h>

typedef struct WbRing WbRing;

/* For elements of `size` bytes; holds `capacity` of them at least. Thread: any but audio. */
WbRing *wb_ring_new(size_t size, size_t capacity);
void wb_ring_free(WbRing *ring);

/* Puts in up to `count` elements, as many as there is room for; returns how many.
 * Thread: the one that writes; audio may. */
size_t wb_ring_write(WbRing *ring, const void *elements, size_t count);
size_t wb_ring_writable(const WbRing *ring);

/* Takes out up to `count` elements, as many as there are; returns how many.
 * Thread: the one that reads; audio may. */
size_t wb_ring_read(WbRing *ring, void *elements, size_t count);
size_t wb_ring_readable(const WbRing *ring);
