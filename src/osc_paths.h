/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of the OSC server share: the table of paths, the message that is being answered,
 * and its arguments.
 *
 * Thread: main. */
#pragma once

#include "engine/session/fields.h"
#include "src/osc_server.h"
#include "src/osc_socket.h"

/* Stands for a track's id in the table. */
#define WB_OSC_TRACK "/track/ID/"

/* In place of minus infinity, which many surfaces cannot show. */
#define WB_OSC_SILENCE_DB (-150.0)

typedef struct WbOscPath WbOscPath;
typedef struct WbOscReadings WbOscReadings;
typedef struct WbOscSubscriptions WbOscSubscriptions;

struct WbOsc {
    WbOscSocket *socket;
    WbOscOptions options;
    WbLive *live;
    GPtrArray *paths;    /* of WbOscPath, in the order of the list */
    GHashTable *by_path; /* of the same, by path */
    unsigned generation; /* of the document */
    WbOscReadings *readings;
    WbOscSubscriptions *subscriptions;
};

/* One message that came in. */
typedef struct {
    WbOsc *osc;
    const WbOscPath *entry;
    const char *path;
    WbTrack *track; /* that the path names; else NULL */
    const char *types;
    lo_arg **arguments;
    int count;
    GSocketAddress *source;
} WbOscCall;

typedef enum { WB_OSC_PARAMETER, WB_OSC_READING, WB_OSC_ACTION } WbOscKind;

struct WbOscPath {
    char *path;
    WbOscKind kind;
    char *types; /* of the arguments it takes, or replies */
    char *range; /* for people: "-120..24", "lead|support|background" */
    const char *unit;
    const char *text;  /* what it is; not translated yet */
    bool without_live; /* also while no session is open */
    bool unrecorded;   /* a parameter that is not in the document */
    const WbField *field;
    /* Appends the values; false if there are none just now. NULL: it cannot be asked. */
    bool (*get)(WbOsc *osc, const WbOscPath *entry, WbTrack *track, lo_message values);
    /* Does what the call says; nothing has changed if it fails. NULL: it can only be asked. */
    bool (*set)(const WbOscCall *call, GError **error);
};

/* Adds a copy to the table. */
void wb_osc_add_path(WbOsc *osc, const WbOscPath *entry);
void wb_osc_add_parameters(WbOsc *osc);
void wb_osc_add_track_paths(WbOsc *osc);
void wb_osc_add_actions(WbOsc *osc);
void wb_osc_add_readings(WbOsc *osc);
void wb_osc_add_subscriptions(WbOsc *osc);

/* The entry of a path as it is sent ("/track/3/mute"), and the track it names. NULL if there is
 * none: `track` may then be set nevertheless. */
const WbOscPath *wb_osc_find_path(const WbOsc *osc, const char *path, unsigned *track);

/* Sends /reply with the call's path and the values; takes them over. */
void wb_osc_reply(const WbOscCall *call, lo_message values);

/* Arguments of a call. False with an error if there is none, it has another type, or is no finite
 * number or not UTF-8. */
bool wb_osc_argument_number(const WbOscCall *call, int index, double *number, GError **error);
bool wb_osc_argument_whole(const WbOscCall *call, int index, gint64 low, gint64 high,
                           gint64 *number, GError **error);
bool wb_osc_argument_flag(const WbOscCall *call, int index, bool *flag, GError **error);
const char *wb_osc_argument_text(const WbOscCall *call, int index, GError **error);
bool wb_osc_check_count(const WbOscCall *call, int low, int high, GError **error);
/* Whether the argument is a float or double. */
bool wb_osc_argument_is_fraction(const WbOscCall *call, int index);
bool wb_osc_fail(GError **error, const char *message);

/* Readings of the mixer, at most 10 ms old; their peaks are the highest within the window, µs. */
WbOscReadings *wb_osc_readings_new(void);
void wb_osc_readings_free(WbOscReadings *readings);
void wb_osc_readings_set_window(WbOscReadings *readings, gint64 window);
/* The next reading is a fresh one: strings of the last one may be gone. */
void wb_osc_readings_forget(WbOscReadings *readings);
bool wb_osc_read_track(WbOsc *osc, unsigned id, WbTrackReading *reading);
void wb_osc_read_mix(WbOsc *osc, WbMixReading *reading);

WbOscSubscriptions *wb_osc_subscriptions_new(WbOsc *osc);
void wb_osc_subscriptions_free(WbOscSubscriptions *subscriptions);
/* Sends the message to everybody who subscribed its path. */
void wb_osc_subscriptions_tell(WbOscSubscriptions *subscriptions, const char *path,
                               lo_message message);
