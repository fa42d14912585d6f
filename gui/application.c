/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gui/application.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <gtk/gtk.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "gui/mixer_window.h"
#include "gui/palette.h"
#include "gui/recovery.h"
#include "gui/resource_data.h"
#include "gui/resources.h"
#include "gui/settings.h"
#include "src/commands.h"
#include "src/messages.h"

#define BLOCK_DEFAULT 256

typedef struct {
    char *driver, *server, *client;
    int rate, block;
    gboolean play;
    char **rest;
} Options;

typedef struct {
    Options options;
    GSettings *settings;
    GtkApplication *application;
    bool signalled;
} Program;

static bool parse(int *argc, char ***argv, Options *options, GError **error)
{
    const GOptionEntry entries[] = {
        {"driver", 0, 0, G_OPTION_ARG_STRING, &options->driver,
         N_("auto: JACK if its server runs, else PipeWire; dummy: a timer, without ports"),
         N_("auto|jack|pipewire|dummy")},
        {"server", 0, 0, G_OPTION_ARG_STRING, &options->server, N_("name of the JACK server"),
         N_("NAME")},
        {"client", 0, 0, G_OPTION_ARG_STRING, &options->client,
         N_("name among the JACK clients; wideberth otherwise"), N_("NAME")},
        {"block", 0, 0, G_OPTION_ARG_INT, &options->block, N_("frames to a block of the dummy"),
         N_("N")},
        {"play", 0, 0, G_OPTION_ARG_NONE, &options->play, N_("start the transport"), NULL},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->rest, NULL, NULL},
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(GOptionContext) context = g_option_context_new(_("[SESSION]"));
    g_option_context_set_translation_domain(context, GETTEXT_PACKAGE);
    g_option_context_set_summary(
        context, _("Opens the mixer's window, with a session, or with a folder of stems to make\n"
                   "one of. 'wideberth --help' lists the commands that need no window."));
    g_option_context_add_main_entries(context, entries, GETTEXT_PACKAGE);
    return g_option_context_parse(context, argc, argv, error);
}

static WbLiveOptions live_options(const Program *program)
{
    const Options *options = &program->options;
    /* The name of a driver has to outlive this. */
    static const char *const known[] = {"auto", "jack", "pipewire", "dummy"};
    g_autofree char *set = program->settings != NULL
                               ? g_settings_get_string(program->settings, "driver")
                               : g_strdup(known[0]);
    const char *driver = known[0];
    for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
        if (strcmp(options->driver != NULL ? options->driver : set, known[i]) == 0)
            driver = known[i];
    return (WbLiveOptions){
        .driver = {.name = driver,
                   .client = options->client != NULL ? options->client : PACKAGE,
                   .server = options->server,
                   .transport = true,
                   .block = options->block > 0 ? (unsigned)options->block : BLOCK_DEFAULT},
        .connect_outputs =
            program->settings == NULL || g_settings_get_boolean(program->settings, "auto-connect"),
    };
}

static void show_about(GSimpleAction *action, GVariant *parameter, gpointer data)
{
    (void)action;
    (void)parameter;
    const Program *program = data;
    gtk_show_about_dialog(
        gtk_application_get_active_window(program->application), "program-name", "Wideberth",
        "version", PACKAGE_VERSION, "logo-icon-name", WB_APPLICATION_ID, "license-type",
        GTK_LICENSE_GPL_3_0, "copyright", _("Copyright (C) 2026 the Wideberth developers"),
        "comments", _("Mix multitrack sessions so that the important tracks are heard."), NULL);
}

/* Each window asks what has to be asked. */
static void quit(GSimpleAction *action, GVariant *parameter, gpointer data)
{
    (void)action;
    (void)parameter;
    const Program *program = data;
    g_autoptr(GList) windows = g_list_copy(gtk_application_get_windows(program->application));
    for (const GList *entry = windows; entry != NULL; entry = entry->next)
        gtk_window_close(entry->data);
}

/* The first asks, a second one ends it: takes are completed, and unsaved changes have been kept. */
static gboolean on_signal(gpointer data)
{
    Program *program = data;
    if (program->signalled)
        g_application_quit(G_APPLICATION(program->application));
    else
        quit(NULL, NULL, program);
    program->signalled = true;
    return G_SOURCE_CONTINUE;
}

static void on_startup(GApplication *application, Program *program)
{
    static const GActionEntry actions[] = {{.name = "about", .activate = show_about},
                                           {.name = "quit", .activate = quit}};
    static const char *const quit_keys[] = {"<Control>q", NULL};
    GdkDisplay *display = gdk_display_get_default();
    g_action_map_add_action_entries(G_ACTION_MAP(application), actions, G_N_ELEMENTS(actions),
                                    program);
    gtk_application_set_accels_for_action(GTK_APPLICATION(application), "app.quit", quit_keys);
    program->settings = wb_settings_new();
    if (program->settings != NULL)
        wb_settings_apply(program->settings, display);
    else
        g_object_set(gtk_settings_get_default(), "gtk-application-prefer-dark-theme", TRUE, NULL);
    wb_palette_install(display);
    g_autoptr(GtkCssProvider) style = gtk_css_provider_new();
    gtk_css_provider_load_from_resource(style, WB_RESOURCE("style.css"));
    gtk_style_context_add_provider_for_display(display, GTK_STYLE_PROVIDER(style),
                                               GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
    gtk_window_set_default_icon_name(WB_APPLICATION_ID);
    g_unix_signal_add(SIGTERM, on_signal, program);
    g_unix_signal_add(SIGINT, on_signal, program);
}

static WbMixerWindow *open_window(const Program *program)
{
    const WbLiveOptions options = live_options(program);
    WbMixerWindow *window = wb_mixer_window_new(program->application, &options);
    gtk_window_present(GTK_WINDOW(window));
    return window;
}

/* After a crash the session that was open is opened again, which offers its unsaved changes. */
static void on_activate(Program *program)
{
    WbMixerWindow *window = open_window(program);
    g_autofree char *crashed = wb_recovery_find();
    if (crashed != NULL)
        wb_mixer_window_open(window, crashed);
}

static void on_open(GApplication *application, GFile **files, int count, const char *hint,
                    Program *program)
{
    (void)application;
    (void)hint;
    for (int i = 0; i < count; i++) {
        g_autofree char *path = g_file_get_path(files[i]);
        WbMixerWindow *window = open_window(program);
        if (path != NULL)
            wb_mixer_window_open(window, path);
        if (program->options.play)
            wb_mixer_window_play(window);
    }
}

/* What GApplication is to see: the program and the sessions. */
static int run(Program *program)
{
    g_autoptr(GPtrArray) arguments = g_ptr_array_new();
    g_ptr_array_add(arguments, (char *)PACKAGE);
    for (char **path = program->options.rest; path != NULL && *path != NULL; path++)
        g_ptr_array_add(arguments, *path);
    g_ptr_array_add(arguments, NULL);
    program->application = gtk_application_new(WB_APPLICATION_ID, G_APPLICATION_HANDLES_OPEN |
                                                                      G_APPLICATION_NON_UNIQUE);
    g_signal_connect(program->application, "startup", G_CALLBACK(on_startup), program);
    g_signal_connect_swapped(program->application, "activate", G_CALLBACK(on_activate), program);
    g_signal_connect(program->application, "open", G_CALLBACK(on_open), program);
    const int status = g_application_run(G_APPLICATION(program->application),
                                         (int)arguments->len - 1, (char **)arguments->pdata);
    g_object_unref(program->application);
    return status;
}

static bool check(const Options *options, GError **error)
{
    static const char *const known[] = {"auto", "jack", "pipewire", "dummy", NULL};
    if (options->driver == NULL || g_strv_contains(known, options->driver))
        return true;
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                _("%s: '%s' is not what it takes: %s"), "--driver", options->driver,
                "auto, jack, pipewire, dummy");
    return false;
}

int wb_gui_main(int argc, char **argv)
{
    Program program = {0};
    g_autoptr(GError) error = NULL;
    int status = EXIT_FAILURE;
    if (!parse(&argc, &argv, &program.options, &error) || !check(&program.options, &error)) {
        wb_complain(error);
        status = WB_EXIT_USAGE;
    } else if (!gtk_init_check()) {
        g_printerr(_("%s: no display to open the window on; 'wideberth run SESSION' runs the mixer "
                     "without a window\n"),
                   PACKAGE);
    } else {
        wb_register_resource();
        status = run(&program);
    }
    g_clear_object(&program.settings);
    g_free(program.options.driver);
    g_free(program.options.server);
    g_free(program.options.client);
    g_strfreev(program.options.rest);
    return status;
}
