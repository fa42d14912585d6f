/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A session that sounds: the document with its history, and the mixer, disk and driver that do what
 * it says. Whoever shows or remote-controls a session (window, OSC, signals) does so through this.
 *
 * The document is the truth. To change something: change the struct (session.h), then say so with
 * wb_live_changed(); all that sounds is brought in line with it by difference, without a click and
 * without disturbing what has not changed. Undo and redo go the same way. What is not part of the
 * document (transport, takes, listening modes) has functions of its own.
 *
 * Thread: main, all of it; callbacks come there too, from GLib's main loop. */
#pragma once

#include "engine/disk/format.h"
#include "engine/drivers/driver.h"
#include "engine/hearing/bands.h"
#include "engine/hearing/masking.h"
#include "engine/session/history.h"
#include "engine/session/session.h"

typedef struct WbLive WbLive;

typedef struct {
    WbDriverOptions driver; /* block and rate of the dummy; its rate 0: the session's */
    bool connect_outputs;   /* a bus that was never connected goes to the physical playback ports */
} WbLiveOptions;

typedef enum { WB_LIVE_NOTE, WB_LIVE_WARNING } WbLiveSeverity;

/* What somebody may want to know at once. Any may be NULL. */
typedef struct {
    /* Something happened that the user should know: a sentence, translated. */
    void (*message)(void *data, WbLiveSeverity severity, const char *text);
    /* The document is another than before, by a change, undo or redo. */
    void (*changed)(void *data);
    /* Driver come or gone, transport, take, listening mode: see wb_live_mix_reading(). */
    void (*state)(void *data);
    void *data;
} WbLiveListener;

/* Takes the session over, also on failure. Opens its files and the driver and makes everything
 * ready to sound; a file that is missing is a warning, and its track is silent there. Errors:
 * WB_DRIVER_ERROR_*. */
WbLive *wb_live_new(WbSession *session, const WbLiveOptions *options,
                    const WbLiveListener *listener, GError **error);
/* Completes a take, closes the driver; the document is not saved. */
void wb_live_free(WbLive *live);

/* ---- the document ---- */

WbSession *wb_live_session(WbLive *live);
/* The document has been changed: name and key as in wb_history_record(). A change that does not
 * hold (wb_session_check()) is taken back: false with WB_SESSION_ERROR_VALUE. Clips that cannot be
 * read are warnings. */
bool wb_live_changed(WbLive *live, const char *name, const char *key, GError **error);
/* For the names of steps, sealing and whether it is modified. */
WbHistory *wb_live_history(WbLive *live);
bool wb_live_undo(WbLive *live); /* false: nothing to undo */
bool wb_live_redo(WbLive *live);
/* Saves the document, connections as they are now included. */
bool wb_live_save(WbLive *live, GError **error);

/* ---- transport ---- */

void wb_live_play(WbLive *live);
void wb_live_stop(WbLive *live);
void wb_live_locate(WbLive *live, gint64 position); /* frames of the session, as in the document */

/* ---- takes ---- */

typedef struct {
    const char *bus; /* file of the bus; NULL: one in the session's audio folder, named by date */
    bool with_transport; /* begins when the transport rolls, ends when it stops */
} WbTakeOptions;

/* Records the bus, and of each armed track its input and of each track with record_carved what
 * leaves its carve, in the document's record_format. False, and nothing is recorded: the reason. */
bool wb_live_record(WbLive *live, const WbTakeOptions *options, GError **error);
/* Files are completed in the background; a message tells when they are. */
void wb_live_record_stop(WbLive *live);
/* What the last complete take recorded of inputs becomes clips of their tracks, at their place on
 * the timeline: what played along it, from the first start of the transport to its first jump or
 * stop (if there is more, a message says so); if it never played, all of it, where it stood. The
 * tracks are disarmed. An undoable step. */
bool wb_live_take_to_clips(WbLive *live, GError **error);

/* ---- listening; none of it is in the document or in a take ---- */

void wb_live_set_delta(WbLive *live, bool on); /* what is taken away, in place of the mix */
/* While the mix's carve is bypassed, it is brought to the loudness it has with the carve. */
void wb_live_set_match(WbLive *live, bool on);
void wb_live_set_listen(WbLive *live, unsigned track, bool on); /* pre-fader, on its own output */

/* ---- readings ---- */

typedef struct {
    bool live;                  /* on the live path: its input sounds, not its clips */
    bool listen;                /* by wb_live_set_listen() */
    double input_peak_db;       /* highest since the last reading, before trim; dBFS */
    double peak_db[2];          /* after fader, left and right, since the last reading */
    double loudness_lufs;       /* after fader, over about 0.4 s, from band powers */
    float power[WB_BANDS];      /* spectrum on the bus, before the carve: mean square */
    float cut_db[WB_BANDS];     /* what is taken, 0 or more */
    double heard_before, heard; /* partial loudness amid the others; see wb_arbiter_loudness() */
    double clarity;             /* 0 masked to 1 clear: share of its loudness that survives */
    double delay_frames;        /* of latency compensation */
    double cost_percent;        /* of the block's time, estimated */
    double prefetch_seconds;    /* ahead on disk; 0 without clips */
    guint64 underruns;
    guint64 bad_samples; /* of its input or clips, no numbers: silenced */
    gint64 bytes;        /* of memory: rings and histories */
} WbTrackReading;

/* False if there is no such track. Peaks start anew. */
bool wb_live_track_reading(WbLive *live, unsigned id, WbTrackReading *reading);

typedef struct {
    bool running;       /* the driver is there */
    const char *driver; /* its name, or NULL */
    const char *client; /* in the graph */
    unsigned rate, block_frames;
    bool real_time; /* the audio thread has real-time priority */
    WbTransportState transport;
    gint64 position; /* frames of the session */
    bool freewheel, delta, match;
    bool lookahead; /* the carve looks ahead: no track is on the live path, guard not off */
    double load_percent,
        load_peak_percent; /* of the block's time: mean over 1 s, highest since start */
    double longest_cycle_us, budget_us;
    double control_percent; /* of a tick's time, the control worker */
    guint64 late_ticks, xruns;
    double prefetch_load_percent, prefetch_seconds; /* least ahead of all tracks */
    double peak_db[2];                              /* of the bus since the last reading */
    double momentary_lufs, short_term_lufs, integrated_lufs, true_peak_db;
    bool recording; /* or waiting for the transport to */
    gint64 recorded_frames;
    guint64 recorded_lost;     /* frames that were lost, of all files */
    const char *recorded_file; /* of the bus, or NULL */
    gint64 disk_free;          /* bytes, where the take goes */
    double match_db;           /* gain of the loudness match */
} WbMixReading;

/* Who masks whom among the document's tracks, in its order, as of this moment or a tenth of a
 * second ago: to be asked some ten times a second for as long as somebody looks. Valid until the
 * next call. */
const WbMasking *wb_live_masking(WbLive *live);

/* Strings are valid until the next call. Peaks start anew. */
void wb_live_mix_reading(WbLive *live, WbMixReading *reading);
/* Loudness (integrated), true peak, load peak, longest cycle, xruns, late ticks start anew. */
void wb_live_reset_readings(WbLive *live);
