/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The session document: what the user made, as plain structs, and its file `session.json`.
 * doc/session-format.md describes the file. All levels are in dB, all times in frames at the
 * session's rate.
 *
 * Thread: main only. The audio thread never sees these structs. */
#pragma once

#include "engine/disk/format.h"
#include "engine/disk/guard.h"
#include "engine/hearing/role.h"
#include "engine/mix/strip.h"

#include <glib.h>
#include <stdbool.h>

#define WB_SESSION_FILE "session.json"

/* Every gain is from WB_FADER_SHUT_DB, which is silence, to this. */
#define WB_GAIN_MAX_DB 24.0
#define WB_DEPTH_MAX_DB 12.0
/* WbTrack.depth_db of a track that goes as deep as its role does. */
#define WB_DEPTH_OF_ROLE (-1.0)
#define WB_STRENGTH_DEFAULT 40.0
#define WB_FREQUENCY_MIN_HZ 20.0
#define WB_FREQUENCY_MAX_HZ 20000.0
/* A track may sound so much later or earlier. */
#define WB_OFFSET_MAX_FRAMES 192000
#define WB_SESSION_RATE_MIN 32000
#define WB_SESSION_RATE_MAX 192000

typedef enum {
    WB_SESSION_ERROR_READ,    /* the file or folder cannot be read, or is missing */
    WB_SESSION_ERROR_SYNTAX,  /* not JSON; the message has line and column */
    WB_SESSION_ERROR_FORMAT,  /* JSON, but not a session */
    WB_SESSION_ERROR_VERSION, /* written by a newer program */
    WB_SESSION_ERROR_VALUE,   /* a key is missing, unknown, of the wrong type or out of range */
    WB_SESSION_ERROR_WRITE,   /* what was there before is still there */
    WB_SESSION_ERROR_IMPORT,  /* the folder of stems does not make a session */
    WB_SESSION_ERROR_EXISTS,  /* the target of an import is in use */
} WbSessionError;

#define WB_SESSION_ERROR (wb_session_error_quark())
GQuark wb_session_error_quark(void);

typedef struct {
    char *file;      /* relative to the session's folder, or absolute; in the file system's bytes */
    gint64 position; /* on the timeline, >= 0 */
    gint64 offset;   /* into the file, >= 0 */
    gint64 length;   /* > 0, or 0: to the file's end */
    double gain_db;  /* WB_FADER_SHUT_DB..WB_GAIN_MAX_DB */
    gint64 fade_in;  /* >= 0 */
    gint64 fade_out; /* >= 0; with a length, fade_in + fade_out <= length */
} WbClip;

typedef struct {
    unsigned id; /* >= 1, unique in the session, never given twice while it is open */
    char *name;  /* UTF-8, not empty, unique in the session */
    WbRole role;
    unsigned colour;   /* 0xrrggbb */
    unsigned channels; /* 1 or 2 */
    double gain_db;    /* fader; WB_FADER_SHUT_DB..WB_GAIN_MAX_DB */
    double pan;        /* -1 left .. 1 right; a balance if there are two channels */
    bool mute;
    bool solo;
    bool invert;     /* polarity */
    double trim_db;  /* before the carve; WB_FADER_SHUT_DB..WB_GAIN_MAX_DB */
    double depth_db; /* at most so deep, 0 (never carved)..WB_DEPTH_MAX_DB, or WB_DEPTH_OF_ROLE */
    double low_hz;   /* carved only between low_hz and high_hz; 20..20000, low < high */
    double high_hz;
    bool carve_bypass;
    bool arm;             /* its input is recorded, and sounds in place of its clips */
    bool monitor;         /* its input sounds in place of its clips */
    gint64 offset_frames; /* it sounds so much later; within WB_OFFSET_MAX_FRAMES */
    bool compensate;      /* it is brought in line with inputs of more latency */
    bool direct_out;      /* has outputs of its own, after carve and fader */
    bool record_carved;   /* takes record it after its carve, before the fader, too */
    GArray *never;        /* unsigned ids, ascending: tracks this one never yields to */
    GPtrArray *clips;     /* of WbClip, owned */
} WbTrack;

typedef struct {
    double strength_percent;    /* 0..100 */
    double background_depth_db; /* deepest cut of a background track, 0..WB_DEPTH_MAX_DB */
    double support_depth_db;    /* deepest cut of a support track, 0..WB_DEPTH_MAX_DB */
    double gain_db;             /* bus fader; WB_FADER_SHUT_DB..WB_GAIN_MAX_DB */
    bool carve_bypass;          /* of the whole mix */
} WbMixSettings;

typedef struct {
    char *folder;    /* where the session lives, in the file system's bytes; not in the file */
    int sample_rate; /* WB_SESSION_RATE_MIN..WB_SESSION_RATE_MAX */
    gint64 loop_start, loop_end; /* on the timeline, end excluded; start < end if `loop` */
    bool loop; /* play that stretch again and again, if it is not shorter than WB_LOOP_SHORTEST */
    WbGuard guard;
    WbFormat record_format;
    WbMixSettings mix;
    GPtrArray *tracks;  /* of WbTrack, in the mixer's order; each holds a reference */
    unsigned next_id;   /* of the next new track; not in the file */
    GTree *connections; /* connections.h; NULL while there are none */
} WbSession;

/* An empty session with default settings. Nothing is written. */
WbSession *wb_session_new(const char *folder, int sample_rate);
void wb_session_free(WbSession *session);
/* A deep copy: shares nothing with the original. */
WbSession *wb_session_copy(const WbSession *session);
/* All that is neither track nor connection, folder nor next_id. */
void wb_session_copy_settings(WbSession *to, const WbSession *from);
/* Same content; folder, next_id and connections aside. */
bool wb_session_equal(const WbSession *a, const WbSession *b);

/* A new track at the end, with a new id, default settings, the next colour, and `name` made unique
 * by a number if another track has it. The session owns it. */
WbTrack *wb_session_add_track(WbSession *session, const char *name, unsigned channels);
/* Also takes it out of the other tracks' `never`. False if there is no such track. */
bool wb_session_remove_track(WbSession *session, unsigned id);
/* To another place in the mixer's order; beyond the end is the end. False if there is no such
 * track. */
bool wb_session_move_track(WbSession *session, unsigned id, unsigned index);
/* The name is made unique by a number if another track has it. False if there is no such track. */
bool wb_session_rename_track(WbSession *session, unsigned id, const char *name);
/* NULL if there is none. */
WbTrack *wb_session_track(const WbSession *session, unsigned id);
WbTrack *wb_session_track_by_name(const WbSession *session, const char *name);
/* `wanted`, or `wanted 2`, `wanted 3`...: the first that no track has. An empty name, or one that
 * is only white space, becomes "Track". */
char *wb_session_unique_name(const WbSession *session, const char *wanted);

/* One reference, default settings, id 0, no name. */
WbTrack *wb_track_new(void);
/* References are for the undo history, which shares tracks that did not change. A track with more
 * than one reference is never changed. */
WbTrack *wb_track_ref(WbTrack *track);
void wb_track_unref(WbTrack *track);
WbTrack *wb_track_copy(const WbTrack *track);
bool wb_track_equal(const WbTrack *a, const WbTrack *b);
bool wb_clip_equal(const WbClip *a, const WbClip *b);
/* A clip at the end of the track's list, with default settings. The track owns it. */
WbClip *wb_track_add_clip(WbTrack *track, const char *file);
/* Whether `track` is never to yield to the track with this id. */
bool wb_track_never_yields_to(const WbTrack *track, unsigned id);
void wb_track_set_never_yields_to(WbTrack *track, unsigned id, bool never);

/* The deepest cut that applies to the track, in dB: its role's, or its own if that is less; 0 for
 * leads and bypassed tracks (the mix's bypass is not looked at). */
double wb_session_depth_db(const WbSession *session, const WbTrack *track);
/* The clip's file as a path that can be opened: its own if absolute, else inside the folder. */
char *wb_session_clip_path(const WbSession *session, const WbClip *clip);
/* The way back: a path as the file of a clip, relative if it is inside the folder. */
char *wb_session_clip_file(const WbSession *session, const char *path);

/* Reads a session's folder, or its session.json. Everything in the result is within the ranges
 * above. NULL with WB_SESSION_ERROR_READ, _SYNTAX, _FORMAT, _VERSION or _VALUE; audio files are not
 * looked at. */
WbSession *wb_session_load(const char *path, GError **error);
/* The same from memory, for what has no folder yet; `name` stands in messages. */
WbSession *wb_session_parse(const char *text, gsize length, const char *name, GError **error);
/* Writes session->folder/session.json: temporary file, sync, rename, sync. On failure what was
 * there stays as it was. WB_SESSION_ERROR_WRITE, or _VALUE if a value is out of its range: what
 * could not be loaded is not saved. */
bool wb_session_save(const WbSession *session, GError **error);
/* The text wb_session_save() writes, ending in a newline. The same document gives the same bytes,
 * in any locale. */
char *wb_session_to_text(const WbSession *session);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(WbSession, wb_session_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WbTrack, wb_track_unref)
