/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/hearing/masking.h"

#include <glib.h>
#include <math.h>
#include <string.h>

#include "engine/hearing/loudness.h"
#include "engine/hearing/role.h"

#define AVERAGE_SECONDS 1.0
#define HEARD_MASKED 0.06
#define HEARD_CLEAR 0.25
#define HEARD_HYSTERESIS 0.15  /* of a threshold, by which it must be crossed to come back */
#define LOG2_OF_DB 0.33219281F /* of a power, for each dB */
#define SILENT 0.01F /* of 60 dB SPL in a band: a track whose average is lower is silent */

typedef struct {
    float cost[WB_BANDS]; /* loudness, averaged */
    float sum;            /* of them */
    float seconds;
    bool covers;
} Pair;

typedef struct {
    unsigned id;
    WbHeard heard;
    float alone;          /* loudness, averaged */
    float lost;           /* of it, averaged */
    float band[WB_BANDS]; /* of alone */
} Track;

struct WbMasking {
    size_t tracks;
    Track *track;
    Pair *pair;                    /* [masked][masker] */
    float (*excitation)[WB_BANDS]; /* [track] after the cuts */
    float quiet[WB_BANDS];
};

WbMasking *wb_masking_new(void)
{
    WbMasking *masking = g_new0(WbMasking, 1);
    wb_quiet_floor(masking->quiet);
    return masking;
}

void wb_masking_free(WbMasking *masking)
{
    if (!masking)
        return;
    g_free(masking->track);
    g_free(masking->pair);
    g_free(masking->excitation);
    g_free(masking);
}

size_t wb_masking_tracks(const WbMasking *masking)
{
    return masking->tracks;
}

unsigned wb_masking_id(const WbMasking *masking, size_t track)
{
    return masking->track[track].id;
}

size_t wb_masking_find(const WbMasking *masking, unsigned id)
{
    for (size_t t = 0; t < masking->tracks; t++)
        if (masking->track[t].id == id)
            return t;
    return WB_NO_TRACK;
}

static bool same_tracks(const WbMasking *masking, size_t tracks, const unsigned ids[])
{
    if (masking->tracks != tracks)
        return false;
    for (size_t t = 0; t < tracks; t++)
        if (masking->track[t].id != ids[t])
            return false;
    return true;
}

void wb_masking_arrange(WbMasking *masking, size_t tracks, const unsigned ids[])
{
    if (same_tracks(masking, tracks, ids))
        return;
    g_autofree size_t *from = g_new(size_t, MAX(tracks, 1));
    Track *track = g_new0(Track, MAX(tracks, 1));
    Pair *pair = g_new0(Pair, MAX(tracks * tracks, 1));
    for (size_t t = 0; t < tracks; t++) {
        from[t] = wb_masking_find(masking, ids[t]);
        if (from[t] != WB_NO_TRACK)
            track[t] = masking->track[from[t]];
        track[t].id = ids[t];
    }
    for (size_t j = 0; j < tracks; j++)
        for (size_t m = 0; m < tracks; m++)
            if (from[j] != WB_NO_TRACK && from[m] != WB_NO_TRACK)
                pair[j * tracks + m] = masking->pair[from[j] * masking->tracks + from[m]];
    g_free(masking->track);
    g_free(masking->pair);
    g_free(masking->excitation);
    masking->track = track;
    masking->pair = pair;
    masking->excitation = g_malloc0_n(MAX(tracks, 1), sizeof *masking->excitation);
    masking->tracks = tracks;
}

/* Fills the excitations and their sum, quiet included; whether anything sounds. */
static bool excite_all(WbMasking *masking, const float power[][WB_BANDS],
                       const float cut_db[][WB_BANDS], float total[WB_BANDS])
{
    memcpy(total, masking->quiet, sizeof masking->quiet);
    bool sounds = false;
    for (size_t t = 0; t < masking->tracks; t++) {
        float *excitation = masking->excitation[t];
        wb_excite(power[t], excitation);
        for (int b = 0; b < WB_BANDS; b++) {
            if (cut_db[t][b] > 0)
                excitation[b] *= exp2f(-LOG2_OF_DB * cut_db[t][b]);
            total[b] += excitation[b];
            sounds |= excitation[b] > masking->quiet[b];
        }
    }
    return sounds;
}

/* What the others cost a track in each band, for each of their excitation. */
static void price(WbMasking *masking, size_t masked, const float total[WB_BANDS], float keep,
                  float prices[WB_BANDS])
{
    Track *track = &masking->track[masked];
    float alone = 0, lost = 0;
    for (int b = 0; b < WB_BANDS; b++) {
        const float own = masking->excitation[masked][b], quiet = masking->quiet[b];
        const float others = total[b] - own - quiet;
        const float by_itself =
            own > 0 ? wb_partial_loudness(wb_fourth_root(own + quiet), own + quiet, own, quiet) : 0;
        alone += by_itself;
        track->band[b] = keep * track->band[b] + (1 - keep) * by_itself;
        prices[b] = 0;
        if (own <= 0 || others <= 0)
            continue;
        const float amid = wb_partial_loudness(wb_fourth_root(total[b]), total[b], own, quiet);
        const float loss = CLAMP(by_itself - amid, 0, by_itself);
        lost += loss;
        prices[b] = loss / others;
    }
    track->alone = keep * track->alone + (1 - keep) * alone;
    track->lost = keep * track->lost + (1 - keep) * lost;
}

static void step_pair(WbMasking *masking, size_t masked, size_t masker, double seconds, float keep,
                      const float prices[WB_BANDS])
{
    Pair *pair = &masking->pair[masked * masking->tracks + masker];
    const float *excitation = masking->excitation[masker];
    float sum = 0;
    for (int b = 0; b < WB_BANDS; b++) {
        pair->cost[b] = keep * pair->cost[b] + (1 - keep) * prices[b] * excitation[b];
        sum += pair->cost[b];
    }
    pair->sum = sum;
    const Track *track = &masking->track[masked];
    const double share = track->heard == WB_HEARD_SILENT ? 0 : (double)(sum / track->alone);
    const bool covers = share >= (pair->covers ? WB_MASKING_FREES : WB_MASKING_COVERS);
    pair->seconds = covers && pair->covers ? pair->seconds + (float)seconds : 0;
    pair->covers = covers;
}

void wb_masking_step(WbMasking *masking, double seconds, const float power[][WB_BANDS],
                     const float cut_db[][WB_BANDS])
{
    float total[WB_BANDS];
    if (!excite_all(masking, power, cut_db, total))
        return;
    const float keep = (float)exp(-seconds / AVERAGE_SECONDS);
    const float silent = SILENT * wb_loudness_unit();
    for (size_t j = 0; j < masking->tracks; j++) {
        Track *track = &masking->track[j];
        float prices[WB_BANDS];
        price(masking, j, total, keep, prices);
        track->heard = track->alone < silent
                           ? WB_HEARD_SILENT
                           : wb_heard_of(1 - (double)(track->lost / track->alone), track->heard);
        for (size_t m = 0; m < masking->tracks; m++)
            if (m != j)
                step_pair(masking, j, m, seconds, keep, prices);
    }
}

WbMaskingTrack wb_masking_track(const WbMasking *masking, size_t track)
{
    const Track *of = &masking->track[track];
    WbMaskingTrack result = {.heard = of->heard, .clarity = 1, .worst = WB_NO_TRACK};
    if (of->heard == WB_HEARD_SILENT)
        return result;
    result.loudness = (double)(of->alone / wb_loudness_unit());
    result.clarity = CLAMP(1 - (double)(of->lost / of->alone), 0, 1);
    float most = 0;
    for (size_t m = 0; m < masking->tracks; m++) {
        const float cost = masking->pair[track * masking->tracks + m].sum;
        if (cost > most) {
            most = cost;
            result.worst = m;
        }
    }
    return result;
}

WbMaskingPair wb_masking_pair(const WbMasking *masking, size_t masked, size_t masker)
{
    const Pair *pair = &masking->pair[masked * masking->tracks + masker];
    WbMaskingPair result = {.covers = pair->covers, .seconds = (double)pair->seconds};
    for (int b = 1; b < WB_BANDS; b++)
        if (pair->cost[b] > pair->cost[result.worst_band])
            result.worst_band = b;
    const Track *track = &masking->track[masked];
    if (track->heard != WB_HEARD_SILENT)
        result.cost = CLAMP((double)(pair->sum / track->alone), 0, 1);
    return result;
}

void wb_masking_pair_bands(const WbMasking *masking, size_t masked, size_t masker,
                           float cost[WB_BANDS])
{
    const Pair *pair = &masking->pair[masked * masking->tracks + masker];
    const Track *track = &masking->track[masked];
    for (int b = 0; b < WB_BANDS; b++)
        cost[b] = track->heard != WB_HEARD_SILENT ? pair->cost[b] / track->alone : 0;
}

void wb_masking_track_bands(const WbMasking *masking, size_t track, float alone[WB_BANDS])
{
    const Track *of = &masking->track[track];
    for (int b = 0; b < WB_BANDS; b++)
        alone[b] = of->heard != WB_HEARD_SILENT ? of->band[b] / of->alone : 0;
}

WbHeard wb_heard_of(double clarity, WbHeard before)
{
    const double masked = HEARD_MASKED * (1 + (before == WB_HEARD_MASKED ? HEARD_HYSTERESIS : 0));
    const double clear = HEARD_CLEAR * (1 - (before == WB_HEARD_CLEAR ? HEARD_HYSTERESIS : 0));
    if (clarity < masked)
        return WB_HEARD_MASKED;
    return clarity < clear ? WB_HEARD_AUDIBLE : WB_HEARD_CLEAR;
}
