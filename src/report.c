/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "src/report.h"

#include <glib/gi18n.h>

#include "engine/hearing/bands.h"
#include "src/json.h"

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

static void add_request(JsonBuilder *json, const WbRenderRequest *request,
                        const WbRenderResult *result)
{
    const double rate = request->session->sample_rate;
    g_autofree char *folder = g_filename_display_name(request->session->folder);
    wb_json_add_string(json, "session", folder);
    wb_json_add_number(json, "sample_rate", rate);
    wb_json_add_number(json, "start_seconds", (double)request->start / rate);
    wb_json_add_number(json, "length_seconds", (double)result->frames / rate);
    wb_json_add_bool(json, "dry", request->dry);
    wb_json_add_number(json, "strength_percent", request->session->mix.strength_percent);
    wb_json_add_string(json, "timing", request->timing == WB_TIMING_LIVE ? "live" : "playback");
}

static void add_mix(JsonBuilder *json, const WbRenderRequest *request, const WbRenderResult *result)
{
    json_builder_set_member_name(json, "mix");
    json_builder_begin_object(json);
    wb_json_add_number(json, "integrated_lufs", result->bus.integrated_lufs);
    wb_json_add_number(json, "loudness_range_lu", result->bus.range_lu);
    wb_json_add_number(json, "true_peak_dbtp", result->bus.true_peak_db);
    wb_json_add_number(json, "sample_peak_dbfs", result->bus.sample_peak_db);
    if (request->normalize) {
        wb_json_add_number(json, "normalize_db", result->normalize_db);
        wb_json_add_bool(json, "normalize_limited_by_peak", result->peak_limited);
    }
    wb_json_add_count(json, "clipped_frames", result->clipped_frames);
    json_builder_end_object(json);

    json_builder_set_member_name(json, "speed");
    json_builder_begin_object(json);
    wb_json_add_number(json, "seconds", result->seconds);
    wb_json_add_number(json, "times_real_time",
                       (double)result->frames / request->session->sample_rate / result->seconds);
    wb_json_add_count(json, "late_ticks", 0); /* offline waits for every one */
    json_builder_end_object(json);
}

static void add_track(JsonBuilder *json, const WbTrack *track, const WbRenderResult *result,
                      size_t index)
{
    const WbOfflineTrack *done = &result->tracks[index];
    json_builder_begin_object(json);
    wb_json_add_string(json, "name", track->name);
    wb_json_add_string(json, "role", wb_role_name(track->role));
    wb_json_add_number(json, "sounding_seconds", (double)done->ticks * WB_TICK_SECONDS);
    wb_json_add_number(json, "share_of_cut", wb_report_cut_share(result, index));
    wb_json_add_number(json, "share_of_time_carved", done->carved_share);
    wb_json_add_number(json, "loudness_before", done->loudness_before);
    wb_json_add_number(json, "loudness_after", done->loudness_after);
    wb_json_add_number(json, "loudness_change_percent", wb_report_loudness_change(done));
    wb_json_add_count(json, "silenced_samples", result->bad_samples[index]);
    wb_json_add_count(json, "missing_frames", result->missing_frames[index]);
    json_builder_set_member_name(json, "bands");
    json_builder_begin_array(json);
    for (int b = 0; b < WB_BANDS; b++) {
        json_builder_begin_object(json);
        wb_json_add_number(json, "from_hz", wb_band_edge_hz[b]);
        wb_json_add_number(json, "to_hz", wb_band_edge_hz[b + 1]);
        wb_json_add_number(json, "mean_cut_db", done->mean_cut_db[b]);
        wb_json_add_number(json, "max_cut_db", done->max_cut_db[b]);
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
    wb_json_add_string(json, "format", "wideberth-report");
    wb_json_add_count(json, "version", 1);
    wb_json_add_string(json, "program", PACKAGE_STRING);
    add_request(json, request, result);
    add_mix(json, request, result);
    json_builder_set_member_name(json, "tracks");
    json_builder_begin_array(json);
    for (size_t t = 0; t < result->track_count; t++)
        add_track(json, g_ptr_array_index(request->session->tracks, t), result, t);
    json_builder_end_array(json);
    json_builder_end_object(json);

    return wb_json_write(path, json, error);
}
