/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "src/commands.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

#include "src/messages.h"
#include "src/osc_server.h"
#include "src/run.h"

#define BLOCK_DEFAULT 256

typedef struct {
    char *driver, *server, *client, *latency, *record, *osc_port, *guard, *format;
    gboolean play, osc_any, no_transport, no_connect, freewheel;
    int rate, block;
    char **rest;
} Options;

static void clear_options(Options *options)
{
    g_free(options->driver);
    g_free(options->server);
    g_free(options->client);
    g_free(options->latency);
    g_free(options->record);
    g_free(options->osc_port);
    g_free(options->guard);
    g_free(options->format);
    g_strfreev(options->rest);
}

static bool parse_options(int *argc, char ***argv, Options *options, GError **error)
{
    const GOptionEntry entries[] = {
        {"driver", 0, 0, G_OPTION_ARG_STRING, &options->driver,
         N_("auto: JACK if its server runs, else PipeWire; dummy: a timer, without ports"),
         N_("auto|jack|pipewire|dummy")},
        {"server", 0, 0, G_OPTION_ARG_STRING, &options->server,
         N_("name of the JACK or PipeWire server"), N_("NAME")},
        {"client", 0, 0, G_OPTION_ARG_STRING, &options->client,
         N_("name in the server's graph; wideberth otherwise"), N_("NAME")},
        {"latency", 0, 0, G_OPTION_ARG_STRING, &options->latency,
         N_("ask PipeWire for blocks of N frames at RATE Hz"), N_("N/RATE")},
        {"play", 0, 0, G_OPTION_ARG_NONE, &options->play, N_("start the transport"), NULL},
        {"record", 0, 0, G_OPTION_ARG_FILENAME, &options->record,
         N_("record the mix to FILE: at once or, with --play, with the transport"), N_("FILE")},
        {"format", 0, 0, G_OPTION_ARG_STRING, &options->format,
         N_("of takes: wav, wav-24, wav-float, rf64, flac, ogg or opus"), N_("FORMAT")},
        {"guard", 0, 0, G_OPTION_ARG_STRING, &options->guard,
         N_("how far disk and spectra run ahead, in place of the session's"),
         N_("off|low|normal|high")},
        {"no-transport", 0, 0, G_OPTION_ARG_NONE, &options->no_transport,
         N_("leave the JACK transport alone"), NULL},
        {"no-connect", 0, 0, G_OPTION_ARG_NONE, &options->no_connect,
         N_("do not connect a new session's mix to the loudspeakers"), NULL},
        {"osc-port", 0, 0, G_OPTION_ARG_STRING, &options->osc_port,
         N_("listen for OSC on UDP port N; 0: any that is free; off: do not listen"), N_("N|off")},
        {"osc-any", 0, 0, G_OPTION_ARG_NONE, &options->osc_any,
         N_("listen for OSC on all interfaces: whoever reaches this machine may control it"), NULL},
        {"rate", 0, 0, G_OPTION_ARG_INT, &options->rate,
         N_("sample rate of the dummy driver; the session's otherwise"), N_("HZ")},
        {"block", 0, 0, G_OPTION_ARG_INT, &options->block, N_("frames to a block of the dummy"),
         N_("N")},
        {"freewheel", 0, 0, G_OPTION_ARG_NONE, &options->freewheel,
         N_("let the dummy go as fast as it can"), NULL},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->rest, NULL, NULL},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    g_autoptr(GOptionContext) context = g_option_context_new(_("[SESSION]"));
    g_option_context_set_translation_domain(context, GETTEXT_PACKAGE);
    g_option_context_set_summary(
        context, _("Runs a session live, without a window, until Ctrl-C. SESSION may be left out "
                   "under\na session manager (NSM). \"wideberth ctl\" controls what runs."));
    g_option_context_add_main_entries(context, entries, GETTEXT_PACKAGE);
    return g_option_context_parse(context, argc, argv, error);
}

static bool bad_usage(GError **error, const char *option, const char *value, const char *wanted)
{
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                _("%s: '%s' is not what it takes: %s"), option, value, wanted);
    return false;
}

static bool parse_range(GError **error, const char *option, int value, int low, int high)
{
    if (value >= low && value <= high)
        return true;
    g_autofree char *shown = g_strdup_printf("%d", value);
    g_autofree char *wanted =
        g_strdup_printf(_("a number from %g to %g"), (double)low, (double)high);
    return bad_usage(error, option, shown, wanted);
}

static bool parse_latency(const char *text, unsigned latency[2], GError **error)
{
    g_auto(GStrv) parts = g_strsplit(text, "/", -1);
    guint64 frames, rate;
    if (g_strv_length(parts) != 2 ||
        !g_ascii_string_to_unsigned(parts[0], 10, 1, WB_CYCLE_MAX_FRAMES, &frames, NULL) ||
        !g_ascii_string_to_unsigned(parts[1], 10, WB_SESSION_RATE_MIN, WB_SESSION_RATE_MAX, &rate,
                                    NULL))
        return bad_usage(error, "--latency", text, _("N/RATE, for instance 128/48000"));
    latency[0] = (unsigned)frames;
    latency[1] = (unsigned)rate;
    return true;
}

static bool parse_driver(const Options *options, WbRunSettings *settings, GError **error)
{
    WbDriverOptions *driver = &settings->live.driver;
    const char *name = options->driver != NULL ? options->driver : "auto";
    const bool dummy = strcmp(name, "dummy") == 0;
    const bool jack = strcmp(name, "jack") == 0;
    unsigned latency[2] = {0, 0};
    if (!dummy && !jack && strcmp(name, "pipewire") != 0 && strcmp(name, "auto") != 0)
        return bad_usage(error, "--driver", name, "auto, jack, pipewire, dummy");
    if (!dummy && (options->rate != 0 || options->block != 0 || options->freewheel)) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                    _("--rate, --block and --freewheel are of the dummy driver; an audio "
                      "server has its own"));
        return false;
    }
    if ((dummy || jack) && options->latency != NULL) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                    _("--latency is for PipeWire; a JACK server has its own blocks, the dummy "
                      "driver takes --block"));
        return false;
    }
    if (options->latency != NULL && !parse_latency(options->latency, latency, error))
        return false;
    if ((options->rate != 0 &&
         !parse_range(error, "--rate", options->rate, WB_SESSION_RATE_MIN, WB_SESSION_RATE_MAX)) ||
        (options->block != 0 &&
         !parse_range(error, "--block", options->block, 1, WB_CYCLE_MAX_FRAMES)))
        return false;
    *driver = (WbDriverOptions){
        .name = name,
        .client = options->client != NULL ? options->client : PACKAGE,
        .server = options->server,
        .transport = !options->no_transport,
        .latency_frames = latency[0],
        .latency_rate = latency[1],
        .rate = (unsigned)options->rate,
        .block = options->block != 0 ? (unsigned)options->block : BLOCK_DEFAULT,
        .freewheel = options->freewheel,
    };
    settings->live.connect_outputs = !options->no_connect;
    return true;
}

static bool parse_osc(const Options *options, WbRunSettings *settings, GError **error)
{
    settings->osc = true;
    settings->osc_any_interface = options->osc_any;
    settings->osc_port = WB_OSC_PORT;
    settings->osc_port_or_any = options->osc_port == NULL;
    if (options->osc_port == NULL)
        return true;
    if (strcmp(options->osc_port, "off") == 0) {
        settings->osc = false;
        return true;
    }
    guint64 port;
    if (!g_ascii_string_to_unsigned(options->osc_port, 10, 0, G_MAXUINT16, &port, NULL))
        return bad_usage(error, "--osc-port", options->osc_port,
                         _("a number from 0 to 65535, or off"));
    settings->osc_port = (unsigned)port;
    return true;
}

/* Of --format or, without, what the name of the recorded file says. */
static bool parse_format(const Options *options, WbFormat *format, bool *given, GError **error)
{
    *given = options->format != NULL;
    if (*given)
        return wb_format_parse(options->format, format) ||
               bad_usage(error, "--format", options->format,
                         "wav, wav-24, wav-float, rf64, flac, ogg, opus");
    if (options->record == NULL)
        return true;
    if (!wb_format_from_path(options->record, format)) {
        g_autofree char *shown = g_filename_display_name(options->record);
        return bad_usage(error, "--record", shown,
                         _("a file name that ends in .wav, .flac, .ogg, .opus or .rf64; "
                           "or say --format"));
    }
    *given = *format != WB_FORMAT_WAV; /* a .wav is of the session's kind */
    return true;
}

static int run(const Options *options)
{
    WbRunSettings settings = {.play = options->play};
    WbGuard guard = WB_GUARD_NORMAL;
    WbFormat format = WB_FORMAT_WAV_24;
    bool format_given;
    g_autoptr(GError) error = NULL;
    settings.manager = g_getenv("NSM_URL");
    settings.session = options->rest != NULL ? options->rest[0] : NULL;
    if (settings.session == NULL && settings.manager == NULL)
        error = g_error_new(G_OPTION_ERROR, G_OPTION_ERROR_FAILED, _("name a session to run"));
    else if (settings.session != NULL && options->rest[1] != NULL)
        error = g_error_new(G_OPTION_ERROR, G_OPTION_ERROR_FAILED, _("name one session to run"));
    else if (options->guard != NULL && !wb_guard_parse(options->guard, &guard))
        bad_usage(&error, "--guard", options->guard, "off, low, normal, high");
    if (error != NULL || !parse_driver(options, &settings, &error) ||
        !parse_osc(options, &settings, &error) ||
        !parse_format(options, &format, &format_given, &error)) {
        wb_complain(error);
        return WB_EXIT_USAGE;
    }
    g_autofree char *record =
        options->record != NULL ? g_canonicalize_filename(options->record, NULL) : NULL;
    settings.record = record;
    settings.guard = options->guard != NULL ? &guard : NULL;
    settings.format = format_given ? &format : NULL;
    return wb_run(&settings);
}

int wb_cmd_run(int argc, char **argv)
{
    Options options = {0};
    g_autoptr(GError) error = NULL;
    int status = WB_EXIT_USAGE;
    if (parse_options(&argc, &argv, &options, &error))
        status = run(&options);
    else
        wb_complain(error);
    clear_options(&options);
    return status;
}
