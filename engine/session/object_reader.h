/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads an object of a JSON document key by key, strictly: a key that nobody asked for is an error,
 * since it would be lost when the session is saved. All errors are WB_SESSION_ERROR_VALUE, and
 * their messages start with the object's place.
 *
 * Thread: any. */
#pragma once

#include "engine/session/fields.h"

#include <json-glib/json-glib.h>

typedef struct {
    JsonObject *object;
    const char *place; /* what it is called in messages; may be changed meanwhile */
    GHashTable *known; /* keys asked for so far */
} WbObjectReader;

WbObjectReader wb_object_open(JsonObject *object, const char *place);
/* `good`: what was read so far. False, with an error, if there is a key that nobody asked for. */
bool wb_object_close(WbObjectReader *reader, bool good, GError **error);

/* NULL if the object has no such key. Nodes, texts and arrays belong to the document. */
JsonNode *wb_object_take(WbObjectReader *reader, const char *key);
/* These have an error if the key is missing or of another type. */
JsonNode *wb_object_take_required(WbObjectReader *reader, const char *key, GError **error);
const char *wb_object_take_text(WbObjectReader *reader, const char *key, GError **error);
JsonArray *wb_object_take_array(WbObjectReader *reader, const char *key, GError **error);
bool wb_object_read_fields(WbObjectReader *reader, const WbFieldTable *table, void *base,
                           GError **error);

bool wb_object_is_text(JsonNode *node);
/* The object at a place of an array; NULL with an error if it is something else. */
JsonObject *wb_array_object(JsonArray *array, guint i, const char *place, GError **error);
/* Sets the error `place: "key" message` and returns false. */
bool wb_object_fail(GError **error, const char *place, const char *key, const char *message);
