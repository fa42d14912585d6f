/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/disk/roll.h"

#include <glib.h>
#include <math.h>

struct WbRollPiece {
    int64_t from;     /* stream frame */
    int64_t position; /* timeline frame of it */
    WbLoop loop;      /* end is 0 if it is none, or if the piece starts behind it */
    _Atomic(WbRollPiece *) next;
};

static WbRollPiece *new_piece(const WbRoll *roll, int64_t from, int64_t position, WbLoop loop)
{
    WbRollPiece *piece = g_new0(WbRollPiece, 1);
    piece->from = from;
    piece->position = position;
    if (loop.end - loop.start >= roll->shortest_loop && position < loop.end)
        piece->loop = loop;
    atomic_init(&piece->next, NULL);
    return piece;
}

WbRoll *wb_roll_new(uint64_t id, unsigned slot, int64_t start, double rate, WbLoop loop)
{
    WbRoll *roll = g_new0(WbRoll, 1);
    roll->id = id;
    roll->slot = slot;
    roll->start = start;
    roll->fade = llrint(rate * WB_LOOP_FADE);
    roll->shortest_loop = llrint(rate * WB_LOOP_SHORTEST);
    roll->first = new_piece(roll, start, start, loop);
    atomic_init(&roll->head, roll->first);
    atomic_init(&roll->state, WB_ROLL_PREPARING);
    atomic_init(&roll->played, start);
    atomic_init(&roll->complete_frame, start);
    atomic_init(&roll->complete_tick, INT64_MIN);
    return roll;
}

void wb_roll_free(void *roll)
{
    for (WbRollPiece *piece = ((WbRoll *)roll)->first; piece;) {
        WbRollPiece *next = atomic_load(&piece->next);
        g_free(piece);
        piece = next;
    }
    g_free(roll);
}

static WbRollPiece *next_of(const WbRollPiece *piece)
{
    return atomic_load_explicit(&piece->next, memory_order_acquire);
}

static WbRollPiece *piece_at(const WbRoll *roll, int64_t q)
{
    WbRollPiece *piece = atomic_load_explicit(&roll->head, memory_order_acquire);
    for (WbRollPiece *next; (next = next_of(piece)) && q >= next->from;)
        piece = next;
    return piece;
}

static int64_t position_in(const WbRollPiece *piece, int64_t q)
{
    const int64_t position = piece->position + (q - piece->from);
    const WbLoop *loop = &piece->loop;
    if (loop->end == 0 || position < loop->end)
        return position;
    return loop->start + (position - loop->end) % (loop->end - loop->start);
}

int64_t wb_roll_position(const WbRoll *roll, int64_t q)
{
    return position_in(piece_at(roll, q), q);
}

static bool is_fading(const WbRoll *roll, const WbLoop *loop, int64_t position)
{
    return loop->end != 0 && position < loop->end && position >= loop->end - roll->fade;
}

int64_t wb_roll_find_splice(const WbRoll *roll, int64_t q, unsigned tick_frames, WbLoop loop)
{
    const int64_t frames = tick_frames;
    int64_t tick = (q + frames - 1) / frames;
    /* A fade is shorter than a tick, so one of few ticks is free of both. */
    for (int tries = 0; tries < 4; tries++, tick++) {
        const WbRollPiece *piece = piece_at(roll, tick * frames);
        const int64_t position = position_in(piece, tick * frames);
        if (!is_fading(roll, &piece->loop, position) && !is_fading(roll, &loop, position))
            break;
    }
    return tick * frames;
}

void wb_roll_set_loop(WbRoll *roll, int64_t q, WbLoop loop)
{
    WbRollPiece *last = piece_at(roll, q);
    WbRollPiece *piece = new_piece(roll, q, position_in(last, q), loop);
    /* What is played or read now lies in the last piece already. */
    atomic_store_explicit(&roll->head, last, memory_order_release);
    atomic_store_explicit(&last->next, piece, memory_order_release);
}

WbStretch wb_roll_stretch(const WbRoll *roll, int64_t q, size_t most)
{
    const WbRollPiece *piece = piece_at(roll, q);
    const WbRollPiece *next = next_of(piece);
    WbStretch stretch = {.frames = most, .position = position_in(piece, q)};
    int64_t end = INT64_MAX;
    if (next)
        end = next->from - q;
    if (piece->loop.end != 0) {
        const int64_t left = piece->loop.end - stretch.position;
        stretch.fading = left <= roll->fade;
        stretch.lead_in = piece->loop.start - left;
        stretch.faded = roll->fade - left;
        end = MIN(end, stretch.fading ? left : left - roll->fade);
    }
    stretch.frames = (size_t)MIN((int64_t)most, end);
    return stretch;
}

double wb_roll_fade(const WbRoll *roll, int64_t frame)
{
    const double rise = sin(G_PI_2 * ((double)frame + 0.5) / (double)roll->fade);
    return rise * rise;
}
