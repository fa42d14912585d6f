/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <inttypes.h>
#include <math.h>

#include "engine/disk/output_file.h"
#include "engine/disk/take_name.h"
#include "engine/session/live_private.h"

static void file_free(gpointer data)
{
    WbLiveFile *file = data;
    wb_sink_free(file->sink);
    g_free(file->path);
    g_free(file);
}

void wb_live_take_free(gpointer data)
{
    WbLiveTake *take = data;
    if (!take)
        return;
    g_ptr_array_unref(take->files);
    wb_take_free(take->take);
    g_free(take->bus_path);
    g_free(take->bus_option);
    g_free(take);
}

/* ---- beginning ---- */

static bool open_file(WbLive *live, WbLiveTake *take, char *taken_path, WbFormat format,
                      unsigned channels, unsigned track, bool input, GError **error)
{
    g_autofree char *path = taken_path;
    WbSink *sink = wb_recorder_open(live->recorder, path, format, live->rate, channels, error);
    if (!sink)
        return false;
    WbLiveFile *file = g_new0(WbLiveFile, 1);
    file->sink = sink;
    file->path = g_steal_pointer(&path);
    file->track = track;
    file->input = input;
    g_ptr_array_add(take->files, file);
    return true;
}

static bool open_track_files(WbLive *live, WbLiveTake *take, WbTakeNames *names, WbLiveTrack *track,
                             GError **error)
{
    const WbTrack *document = wb_session_track(live->session, track->id);
    const WbFormat format = live->session->record_format;
    if (!document)
        return true;
    if (document->arm) {
        if (!open_file(live, take, wb_take_names_path(names, document->name, format), format,
                       document->channels, track->id, true, error))
            return false;
        WbLiveFile *file = take->files->pdata[take->files->len - 1];
        file->latency = track->in[0].port ? wb_port_latency(track->in[0].port) : 0;
    }
    if (!document->record_carved)
        return true;
    /* Translators: name of the recording of a track after the carve. */
    g_autofree char *label = g_strdup_printf(_("%s carved"), document->name);
    return open_file(live, take, wb_take_names_path(names, label, format), format,
                     document->channels, track->id, false, error);
}

static bool open_files(WbLive *live, WbLiveTake *take, GError **error)
{
    g_autofree char *folder = g_build_filename(live->session->folder, "audio", NULL);
    if (g_mkdir_with_parents(folder, 0777) != 0 && !take->bus_option) {
        g_set_error(error, WB_OUTPUT_ERROR, WB_OUTPUT_ERROR_TARGET,
                    _("%s: the folder cannot be made; check its permissions"), folder);
        return false;
    }
    g_autoptr(GDateTime) now = g_date_time_new_now_local();
    g_autoptr(WbTakeNames) names = wb_take_names_new(folder, now);
    WbFormat format = live->session->record_format;
    char *path = NULL;
    if (take->bus_option) {
        path = g_strdup(take->bus_option);
        WbFormat named;
        if (wb_format_from_path(path, &named) && named != WB_FORMAT_WAV)
            format = named;
    } else {
        path = wb_take_names_path(names, _("mix"), format);
    }
    take->bus_path = g_strdup(path);
    if (!open_file(live, take, path, format, 2, 0, false, error))
        return false;
    for (guint t = 0; t < live->tracks->len; t++)
        if (!open_track_files(live, take, names, live->tracks->pdata[t], error))
            return false;
    return true;
}

/* The audio thread has none of them. */
static void close_files(WbLiveTake *take, bool remove)
{
    for (guint f = 0; f < take->files->len; f++) {
        WbLiveFile *file = take->files->pdata[f];
        wb_sink_close(file->sink);
        if (remove)
            g_unlink(file->path);
    }
}

bool wb_live_record(WbLive *live, const WbTakeOptions *options, GError **error)
{
    if (live->running || !live->driver) {
        g_set_error_literal(error, WB_OUTPUT_ERROR, WB_OUTPUT_ERROR_TARGET,
                            live->running ? _("a recording is running; stop it first")
                                          : _("there is no audio server, so nothing to record"));
        return false;
    }
    WbLiveTake *take = g_new0(WbLiveTake, 1);
    take->files = g_ptr_array_new_with_free_func(file_free);
    take->options = *options;
    take->rate = live->rate;
    take->bus_option = g_strdup(options->bus);
    if (!open_files(live, take, error)) {
        close_files(take, true);
        wb_live_take_free(take);
        return false;
    }
    const WbLiveFile *bus = take->files->pdata[0];
    take->take = wb_take_new(bus->sink, options->with_transport);
    live->running = take;
    wb_live_sync(live, true);
    wb_live_tell_state(live);
    return true;
}

void wb_live_track_sinks(const WbLive *live, unsigned id, WbMixerTrackSettings *settings)
{
    if (!live->running)
        return;
    for (guint f = 0; f < live->running->files->len; f++) {
        const WbLiveFile *file = live->running->files->pdata[f];
        if (file->track != id)
            continue;
        settings->take = live->running->take;
        if (file->input)
            settings->input = file->sink;
        else
            settings->carved = file->sink;
    }
}

/* ---- the end ---- */

void wb_live_end_take(WbLive *live)
{
    WbLiveTake *take = g_steal_pointer(&live->running);
    if (!take)
        return;
    wb_take_end(take->take);
    wb_live_sync(live, true); /* the mixer lets go */
    for (guint f = 0; f < take->files->len; f++)
        wb_mixer_retire(live->mixer, ((WbLiveFile *)take->files->pdata[f])->sink, wb_sink_close);
    g_ptr_array_add(live->finishing, take);
    wb_live_tell_state(live);
}

void wb_live_record_stop(WbLive *live)
{
    live->resume = false;
    wb_live_end_take(live);
}

static bool is_done(const WbLiveTake *take)
{
    for (guint f = 0; f < take->files->len; f++)
        if (!wb_sink_is_done(((WbLiveFile *)take->files->pdata[f])->sink))
            return false;
    return true;
}

static void tell_failures(WbLive *live, WbLiveTake *take)
{
    for (guint f = 0; f < take->files->len; f++) {
        WbLiveFile *file = take->files->pdata[f];
        const GError *failure = wb_sink_error(file->sink);
        if (file->told || !failure)
            continue;
        file->told = true;
        wb_live_tell(live, WB_LIVE_WARNING,
                     g_strdup_printf(_("recording failed: %s; what was written until then is "
                                       "complete, and the sound goes on"),
                                     failure->message));
    }
}

static void tell_done(WbLive *live, const WbLiveTake *take)
{
    const WbLiveFile *bus = take->files->pdata[0];
    guint64 lost = 0;
    for (guint f = 0; f < take->files->len; f++)
        lost += wb_sink_lost_frames(((WbLiveFile *)take->files->pdata[f])->sink);
    g_autofree char *name = g_filename_display_name(bus->path);
    wb_live_tell(live, WB_LIVE_NOTE,
                 g_strdup_printf(ngettext("recorded %.1f s: %s (%u file)",
                                          "recorded %.1f s: %s (%u files)", take->files->len),
                                 (double)wb_sink_frames(bus->sink) / take->rate, name,
                                 take->files->len));
    if (lost > 0)
        wb_live_tell(live, WB_LIVE_WARNING,
                     g_strdup_printf(_("the disk was too slow: %" PRIu64
                                       " frames of the recording are silent; use a faster disk "
                                       "or record fewer tracks"),
                                     lost));
}

void wb_live_takes_later(WbLive *live)
{
    if (live->running) {
        tell_failures(live, live->running);
        if (wb_take_ended(live->running->take))
            wb_live_end_take(live);
    }
    for (guint i = live->finishing->len; i-- > 0;) {
        WbLiveTake *take = live->finishing->pdata[i];
        if (!is_done(take))
            continue;
        g_ptr_array_steal_index(live->finishing, i);
        tell_failures(live, take);
        tell_done(live, take);
        wb_live_take_free(live->last);
        live->last = take;
        wb_live_tell_state(live);
    }
}

void wb_live_complete_takes(WbLive *live)
{
    wb_live_end_take(live);
    wb_mixer_collect(live->mixer, false);
    while (live->finishing->len > 0) {
        wb_live_takes_later(live);
        g_usleep(1000);
    }
}

/* ---- a take becomes part of the document ---- */

/* What is late by the latency of its input lies that much earlier. */
static void add_clip(WbLive *live, const WbLiveFile *file, const WbTakePlace *place)
{
    WbTrack *track = wb_session_track(live->session, file->track);
    const double scale = live->session->sample_rate / live->last->rate;
    const gint64 begin = place->position - file->latency, early = MAX(-begin, 0);
    const guint64 from = place->from + (guint64)early;
    const gint64 frames = (gint64)place->frames - early;
    if (!track || frames <= 0 || wb_sink_frames(file->sink) <= from)
        return;
    g_autofree char *relative = wb_session_clip_file(live->session, file->path);
    WbClip *clip = wb_track_add_clip(track, relative);
    clip->position = llrint((double)(begin + early) * scale);
    clip->offset = llrint((double)from * scale);
    if (!place->to_the_end)
        clip->length = MAX(llrint((double)frames * scale), 1);
    track->arm = false;
    track->monitor = false;
}

bool wb_live_take_to_clips(WbLive *live, GError **error)
{
    WbTakePlace place;
    bool any = false;
    for (guint f = 0; live->last && f < live->last->files->len; f++)
        any |= ((WbLiveFile *)live->last->files->pdata[f])->input;
    if (!any || !wb_take_place(live->last->take, &place)) {
        g_set_error_literal(error, WB_OUTPUT_ERROR, WB_OUTPUT_ERROR_TARGET,
                            _("no take of inputs is complete; arm tracks and record first"));
        return false;
    }
    for (guint f = 0; f < live->last->files->len; f++) {
        const WbLiveFile *file = live->last->files->pdata[f];
        if (file->input)
            add_clip(live, file, &place);
    }
    if (!wb_live_changed(live, _("Make a take into clips"), NULL, error))
        return false;
    if (place.from > 0 || !place.to_the_end)
        wb_live_tell(live, WB_LIVE_NOTE,
                     g_strdup_printf(_("the clips hold what was recorded from the first start of "
                                       "the transport to its first jump or stop, %.1f s; the "
                                       "files hold all of it"),
                                     (double)place.frames / live->last->rate));
    g_clear_pointer(&live->last, wb_live_take_free);
    return true;
}
