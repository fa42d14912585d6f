/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The plain values of the document: which key of the file is which member of which struct, and the
 * range that is allowed. Loading, saving and checking all go by these tables; their order is the
 * order in the file.
 *
 * Thread: any; constant data. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

typedef enum {
    WB_FIELD_NUMBER, /* double */
    WB_FIELD_FRAMES, /* gint64 */
    WB_FIELD_COUNT,  /* int, or unsigned within the range of int */
    WB_FIELD_FLAG,   /* bool; no range */
} WbFieldType;

typedef enum {
    WB_FIELD_DEFAULT,  /* a missing key leaves the default */
    WB_FIELD_REQUIRED, /* a missing key is an error */
    WB_FIELD_OR_UNSET, /* not written while it has the value `unset` */
} WbFieldPresence;

typedef struct {
    const char *key;
    WbFieldType type;
    size_t offset;
    double min, max;
    WbFieldPresence presence;
    double unset;
} WbField;

typedef struct {
    const WbField *fields;
    size_t n_fields;
} WbFieldTable;

/* Of WbSession (what comes before "guard"), WbMixSettings, WbTrack and WbClip. */
extern const WbFieldTable wb_session_fields;
extern const WbFieldTable wb_mix_fields;
extern const WbFieldTable wb_track_head_fields; /* before "name" */
extern const WbFieldTable wb_track_fields;      /* after "colour" */
extern const WbFieldTable wb_clip_fields;       /* after "file" */

/* The value as a double, exact for every allowed one. `base` is the struct. */
double wb_field_get(const WbField *field, const void *base);
/* `value` is within the type's range. */
void wb_field_set(const WbField *field, void *base, double value);
/* Whether `value` is within min..max (NaN never is); otherwise WB_SESSION_ERROR_VALUE, the message
 * starting with `place`. */
bool wb_field_check(const WbField *field, double value, const char *place, GError **error);
