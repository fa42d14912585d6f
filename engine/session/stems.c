/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/session/stems.h"

#include "engine/disk/audio_file.h"
#include "engine/session/natural.h"
#include "engine/session/session.h"

#include <glib/gi18n.h>
#include <string.h>

/* A file with one of these extensions is meant to be heard: if it cannot be read, that is an error
 * and not a reason to leave it out. */
static const char *const audio_extensions[] = {
    "wav", "wave", "bwf", "rf64", "w64", "aif", "aiff", "aifc", "flac", "ogg", "oga", "opus", "mp3",
    "mp2", "m4a",  "aac", "wma",  "caf", "au",  "snd",  "wv",   "ape",  "sd2", "voc", "alac", "mpc",
};

/* Left by desktops, no news to anybody. */
static const char *const silent_files[] = {WB_ROLES_FILE, "Thumbs.db", "desktop.ini"};

static void stem_free(gpointer data)
{
    WbStem *stem = data;
    g_free(stem->file);
    g_free(stem->text);
    g_free(stem->name);
    g_free(stem);
}

static bool has_audio_extension(const char *file)
{
    const char *dot = strrchr(file, '.');
    for (size_t i = 0; dot != NULL && i < G_N_ELEMENTS(audio_extensions); i++) {
        if (g_ascii_strcasecmp(dot + 1, audio_extensions[i]) == 0)
            return true;
    }
    return false;
}

static bool is_silent(const char *file)
{
    for (size_t i = 0; i < G_N_ELEMENTS(silent_files); i++) {
        if (strcmp(file, silent_files[i]) == 0)
            return true;
    }
    return file[0] == '.';
}

static int compare_names(gconstpointer a, gconstpointer b)
{
    return wb_natural_compare(*(char *const *)a, *(char *const *)b);
}

static GPtrArray *list_names(const char *folder, GError **error)
{
    g_autoptr(GError) cause = NULL;
    g_autoptr(GDir) dir = g_dir_open(folder, 0, &cause);
    if (dir == NULL) {
        g_autofree char *shown = g_filename_display_name(folder);
        g_set_error(error, WB_SESSION_ERROR, WB_SESSION_ERROR_READ,
                    _("%s: cannot be read as a folder of stems: %s"), shown, cause->message);
        return NULL;
    }
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    for (const char *name = g_dir_read_name(dir); name != NULL; name = g_dir_read_name(dir)) {
        if (!is_silent(name))
            g_ptr_array_add(names, g_strdup(name));
    }
    g_ptr_array_sort(names, compare_names);
    return names;
}

static char *without_extension(const char *text)
{
    const char *dot = strrchr(text, '.');
    return dot == NULL || dot == text ? g_strdup(text) : g_strndup(text, (gsize)(dot - text));
}

static WbStem *stem_new(const char *file, const WbAudioFile *audio, GPtrArray *notes)
{
    WbStem *stem = g_new0(WbStem, 1);
    stem->file = g_strdup(file);
    g_autofree char *shown = g_filename_display_name(file);
    stem->text = g_utf8_normalize(shown, -1, G_NORMALIZE_NFC);
    stem->name = without_extension(stem->text);
    stem->rate = wb_audio_file_rate(audio);
    stem->channels = wb_audio_file_channels(audio);
    stem->frames = wb_audio_file_frames(audio);
    stem->time_reference = wb_audio_file_time_reference(audio);
    if (!g_utf8_validate(file, -1, NULL)) {
        g_ptr_array_add(notes, g_strdup_printf(_("%s: the file name is not UTF-8; the track is "
                                                 "called \"%s\", the file keeps its name"),
                                               shown, stem->name));
    }
    return stem;
}

/* Audio all the same, whatever it is called. */
static bool is_unfit_audio(const GError *cause)
{
    return g_error_matches(cause, WB_AUDIO_FILE_ERROR, WB_AUDIO_FILE_ERROR_CHANNELS) ||
           g_error_matches(cause, WB_AUDIO_FILE_ERROR, WB_AUDIO_FILE_ERROR_TRUNCATED);
}

/* NULL without an error: skipped. */
static WbStem *inspect(const char *folder, const char *file, GPtrArray *notes, GError **error)
{
    g_autofree char *path = g_build_filename(folder, file, NULL);
    g_autofree char *shown = g_filename_display_name(path);
    if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
        g_ptr_array_add(notes, g_strdup_printf(_("%s: a folder, not entered"), shown));
        return NULL;
    }
    g_autoptr(GError) cause = NULL;
    g_autoptr(WbAudioFile) audio = wb_audio_file_open(path, &cause);
    if (audio != NULL)
        return stem_new(file, audio, notes);
    if (has_audio_extension(file) || is_unfit_audio(cause)) {
        g_propagate_error(error, g_steal_pointer(&cause));
        return NULL;
    }
    g_ptr_array_add(notes, g_strdup_printf(_("%s: not audio, skipped"), shown));
    return NULL;
}

GPtrArray *wb_stems_list(const char *folder, GPtrArray *notes, GError **error)
{
    g_autoptr(GPtrArray) names = list_names(folder, error);
    if (names == NULL)
        return NULL;
    g_autoptr(GPtrArray) stems = g_ptr_array_new_with_free_func(stem_free);
    for (guint i = 0; i < names->len; i++) {
        GError *cause = NULL;
        WbStem *stem = inspect(folder, names->pdata[i], notes, &cause);
        if (stem != NULL)
            g_ptr_array_add(stems, stem);
        if (cause != NULL) {
            g_propagate_error(error, cause);
            return NULL;
        }
    }
    if (stems->len == 0) {
        g_autofree char *shown = g_filename_display_name(folder);
        g_set_error(error, WB_SESSION_ERROR, WB_SESSION_ERROR_IMPORT,
                    _("%s: no audio files there; name the folder that has the stems themselves"),
                    shown);
        return NULL;
    }
    return g_steal_pointer(&stems);
}
