/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The plain values of the document, by the tables that its file is read and written by. */
#include "config.h"

#include "src/osc_paths.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

typedef struct {
    const char *key, *unit, *text;
} Words;

/* Without an entry a value of the document is not a parameter. */
static const Words session_words[] = {
    {"loop_start", "frames", N_("start of the loop")},
    {"loop_end", "frames", N_("end of the loop")},
    {"loop", NULL, N_("loop")},
};

static const Words mix_words[] = {
    {"strength_percent", "%", N_("strength of the de-masking")},
    {"background_depth_db", "dB", N_("deepest cut of background tracks")},
    {"support_depth_db", "dB", N_("deepest cut of support tracks")},
    {"gain_db", "dB", N_("gain")},
    {"carve_bypass", NULL, N_("carve bypass")},
};

static const Words track_words[] = {
    {"gain_db", "dB", N_("gain")},
    {"pan", NULL, N_("pan")},
    {"mute", NULL, N_("mute")},
    {"solo", NULL, N_("solo")},
    {"invert", NULL, N_("polarity")},
    {"trim_db", "dB", N_("trim")},
    {"depth_db", "dB", N_("deepest cut")},
    {"low_hz", "Hz", N_("lowest frequency that is carved")},
    {"high_hz", "Hz", N_("highest frequency that is carved")},
    {"carve_bypass", NULL, N_("carve bypass")},
    {"arm", NULL, N_("arming for recording")},
    {"monitor", NULL, N_("monitoring of the input")},
    {"offset_frames", "frames", N_("time offset")},
    {"compensate", NULL, N_("latency compensation")},
    {"direct_out", NULL, N_("direct outputs")},
    {"record_carved", NULL, N_("recording after the carve")},
};

typedef enum { OF_SESSION, OF_MIX, OF_TRACK } Owner;

static Owner owner_of(const WbOscPath *entry)
{
    if (g_str_has_prefix(entry->path, WB_OSC_TRACK))
        return OF_TRACK;
    return g_str_has_prefix(entry->path, "/mix/") ? OF_MIX : OF_SESSION;
}

static void *base_of(WbOsc *osc, const WbOscPath *entry, WbTrack *track)
{
    switch (owner_of(entry)) {
    case OF_TRACK:
        return track;
    case OF_MIX:
        return &wb_live_session(osc->live)->mix;
    case OF_SESSION:
        return wb_live_session(osc->live);
    }
    g_assert_not_reached();
}

static bool get(WbOsc *osc, const WbOscPath *entry, WbTrack *track, lo_message values)
{
    const double value = wb_field_get(entry->field, base_of(osc, entry, track));
    switch (entry->field->type) {
    case WB_FIELD_NUMBER:
        lo_message_add_float(values, (float)value);
        break;
    case WB_FIELD_FRAMES:
        lo_message_add_int64(values, (gint64)value);
        break;
    case WB_FIELD_COUNT:
    case WB_FIELD_FLAG:
        lo_message_add_int32(values, (int32_t)value);
        break;
    }
    return true;
}

static bool read_value(const WbOscCall *call, double *value, GError **error)
{
    const WbField *field = call->entry->field;
    if (!wb_osc_check_count(call, 1, 1, error))
        return false;
    if (field->type == WB_FIELD_FLAG) {
        bool flag;
        if (!wb_osc_argument_flag(call, 0, &flag, error))
            return false;
        *value = flag;
        return true;
    }
    if (!wb_osc_argument_number(call, 0, value, error))
        return false;
    if (field->type != WB_FIELD_NUMBER && *value != floor(*value))
        return wb_osc_fail(error, _("must be a whole number"));
    if (field->presence == WB_FIELD_OR_UNSET && *value == field->unset)
        return true;
    return wb_field_check(field, *value, call->track != NULL ? call->track->name : PACKAGE, error);
}

static bool set(const WbOscCall *call, GError **error)
{
    const WbOscPath *entry = call->entry;
    double value;
    if (!read_value(call, &value, error))
        return false;
    g_autofree char *name =
        call->track != NULL
            ? g_strdup_printf(_("Change %s of %s"), _(entry->text), call->track->name)
        : owner_of(entry) == OF_MIX ? g_strdup_printf(_("Change %s of the mix"), _(entry->text))
                                    : g_strdup_printf(_("Change %s"), _(entry->text));
    g_autofree char *key = entry->field->type == WB_FIELD_FLAG ? NULL : g_strdup(call->path);
    wb_field_set(entry->field, base_of(call->osc, entry, call->track), value);
    return wb_live_changed(call->osc->live, name, key, error);
}

static const WbField *field_of(const WbFieldTable *table, const char *key)
{
    for (size_t i = 0; i < table->n_fields; i++) {
        if (strcmp(table->fields[i].key, key) == 0)
            return &table->fields[i];
    }
    g_assert_not_reached();
}

static char *range_of(const WbField *field)
{
    char low[G_ASCII_DTOSTR_BUF_SIZE];
    char high[G_ASCII_DTOSTR_BUF_SIZE];
    return g_strdup_printf("%s%s..%s", field->presence == WB_FIELD_OR_UNSET ? "-1|" : "",
                           g_ascii_formatd(low, sizeof low, "%.15g", field->min),
                           g_ascii_formatd(high, sizeof high, "%.15g", field->max));
}

static void add(WbOsc *osc, const char *folder, const WbFieldTable *table, const Words *words,
                size_t count)
{
    static const char *const types[] = {
        [WB_FIELD_NUMBER] = "f",
        [WB_FIELD_FRAMES] = "h",
        [WB_FIELD_COUNT] = "i",
        [WB_FIELD_FLAG] = "i",
    };
    for (size_t i = 0; i < count; i++) {
        const WbField *field = field_of(table, words[i].key);
        g_autofree char *path = g_strconcat(folder, field->key, NULL);
        g_autofree char *range = range_of(field);
        wb_osc_add_path(osc, &(WbOscPath){.path = path,
                                          .types = (char *)types[field->type],
                                          .range = range,
                                          .unit = words[i].unit,
                                          .text = words[i].text,
                                          .field = field,
                                          .get = get,
                                          .set = set});
    }
}

void wb_osc_add_parameters(WbOsc *osc)
{
    add(osc, "/session/", &wb_session_fields, session_words, G_N_ELEMENTS(session_words));
    add(osc, "/mix/", &wb_mix_fields, mix_words, G_N_ELEMENTS(mix_words));
    add(osc, WB_OSC_TRACK, &wb_track_fields, track_words, G_N_ELEMENTS(track_words));
}
