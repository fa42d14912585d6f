/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/session/fields.h"

#include "engine/session/session.h"

#include <glib/gi18n.h>

/* Some 190 years at 48 kHz; every frame number up to here is exact in a double. */
#define FRAMES_MAX 281474976710656.0

#define GAIN(owner, member)                                                                        \
    {                                                                                              \
        .key = #member, .type = WB_FIELD_NUMBER, .offset = offsetof(owner, member),                \
        .min = WB_FADER_SHUT_DB, .max = WB_GAIN_MAX_DB                                             \
    }
#define NUMBER(owner, member, low, high)                                                           \
    {                                                                                              \
        .key = #member, .type = WB_FIELD_NUMBER, .offset = offsetof(owner, member), .min = (low),  \
        .max = (high)                                                                              \
    }
#define FRAMES(owner, member, low, high)                                                           \
    {                                                                                              \
        .key = #member, .type = WB_FIELD_FRAMES, .offset = offsetof(owner, member), .min = (low),  \
        .max = (high)                                                                              \
    }
#define PLACE(owner, member) FRAMES(owner, member, 0, FRAMES_MAX)
#define COUNT(owner, member, low, high)                                                            \
    {                                                                                              \
        .key = #member, .type = WB_FIELD_COUNT, .offset = offsetof(owner, member), .min = (low),   \
        .max = (high), .presence = WB_FIELD_REQUIRED                                               \
    }
#define FLAG(owner, member)                                                                        \
    {                                                                                              \
        .key = #member, .type = WB_FIELD_FLAG, .offset = offsetof(owner, member), .max = 1         \
    }
#define TABLE(array)                                                                               \
    {                                                                                              \
        .fields = (array), .n_fields = G_N_ELEMENTS(array)                                         \
    }

static const WbField session_fields[] = {
    COUNT(WbSession, sample_rate, WB_SESSION_RATE_MIN, WB_SESSION_RATE_MAX),
    PLACE(WbSession, loop_start),
    PLACE(WbSession, loop_end),
    FLAG(WbSession, loop),
};

static const WbField mix_fields[] = {
    NUMBER(WbMixSettings, strength_percent, 0, 100),
    NUMBER(WbMixSettings, background_depth_db, 0, WB_DEPTH_MAX_DB),
    NUMBER(WbMixSettings, support_depth_db, 0, WB_DEPTH_MAX_DB),
    GAIN(WbMixSettings, gain_db),
    FLAG(WbMixSettings, carve_bypass),
};

static const WbField track_head_fields[] = {
    COUNT(WbTrack, id, 1, 999999999),
};

static const WbField track_fields[] = {
    COUNT(WbTrack, channels, 1, 2),
    GAIN(WbTrack, gain_db),
    NUMBER(WbTrack, pan, -1, 1),
    FLAG(WbTrack, mute),
    FLAG(WbTrack, solo),
    FLAG(WbTrack, invert),
    GAIN(WbTrack, trim_db),
    {
        .key = "depth_db",
        .type = WB_FIELD_NUMBER,
        .offset = offsetof(WbTrack, depth_db),
        .min = 0,
        .max = WB_DEPTH_MAX_DB,
        .presence = WB_FIELD_OR_UNSET,
        .unset = WB_DEPTH_OF_ROLE,
    },
    NUMBER(WbTrack, low_hz, WB_FREQUENCY_MIN_HZ, WB_FREQUENCY_MAX_HZ),
    NUMBER(WbTrack, high_hz, WB_FREQUENCY_MIN_HZ, WB_FREQUENCY_MAX_HZ),
    FLAG(WbTrack, carve_bypass),
    FLAG(WbTrack, arm),
    FLAG(WbTrack, monitor),
    FRAMES(WbTrack, offset_frames, -WB_OFFSET_MAX_FRAMES, WB_OFFSET_MAX_FRAMES),
    FLAG(WbTrack, compensate),
    FLAG(WbTrack, direct_out),
    FLAG(WbTrack, record_carved),
};

static const WbField clip_fields[] = {
    PLACE(WbClip, position), PLACE(WbClip, offset),  PLACE(WbClip, length),
    GAIN(WbClip, gain_db),   PLACE(WbClip, fade_in), PLACE(WbClip, fade_out),
};

const WbFieldTable wb_session_fields = TABLE(session_fields);
const WbFieldTable wb_mix_fields = TABLE(mix_fields);
const WbFieldTable wb_track_head_fields = TABLE(track_head_fields);
const WbFieldTable wb_track_fields = TABLE(track_fields);
const WbFieldTable wb_clip_fields = TABLE(clip_fields);

double wb_field_get(const WbField *field, const void *base)
{
    const void *at = (const char *)base + field->offset;
    switch (field->type) {
    case WB_FIELD_NUMBER:
        return *(const double *)at;
    case WB_FIELD_FRAMES:
        return (double)*(const gint64 *)at;
    case WB_FIELD_COUNT:
        return *(const int *)at;
    case WB_FIELD_FLAG:
        return *(const bool *)at;
    }
    g_assert_not_reached();
}

void wb_field_set(const WbField *field, void *base, double value)
{
    void *at = (char *)base + field->offset;
    switch (field->type) {
    case WB_FIELD_NUMBER:
        *(double *)at = value;
        break;
    case WB_FIELD_FRAMES:
        *(gint64 *)at = (gint64)value;
        break;
    case WB_FIELD_COUNT:
        *(int *)at = (int)value;
        break;
    case WB_FIELD_FLAG:
        *(bool *)at = value != 0.0;
        break;
    }
}

bool wb_field_check(const WbField *field, double value, const char *place, GError **error)
{
    if (value >= field->min && value <= field->max)
        return true;
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    char low[G_ASCII_DTOSTR_BUF_SIZE];
    char high[G_ASCII_DTOSTR_BUF_SIZE];
    g_set_error(error, WB_SESSION_ERROR, WB_SESSION_ERROR_VALUE,
                _("%s: \"%s\" is %s; it must be from %s to %s"), place, field->key,
                g_ascii_formatd(text, sizeof text, "%.15g", value),
                g_ascii_formatd(low, sizeof low, "%.15g", field->min),
                g_ascii_formatd(high, sizeof high, "%.15g", field->max));
    return false;
}
