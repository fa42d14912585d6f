/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/session/import.h"

#include "engine/session/role_guess.h"
#include "engine/session/roles_file.h"
#include "engine/session/staging.h"
#include "engine/session/stems.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#define AUDIO_FOLDER "audio"
#define USUAL_RATE 48000
#define TIME_STAMP_MAX_SECONDS (7 * 24 * 3600)

typedef struct {
    const WbImportOptions *options;
    guint64 done, total; /* bytes */
} Copying;

static bool report(guint64 bytes, void *data)
{
    Copying *copying = data;
    const WbImportOptions *options = copying->options;
    copying->done += bytes;
    if (options->progress == NULL)
        return true;
    const double share = copying->total == 0 ? 0.0 : (double)copying->done / (double)copying->total;
    return options->progress(MIN(share, 1.0), options->progress_data);
}

static void note(WbImported *imported, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void note(WbImported *imported, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_ptr_array_add(imported->notes, g_strdup_vprintf(format, arguments));
    va_end(arguments);
}

/* The rate most files have, of two the higher; so that as little as possible is resampled. */
static int commonest_rate(const GPtrArray *stems)
{
    unsigned best = 0;
    unsigned best_count = 0;
    for (guint i = 0; i < stems->len; i++) {
        const unsigned rate = ((const WbStem *)stems->pdata[i])->rate;
        unsigned count = 0;
        for (guint j = 0; j < stems->len; j++)
            count += ((const WbStem *)stems->pdata[j])->rate == rate;
        if (rate < WB_SESSION_RATE_MIN || rate > WB_SESSION_RATE_MAX)
            continue;
        if (count > best_count || (count == best_count && rate > best)) {
            best = rate;
            best_count = count;
        }
    }
    return best == 0 ? USUAL_RATE : (int)best;
}

static bool choose_rate(WbImported *imported, const WbImportOptions *options,
                        const GPtrArray *stems, GError **error)
{
    WbSession *session = imported->session;
    session->sample_rate = options->sample_rate != 0 ? options->sample_rate : commonest_rate(stems);
    if (session->sample_rate < WB_SESSION_RATE_MIN || session->sample_rate > WB_SESSION_RATE_MAX) {
        g_set_error(error, WB_SESSION_ERROR, WB_SESSION_ERROR_VALUE,
                    _("the sample rate %d Hz is not from %d to %d Hz; choose another"),
                    session->sample_rate, WB_SESSION_RATE_MIN, WB_SESSION_RATE_MAX);
        return false;
    }
    guint others = 0;
    for (guint i = 0; i < stems->len; i++)
        others += ((const WbStem *)stems->pdata[i])->rate != (unsigned)session->sample_rate;
    if (others > 0)
        note(imported,
             g_dngettext(NULL,
                         "%u file has another sample rate than the session's %d Hz; it will "
                         "be resampled",
                         "%u files have another sample rate than the session's %d Hz; they will be "
                         "resampled",
                         others),
             others, session->sample_rate);
    return true;
}

/* Frames of a file at the session's rate, rounded up, as WbSource counts them. */
static gint64 frames_at(const WbSession *session, gint64 frames, const WbStem *stem)
{
    const gint64 rate = stem->rate;
    const gint64 whole = frames / rate * session->sample_rate;
    return whole + (frames % rate * session->sample_rate + rate - 1) / rate;
}

static char *file_reference(const WbImportOptions *options, const WbStem *stem)
{
    if (!options->link)
        return g_build_filename(AUDIO_FOLDER, stem->file, NULL);
    g_autofree char *path = g_build_filename(options->stems, stem->file, NULL);
    return g_canonicalize_filename(path, NULL);
}

/* Length of the "01-" of "01-vox", 0 if there is none. */
static size_t numbering_length(const char *name)
{
    const size_t digits = strspn(name, "0123456789");
    const size_t length = digits + strspn(name + digits, "-_. ");
    const bool numbered = digits > 0 && length > digits;
    return numbered && g_unichar_isalpha(g_utf8_get_char(name + length)) ? length : 0;
}

/* Numbers at the start are the folder's order, not names, if all files have them. */
static bool all_numbered(const GPtrArray *stems)
{
    for (guint i = 0; i < stems->len; i++) {
        if (numbering_length(((const WbStem *)stems->pdata[i])->name) == 0)
            return false;
    }
    return stems->len > 1;
}

static char *guess_reason(const WbRoleGuess *guess)
{
    if (guess->word == NULL)
        return g_strdup(_("no word in the name is known"));
    if (guess->behind_voice)
        return g_strdup_printf(_("guessed from \"%s\", behind the voice"), guess->word);
    return g_strdup_printf(_("guessed from \"%s\""), guess->word);
}

static void add_track(WbImported *imported, const WbImportOptions *options, const WbStem *stem,
                      const char *name, const WbRolesEntry *entry, const WbRoleGuess *guess)
{
    WbSession *session = imported->session;
    const char *wanted = entry != NULL && entry->name != NULL ? entry->name : name;
    WbTrack *track = wb_session_add_track(session, wanted, stem->channels);
    if (strcmp(track->name, wanted) != 0)
        note(imported, _("%s: the track is called \"%s\", since another has its name"), stem->text,
             track->name);
    track->role = entry != NULL ? entry->role : guess->role;
    track->gain_db = entry != NULL ? entry->gain_db : 0.0;
    imported->leads += track->role == WB_ROLE_LEAD;
    g_ptr_array_add(imported->reasons, entry != NULL ? g_strdup_printf(_("from %s"), WB_ROLES_FILE)
                                                     : guess_reason(guess));
    g_autofree char *file = file_reference(options, stem);
    wb_track_add_clip(track, file)->length = frames_at(session, stem->frames, stem);
}

/* The names that no entry of roles.json speaks for are guessed from, but all are looked at, so that
 * a shared word is known as such. */
static void add_tracks(WbImported *imported, const WbImportOptions *options, const GPtrArray *stems,
                       const WbRolesEntry *const *entries)
{
    g_autofree const char **names = g_new(const char *, stems->len);
    const bool numbered = all_numbered(stems);
    for (guint i = 0; i < stems->len; i++) {
        const char *name = ((const WbStem *)stems->pdata[i])->name;
        names[i] = name + (numbered ? numbering_length(name) : 0);
    }
    WbRoleGuess *guesses = wb_role_guess(names, stems->len);
    for (guint i = 0; i < stems->len; i++)
        add_track(imported, options, stems->pdata[i], names[i], entries[i], &guesses[i]);
    wb_role_guess_free(guesses, stems->len);
}

/* A stamp counts from midnight; one of more than some days is none. */
static bool has_time_stamp(const WbStem *stem)
{
    return stem->time_reference >= 0 && stem->time_reference / stem->rate < TIME_STAMP_MAX_SECONDS;
}

static void place_by_timestamps(WbImported *imported, const GPtrArray *stems)
{
    const WbSession *session = imported->session;
    gint64 earliest = G_MAXINT64;
    for (guint i = 0; i < stems->len; i++) {
        const WbStem *stem = stems->pdata[i];
        if (has_time_stamp(stem))
            earliest = MIN(earliest, frames_at(session, stem->time_reference, stem));
        else
            note(imported, _("%s: has no time stamp; it starts with the session"), stem->text);
    }
    for (guint i = 0; i < stems->len; i++) {
        const WbStem *stem = stems->pdata[i];
        const WbTrack *track = session->tracks->pdata[i];
        WbClip *clip = track->clips->pdata[0];
        if (has_time_stamp(stem))
            clip->position = frames_at(session, stem->time_reference, stem) - earliest;
    }
}

static guint64 total_bytes(const WbImportOptions *options, const GPtrArray *stems)
{
    guint64 total = 0;
    for (guint i = 0; i < stems->len; i++) {
        const WbStem *stem = stems->pdata[i];
        g_autofree char *path = g_build_filename(options->stems, stem->file, NULL);
        GStatBuf status;
        if (g_stat(path, &status) == 0)
            total += (guint64)status.st_size;
    }
    return total;
}

static bool copy_audio(WbStaging *staging, const WbImportOptions *options, const GPtrArray *stems,
                       GError **error)
{
    Copying copying = {.options = options, .total = total_bytes(options, stems)};
    if (!wb_staging_add_folder(staging, AUDIO_FOLDER, error))
        return false;
    for (guint i = 0; i < stems->len; i++) {
        const WbStem *stem = stems->pdata[i];
        g_autofree char *from = g_build_filename(options->stems, stem->file, NULL);
        g_autofree char *name = g_build_filename(AUDIO_FOLDER, stem->file, NULL);
        if (!wb_staging_add_copy(staging, from, name, report, &copying, error))
            return false;
    }
    return true;
}

static bool write_session(WbImported *imported, const WbImportOptions *options,
                          const GPtrArray *stems, GError **error)
{
    g_autoptr(WbStaging) staging = wb_staging_new(options->target, error);
    if (staging == NULL || (!options->link && !copy_audio(staging, options, stems, error)))
        return false;
    WbSession *session = imported->session;
    session->folder = g_strdup(wb_staging_path(staging));
    if (!wb_session_save(session, error) || !wb_staging_commit(staging, error))
        return false;
    g_free(session->folder);
    session->folder = g_strdup(options->target);
    return true;
}

static bool import_stems(WbImported *imported, const WbImportOptions *options,
                         const GPtrArray *stems, GError **error)
{
    g_autoptr(GPtrArray) entries = NULL;
    g_autofree const WbRolesEntry **matched = g_new0(const WbRolesEntry *, stems->len);
    g_autofree char *roles_path = g_build_filename(options->stems, WB_ROLES_FILE, NULL);
    if (g_file_test(roles_path, G_FILE_TEST_EXISTS)) {
        g_autofree char *shown = g_filename_display_name(options->stems);
        entries = wb_roles_file_read(roles_path, error);
        if (entries == NULL)
            return false;
        g_free(matched);
        matched = wb_roles_match(entries, stems, shown, error);
        if (matched == NULL)
            return false;
    }
    if (!choose_rate(imported, options, stems, error))
        return false;
    add_tracks(imported, options, stems, matched);
    if (options->timestamps)
        place_by_timestamps(imported, stems);
    return write_session(imported, options, stems, error);
}

WbImported *wb_import(const WbImportOptions *options, GError **error)
{
    g_autoptr(WbImported) imported = g_new0(WbImported, 1);
    imported->session = wb_session_new(NULL, 0);
    imported->reasons = g_ptr_array_new_with_free_func(g_free);
    imported->notes = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) stems = wb_stems_list(options->stems, imported->notes, error);
    if (stems == NULL || !import_stems(imported, options, stems, error))
        return NULL;
    return g_steal_pointer(&imported);
}

void wb_imported_free(WbImported *imported)
{
    if (imported == NULL)
        return;
    wb_session_free(imported->session);
    g_ptr_array_unref(imported->reasons);
    g_ptr_array_unref(imported->notes);
    g_free(imported);
}
