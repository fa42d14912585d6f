/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "src/render.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <inttypes.h>
#include <math.h>

#include "engine/disk/writer.h"
#include "engine/session/playback.h"
#include "src/interrupt.h"
#include "src/messages.h"
#include "src/progress.h"
#include "src/stem_writer.h"
#include "src/targets.h"

typedef struct {
    const WbRenderRequest *request;
    gint64 frames;
    double gain;
    WbMeter *meter;
    WbWriter *writer;    /* NULL: only measured */
    WbStemWriter *stems; /* NULL: none */
    WbProgress progress;
    double *scaled[2];
    size_t capacity;
} Sink;

WbRenderRequest wb_render_request(const WbSession *session)
{
    return (WbRenderRequest){
        .session = session,
        .format = WB_FORMAT_WAV_24,
        .timing = WB_TIMING_PLAYBACK,
        .end = -1,
        .block_frames = WB_RENDER_BLOCK_FRAMES,
    };
}

void wb_render_result_free(WbRenderResult *result)
{
    if (!result)
        return;
    g_free(result->tracks);
    g_free(result->bad_samples);
    g_free(result->missing_frames);
    g_free(result);
}

static bool take_bus(void *data, const double *const channels[2], size_t frames, GError **error)
{
    Sink *sink = data;
    if (frames > sink->capacity) {
        sink->capacity = frames;
        for (int side = 0; side < 2; side++)
            sink->scaled[side] = g_renew(double, sink->scaled[side], frames);
    }
    for (int side = 0; side < 2; side++)
        for (size_t i = 0; i < frames; i++)
            sink->scaled[side][i] = channels[side][i] * sink->gain;
    const double *const scaled[2] = {sink->scaled[0], sink->scaled[1]};
    wb_meter_add(sink->meter, scaled, frames);
    return !sink->writer || wb_writer_write(sink->writer, scaled, frames, error);
}

static bool take_strip(void *data, size_t track, const double *const channels[2], size_t frames,
                       GError **error)
{
    Sink *sink = data;
    return wb_stem_writer_write(sink->stems, track, channels, sink->gain, frames, error);
}

static bool go_on(void *data, gint64 frames_done)
{
    Sink *sink = data;
    if (sink->request->progress) {
        const double share = (double)frames_done / (double)sink->frames;
        return sink->request->progress(sink->request->progress_data, share);
    }
    wb_progress_show(&sink->progress, frames_done);
    return !wb_interrupted();
}

static bool is_stopped(const WbRenderRequest *request)
{
    return request->progress ? !request->progress(request->progress_data, 1) : wb_interrupted();
}

/* One run over the range, to the files of the sink or, without any, to measure. */
static bool pass(const WbRenderRequest *request, const WbPlayback *playback, gint64 end, Sink *sink,
                 WbRenderResult *result, GError **error)
{
    const WbOfflineJob job = {
        .rate = request->session->sample_rate,
        .tracks = playback->tracks,
        .strips = playback->strips,
        .readers = playback->readers,
        .arbiter = playback->arbiter,
        .timing = request->timing,
        .dry = request->dry,
        .start = request->start,
        .end = end,
        .block_frames = request->block_frames,
        .threads = request->threads,
    };
    const WbOfflineSink functions = {
        .bus = take_bus,
        .strip = sink->stems ? take_strip : NULL,
        .progress = go_on,
        .data = sink,
    };
    wb_meter_free(sink->meter);
    sink->meter = wb_meter_new(job.rate);
    sink->request = request;
    sink->frames = end - request->start;
    wb_progress_start(&sink->progress, request->quiet || request->progress, job.rate,
                      end - request->start);
    const bool fine = wb_offline_render(&job, &functions, result->tracks, error);
    wb_progress_end(&sink->progress);
    result->bus = wb_meter_read(sink->meter);
    return fine;
}

static void choose_gain(double target_lufs, WbRenderResult *result)
{
    if (!isfinite(result->bus.integrated_lufs))
        return;
    const double wanted = target_lufs - result->bus.integrated_lufs;
    const double room = WB_NORMALIZE_PEAK_DB - result->bus.true_peak_db;
    result->normalize_db = fmin(wanted, room);
    result->peak_limited = wanted > room;
}

/* Whether the report will find its place: better said before the work than after it. */
static bool check_report(const char *path, WbTargets *targets, GError **error)
{
    if (!wb_targets_add(targets, path, error))
        return false;
    g_autoptr(WbOutputFile) file = wb_output_file_new(path, error);
    return file != NULL;
}

/* The stems first, as the other files may be meant for the folder that is made for them. */
static bool open_files(const WbRenderRequest *request, Sink *sink, GError **error)
{
    g_autoptr(WbTargets) targets = wb_targets_new(request->session);
    if (request->stems) {
        sink->stems = wb_stem_writer_new(request->stems, request->session, targets, error);
        if (!sink->stems)
            return false;
    }
    if (request->output) {
        if (!wb_targets_add(targets, request->output, error))
            return false;
        sink->writer = wb_writer_new(request->output, request->format,
                                     request->session->sample_rate, 2, error);
        if (!sink->writer)
            return false;
    }
    return !request->report || check_report(request->report, targets, error);
}

/* No file gets its name before all are complete. */
static bool commit_files(const WbRenderRequest *request, Sink *sink, WbRenderResult *result,
                         GError **error)
{
    if ((sink->stems && !wb_stem_writer_finish(sink->stems, error)) ||
        (sink->writer && !wb_writer_finish(sink->writer, error)))
        return false;
    if (is_stopped(request)) {
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                            _("interrupted; nothing was left behind"));
        return false;
    }
    if (sink->writer)
        result->clipped_frames = wb_writer_clipped_frames(sink->writer);
    return (!sink->stems || wb_stem_writer_commit(sink->stems, error)) &&
           (!sink->writer || wb_writer_commit(sink->writer, error));
}

static bool do_passes(const WbRenderRequest *request, const WbPlayback *playback, gint64 end,
                      Sink *sink, WbRenderResult *result, GError **error)
{
    sink->gain = playback->bus_gain;
    if (!open_files(request, sink, error))
        return false;
    if (request->normalize) {
        g_autoptr(WbPlayback) heard = wb_playback_new(request->session, error); /* counts apart */
        Sink measure = {.gain = playback->bus_gain};
        const bool measured = heard && pass(request, heard, end, &measure, result, error);
        wb_meter_free(measure.meter);
        g_free(measure.scaled[0]);
        g_free(measure.scaled[1]);
        if (!measured)
            return false;
        choose_gain(request->target_lufs, result);
        sink->gain *= pow(10, result->normalize_db / 20);
    }
    return pass(request, playback, end, sink, result, error) &&
           commit_files(request, sink, result, error);
}

static void note_faults(const WbPlayback *playback, WbRenderResult *result)
{
    for (size_t t = 0; t < playback->tracks; t++) {
        result->bad_samples[t] = wb_track_reader_bad_samples(playback->readers[t]);
        result->missing_frames[t] = wb_track_reader_missing_frames(playback->readers[t]);
    }
}

static bool check_range(const WbRenderRequest *request, const WbPlayback *playback, gint64 end,
                        GError **error)
{
    if (end > request->start && playback->end > 0)
        return true;
    const double rate = request->session->sample_rate;
    g_autofree char *name = g_filename_display_name(request->session->folder);
    if (playback->end == 0)
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                    _("%s: the session has no audio to render; import some stems first"), name);
    else
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                    _("%s: nothing lies between %.3f s and %.3f s; the session is %.3f s long"),
                    name, (double)request->start / rate, (double)end / rate,
                    (double)playback->end / rate);
    return false;
}

WbRenderResult *wb_render(const WbRenderRequest *request, GError **error)
{
    g_autoptr(WbPlayback) playback = wb_playback_new(request->session, error);
    if (!playback)
        return NULL;
    const gint64 end = request->end >= 0 ? request->end : playback->end;
    if (!check_range(request, playback, end, error))
        return NULL;
    WbRenderResult *result = g_new0(WbRenderResult, 1);
    result->track_count = playback->tracks;
    result->tracks = g_new0(WbOfflineTrack, playback->tracks);
    result->bad_samples = g_new0(guint64, playback->tracks);
    result->missing_frames = g_new0(guint64, playback->tracks);
    result->frames = end - request->start;
    Sink sink = {0};
    const gint64 began = g_get_monotonic_time();
    const bool fine = do_passes(request, playback, end, &sink, result, error);
    result->seconds = (double)(g_get_monotonic_time() - began) / 1e6;
    note_faults(playback, result);
    wb_writer_free(sink.writer);
    wb_stem_writer_free(sink.stems); /* last: it removes the folder it made if that is empty */
    wb_meter_free(sink.meter);
    g_free(sink.scaled[0]);
    g_free(sink.scaled[1]);
    if (!fine)
        g_clear_pointer(&result, wb_render_result_free);
    return result;
}

void wb_render_warn(const WbRenderRequest *request, const WbRenderResult *result)
{
    const WbSession *session = request->session;
    for (size_t t = 0; t < result->track_count; t++) {
        const WbTrack *track = g_ptr_array_index(session->tracks, t);
        if (result->bad_samples[t] > 0)
            wb_warn(_("%s: %" PRIu64 " samples were no numbers (NaN or infinity) and "
                      "were silenced; record or export this track again"),
                    track->name, result->bad_samples[t]);
        if (result->missing_frames[t] > 0)
            wb_warn(_("%s: %" PRIu64 " frames are missing from its audio, the file is "
                      "damaged or cut short; there is silence in their place"),
                    track->name, result->missing_frames[t]);
    }
    if (result->clipped_frames > 0)
        wb_warn(_("the mix is over full scale in %" PRIu64 " frames and was clipped "
                  "there; lower the faders, add --normalize -16, or use --format wav-float"),
                result->clipped_frames);
    if (result->peak_limited)
        wb_warn(_("the mix stays at %.1f LUFS: more gain would lift its true peak above %.0f "
                  "dBTP"),
                result->bus.integrated_lufs, WB_NORMALIZE_PEAK_DB);
}
