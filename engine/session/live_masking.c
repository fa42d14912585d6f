/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "engine/session/live_private.h"

#define STEP_US 100000 /* how often it is worth looking */
#define LONGEST_US 1000000

/* What is heard of a track now; all 0 if it is not. */
static void hear(const WbLive *live, const WbLiveTrack *track, float power[WB_BANDS],
                 float cut_db[WB_BANDS])
{
    WbMixerHearing hearing;
    memset(power, 0, WB_BANDS * sizeof *power);
    memset(cut_db, 0, WB_BANDS * sizeof *cut_db);
    if (!track || !track->mixer || track->settings.strip.muted ||
        !wb_mixer_track_hearing(live->mixer, track->mixer, &hearing))
        return;
    memcpy(power, hearing.power, sizeof hearing.power);
    if (!live->settings.bypass)
        memcpy(cut_db, hearing.cut_db, sizeof hearing.cut_db);
}

const WbMasking *wb_live_masking(WbLive *live)
{
    const size_t tracks = live->session->tracks->len;
    if (!live->masking)
        live->masking = wb_masking_new();
    g_autofree unsigned *ids = g_new(unsigned, tracks + 1);
    for (size_t t = 0; t < tracks; t++)
        ids[t] = ((const WbTrack *)live->session->tracks->pdata[t])->id;
    wb_masking_arrange(live->masking, tracks, ids);

    const gint64 now = g_get_monotonic_time(), passed = now - live->masking_looked;
    /* With everything from disk, nobody listens while the transport stands: what is known of the
     * tracks is of the moment when it stopped. */
    const bool stands = live->settings.lookahead && live->transport != WB_TRANSPORT_ROLLING;
    if (!live->mixer || passed < STEP_US)
        return live->masking;
    live->masking_looked = now;
    if (stands)
        return live->masking;
    g_autofree float *heard = g_new(float, 2 * WB_BANDS * tracks + 1);
    float(*power)[WB_BANDS] = (float(*)[WB_BANDS])heard;
    float(*cut_db)[WB_BANDS] = power + tracks;
    for (size_t t = 0; t < tracks; t++)
        hear(live, wb_live_track(live, ids[t]), power[t], cut_db[t]);
    wb_masking_step(live->masking, (double)MIN(passed, LONGEST_US) / G_USEC_PER_SEC,
                    (const float(*)[WB_BANDS])power, (const float(*)[WB_BANDS])cut_db);
    return live->masking;
}
