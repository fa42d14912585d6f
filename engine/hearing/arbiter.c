/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/hearing/arbiter.h"

#include <glib.h>
#include <math.h>
#include <string.h>

#include "engine/hearing/loudness.h"
#include "engine/hearing/tick.h"

/* All of it is explained, with what was tried instead, in doc/arbiter.md. */
#define STEP_DB 3.0f          /* depths that are tried */
#define MAX_STEPS 8           /* so that no cut is deeper than 24 dB */
#define CLEAR_SHARE 0.6863f   /* of E^1/4 is the loudness of what lies 20 dB above the rest */
#define LEAD_WEIGHT 0.25      /* times 2^(strength / STRENGTH_DOUBLES) - 1 */
#define STRENGTH_DOUBLES 15.0 /* percent */
#define GATE_CLEAR 0.58       /* leads that keep this share of their loudness need no help */
#define GATE_WIDTH 0.15
#define BAND_GATE_DB 30.0f /* bands this far below the leads' strongest are not theirs */
#define BAND_GATE_WIDTH_DB 6.0f
#define SUPPORT_WEIGHT 0.25 /* of the leads', when background makes room for support */
#define SUPPORT_LOSS 1.3f   /* what a loss costs; background: 1 */
#define DAMAGE_PRICE 20.0f  /* and more for a track that has lost much already */
#define SHARE_FULL 40.0f    /* a track with 1/40 of the masking yields fully */
#define DB_PRICE 0.005f     /* of a dB of cut, in units of 60 dB SPL */
#define CLEAR_SECONDS 0.4
#define DAMAGE_SECONDS 2.0

/* One band of all sounding tracks, leads first, then support, then background. */
typedef struct {
    float *excitation; /* without cuts */
    float *cut;        /* with the cuts that are being tried */
    float *rest;       /* loudness without cuts */
    float *cap;        /* loudness from which a track is clear enough */
    float *share;      /* how fully a track follows its role's cut */
    float *step;       /* what one step of it leaves of the track */
    float *floor;      /* what the deepest cut that the user allows leaves */
    float *loss;       /* what a loss costs */
} Lanes;

struct WbArbiter {
    size_t max_tracks;
    size_t *order;                 /* of the tracks in the lanes */
    size_t begin[WB_ROLES + 1];    /* each role's first place in it */
    float (*excitation)[WB_BANDS]; /* [place] */
    Lanes lanes;
    float *before, *after;           /* [track] loudness of the last tick */
    float *slow_before, *slow_after; /* [track] */
    double slow_heard, slow_alone;   /* of all leads and bands */
    float quiet[WB_BANDS];
    float clear_keep, damage_keep, unit;
};

typedef struct {
    float lead_weight, support_weight; /* of what leads and supports gain in this band */
    float quiet, price;
} Stakes;

WbArbiter *wb_arbiter_new(size_t max_tracks)
{
    WbArbiter *arbiter = g_new0(WbArbiter, 1);
    arbiter->max_tracks = max_tracks;
    arbiter->order = g_new0(size_t, max_tracks);
    arbiter->excitation = g_malloc0_n(max_tracks, sizeof *arbiter->excitation);
    float **const lanes[] = {
        &arbiter->lanes.excitation, &arbiter->lanes.cut,
        &arbiter->lanes.rest,       &arbiter->lanes.cap,
        &arbiter->lanes.share,      &arbiter->lanes.step,
        &arbiter->lanes.floor,      &arbiter->lanes.loss,
        &arbiter->before,           &arbiter->after,
        &arbiter->slow_before,      &arbiter->slow_after,
    };
    for (size_t i = 0; i < G_N_ELEMENTS(lanes); i++)
        *lanes[i] = g_new0(float, max_tracks);
    wb_quiet_floor(arbiter->quiet);
    arbiter->clear_keep = (float)exp(-WB_TICK_SECONDS / CLEAR_SECONDS);
    arbiter->damage_keep = (float)exp(-WB_TICK_SECONDS / DAMAGE_SECONDS);
    arbiter->unit = wb_loudness_unit();
    return arbiter;
}

void wb_arbiter_free(WbArbiter *arbiter)
{
    if (!arbiter)
        return;
    g_free(arbiter->order);
    g_free(arbiter->excitation);
    g_free(arbiter->lanes.excitation);
    g_free(arbiter->lanes.cut);
    g_free(arbiter->lanes.rest);
    g_free(arbiter->lanes.cap);
    g_free(arbiter->lanes.share);
    g_free(arbiter->lanes.step);
    g_free(arbiter->lanes.floor);
    g_free(arbiter->lanes.loss);
    g_free(arbiter->before);
    g_free(arbiter->after);
    g_free(arbiter->slow_before);
    g_free(arbiter->slow_after);
    g_free(arbiter);
}

void wb_arbiter_reset(WbArbiter *arbiter)
{
    memset(arbiter->slow_before, 0, arbiter->max_tracks * sizeof(float));
    memset(arbiter->slow_after, 0, arbiter->max_tracks * sizeof(float));
    arbiter->slow_heard = arbiter->slow_alone = 0;
}

void wb_arbiter_take_over(WbArbiter *arbiter, const WbArbiter *from, size_t tracks,
                          const size_t map[])
{
    for (size_t t = 0; t < tracks; t++) {
        const bool known = map[t] != WB_NO_TRACK;
        arbiter->slow_before[t] = known ? from->slow_before[map[t]] : 0;
        arbiter->slow_after[t] = known ? from->slow_after[map[t]] : 0;
    }
    arbiter->slow_heard = from->slow_heard;
    arbiter->slow_alone = from->slow_alone;
}

static float power_of_db(float db)
{
    return exp2f(db * 0.33219281f); /* log2(10) / 10 */
}

static bool has_power(const float power[WB_BANDS])
{
    float sum = 0;
    for (int b = 0; b < WB_BANDS; b++)
        sum += power[b];
    return sum > 0;
}

/* What is silent is left out: it costs nothing. */
static void line_up(WbArbiter *arbiter, size_t tracks, const WbArbiterTrack track[],
                    const float power[][WB_BANDS])
{
    size_t places = 0;
    for (int role = 0; role < WB_ROLES; role++) {
        arbiter->begin[role] = places;
        for (size_t i = 0; i < tracks; i++)
            if (track[i].sounding && (int)track[i].role == role && has_power(power[i]))
                arbiter->order[places++] = i;
    }
    arbiter->begin[WB_ROLES] = places;
}

static float clamp01(float x)
{
    return MIN(MAX(x, 0), 1);
}

/* Follows how much of the leads' loudness survives, and opens or shuts the gate by it. */
static float clear_gate(WbArbiter *arbiter, const float total[WB_BANDS])
{
    float heard = 0, alone = 0;
    for (size_t i = 0; i < arbiter->begin[WB_ROLE_SUPPORT]; i++) {
        for (int b = 0; b < WB_BANDS; b++) {
            const float own = arbiter->excitation[i][b], quiet = arbiter->quiet[b];
            heard += wb_partial_loudness(wb_fourth_root(total[b]), total[b], own, quiet);
            alone += wb_partial_loudness(wb_fourth_root(own + quiet), own + quiet, own, quiet);
        }
    }
    const double keep = arbiter->clear_keep;
    arbiter->slow_heard = keep * arbiter->slow_heard + (1 - keep) * heard;
    arbiter->slow_alone = keep * arbiter->slow_alone + (1 - keep) * alone;
    if (arbiter->slow_alone <= 0)
        return 0;
    return clamp01((float)((GATE_CLEAR - arbiter->slow_heard / arbiter->slow_alone) / GATE_WIDTH));
}

/* Whether the leads can be heard in quiet, in any band. */
static bool is_heard(const WbArbiter *arbiter, const float leads[WB_BANDS])
{
    for (int b = 0; b < WB_BANDS; b++)
        if (leads[b] > arbiter->quiet[b])
            return true;
    return false;
}

/* What a cut of `steps` leaves of the tracks of a role. */
static void try_depth(const WbArbiter *arbiter, WbRole role, int steps)
{
    const Lanes *lanes = &arbiter->lanes;
    const size_t first = arbiter->begin[role], count = arbiter->begin[role + 1] - first;
    const float *excitation = lanes->excitation + first, *floor = lanes->floor + first;
    const float *step = lanes->step + first;
    float *restrict cut = lanes->cut + first;
    for (size_t i = 0; i < count; i++)
        cut[i] = 1;
    for (int n = 0; n < steps; n++)
        for (size_t i = 0; i < count; i++)
            cut[i] *= step[i];
    for (size_t i = 0; i < count; i++)
        cut[i] = excitation[i] * MAX(cut[i], floor[i]);
}

/* What the cuts in lanes->cut are worth: what those who are protected from `role` gain, less what
 * all who yield lose. */
static float worth(const WbArbiter *arbiter, WbRole role, const Stakes *stakes)
{
    const Lanes *lanes = &arbiter->lanes;
    const float *cut = lanes->cut, *rest = lanes->rest, *cap = lanes->cap, *loss = lanes->loss;
    const size_t *begin = arbiter->begin, end = begin[WB_ROLES];
    const float quiet = stakes->quiet;
    float total = quiet;
    for (size_t i = 0; i < end; i++) /* in their order, as everywhere: uncut, it is the same bits */
        total += cut[i];
    const float whole = wb_fourth_root(total);
    float leads = 0, supports = 0, losses = 0;
#pragma omp simd reduction(+ : leads)
    for (size_t i = 0; i < begin[WB_ROLE_SUPPORT]; i++) {
        const float now = wb_partial_loudness(whole, total, cut[i], quiet);
        leads += MIN(now, cap[i]) - MIN(rest[i], cap[i]);
    }
#pragma omp simd reduction(+ : losses)
    for (size_t i = begin[WB_ROLE_SUPPORT]; i < end; i++) {
        const float now = wb_partial_loudness(whole, total, cut[i], quiet);
        losses += loss[i] * MIN(0.0f, now - rest[i]);
    }
    if (role != WB_ROLE_BACKGROUND)
        return stakes->lead_weight * leads + losses;
#pragma omp simd reduction(+ : supports)
    for (size_t i = begin[WB_ROLE_SUPPORT]; i < begin[WB_ROLE_BACKGROUND]; i++) {
        const float now = wb_partial_loudness(whole, total, cut[i], quiet);
        supports += MAX(0.0f, MIN(now, cap[i]) - MIN(rest[i], cap[i]));
    }
    return stakes->lead_weight * leads + stakes->support_weight * supports + losses;
}

/* The best depth of one role in one band, the other role's being as lanes->cut has it. */
static int best_depth(WbArbiter *arbiter, WbRole role, int max_steps, const Stakes *stakes)
{
    float shares = 0;
    for (size_t i = arbiter->begin[role]; i < arbiter->begin[role + 1]; i++)
        shares += arbiter->lanes.share[i];
    const float price = stakes->price * STEP_DB * sqrtf(shares);
    int best = 0;
    float most = -INFINITY;
    for (int steps = 0; steps <= max_steps; steps++) {
        try_depth(arbiter, role, steps);
        const float value = worth(arbiter, role, stakes) - price * (float)steps;
        if (value > most) {
            most = value;
            best = steps;
        }
    }
    try_depth(arbiter, role, best);
    return best;
}

/* The part of a track's cut that serves others than those it never yields to. */
static float served(const WbArbiter *arbiter, WbRole role, const bool *spares, const Stakes *stakes)
{
    const Lanes *lanes = &arbiter->lanes;
    const size_t *begin = arbiter->begin;
    float total = stakes->quiet, all = 0, wanted = 0;
    for (size_t i = 0; i < begin[WB_ROLES]; i++)
        total += lanes->cut[i];
    const float whole = wb_fourth_root(total);
    for (size_t i = 0; i < begin[role]; i++) {
        const float weight =
            i < begin[WB_ROLE_SUPPORT] ? stakes->lead_weight : stakes->support_weight;
        const float now = wb_partial_loudness(whole, total, lanes->cut[i], stakes->quiet);
        const float gain = weight * MAX(0, MIN(now, lanes->cap[i]) - lanes->rest[i]);
        all += gain;
        if (!spares[arbiter->order[i]])
            wanted += gain;
    }
    return all > 0 ? wanted / all : 0;
}

/* Fills the lanes with one band of all tracks, uncut. */
static void fill_lanes(WbArbiter *arbiter, int band, float total, const WbArbiterTrack track[])
{
    const Lanes *lanes = &arbiter->lanes;
    const float quiet = arbiter->quiet[band], whole = wb_fourth_root(total);
    float maskers = 0;
    for (size_t i = arbiter->begin[WB_ROLE_SUPPORT]; i < arbiter->begin[WB_ROLES]; i++)
        maskers += arbiter->excitation[i][band];
    for (size_t i = 0; i < arbiter->begin[WB_ROLES]; i++) {
        const float own = arbiter->excitation[i][band];
        const size_t t = arbiter->order[i];
        const float slow = arbiter->slow_before[t];
        const float damage = slow > 0 ? MAX(0, 1 - arbiter->slow_after[t] / slow) : 0;
        lanes->excitation[i] = lanes->cut[i] = own;
        lanes->rest[i] = wb_partial_loudness(whole, total, own, quiet);
        lanes->cap[i] = CLEAR_SHARE * wb_fourth_root(own);
        lanes->share[i] = maskers > 0 ? MIN(1, SHARE_FULL * own / maskers) : 0;
        lanes->step[i] = power_of_db(-STEP_DB * lanes->share[i]);
        lanes->floor[i] = power_of_db(-track[t].limit_db[band]);
        lanes->loss[i] =
            (track[t].role == WB_ROLE_SUPPORT ? SUPPORT_LOSS : 1) * (1 + DAMAGE_PRICE * damage);
    }
}

/* The depths of both roles that yield, each found with the other's as it stands, twice over. */
static void search_band(WbArbiter *arbiter, const int max_steps[WB_ROLES], const Stakes *stakes,
                        int steps[WB_ROLES])
{
    for (int round = 0; round < 2; round++) {
        for (int role = WB_ROLE_BACKGROUND; role > WB_ROLE_LEAD; role--)
            steps[role] = best_depth(arbiter, (WbRole)role, max_steps[role], stakes);
    }
}

static void tally(WbArbiter *arbiter, int band)
{
    const Lanes *lanes = &arbiter->lanes;
    float total = arbiter->quiet[band];
    for (size_t i = 0; i < arbiter->begin[WB_ROLES]; i++)
        total += lanes->cut[i];
    const float whole = wb_fourth_root(total);
    for (size_t i = 0; i < arbiter->begin[WB_ROLES]; i++) {
        const size_t t = arbiter->order[i];
        arbiter->before[t] += lanes->rest[i];
        arbiter->after[t] += wb_partial_loudness(whole, total, lanes->cut[i], arbiter->quiet[band]);
    }
}

void wb_arbiter_step(WbArbiter *arbiter, const WbArbiterSettings *settings, size_t tracks,
                     const WbArbiterTrack track[], const float power[][WB_BANDS],
                     float cut_db[][WB_BANDS])
{
    line_up(arbiter, tracks, track, power);
    memset(cut_db, 0, tracks * sizeof *cut_db);
    memset(arbiter->before, 0, tracks * sizeof(float));
    memset(arbiter->after, 0, tracks * sizeof(float));

    const size_t *begin = arbiter->begin;
    float total[WB_BANDS], leads[WB_BANDS] = {0}, strongest = 0;
    memcpy(total, arbiter->quiet, sizeof total);
    for (size_t i = 0; i < begin[WB_ROLES]; i++) {
        wb_excite(power[arbiter->order[i]], arbiter->excitation[i]);
        for (int b = 0; b < WB_BANDS; b++) {
            total[b] += arbiter->excitation[i][b];
            if (i < begin[WB_ROLE_SUPPORT])
                leads[b] += arbiter->excitation[i][b];
        }
    }
    for (int b = 0; b < WB_BANDS; b++)
        strongest = MAX(strongest, leads[b]);

    const bool protect = settings->strength_percent > 0 && is_heard(arbiter, leads);
    const float weight =
        protect ? (float)(LEAD_WEIGHT * (exp2(settings->strength_percent / STRENGTH_DOUBLES) - 1))
                : 0;
    const float lead_weight = weight * clear_gate(arbiter, total);
    int max_steps[WB_ROLES] = {0};
    for (int role = WB_ROLE_SUPPORT; role < WB_ROLES && weight > 0; role++)
        max_steps[role] = CLAMP((int)(settings->depth_db[role] / (double)STEP_DB), 0, MAX_STEPS);

    for (int b = 0; b < WB_BANDS; b++) {
        const float below = strongest > 0 ? 10 * log10f(leads[b] / strongest) : -INFINITY;
        const Stakes stakes = {
            .lead_weight = lead_weight * clamp01((below + BAND_GATE_DB) / BAND_GATE_WIDTH_DB),
            .support_weight = (float)SUPPORT_WEIGHT * weight,
            .quiet = arbiter->quiet[b],
            .price = DB_PRICE * arbiter->unit,
        };
        fill_lanes(arbiter, b, total[b], track);
        int depth[WB_ROLES] = {0};
        search_band(arbiter, max_steps, &stakes, depth);
        tally(arbiter, b);
        for (size_t i = begin[WB_ROLE_SUPPORT]; i < begin[WB_ROLES]; i++) {
            const size_t t = arbiter->order[i];
            const int steps = depth[track[t].role];
            if (steps == 0)
                continue;
            const float wanted = STEP_DB * (float)steps * arbiter->lanes.share[i];
            cut_db[t][b] = MIN(wanted, track[t].limit_db[b]);
            if (track[t].spares)
                cut_db[t][b] *= served(arbiter, track[t].role, track[t].spares, &stakes);
        }
    }

    const float keep = arbiter->damage_keep;
    for (size_t i = 0; i < begin[WB_ROLES]; i++) {
        const size_t t = arbiter->order[i];
        arbiter->slow_before[t] += (1 - keep) * (arbiter->before[t] - arbiter->slow_before[t]);
        arbiter->slow_after[t] += (1 - keep) * (arbiter->after[t] - arbiter->slow_after[t]);
    }
}

void wb_arbiter_loudness(const WbArbiter *arbiter, size_t track, double *before, double *after)
{
    *before = arbiter->before[track] / arbiter->unit;
    *after = arbiter->after[track] / arbiter->unit;
}

void wb_arbiter_loudness_alone(const WbArbiter *arbiter, size_t tracks, float alone[])
{
    memset(alone, 0, tracks * sizeof *alone);
    for (size_t i = 0; i < arbiter->begin[WB_ROLES]; i++) {
        float sum = 0;
        for (int b = 0; b < WB_BANDS; b++) {
            const float own = arbiter->excitation[i][b], quiet = arbiter->quiet[b];
            sum += wb_partial_loudness(wb_fourth_root(own + quiet), own + quiet, own, quiet);
        }
        alone[arbiter->order[i]] = sum / arbiter->unit;
    }
}
