/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "src/commands.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <stdlib.h>

#include "engine/session/import.h"
#include "engine/session/staging.h"
#include "src/explain.h"
#include "src/interrupt.h"
#include "src/messages.h"
#include "src/render.h"
#include "src/report.h"

#define DEFAULT_FOLDER "wideberth-demo"
#define SESSION_FOLDER "session"
#define DRY_FILE "dry.wav"
#define DEMASKED_FILE "demasked.wav"
#define REPORT_FILE "report.json"
#define CREDITS_FILE "CREDITS"

/* Both mixes are brought to this, lest the louder one be taken for the better one. It leaves most
 * music its peaks. */
#define COMPARISON_LUFS (-16.0)

typedef struct {
    gboolean quiet;
    char **rest;
} Options;

typedef struct {
    WbSession *session;
    WbRenderResult *dry, *demasked;
} Demo;

static bool parse_options(int *argc, char ***argv, Options *options, GError **error)
{
    const GOptionEntry entries[] = {
        {"quiet", 'q', 0, G_OPTION_ARG_NONE, &options->quiet, N_("say nothing but errors"), NULL},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->rest, NULL, NULL},
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(GOptionContext) context = g_option_context_new(_("[DIR]"));
    g_option_context_set_translation_domain(context, GETTEXT_PACKAGE);
    g_option_context_set_summary(
        context,
        _("Makes a session of the bundled tracks in the folder DIR (default: wideberth-demo),\n"
          "renders it untouched and de-masked, and tells what changed. In a folder that holds\n"
          "the demo already, the session stays as you edited it and is rendered again."));
    g_option_context_add_main_entries(context, entries, GETTEXT_PACKAGE);
    return g_option_context_parse(context, argc, argv, error);
}

/* The bundled demo: in $WIDEBERTH_DATADIR, else where it was installed. */
static char *find_bundle(GError **error)
{
    const char *data = g_getenv("WIDEBERTH_DATADIR");
    g_autofree char *bundle = g_build_filename(data && *data ? data : PKGDATADIR, "demo", NULL);
    if (g_file_test(bundle, G_FILE_TEST_IS_DIR))
        return g_steal_pointer(&bundle);
    g_autofree char *shown = g_filename_display_name(bundle);
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                _("%s: the demo session is not there; run 'make install', or set "
                  "WIDEBERTH_DATADIR to the folder 'data' of Wideberth's sources"),
                shown);
    return NULL;
}

static bool holds_demo(const char *folder)
{
    g_autofree char *session = g_build_filename(folder, SESSION_FOLDER, WB_SESSION_FILE, NULL);
    g_autofree char *credits = g_build_filename(folder, CREDITS_FILE, NULL);
    return g_file_test(session, G_FILE_TEST_EXISTS) && g_file_test(credits, G_FILE_TEST_EXISTS);
}

static bool go_on_importing(double share, void *data)
{
    (void)share;
    (void)data;
    return !wb_interrupted();
}

static bool go_on_copying(guint64 bytes, void *data)
{
    (void)bytes;
    (void)data;
    return !wb_interrupted();
}

static WbSession *import_bundle(const char *bundle, WbStaging *staging, GError **error)
{
    g_autofree char *stems = g_build_filename(bundle, "stems", NULL);
    g_autofree char *credits = g_build_filename(bundle, CREDITS_FILE, NULL);
    g_autofree char *target = g_build_filename(wb_staging_path(staging), SESSION_FOLDER, NULL);
    if (!wb_staging_add_copy(staging, credits, CREDITS_FILE, go_on_copying, NULL, error))
        return NULL;
    const WbImportOptions options = {
        .stems = stems,
        .target = target,
        .progress = go_on_importing,
    };
    g_autoptr(WbImported) imported = wb_import(&options, error);
    return imported ? g_steal_pointer(&imported->session) : NULL;
}

static WbRenderResult *render(WbRenderRequest *request, const char *folder, const char *name,
                              GError **error)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    request->output = path;
    WbRenderResult *result = wb_render(request, error);
    request->output = NULL;
    return result;
}

/* Writes both mixes and the report to `folder`, which will be `final`. */
static bool render_both(Demo *demo, const char *folder, const char *final, bool quiet,
                        GError **error)
{
    WbRenderRequest request = wb_render_request(demo->session);
    request.quiet = quiet;
    request.normalize = true;
    request.target_lufs = COMPARISON_LUFS;
    request.dry = true;
    demo->dry = render(&request, folder, DRY_FILE, error);
    if (!demo->dry)
        return false;
    request.dry = false;
    demo->demasked = render(&request, folder, DEMASKED_FILE, error);
    if (!demo->demasked)
        return false;
    wb_render_warn(&request, demo->demasked);

    g_free(demo->session->folder);
    demo->session->folder = g_build_filename(final, SESSION_FOLDER, NULL);
    g_autofree char *report = g_build_filename(folder, REPORT_FILE, NULL);
    return wb_report_write(report, &request, demo->demasked, error);
}

static bool commit(WbStaging *staging, GError **error)
{
    if (!wb_interrupted())
        return wb_staging_commit(staging, error);
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _("stopped"));
    return false;
}

static bool make_demo(Demo *demo, const char *folder, bool quiet, GError **error)
{
    g_autofree char *bundle = find_bundle(error);
    if (!bundle)
        return false;
    g_autoptr(WbStaging) staging = wb_staging_new(folder, error);
    if (!staging)
        return false;
    demo->session = import_bundle(bundle, staging, error);
    return demo->session && render_both(demo, wb_staging_path(staging), folder, quiet, error) &&
           commit(staging, error);
}

static bool renew_demo(Demo *demo, const char *folder, bool quiet, GError **error)
{
    g_autofree char *path = g_build_filename(folder, SESSION_FOLDER, NULL);
    demo->session = wb_session_load(path, error);
    return demo->session && render_both(demo, folder, folder, quiet, error);
}

static void tell_path(const char *folder, const char *name, const char *what)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autofree char *shown = g_filename_display_name(path);
    g_print("  %-30s %s\n", shown, what);
}

static void tell_mix(const char *folder, const char *name, const char *what,
                     const WbRenderResult *result)
{
    g_autofree char *text = g_strdup_printf(_("%s, %.1f LUFS"), what, result->bus.integrated_lufs);
    tell_path(folder, name, text);
}

static void tell_result(const Demo *demo, const char *folder)
{
    const WbSession *session = demo->session;
    g_print(g_dngettext(NULL, "%u track, %.0f seconds, strength %.0f %%:\n\n",
                        "%u tracks, %.0f seconds, strength %.0f %%:\n\n", session->tracks->len),
            session->tracks->len, (double)demo->demasked->frames / session->sample_rate,
            session->mix.strength_percent);
    g_autofree char *changes = wb_explain(session, demo->demasked);
    g_print("%s", changes);
    g_print("\n%s\n", _("Compare, equally loud so that neither wins by being louder:"));
    tell_mix(folder, DRY_FILE, _("the mix as it was"), demo->dry);
    tell_mix(folder, DEMASKED_FILE, _("the same faders, de-masked"), demo->demasked);
    g_print("\n%s\n", _("See also:"));
    tell_path(folder, REPORT_FILE, _("every figure of the de-masked mix"));
    tell_path(folder, SESSION_FOLDER, _("the session, to edit and render again"));
    tell_path(folder, CREDITS_FILE, _("who made the music"));
}

static void clear_demo(Demo *demo)
{
    wb_session_free(demo->session);
    wb_render_result_free(demo->dry);
    wb_render_result_free(demo->demasked);
}

static int run_demo(const char *folder, bool quiet)
{
    wb_interrupt_install();
    g_autoptr(GError) error = NULL;
    Demo demo = {0};
    int status = EXIT_SUCCESS;
    if (!(holds_demo(folder) ? renew_demo : make_demo)(&demo, folder, quiet, &error)) {
        if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
            g_printerr(_("%s: interrupted; nothing was left behind\n"), PACKAGE);
            status = wb_interrupt_status();
        } else {
            wb_complain(error);
            status = EXIT_FAILURE;
        }
    } else if (!quiet) {
        tell_result(&demo, folder);
    }
    clear_demo(&demo);
    return status;
}

int wb_cmd_demo(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    Options options = {0};
    int status = WB_EXIT_USAGE;
    if (parse_options(&argc, &argv, &options, &error)) {
        if (options.rest && options.rest[1])
            g_set_error(&error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                        _("more than one folder for the demo"));
        else
            status = run_demo(options.rest ? options.rest[0] : DEFAULT_FOLDER, options.quiet);
    }
    if (error)
        wb_complain(error);
    g_strfreev(options.rest);
    return status;
}
