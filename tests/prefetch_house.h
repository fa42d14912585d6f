/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of the prefetch share: one thread that plays main, audio and the control worker.
 */
#pragma once

#include "engine/disk/prefetch.h"

#include "tests/audio_files.h"

#define RATE 48000
#define TICK 960 /* frames */
#define FLOAT_WAV (SF_FORMAT_WAV | SF_FORMAT_FLOAT)
#define PATIENCE 20000 /* ms that a test waits for the prefetch */

/* The test plays all three: main, audio and the control worker. */
typedef struct {
    WbEpoch *epoch;
    WbPrefetch *prefetch;
} House;

static inline House open_house(WbGuard guard)
{
    WbEpoch *epoch = wb_epoch_new();
    return (House){epoch, wb_prefetch_new(RATE, guard, epoch)};
}

static inline void close_house(House *house)
{
    wb_prefetch_free(house->prefetch);
    wb_epoch_free(house->epoch);
}

static inline WbTrackReader *new_reader(const char *path, unsigned channels)
{
    GError *error = NULL;
    WbTrackReader *reader =
        wb_track_reader_new(&(WbClipSpec){.path = path, .gain = 1}, 1, channels, RATE, &error);
    if (!reader)
        fail_msg("%s", error->message);
    return reader;
}

static inline WbPlayer *new_player(const House *house, const char *path)
{
    return wb_player_new(house->prefetch, new_reader(path, 2), 2, 0);
}

static inline const WbRoll *await_roll(const House *house, int64_t position)
{
    const WbRoll *roll = NULL;
    wb_prefetch_request(house->prefetch, position);
    for (int ms = 0; ms < PATIENCE; ms++) {
        if ((roll = wb_prefetch_ready(house->prefetch, position)))
            return roll;
        g_usleep(1000);
    }
    fail_msg("not ready for %" G_GINT64_FORMAT, position);
    return NULL;
}

static inline const WbRoll *play_from(const House *house, int64_t position)
{
    const WbRoll *roll = await_roll(house, position);
    wb_prefetch_take(house->prefetch, roll);
    return roll;
}

/* Waits for what the audio thread of a running server would find there. */
static inline void await_audio(const House *house, WbPlayer *player, const WbRoll *roll, int64_t q,
                               size_t frames, const float *out[2])
{
    (void)house;
    for (int ms = 0; ms < PATIENCE; ms++) {
        if (wb_player_read(player, roll, q, frames, out))
            return;
        g_usleep(1000);
    }
    fail_msg("no audio at %" G_GINT64_FORMAT, q);
}

/* Noise that repeats only after 2^32 frames. */
static inline double noise(gint64 frame, unsigned channel, int rate)
{
    (void)rate;
    uint32_t x = (uint32_t)frame * 2654435761u + channel * 40503u;
    x ^= x >> 15;
    x *= 2246822519u;
    x ^= x >> 13;
    return (double)(float)((double)x / 4294967296.0 - 0.5);
}

static inline double tone(gint64 frame, unsigned channel, int rate)
{
    return 0.5 * sine(channel == 0 ? 200 : 1000, frame, rate);
}
