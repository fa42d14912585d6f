/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "src/commands.h"

#include "engine/session/import.h"
#include "src/interrupt.h"
#include "src/messages.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct {
    char *target;
    gboolean link;
    gboolean timestamps;
    int rate;
    char **arguments;
} Settings;

/* Returns WB_EXIT_USAGE. */
static int usage_error(const char *message)
{
    g_printerr("%s: %s\n", PACKAGE, message);
    return WB_EXIT_USAGE;
}

static GOptionContext *option_context(Settings *settings)
{
    const GOptionEntry entries[] = {
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &settings->target,
         N_("the folder to make the session in; required"), N_("SESSION")},
        {"link", 'l', 0, G_OPTION_ARG_NONE, &settings->link,
         N_("refer to the audio files where they are instead of copying them"), NULL},
        {"timestamps", 't', 0, G_OPTION_ARG_NONE, &settings->timestamps,
         N_("place files by their Broadcast Wave time stamps, the earliest at 0"), NULL},
        {"rate", 'r', 0, G_OPTION_ARG_INT, &settings->rate,
         N_("sample rate of the session (default: that of most files)"), N_("HZ")},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &settings->arguments, NULL,
         N_("STEMS")},
        G_OPTION_ENTRY_NULL,
    };
    GOptionContext *context = g_option_context_new(NULL);
    g_option_context_set_translation_domain(context, GETTEXT_PACKAGE);
    g_option_context_set_summary(
        context,
        _("Makes a session of a folder of audio files. Roles are read from a roles.json in\n"
          "that folder, or guessed from the names of the files."));
    g_option_context_set_description(
        context, _("roles.json: {\"vox.wav\": \"lead\", \"bass.wav\": \"support\", \"pad.wav\": "
                   "\"background\"}\n"));
    g_option_context_add_main_entries(context, entries, GETTEXT_PACKAGE);
    return context;
}

static bool show_progress(double share, void *data)
{
    const bool *terminal = data;
    if (*terminal) {
        g_printerr("\r");
        g_printerr(_("copying %3.0f %%"), share * 100.0);
    }
    return !wb_interrupted();
}

static char *duration_text(const WbSession *session)
{
    gint64 frames = 0;
    for (guint i = 0; i < session->tracks->len; i++) {
        const WbTrack *track = session->tracks->pdata[i];
        const WbClip *clip = track->clips->pdata[0];
        frames = MAX(frames, clip->position + clip->length);
    }
    const gint64 seconds = (frames + session->sample_rate / 2) / session->sample_rate;
    return g_strdup_printf("%d:%02d:%02d", (int)(seconds / 3600), (int)(seconds / 60 % 60),
                           (int)(seconds % 60));
}

static const char *role_text(WbRole role)
{
    switch (role) {
    case WB_ROLE_LEAD:
        return _("lead");
    case WB_ROLE_SUPPORT:
        return _("support");
    case WB_ROLE_BACKGROUND:
        return _("background");
    }
    g_assert_not_reached();
}

static void tell_result(const WbImported *imported)
{
    const WbSession *session = imported->session;
    g_autofree char *shown = g_filename_display_name(session->folder);
    g_autofree char *duration = duration_text(session);
    g_print(g_dngettext(NULL, "%s: %u track, %d Hz, %s\n", "%s: %u tracks, %d Hz, %s\n",
                        session->tracks->len),
            shown, session->tracks->len, session->sample_rate, duration);
    for (guint i = 0; i < session->tracks->len; i++) {
        const WbTrack *track = session->tracks->pdata[i];
        const char *reason = imported->reasons->pdata[i];
        g_print("  %-10s  %s  (%s)\n", role_text(track->role), track->name, reason);
    }
    for (guint i = 0; i < imported->notes->len; i++)
        wb_warn("%s", (const char *)imported->notes->pdata[i]);
    if (imported->leads == 0) {
        wb_warn(_("no track is a lead, so nothing will make room; write \"role\": \"lead\" in "
                  "%s/%s, or put a roles.json beside the stems and import again"),
                shown, WB_SESSION_FILE);
    }
}

static int run_import(const Settings *settings)
{
    bool terminal = !settings->link && isatty(STDERR_FILENO) == 1;
    const WbImportOptions options = {
        .stems = settings->arguments[0],
        .target = settings->target,
        .sample_rate = settings->rate,
        .link = settings->link,
        .timestamps = settings->timestamps,
        .progress = show_progress,
        .progress_data = &terminal,
    };
    g_autoptr(GError) error = NULL;
    g_autoptr(WbImported) imported = wb_import(&options, &error);
    if (terminal)
        g_printerr("\r%*s\r", 20, "");
    if (imported != NULL) {
        tell_result(imported);
        return EXIT_SUCCESS;
    }
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
        g_printerr(_("%s: interrupted; nothing was left behind\n"), PACKAGE);
        return wb_interrupt_status();
    }
    wb_complain(error);
    return EXIT_FAILURE;
}

static int check_and_run(const Settings *settings)
{
    if (settings->arguments == NULL)
        return usage_error(_("missing the folder of stems"));
    if (settings->arguments[1] != NULL)
        return usage_error(_("more than one folder of stems"));
    if (settings->target == NULL)
        return usage_error(_("missing -o SESSION, the folder to make"));
    if (settings->rate != 0 &&
        (settings->rate < WB_SESSION_RATE_MIN || settings->rate > WB_SESSION_RATE_MAX)) {
        g_autofree char *message = g_strdup_printf(_("--rate must be from %d to %d Hz"),
                                                   WB_SESSION_RATE_MIN, WB_SESSION_RATE_MAX);
        return usage_error(message);
    }
    wb_interrupt_install();
    return run_import(settings);
}

int wb_cmd_import(int argc, char **argv)
{
    Settings settings = {0};
    GOptionContext *context = option_context(&settings);
    g_autoptr(GError) error = NULL;
    const int status = g_option_context_parse(context, &argc, &argv, &error)
                           ? check_and_run(&settings)
                           : usage_error(error->message);
    g_option_context_free(context);
    g_strfreev(settings.arguments);
    g_free(settings.target);
    return status;
}
