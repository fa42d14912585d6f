/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Transport, takes, undo, listening, and the settings of the session that are words. */
#include "config.h"

#include "src/osc_paths.h"

#include <glib/gi18n.h>
#include <string.h>

#define PLACE_MAX (G_GINT64_CONSTANT(1) << 48)

static WbSession *session_of(const WbOscCall *call)
{
    return wb_live_session(call->osc->live);
}

static bool save(const WbOscCall *call, GError **error)
{
    return wb_osc_check_count(call, 0, 0, error) && wb_live_save(call->osc->live, error);
}

static bool undo(const WbOscCall *call, GError **error)
{
    if (!wb_osc_check_count(call, 0, 0, error))
        return false;
    return wb_live_undo(call->osc->live) || wb_osc_fail(error, _("there is nothing to undo"));
}

static bool redo(const WbOscCall *call, GError **error)
{
    if (!wb_osc_check_count(call, 0, 0, error))
        return false;
    return wb_live_redo(call->osc->live) || wb_osc_fail(error, _("there is nothing to redo"));
}

static bool get_undo_name(WbOsc *osc, const WbOscPath *entry, WbTrack *track, lo_message values)
{
    (void)entry;
    (void)track;
    const char *name = wb_history_undo_name(wb_live_history(osc->live));
    lo_message_add_string(values, name != NULL ? name : "");
    return true;
}

static bool get_redo_name(WbOsc *osc, const WbOscPath *entry, WbTrack *track, lo_message values)
{
    (void)entry;
    (void)track;
    const char *name = wb_history_redo_name(wb_live_history(osc->live));
    lo_message_add_string(values, name != NULL ? name : "");
    return true;
}

static bool get_modified(WbOsc *osc, const WbOscPath *entry, WbTrack *track, lo_message values)
{
    (void)entry;
    (void)track;
    lo_message_add_int32(values, wb_history_is_modified(wb_live_history(osc->live)));
    return true;
}

static bool get_folder(WbOsc *osc, const WbOscPath *entry, WbTrack *track, lo_message values)
{
    (void)entry;
    (void)track;
    g_autofree char *folder = g_filename_display_name(wb_live_session(osc->live)->folder);
    lo_message_add_string(values, folder);
    return true;
}

static bool get_rate(WbOsc *osc, const WbOscPath *entry, WbTrack *track, lo_message values)
{
    (void)entry;
    (void)track;
    lo_message_add_int32(values, wb_live_session(osc->live)->sample_rate);
    return true;
}

static bool get_guard(WbOsc *osc, const WbOscPath *entry, WbTrack *track, lo_message values)
{
    (void)entry;
    (void)track;
    lo_message_add_string(values, wb_guard_name(wb_live_session(osc->live)->guard));
    return true;
}

static bool set_guard(const WbOscCall *call, GError **error)
{
    WbGuard guard;
    const char *text;
    if (!wb_osc_check_count(call, 1, 1, error) ||
        (text = wb_osc_argument_text(call, 0, error)) == NULL)
        return false;
    if (!wb_guard_parse(text, &guard))
        return wb_osc_fail(error, _("must be off, low, normal or high"));
    session_of(call)->guard = guard;
    return wb_live_changed(call->osc->live, _("Change the guard level"), NULL, error);
}

static bool get_format(WbOsc *osc, const WbOscPath *entry, WbTrack *track, lo_message values)
{
    (void)entry;
    (void)track;
    lo_message_add_string(values, wb_format_name(wb_live_session(osc->live)->record_format));
    return true;
}

static bool set_format(const WbOscCall *call, GError **error)
{
    WbFormat format;
    const char *text;
    if (!wb_osc_check_count(call, 1, 1, error) ||
        (text = wb_osc_argument_text(call, 0, error)) == NULL)
        return false;
    if (!wb_format_parse(text, &format))
        return wb_osc_fail(error, _("must be wav, wav-24, wav-float, rf64, flac, ogg or opus"));
    session_of(call)->record_format = format;
    return wb_live_changed(call->osc->live, _("Change the format of takes"), NULL, error);
}

static bool play(const WbOscCall *call, GError **error)
{
    if (!wb_osc_check_count(call, 0, 0, error))
        return false;
    wb_live_play(call->osc->live);
    return true;
}

static bool stop(const WbOscCall *call, GError **error)
{
    if (!wb_osc_check_count(call, 0, 0, error))
        return false;
    wb_live_stop(call->osc->live);
    return true;
}

static bool locate(const WbOscCall *call, GError **error)
{
    double place;
    if (!wb_osc_check_count(call, 1, 1, error) || !wb_osc_argument_number(call, 0, &place, error))
        return false;
    if (wb_osc_argument_is_fraction(call, 0))
        place = place * session_of(call)->sample_rate + 0.5;
    if (place < 0.0 || place > (double)PLACE_MAX)
        return wb_osc_fail(error, _("there is no such place on the timeline"));
    wb_live_locate(call->osc->live, (gint64)place);
    return true;
}

static bool set_loop(const WbOscCall *call, GError **error)
{
    gint64 start;
    gint64 end;
    if (!wb_osc_check_count(call, 2, 2, error) ||
        !wb_osc_argument_whole(call, 0, 0, PLACE_MAX, &start, error) ||
        !wb_osc_argument_whole(call, 1, 0, PLACE_MAX, &end, error))
        return false;
    WbSession *session = session_of(call);
    session->loop_start = start;
    session->loop_end = end;
    session->loop = true;
    return wb_live_changed(call->osc->live, _("Change the loop"), "loop", error);
}

static bool record_start(const WbOscCall *call, GError **error)
{
    WbTakeOptions options = {0};
    if (!wb_osc_check_count(call, 0, 2, error))
        return false;
    if (call->count > 0 && (options.bus = wb_osc_argument_text(call, 0, error)) == NULL)
        return false;
    if (call->count > 1 && !wb_osc_argument_flag(call, 1, &options.with_transport, error))
        return false;
    if (options.bus != NULL && *options.bus == '\0')
        options.bus = NULL;
    if (options.bus != NULL && !g_path_is_absolute(options.bus))
        return wb_osc_fail(error, _("write the whole path of the file, from the root"));
    return wb_live_record(call->osc->live, &options, error);
}

static bool record_stop(const WbOscCall *call, GError **error)
{
    if (!wb_osc_check_count(call, 0, 0, error))
        return false;
    wb_live_record_stop(call->osc->live);
    return true;
}

static bool record_to_clips(const WbOscCall *call, GError **error)
{
    return wb_osc_check_count(call, 0, 0, error) && wb_live_take_to_clips(call->osc->live, error);
}

static bool get_delta(WbOsc *osc, const WbOscPath *entry, WbTrack *track, lo_message values)
{
    (void)entry;
    (void)track;
    WbMixReading reading;
    wb_osc_read_mix(osc, &reading);
    lo_message_add_int32(values, reading.delta);
    return true;
}

static bool get_match(WbOsc *osc, const WbOscPath *entry, WbTrack *track, lo_message values)
{
    (void)entry;
    (void)track;
    WbMixReading reading;
    wb_osc_read_mix(osc, &reading);
    lo_message_add_int32(values, reading.match);
    return true;
}

static bool set_listening(const WbOscCall *call, GError **error)
{
    bool on;
    if (!wb_osc_check_count(call, 1, 1, error) || !wb_osc_argument_flag(call, 0, &on, error))
        return false;
    if (strcmp(call->entry->path, "/listen/delta") == 0)
        wb_live_set_delta(call->osc->live, on);
    else
        wb_live_set_match(call->osc->live, on);
    return true;
}

static bool reset(const WbOscCall *call, GError **error)
{
    if (!wb_osc_check_count(call, 0, 0, error))
        return false;
    wb_live_reset_readings(call->osc->live);
    return true;
}

#define ACTION(place, its_types, words, function)                                                  \
    {                                                                                              \
        .path = (char *)(place), .kind = WB_OSC_ACTION, .types = (char *)(its_types),              \
        .text = (words), .set = (function)                                                         \
    }
#define READING(place, its_types, words, function)                                                 \
    {                                                                                              \
        .path = (char *)(place), .kind = WB_OSC_READING, .types = (char *)(its_types),             \
        .text = (words), .get = (function)                                                         \
    }
#define PARAMETER(place, its_types, its_range, words, getter, setter)                              \
    {                                                                                              \
        .path = (char *)(place), .types = (char *)(its_types), .range = (char *)(its_range),       \
        .text = (words), .unrecorded = true, .get = (getter), .set = (setter)                      \
    }

void wb_osc_add_actions(WbOsc *osc)
{
    const WbOscPath entries[] = {
        ACTION("/save", NULL, N_("saves the session"), save),
        ACTION("/undo", NULL, N_("takes the last step back"), undo),
        ACTION("/redo", NULL, N_("does again what was taken back"), redo),
        READING("/undo/name", "s", N_("what /undo takes back; empty: nothing"), get_undo_name),
        READING("/redo/name", "s", N_("what /redo does again; empty: nothing"), get_redo_name),
        READING("/modified", "i", N_("whether there is something to save"), get_modified),
        READING("/session/folder", "s", N_("where the session is"), get_folder),
        READING("/session/sample_rate", "i", N_("frames in a second of the timeline"), get_rate),
        PARAMETER("/session/guard", "s", "off|low|normal|high",
                  N_("how far disk and spectra run ahead"), get_guard, set_guard),
        PARAMETER("/session/record_format", "s", "wav|wav-24|wav-float|rf64|flac|ogg|opus",
                  N_("format of takes"), get_format, set_format),
        ACTION("/transport/play", NULL, N_("starts"), play),
        ACTION("/transport/stop", NULL, N_("stops"), stop),
        ACTION("/transport/locate", "h",
               N_("goes to a place: a whole number is frames, a float or double seconds"), locate),
        ACTION("/transport/loop", "hh", N_("loops from the first frame up to the second"),
               set_loop),
        ACTION("/record/start", "si",
               N_("begins a take: file of the bus (empty: named by date); 1: with the transport; "
                  "both may be left out"),
               record_start),
        ACTION("/record/stop", NULL, N_("completes the take"), record_stop),
        ACTION("/record/to_clips", NULL, N_("makes the inputs of the last take clips"),
               record_to_clips),
        PARAMETER("/listen/delta", "i", "0..1", N_("hear what is taken away, not the mix"),
                  get_delta, set_listening),
        PARAMETER("/listen/match", "i", "0..1",
                  N_("bring the mix to the same loudness while its carve is bypassed"), get_match,
                  set_listening),
        ACTION("/mix/reset", NULL,
               N_("loudness, true peak, load peak, longest cycle, xruns and late ticks start anew"),
               reset),
    };
    for (size_t i = 0; i < G_N_ELEMENTS(entries); i++)
        wb_osc_add_path(osc, &entries[i]);
}
