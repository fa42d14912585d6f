/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "src/stem_writer.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#include "engine/disk/writer.h"

#define CHUNK 1024

struct WbStemWriter {
    char *folder;
    bool made_folder, committed;
    size_t tracks;
    WbWriter **writers; /* [track] */
};

/* The name of the track's first file without its extension; without a file, the track's own. */
static char *stem_of(const WbTrack *track)
{
    if (track->clips->len == 0) {
        char *name = g_filename_from_utf8(track->name, -1, NULL, NULL, NULL);
        if (!name)
            name = g_strdup_printf("track-%u", track->id);
        g_strdelimit(name, "/", '_');
        return name;
    }
    const WbClip *clip = g_ptr_array_index(track->clips, 0);
    char *stem = g_path_get_basename(clip->file);
    char *dot = strrchr(stem, '.');
    if (dot && dot != stem)
        *dot = '\0';
    return stem;
}

/* Several tracks may play the same file: the later ones get a number. */
static char *unique_path(const char *folder, const char *stem, GHashTable *taken)
{
    g_autofree char *name = g_strdup_printf("%s.wav", stem);
    for (unsigned number = 2; !g_hash_table_add(taken, g_strdup(name)); number++) {
        g_free(name);
        name = g_strdup_printf("%s-%u.wav", stem, number);
    }
    return g_build_filename(folder, name, NULL);
}

static bool make_folder(WbStemWriter *stems, GError **error)
{
    if (g_file_test(stems->folder, G_FILE_TEST_IS_DIR))
        return true;
    if (g_mkdir(stems->folder, 0777) == 0) {
        stems->made_folder = true;
        return true;
    }
    const int code = errno;
    g_autofree char *shown = g_filename_display_name(stems->folder);
    g_set_error(error, G_IO_ERROR, g_io_error_from_errno(code),
                _("%s: cannot make this folder for the stems: %s"), shown, g_strerror(code));
    return false;
}

WbStemWriter *wb_stem_writer_new(const char *folder, const WbSession *session, WbTargets *targets,
                                 GError **error)
{
    WbStemWriter *stems = g_new0(WbStemWriter, 1);
    stems->folder = g_strdup(folder);
    stems->tracks = session->tracks->len;
    stems->writers = g_new0(WbWriter *, stems->tracks);
    g_autoptr(GHashTable) taken = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    bool fine = make_folder(stems, error);
    for (size_t t = 0; t < stems->tracks && fine; t++) {
        g_autofree char *stem = stem_of(g_ptr_array_index(session->tracks, t));
        g_autofree char *path = unique_path(folder, stem, taken);
        if (wb_targets_add(targets, path, error))
            stems->writers[t] =
                wb_writer_new(path, WB_FORMAT_WAV_FLOAT, session->sample_rate, 2, error);
        fine = stems->writers[t];
    }
    if (!fine)
        g_clear_pointer(&stems, wb_stem_writer_free);
    return stems;
}

void wb_stem_writer_free(WbStemWriter *stems)
{
    if (!stems)
        return;
    for (size_t t = 0; t < stems->tracks; t++)
        wb_writer_free(stems->writers[t]);
    if (stems->made_folder && !stems->committed)
        g_rmdir(stems->folder);
    g_free(stems->writers);
    g_free(stems->folder);
    g_free(stems);
}

bool wb_stem_writer_write(WbStemWriter *stems, size_t track, const double *const channels[2],
                          double gain, size_t frames, GError **error)
{
    double left[CHUNK], right[CHUNK];
    const double *const scaled[2] = {left, right};
    for (size_t done = 0; done < frames;) {
        const size_t count = MIN(frames - done, CHUNK);
        for (size_t i = 0; i < count; i++) {
            left[i] = channels[0][done + i] * gain;
            right[i] = channels[1][done + i] * gain;
        }
        if (!wb_writer_write(stems->writers[track], scaled, count, error))
            return false;
        done += count;
    }
    return true;
}

bool wb_stem_writer_finish(WbStemWriter *stems, GError **error)
{
    for (size_t t = 0; t < stems->tracks; t++)
        if (!wb_writer_finish(stems->writers[t], error))
            return false;
    return true;
}

bool wb_stem_writer_commit(WbStemWriter *stems, GError **error)
{
    for (size_t t = 0; t < stems->tracks; t++)
        if (!wb_writer_commit(stems->writers[t], error))
            return false;
    stems->committed = true;
    return true;
}
