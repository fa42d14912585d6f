/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The stems of a render: one stereo float WAV per track in a folder, named after the file it was
 * imported from. Set-up on the main thread; writing on any, one thread per track. */
#pragma once

#include "engine/session/session.h"
#include "src/targets.h"

typedef struct WbStemWriter WbStemWriter;

/* Makes the folder if it is missing, and adds the stems to the targets. What else there is in the
 * folder stays. */
WbStemWriter *wb_stem_writer_new(const char *folder, const WbSession *session, WbTargets *targets,
                                 GError **error);

/* Not committed: removes what was written, and the folder if it was made. */
void wb_stem_writer_free(WbStemWriter *stems);

/* Appends channels [left, right][frame] times gain to a track's stem. */
bool wb_stem_writer_write(WbStemWriter *stems, size_t track, const double *const channels[2],
                          double gain, size_t frames, GError **error);

/* Completes the files under temporary names, see wb_writer_finish(). Nothing may be written
 * afterwards. */
bool wb_stem_writer_finish(WbStemWriter *stems, GError **error);

/* Gives the finished files their names. */
bool wb_stem_writer_commit(WbStemWriter *stems, GError **error);
