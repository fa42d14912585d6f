/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A transport of our own, for drivers whose server has none or is to be left alone. Main says what
 * it wants; the audio thread takes that up at the start of a cycle. Neither ever waits. */
#pragma once

#include "engine/disk/loop.h"
#include "engine/mix/cycle.h"

typedef struct WbTransport WbTransport;

/* Stopped at 0, without a loop. sync(data, position) is asked by the audio thread, once a cycle
 * while starting and once after a locate while stopped: whether playback could begin there.
 * NULL: always. Thread: main. */
WbTransport *wb_transport_new(bool (*sync)(void *data, int64_t position), void *data);
/* No cycle may run any more. Thread: main. */
void wb_transport_free(WbTransport *transport);

/* Thread: main. */
void wb_transport_play(WbTransport *transport);
void wb_transport_stop(WbTransport *transport);
/* While rolling it starts anew there. Before 0 is 0. */
void wb_transport_locate(WbTransport *transport, int64_t position);
/* Playback from before its end goes on at its start, in the middle of a cycle if need be. From
 * beyond its end it just goes on. An empty loop is none. */
void wb_transport_set_loop(WbTransport *transport, WbLoop loop);

/* Completes a cycle of which `frames` is set: transport, position and loop; then moves on. At least
 * one cycle is STARTING before one is ROLLING, also after a locate. Thread: audio. */
void wb_transport_cycle(WbTransport *transport, WbCycle *cycle);
