/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "src/commands.h"

#include <glib/gi18n.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench_carve.h"
#include "bench/bench_control.h"
#include "bench/bench_cycle.h"
#include "bench/bench_memory.h"
#include "bench/measure.h"
#include "engine/hearing/tick.h"
#include "src/json.h"
#include "src/messages.h"

#define KERNELS 8 /* more than there are */
#define KERNEL_TRACKS 40
#define BLOCK_US (1e6 * WB_BENCH_BLOCK / WB_BENCH_RATE)
#define TICK_US (1e6 * WB_TICK_SECONDS)

static const unsigned track_counts[] = {10, 40, 80, 160, 256};
#define COUNTS G_N_ELEMENTS(track_counts)

typedef struct {
    char *cpu;
    unsigned processors;
    const WbCarveKernel *in_use;
    struct {
        const WbCarveKernel *kernel;
        double us;
    } kernels[KERNELS];
    unsigned n_kernels;
    struct {
        double cycle_us, tick_cycle_us, carved_share, spectra_us, decision_us;
    } counts[COUNTS];
    WbBenchMemory memory;
} Results;

static char *cpu_model(void)
{
    g_autofree char *text = NULL;
    if (!g_file_get_contents("/proc/cpuinfo", &text, NULL, NULL))
        return NULL;
    const char *line = strstr(text, "model name");
    const char *value = line ? strchr(line, ':') : NULL;
    return value ? g_strstrip(g_strndup(value + 1, strcspn(value + 1, "\n"))) : NULL;
}

static void measure(Results *results)
{
    results->cpu = cpu_model();
    results->processors = g_get_num_processors();
    results->in_use = wb_carve_kernel_default(NULL);
    for (unsigned i = 0; i < KERNELS && wb_carve_kernel_at(i); i++) {
        results->kernels[i].kernel = wb_carve_kernel_at(i);
        results->kernels[i].us =
            wb_bench_carve_block_ns(wb_carve_kernel_at(i), KERNEL_TRACKS) / 1e3;
        results->n_kernels++;
    }
    for (size_t i = 0; i < COUNTS; i++) {
        const WbBenchCycle cycle = wb_bench_cycle(track_counts[i]);
        const WbBenchControl control = wb_bench_control(track_counts[i]);
        results->counts[i].cycle_us = cycle.plain_ns / 1e3;
        results->counts[i].tick_cycle_us = cycle.tick_ns / 1e3;
        results->counts[i].carved_share = cycle.carved_share;
        results->counts[i].spectra_us = control.spectra_ns / 1e3;
        results->counts[i].decision_us = control.decision_ns / 1e3;
    }
    results->memory = wb_bench_memory();
}

/* Times what it would be if it grew with the number of tracks alone, from the fewest on. */
static double cycle_growth(const Results *results, size_t i)
{
    return results->counts[i].cycle_us / results->counts[0].cycle_us * track_counts[0] /
           track_counts[i];
}

static double control_us(const Results *results, size_t i)
{
    return results->counts[i].spectra_us + results->counts[i].decision_us;
}

static double control_growth(const Results *results, size_t i)
{
    return control_us(results, i) / control_us(results, 0) * track_counts[0] / track_counts[i];
}

/* ---- as a table ---- */

#define COLUMN 15

/* A cell, flush right; translated headings may be of any script. */
static void print_cell(const char *text)
{
    const int width = (int)g_utf8_strlen(text, -1);
    g_print("%*s%s", MAX(COLUMN - width, 1), "", text);
}

static void print_headings(const char *const headings[])
{
    for (; *headings; headings++)
        print_cell(*headings);
    g_print("\n");
}

static void G_GNUC_PRINTF(1, 2) print_value(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    print_cell(text);
}

static void print_kernels(const Results *results)
{
    g_print(_("\nCarve, %d tracks, %d frames, all bands moving:\n"), KERNEL_TRACKS, WB_BENCH_BLOCK);
    print_headings(
        (const char *const[]){_("kernel"), _("lanes"), _("µs"), _("of the block"), NULL});
    for (unsigned i = 0; i < results->n_kernels; i++) {
        print_value("%s", results->kernels[i].kernel->name);
        print_value("%u", results->kernels[i].kernel->lanes);
        print_value("%.1f", results->kernels[i].us);
        print_value("%.2f %%", 100 * results->kernels[i].us / BLOCK_US);
        g_print("%s\n", results->kernels[i].kernel == results->in_use ? _("  in use") : "");
    }
}

static void print_cycles(const Results *results)
{
    g_print(
        _("\nProcess callback of %d frames, live tracks, and one in which a control tick begins;\n"
          "growth is 1 if the time grows as the tracks do:\n"),
        WB_BENCH_BLOCK);
    print_headings((const char *const[]){_("tracks"), _("µs"), _("of the block"), _("growth"),
                                         _("tick begins, µs"), _("bands carved"), NULL});
    for (size_t i = 0; i < COUNTS; i++) {
        print_value("%u", track_counts[i]);
        print_value("%.1f", results->counts[i].cycle_us);
        print_value("%.2f %%", 100 * results->counts[i].cycle_us / BLOCK_US);
        print_value("%.2f", cycle_growth(results, i));
        print_value("%.1f", results->counts[i].tick_cycle_us);
        print_value("%.0f %%", 100 * results->counts[i].carved_share);
        g_print("\n");
    }
}

static void print_control(const Results *results)
{
    g_print(_("\nControl tick, every %.0f ms:\n"), 1e3 * WB_TICK_SECONDS);
    print_headings((const char *const[]){_("tracks"), _("spectra, µs"), _("decision, µs"),
                                         _("of the tick"), _("growth"), NULL});
    for (size_t i = 0; i < COUNTS; i++) {
        print_value("%u", track_counts[i]);
        print_value("%.1f", results->counts[i].spectra_us);
        print_value("%.1f", results->counts[i].decision_us);
        print_value("%.2f %%", 100 * control_us(results, i) / TICK_US);
        print_value("%.2f", control_growth(results, i));
        g_print("\n");
    }
}

static void print_memory(const Results *results)
{
    if (!isfinite(results->memory.mixer_bytes))
        return;
    g_autofree char *mixer = g_format_size((guint64)fmax(0, results->memory.mixer_bytes));
    g_autofree char *renderer = g_format_size((guint64)fmax(0, results->memory.renderer_bytes));
    g_print(_("\nMemory for each track: %s in the mixer, %s in the renderer, and what its open "
              "file takes.\n"),
            mixer, renderer);
}

static void print_table(const Results *results)
{
    g_print(ngettext("%s, %u processor\n", "%s, %u processors\n", results->processors),
            results->cpu ? results->cpu : _("Unknown processor"), results->processors);
    g_print(_("Stereo tracks at %.0f Hz, processor time on one core, medians.\n"), WB_BENCH_RATE);
    print_kernels(results);
    print_cycles(results);
    print_control(results);
    print_memory(results);
}

/* ---- as JSON ---- */

static void add_kernels(JsonBuilder *json, const Results *results)
{
    json_builder_set_member_name(json, "kernels");
    json_builder_begin_array(json);
    for (unsigned i = 0; i < results->n_kernels; i++) {
        json_builder_begin_object(json);
        wb_json_add_string(json, "name", results->kernels[i].kernel->name);
        wb_json_add_count(json, "lanes", results->kernels[i].kernel->lanes);
        wb_json_add_count(json, "tracks", KERNEL_TRACKS);
        wb_json_add_number(json, "us", results->kernels[i].us);
        wb_json_add_number(json, "percent_of_block", 100 * results->kernels[i].us / BLOCK_US);
        json_builder_end_object(json);
    }
    json_builder_end_array(json);
}

static void add_cycle(JsonBuilder *json, const Results *results, size_t i)
{
    wb_json_add_count(json, "tracks", track_counts[i]);
    wb_json_add_number(json, "us", results->counts[i].cycle_us);
    wb_json_add_number(json, "percent_of_block", 100 * results->counts[i].cycle_us / BLOCK_US);
    wb_json_add_number(json, "growth", cycle_growth(results, i));
    wb_json_add_number(json, "tick_us", results->counts[i].tick_cycle_us);
    wb_json_add_number(json, "carved_percent", 100 * results->counts[i].carved_share);
}

static void add_control(JsonBuilder *json, const Results *results, size_t i)
{
    wb_json_add_count(json, "tracks", track_counts[i]);
    wb_json_add_number(json, "us", control_us(results, i));
    wb_json_add_number(json, "spectra_us", results->counts[i].spectra_us);
    wb_json_add_number(json, "decision_us", results->counts[i].decision_us);
    wb_json_add_number(json, "percent_of_tick", 100 * control_us(results, i) / TICK_US);
    wb_json_add_number(json, "growth", control_growth(results, i));
}

static void add_counts(JsonBuilder *json, const Results *results, const char *key,
                       void (*add)(JsonBuilder *json, const Results *results, size_t i))
{
    json_builder_set_member_name(json, key);
    json_builder_begin_array(json);
    for (size_t i = 0; i < COUNTS; i++) {
        json_builder_begin_object(json);
        add(json, results, i);
        json_builder_end_object(json);
    }
    json_builder_end_array(json);
}

static JsonBuilder *build_json(const Results *results)
{
    JsonBuilder *json = json_builder_new();
    json_builder_begin_object(json);
    wb_json_add_string(json, "format", "wideberth-bench");
    wb_json_add_count(json, "version", 1);
    wb_json_add_string(json, "program", PACKAGE_STRING);
    wb_json_add_string(json, "cpu", results->cpu);
    wb_json_add_count(json, "processors", results->processors);
    wb_json_add_string(json, "kernel", results->in_use->name);
    wb_json_add_number(json, "sample_rate", WB_BENCH_RATE);
    wb_json_add_count(json, "block_frames", WB_BENCH_BLOCK);
    wb_json_add_number(json, "block_us", BLOCK_US);
    wb_json_add_number(json, "tick_us", TICK_US);
    add_kernels(json, results);
    add_counts(json, results, "cycles", add_cycle);
    add_counts(json, results, "control_ticks", add_control);
    json_builder_set_member_name(json, "bytes_per_track");
    json_builder_begin_object(json);
    wb_json_add_number(json, "mixer", results->memory.mixer_bytes);
    wb_json_add_number(json, "renderer", results->memory.renderer_bytes);
    json_builder_end_object(json);
    json_builder_end_object(json);
    return json;
}

/* ---- the command ---- */

static bool parse_options(int *argc, char ***argv, char **json, GError **error)
{
    const GOptionEntry entries[] = {
        {"json", 0, 0, G_OPTION_ARG_FILENAME, json,
         N_("also write the figures to FILE as JSON; '-': in place of the table"), N_("FILE")},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_option_context_set_translation_domain(context, GETTEXT_PACKAGE);
    g_option_context_set_summary(
        context, _("Measures what this machine can do: carve kernels, process cycle, control tick, "
                   "memory."));
    g_option_context_add_main_entries(context, entries, GETTEXT_PACKAGE);
    if (!g_option_context_parse(context, argc, argv, error))
        return false;
    if (*argc == 1)
        return true;
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, _("'%s': there is nothing to name"),
                (*argv)[1]);
    return false;
}

static int bench(const char *json_path)
{
    Results results = {0};
    measure(&results);
    g_autoptr(JsonBuilder) json = build_json(&results);
    g_autofree char *text = wb_json_text(json);
    const bool to_stdout = g_strcmp0(json_path, "-") == 0;
    if (to_stdout)
        g_print("%s", text);
    else
        print_table(&results);
    g_free(results.cpu);

    g_autoptr(GError) error = NULL;
    if (!json_path || to_stdout || wb_json_write(json_path, json, &error))
        return EXIT_SUCCESS;
    wb_complain(error);
    return EXIT_FAILURE;
}

int wb_cmd_bench(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *json = NULL;
    if (parse_options(&argc, &argv, &json, &error))
        return bench(json);
    wb_complain(error);
    return WB_EXIT_USAGE;
}
