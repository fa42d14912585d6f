/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One audio file as the session hears it: decoded, and where its rate is another, resampled to the
 * session's by libsoxr at very high quality, linear phase and in place: frame n sounds at the
 * file's time n / rate. Thread: each source on one at a time, never the audio thread. */
#pragma once

#include "engine/disk/audio_file.h"

typedef struct WbSource WbSource;

/* `rate` in whole Hz. Errors are of WB_AUDIO_FILE_ERROR and name the file. */
WbSource *wb_source_open(const char *path, double rate, GError **error);
void wb_source_free(WbSource *source);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WbSource, wb_source_free)

unsigned wb_source_channels(const WbSource *source); /* 1 or 2 */

/* Length at `rate`: the file's frames * rate / file rate, rounded up. */
gint64 wb_source_frames(const WbSource *source);

unsigned wb_source_file_rate(const WbSource *source); /* Hz */

/* See wb_audio_file_time_reference(): frames at the file's rate, −1 if none. */
gint64 wb_source_time_reference(const WbSource *source);

/* Reads `frames` frames from `position`, both at `rate`, into channels[0..channels-1]; silence
 * outside the file. The samples do not depend on how reading is divided into calls; after a jump a
 * resampled file gives the same to the rounding of a float. False only if the medium fails. */
bool wb_source_read(WbSource *source, gint64 position, float *const *channels, size_t frames,
                    GError **error);

/* See wb_audio_file_bad_samples() and wb_audio_file_missing_frames(), at the file's rate. */
guint64 wb_source_bad_samples(const WbSource *source);
guint64 wb_source_missing_frames(const WbSource *source);
