/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rendering a session to files: what `render`, `demo` and the window's export do. Thread: any one
 * at a time; with `progress` it neither prints nor listens to signals. */
#pragma once

#include "engine/disk/format.h"
#include "engine/drivers/offline.h"
#include "engine/mix/meter.h"
#include "engine/session/session.h"

#define WB_RENDER_BLOCK_FRAMES 8192

typedef struct {
    const WbSession *session;
    const char *output; /* file for the bus; NULL: only the stems */
    WbFormat format;
    const char *stems;  /* folder for each track's stem; NULL: none */
    const char *report; /* file that the caller will write then; NULL: none */
    bool dry;
    WbTiming timing;
    gint64 start, end; /* frames; end < 0: where the last clip ends */
    unsigned block_frames, threads;
    bool normalize;
    double target_lufs;
    bool quiet;
    /* `share` of a run over the audio is done, 0..1 (--normalize takes two); false: stop. NULL:
     * shown on the terminal, stopped by a signal. */
    bool (*progress)(void *data, double share);
    void *progress_data;
} WbRenderRequest;

/* With the defaults of the command line. */
WbRenderRequest wb_render_request(const WbSession *session);

typedef struct {
    gint64 frames;
    double seconds;                        /* it took */
    WbOfflineTrack *tracks;                /* [track] of the session */
    WbMeterReading bus;                    /* as written */
    double normalize_db;                   /* gain that --normalize added */
    bool peak_limited;                     /* it would have needed more, but for the true peak */
    guint64 clipped_frames;                /* of the bus file */
    guint64 *bad_samples, *missing_frames; /* [track] silenced NaN and infinity; file too short */
    size_t track_count;
} WbRenderResult;

void wb_render_result_free(WbRenderResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WbRenderResult, wb_render_result_free)

/* Nothing of what was asked for is left behind on failure; files that were there before stay as
 * they were. Files that cannot be written, or that the session is made of, are refused before the
 * work begins. G_IO_ERROR_CANCELLED: the user interrupted. */
WbRenderResult *wb_render(const WbRenderRequest *request, GError **error);

/* Says on stderr what the user should know of the result: faults of the audio, clipping, a mix that
 * --normalize could not lift. */
void wb_render_warn(const WbRenderRequest *request, const WbRenderResult *result);

/* True peaks after --normalize stay at or below this. */
#define WB_NORMALIZE_PEAK_DB (-1.0)
