/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "src/explain.h"

#include <glib/gi18n.h>
#include <stdlib.h>

#include "engine/hearing/bands.h"
#include "src/report.h"

/* A change of loudness that is worth a word. */
#define AUDIBLE_PERCENT 1.0
/* A track gets a line of its own if it bore at least this share of all cuts ... */
#define NOTABLE_SHARE 0.03
/* ... and if one band of it was cut by this much on average. */
#define NOTABLE_CUT_DB 0.5
/* Where a track gave way: the bands with at least this part of its deepest mean cut. */
#define REGION_PART 0.5
#define MAX_REGIONS 2

/* Bands first..last of one track that gave way together. */
typedef struct {
    int first, last;
    double cut_db; /* mean, summed over the bands */
} Region;

typedef struct {
    const WbTrack *track;
    const WbOfflineTrack *done;
    double share;
} Yield;

static double deepest_mean(const WbOfflineTrack *done)
{
    double deepest = 0;
    for (int b = 0; b < WB_BANDS; b++)
        deepest = MAX(deepest, done->mean_cut_db[b]);
    return deepest;
}

static bool was_cut(const WbOfflineTrack *done)
{
    for (int b = 0; b < WB_BANDS; b++)
        if (done->max_cut_db[b] > 0)
            return true;
    return false;
}

static int most_cut_first(const void *a, const void *b)
{
    const double x = ((const Region *)a)->cut_db, y = ((const Region *)b)->cut_db;
    return (x < y) - (x > y);
}

static int lowest_first(const void *a, const void *b)
{
    return ((const Region *)a)->first - ((const Region *)b)->first;
}

/* The regions of the largest cuts, in order of frequency; returns how many. */
static int find_regions(const WbOfflineTrack *done, Region regions[WB_BANDS])
{
    const double threshold = REGION_PART * deepest_mean(done);
    int count = 0;
    for (int b = 0; b < WB_BANDS; b++) {
        if (done->mean_cut_db[b] < threshold)
            continue;
        if (count == 0 || regions[count - 1].last != b - 1)
            regions[count++] = (Region){.first = b};
        regions[count - 1].last = b;
        regions[count - 1].cut_db += done->mean_cut_db[b];
    }
    qsort(regions, (size_t)count, sizeof *regions, most_cut_first);
    count = MIN(count, MAX_REGIONS);
    qsort(regions, (size_t)count, sizeof *regions, lowest_first);
    return count;
}

static char *range_text(const Region *region)
{
    const double low = wb_band_edge_hz[region->first];
    const double high = wb_band_edge_hz[region->last + 1];
    if (high < 1000)
        return g_strdup_printf(_("%.0f to %.0f Hz"), low, high);
    if (low < 1000)
        return g_strdup_printf(_("%.0f Hz to %.1f kHz"), low, high / 1000);
    return g_strdup_printf(_("%.1f to %.1f kHz"), low / 1000, high / 1000);
}

/* "a", "a and b", "a, b and c". */
static char *list_text(const GPtrArray *items)
{
    GString *text = g_string_new(items->pdata[0]);
    for (guint i = 1; i < items->len; i++)
        /* Translators: between the items of a list, "a, b and c" */
        g_string_append_printf(text, "%s%s", i + 1 < items->len ? _(", ") : _(" and "),
                               (const char *)items->pdata[i]);
    return g_string_free(text, FALSE);
}

static char *regions_text(const Region *regions, int count)
{
    g_autoptr(GPtrArray) ranges = g_ptr_array_new_with_free_func(g_free);
    for (int i = 0; i < count; i++)
        g_ptr_array_add(ranges, range_text(&regions[i]));
    return list_text(ranges);
}

static void tell_of_lead(GString *text, const WbTrack *track, const WbOfflineTrack *done)
{
    const double change = wb_report_loudness_change(done);
    if (done->ticks == 0)
        g_string_append_printf(text, _("%s (lead): silent here.\n"), track->name);
    else if (change >= AUDIBLE_PERCENT)
        g_string_append_printf(text,
                               _("%s (lead): heard about %.0f %% louder amid the others,\n"
                                 "    with its fader and its own sound untouched.\n"),
                               track->name, change);
    else
        g_string_append_printf(text, _("%s (lead): heard as before.\n"), track->name);
}

static void tell_of_yielding(GString *text, const Yield *yield)
{
    const WbOfflineTrack *done = yield->done;
    Region regions[WB_BANDS];
    const int count = find_regions(done, regions);
    double mean = 0, most = 0;
    int bands = 0;
    for (int i = 0; i < count; i++) {
        mean += regions[i].cut_db;
        bands += regions[i].last - regions[i].first + 1;
        for (int b = regions[i].first; b <= regions[i].last; b++)
            most = MAX(most, done->max_cut_db[b]);
    }
    mean /= bands;
    g_autofree char *where = regions_text(regions, count);
    const char *name = yield->track->name;
    const double change = wb_report_loudness_change(done);
    if (change <= -AUDIBLE_PERCENT)
        g_string_append_printf(text,
                               _("%s made room at %s,\n    %.1f dB on average and %.0f dB at most; "
                                 "heard about %.0f %% softer.\n"),
                               name, where, mean, most, -change);
    else if (change >= AUDIBLE_PERCENT)
        g_string_append_printf(text,
                               _("%s made room at %s,\n    %.1f dB on average and %.0f dB at most; "
                                 "yet heard about %.0f %% louder.\n"),
                               name, where, mean, most, change);
    else
        g_string_append_printf(text,
                               _("%s made room at %s,\n    %.1f dB on average and %.0f dB at most; "
                                 "heard as loud as before.\n"),
                               name, where, mean, most);
}

static int by_share(const void *a, const void *b)
{
    const Yield *x = a, *y = b;
    return (x->share < y->share) - (x->share > y->share);
}

static void tell_of_others(GString *text, const GPtrArray *names, bool cut)
{
    if (names->len == 0)
        return;
    g_autofree char *list = list_text(names);
    if (cut)
        g_string_append_printf(
            text,
            g_dngettext(NULL, "%s was hardly touched.\n", "%s were hardly touched.\n", names->len),
            list);
    else
        g_string_append_printf(text,
                               g_dngettext(NULL, "%s was not touched at all.\n",
                                           "%s were not touched at all.\n", names->len),
                               list);
}

char *wb_explain(const WbSession *session, const WbRenderResult *result)
{
    GString *text = g_string_new(NULL);
    g_autoptr(GArray) yielding = g_array_new(FALSE, FALSE, sizeof(Yield));
    g_autoptr(GPtrArray) hardly = g_ptr_array_new(), untouched = g_ptr_array_new();
    bool led = false;
    for (size_t t = 0; t < result->track_count; t++) {
        const WbTrack *track = session->tracks->pdata[t];
        const WbOfflineTrack *done = &result->tracks[t];
        const Yield yield = {track, done, wb_report_cut_share(result, t)};
        led = led || track->role == WB_ROLE_LEAD;
        if (track->role == WB_ROLE_LEAD)
            tell_of_lead(text, track, done);
        else if (yield.share >= NOTABLE_SHARE && deepest_mean(done) >= NOTABLE_CUT_DB)
            g_array_append_val(yielding, yield);
        else if (done->ticks > 0)
            g_ptr_array_add(was_cut(done) ? hardly : untouched, track->name);
    }
    if (!led)
        g_string_append(text, _("No track is a lead, so nothing changed.\n"));
    g_array_sort(yielding, by_share);
    for (guint i = 0; i < yielding->len; i++)
        tell_of_yielding(text, &g_array_index(yielding, Yield, i));
    tell_of_others(text, hardly, true);
    tell_of_others(text, untouched, false);
    if (led)
        g_string_append(text, _("How loud a track is heard is what Wideberth's model of hearing "
                                "predicts.\n"));
    return g_string_free(text, FALSE);
}
