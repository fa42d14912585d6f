/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "src/commands.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/interrupt.h"
#include "src/messages.h"
#include "src/render.h"
#include "src/report.h"

#define MAX_BLOCK_FRAMES (1 << 20)

typedef struct {
    char *output, *format, *stems, *timing, *report, *start, *end, *strength, *normalize;
    int block_frames, threads;
    gboolean dry, quiet;
    char **rest;
} Options;

static void clear_options(Options *options)
{
    g_free(options->output);
    g_free(options->format);
    g_free(options->stems);
    g_free(options->timing);
    g_free(options->report);
    g_free(options->start);
    g_free(options->end);
    g_free(options->strength);
    g_free(options->normalize);
    g_strfreev(options->rest);
}

static bool parse_options(int *argc, char ***argv, Options *options, GError **error)
{
    const GOptionEntry entries[] = {
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &options->output,
         N_("write the mix to FILE; its name tells the format"), N_("FILE")},
        {"format", 0, 0, G_OPTION_ARG_STRING, &options->format,
         N_("wav, wav-24, wav-float, rf64, flac, ogg or opus; .wav files are wav-24 otherwise"),
         N_("FORMAT")},
        {"stems", 0, 0, G_OPTION_ARG_FILENAME, &options->stems,
         N_("also write each track after carve and fader to the folder DIR"), N_("DIR")},
        {"dry", 0, 0, G_OPTION_ARG_NONE, &options->dry, N_("do not carve"), NULL},
        {"strength", 0, 0, G_OPTION_ARG_STRING, &options->strength,
         N_("strength of the de-masking, 0 to 100, in place of the session's"), N_("PERCENT")},
        {"timing", 0, 0, G_OPTION_ARG_STRING, &options->timing,
         N_("playback (default) looks ahead; live carves as it would for live inputs"),
         N_("playback|live")},
        {"start", 0, 0, G_OPTION_ARG_STRING, &options->start,
         N_("begin at T: seconds, or [HOURS:]MINUTES:SECONDS"), N_("T")},
        {"end", 0, 0, G_OPTION_ARG_STRING, &options->end, N_("end at T"), N_("T")},
        {"normalize", 0, 0, G_OPTION_ARG_STRING, &options->normalize,
         N_("bring the mix to LUFS by gain alone, true peak at most -1 dBTP"), N_("LUFS")},
        {"report", 0, 0, G_OPTION_ARG_FILENAME, &options->report,
         N_("write what was done to FILE, as JSON"), N_("FILE")},
        {"block-size", 0, 0, G_OPTION_ARG_INT, &options->block_frames,
         N_("frames to a block; the result is the same"), N_("N")},
        {"threads", 0, 0, G_OPTION_ARG_INT, &options->threads,
         N_("threads; 0, the default, for all processors; the result is the same"), N_("N")},
        {"quiet", 'q', 0, G_OPTION_ARG_NONE, &options->quiet, N_("say nothing but errors"), NULL},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->rest, NULL, NULL},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    g_autoptr(GOptionContext) context = g_option_context_new(_("SESSION -o FILE"));
    g_option_context_set_translation_domain(context, GETTEXT_PACKAGE);
    g_option_context_set_summary(
        context, _("Renders the de-masked mix of a session, faster than real time."));
    g_option_context_add_main_entries(context, entries, GETTEXT_PACKAGE);
    return g_option_context_parse(context, argc, argv, error);
}

static bool bad_usage(GError **error, const char *option, const char *value, const char *wanted)
{
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                _("%s: '%s' is not what it takes: %s"), option, value, wanted);
    return false;
}

static bool parse_number(const char *option, const char *text, double low, double high,
                         double *value, GError **error)
{
    char *end;
    *value = g_ascii_strtod(text, &end);
    if (end != text && *end == '\0' && *value >= low && *value <= high)
        return true;
    g_autofree char *wanted = g_strdup_printf(_("a number from %g to %g"), low, high);
    return bad_usage(error, option, text, wanted);
}

/* "12.5", "1:02.5" or "1:00:02.5" to frames. */
static bool parse_time(const char *option, const char *text, double rate, gint64 *frames,
                       GError **error)
{
    g_auto(GStrv) parts = g_strsplit(text, ":", 0);
    const guint count = g_strv_length(parts);
    double seconds = 0;
    bool good = count >= 1 && count <= 3;
    for (guint i = 0; i < count && good; i++) {
        char *end;
        const double part = g_ascii_strtod(parts[i], &end);
        good = g_ascii_isdigit(parts[i][0]) && *end == '\0' && isfinite(part) &&
               (i == 0 || part < 60) && (i == count - 1 || part == floor(part));
        seconds = 60 * seconds + part;
    }
    if (!good || seconds >= 1e7)
        return bad_usage(error, option, text, _("seconds, or [HOURS:]MINUTES:SECONDS"));
    *frames = (gint64)(seconds * rate + 0.5);
    return true;
}

static bool parse_format(const Options *options, WbFormat *format, GError **error)
{
    if (options->format) {
        if (wb_format_parse(options->format, format))
            return true;
        return bad_usage(error, "--format", options->format,
                         "wav, wav-24, wav-float, rf64, flac, ogg, opus");
    }
    if (!options->output)
        return true;
    WbFormat named;
    if (!wb_format_from_path(options->output, &named)) {
        g_autofree char *shown = g_filename_display_name(options->output);
        return bad_usage(error, "--output", shown,
                         _("a file name that ends in .wav, .flac, .ogg, .opus or .rf64; "
                           "or say --format"));
    }
    *format = named == WB_FORMAT_WAV ? WB_FORMAT_WAV_24 : named;
    return true;
}

static bool check_names(const Options *options, GError **error)
{
    const struct {
        const char *option, *name;
    } names[] = {
        {"--output", options->output}, {"--stems", options->stems}, {"--report", options->report}};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (names[i].name && !*names[i].name)
            return bad_usage(error, names[i].option, "", _("the name of a file or folder"));
    return true;
}

/* All but the session itself. */
static bool check_options(const Options *options, WbRenderRequest *request, GError **error)
{
    if (!options->rest || !options->rest[0] || options->rest[1]) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, _("name one session to render"));
        return false;
    }
    if (!options->output && !options->stems) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                    _("say where the mix is to go: -o FILE (or --stems DIR)"));
        return false;
    }
    if (!check_names(options, error) || !parse_format(options, &request->format, error))
        return false;
    if (options->timing && g_ascii_strcasecmp(options->timing, "live") == 0)
        request->timing = WB_TIMING_LIVE;
    else if (options->timing && g_ascii_strcasecmp(options->timing, "playback") != 0)
        return bad_usage(error, "--timing", options->timing, "playback, live");
    if (options->block_frames < 1 || options->block_frames > MAX_BLOCK_FRAMES) {
        g_autofree char *value = g_strdup_printf("%d", options->block_frames);
        g_autofree char *wanted =
            g_strdup_printf(_("a number from %g to %g"), 1.0, (double)MAX_BLOCK_FRAMES);
        return bad_usage(error, "--block-size", value, wanted);
    }
    if (options->threads < 0 || options->threads > 1024) {
        g_autofree char *value = g_strdup_printf("%d", options->threads);
        g_autofree char *wanted = g_strdup_printf(_("a number from %g to %g"), 0.0, 1024.0);
        return bad_usage(error, "--threads", value, wanted);
    }
    if (options->normalize &&
        !parse_number("--normalize", options->normalize, -70, 0, &request->target_lufs, error))
        return false;
    request->output = options->output;
    request->stems = options->stems;
    request->report = options->report;
    request->dry = options->dry;
    request->quiet = options->quiet;
    request->block_frames = (unsigned)options->block_frames;
    request->threads = (unsigned)options->threads;
    request->normalize = options->normalize != NULL;
    return true;
}

static bool apply_to_session(const Options *options, WbSession *session, WbRenderRequest *request,
                             GError **error)
{
    request->session = session;
    if (options->strength && !parse_number("--strength", options->strength, 0, 100,
                                           &session->mix.strength_percent, error))
        return false;
    const double rate = session->sample_rate;
    if (options->start && !parse_time("--start", options->start, rate, &request->start, error))
        return false;
    return !options->end || parse_time("--end", options->end, rate, &request->end, error);
}

static void say_what_was_done(const WbRenderRequest *request, const WbRenderResult *result)
{
    const double rate = request->session->sample_rate;
    const double seconds = (double)result->frames / rate;
    if (isfinite(result->bus.true_peak_db))
        g_print(_("%.1f s of audio in %.2f s (%.0f times real time): %.1f LUFS, true peak %.1f "
                  "dBTP\n"),
                seconds, result->seconds, seconds / result->seconds, result->bus.integrated_lufs,
                result->bus.true_peak_db);
    else
        g_print(_("%.1f s of silence in %.2f s\n"), seconds, result->seconds);
}

static int render(const Options *options)
{
    g_autoptr(GError) error = NULL;
    WbRenderRequest request = wb_render_request(NULL);
    if (!check_options(options, &request, &error)) {
        wb_complain(error);
        return WB_EXIT_USAGE;
    }
    g_autoptr(WbSession) session = wb_session_load(options->rest[0], &error);
    if (!session) {
        wb_complain(error);
        return EXIT_FAILURE;
    }
    if (!apply_to_session(options, session, &request, &error)) {
        wb_complain(error);
        return WB_EXIT_USAGE;
    }
    wb_interrupt_install();
    g_autoptr(WbRenderResult) result = wb_render(&request, &error);
    if (!result) {
        wb_complain(error);
        return g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ? wb_interrupt_status()
                                                                        : EXIT_FAILURE;
    }
    wb_render_warn(&request, result);
    if (!options->quiet)
        say_what_was_done(&request, result);
    if (options->report && !wb_report_write(options->report, &request, result, &error)) {
        wb_complain(error);
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}

int wb_cmd_render(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    Options options = {.block_frames = WB_RENDER_BLOCK_FRAMES};
    int status = WB_EXIT_USAGE;
    if (parse_options(&argc, &argv, &options, &error))
        status = render(&options);
    else
        wb_complain(error);
    clear_options(&options);
    return status;
}
