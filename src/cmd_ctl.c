/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "src/commands.h"

#include <gio/gio.h>
#include <glib/gi18n.h>

#include "src/ctl.h"
#include "src/messages.h"
#include "src/osc_server.h"

#define TIMEOUT_SECONDS 2.0
#define WATCH_HZ 10.0

typedef struct {
    char *url;
    int port;
    double timeout, rate;
    gboolean watch;
    char **rest;
} Options;

static bool parse_options(int *argc, char ***argv, Options *options, GError **error)
{
    const GOptionEntry entries[] = {
        {"port", 'p', 0, G_OPTION_ARG_INT, &options->port,
         N_("UDP port of a wideberth on this machine"), N_("N")},
        {"url", 'u', 0, G_OPTION_ARG_STRING, &options->url, N_("where wideberth listens"),
         N_("osc.udp://HOST:PORT/")},
        {"timeout", 't', 0, G_OPTION_ARG_DOUBLE, &options->timeout,
         N_("how long to wait for an answer; 2 otherwise"), N_("SECONDS")},
        {"watch", 'w', 0, G_OPTION_ARG_NONE, &options->watch,
         N_("print all that begins with PATH as it changes, until Ctrl-C"), NULL},
        {"rate", 'r', 0, G_OPTION_ARG_DOUBLE, &options->rate,
         N_("watch at most so often; 10 otherwise"), N_("HZ")},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->rest, NULL, NULL},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    g_autoptr(GOptionContext) context = g_option_context_new(_("PATH [ARGUMENT...]"));
    g_option_context_set_translation_domain(context, GETTEXT_PACKAGE);
    g_option_context_set_strict_posix(context, TRUE); /* -3 after the path is a number */
    g_option_context_set_summary(
        context, _("Controls a running wideberth over OSC. A path without arguments is asked for "
                   "its value;\n\"wideberth ctl /list\" shows all paths."));
    g_option_context_add_main_entries(context, entries, GETTEXT_PACKAGE);
    return g_option_context_parse(context, argc, argv, error);
}

static int usage_error(const char *message)
{
    g_printerr("%s: %s\n", PACKAGE, message);
    return WB_EXIT_USAGE;
}

static int ctl(const Options *options)
{
    if (options->rest == NULL || options->rest[0][0] != '/' ||
        !g_utf8_validate(options->rest[0], -1, NULL))
        return usage_error(_("name an OSC path, such as /list or /track/1/gain_db"));
    if (options->watch && options->rest[1] != NULL)
        return usage_error(_("--watch takes a path and no arguments"));
    if (options->port < 1 || options->port > G_MAXUINT16)
        return usage_error(_("--port must be from 1 to 65535"));
    if (!(options->timeout > 0.0 && options->timeout <= 3600.0))
        return usage_error(_("--timeout must be more than 0 and at most 3600 seconds"));
    g_autofree char *url = options->url != NULL
                               ? g_strdup(options->url)
                               : g_strdup_printf("osc.udp://127.0.0.1:%d/", options->port);
    const WbCtlRequest request = {
        .url = url,
        .timeout = options->timeout,
        .path = options->rest[0],
        .arguments = options->rest + 1,
        .watch = options->watch,
        .rate = options->rate,
    };
    return wb_ctl(&request);
}

int wb_cmd_ctl(int argc, char **argv)
{
    Options options = {.port = WB_OSC_PORT, .timeout = TIMEOUT_SECONDS, .rate = WATCH_HZ};
    g_autoptr(GError) error = NULL;
    int status = WB_EXIT_USAGE;
    if (parse_options(&argc, &argv, &options, &error))
        status = ctl(&options);
    else
        wb_complain(error);
    g_free(options.url);
    g_strfreev(options.rest);
    return status;
}
