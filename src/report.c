/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "src/report.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

#include "engine/hearing/bands.h"

double wb_report_loudness_change(const WbOfflineTrack *track)
{
    if (track->loudness_before <= 0)
        return 0;
    return 100 * (track->loudness_after / track->loudness_before - 1);
}

static double taken_of(const WbOfflineTrack *track)
{
    double sum = 0;
    for (int b = 0; b < WB_BANDS; b++)
        sum += track->mean_cut_db[b] * (double)track->ticks;
    return sum;
}

double wb_report_cut_share(const WbRenderResult *result, size_t track)
{
    double all = 0;
    for (size_t t = 0; t < result->track_count; t++)
        all += taken_of(&result->tracks[t]);
    return all > 0 ? taken_of(&result->tracks[track]) / all : 0;
}

static void add_string(JsonBuilder *json, const char *key, const char *value)
{
    json_builder_set_member_name(json, key);
    json_builder_add_string_value(json, value);
}

/* JSON has no infinity: silence has no loudness. */
static void add_number(JsonBuilder *json, const char *key, double value)
{
    json_builder_set_member_name(json, key);
    if (isfinite(value))
        json_builder_add_double_value(json, round(value * 1e6) / 1e6);
    else
        json_builder_add_null_value(json);
}

static void add_count(JsonBuilder *json, const char *key, guint64 value)
{
    json_builder_set_member_name(json, key);
    json_builder_add_int_value(json, (gint64)value);
}

static void add_bool(JsonBuilder *json, const char *key, bool value)
{
    json_builder_set_member_name(json, key);
    json_builder_add_boolean_value(json, value);
}

static void add_request(JsonBuilder *json, const WbRenderRequest *request,
                        const WbRenderResult *result)
{
    const double rate = request->session->sample_rate;
    g_autofree char *folder = g_filename_display_name(request->session->folder);
    add_string(json, "session", folder);
    add_number(json, "sample_rate", rate);
    add_number(json, "start_seconds", (double)request->start / rate);
    add_number(json, "length_seconds", (double)result->frames / rate);
    add_bool(json, "dry", request->dry);
    add_number(json, "strength_percent", request->session->mix.strength_percent);
    add_string(json, "timing", request->timing == WB_TIMING_LIVE ? "live" : "playback");
}

static void add_mix(JsonBuilder *json, const WbRenderRequest *request, const WbRenderResult *result)
{
    json_builder_set_member_name(json, "mix");
    json_builder_begin_object(json);
    add_number(json, "integrated_lufs", result->bus.integrated_lufs);
    add_number(json, "loudness_range_lu", result->bus.range_lu);
    add_number(json, "true_peak_dbtp", result->bus.true_peak_db);
    add_number(json, "sample_peak_dbfs", result->bus.sample_peak_db);
    if (request->normalize) {
        add_number(json, "normalize_db", result->normalize_db);
        add_bool(json, "normalize_limited_by_peak", result->peak_limited);
    }
    add_count(json, "clipped_frames", result->clipped_frames);
    json_builder_end_object(json);

    json_builder_set_member_name(json, "speed");
    json_builder_begin_object(json);
    add_number(json, "seconds", result->seconds);
    add_number(json, "times_real_time",
               (double)result->frames / request->session->sample_rate / result->seconds);
    add_count(json, "late_ticks", 0); /* offline waits for every one */
    json_builder_end_object(json);
}

static void add_track(JsonBuilder *json, const WbTrack *track, const WbRenderResult *result,
                      size_t index)
{
    const WbOfflineTrack *done = &result->tracks[index];
    json_builder_begin_object(json);
    add_string(json, "name", track->name);
    add_string(json, "role", wb_role_name(track->role));
    add_number(json, "sounding_seconds", (double)done->ticks * WB_TICK_SECONDS);
    add_number(json, "share_of_cut", wb_report_cut_share(result, index));
    add_number(json, "share_of_time_carved", done->carved_share);
    add_number(json, "loudness_before", done->loudness_before);
    add_number(json, "loudness_after", done->loudness_after);
    add_number(json, "loudness_change_percent", wb_report_loudness_change(done));
    add_count(json, "silenced_samples", result->bad_samples[index]);
    add_count(json, "missing_frames", result->missing_frames[index]);
    json_builder_set_member_name(json, "bands");
    json_builder_begin_array(json);
    for (int b = 0; b < WB_BANDS; b++) {
        json_builder_begin_object(json);
        add_number(json, "from_hz", wb_band_edge_hz[b]);
        add_number(json, "to_hz", wb_band_edge_hz[b + 1]);
        add_number(json, "mean_cut_db", done->mean_cut_db[b]);
        add_number(json, "max_cut_db", done->max_cut_db[b]);
        json_builder_end_object(json);
    }
    json_builder_end_array(json);
    json_builder_end_object(json);
}

bool wb_report_write(const char *path, const WbRenderRequest *request, const WbRenderResult *result,
                     GError **error)
{
    g_autoptr(JsonBuilder) json = json_builder_new();
    json_builder_begin_object(json);
    add_string(json, "format", "wideberth-report");
    add_count(json, "version", 1);
    add_string(json, "program", PACKAGE_STRING);
    add_request(json, request, result);
    add_mix(json, request, result);
    json_builder_set_member_name(json, "tracks");
    json_builder_begin_array(json);
    for (size_t t = 0; t < result->track_count; t++)
        add_track(json, g_ptr_array_index(request->session->tracks, t), result, t);
    json_builder_end_array(json);
    json_builder_end_object(json);

    g_autoptr(JsonNode) root = json_builder_get_root(json);
    g_autofree char *text = json_to_string(root, TRUE);
    g_autofree char *line = g_strconcat(text, "\n", NULL);
    return g_file_set_contents_full(path, line, (gssize)strlen(line),
                                    G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                    0666, error);
}
