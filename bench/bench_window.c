/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the whole window costs while a session plays: bench_window SESSION [SECONDS]. Prints
 * what the main thread works on a frame, from its start to the end of its drawing by the frame
 * clock (its own time, so that other work on the machine does not count), and the share of a core
 * that it and the whole process take. */
#include "config.h"

#include <gtk/gtk.h>
#include <stdlib.h>
#include <time.h>

#include "gui/mixer_window.h"
#include "gui/palette.h"
#include "gui/resource_data.h"
#include "gui/resources.h"

#define SETTLE_SECONDS 2

typedef struct {
    const char *session;
    guint seconds;
    double began;     /* of the frame: seconds of the main thread */
    gboolean measure; /* from here on */
    GArray *frames;   /* of double, ms */
    double thread, process;
    GtkApplication *application;
} Bench;

static double thread_seconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static double process_seconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void on_before_paint(Bench *bench)
{
    bench->began = thread_seconds();
}

static void on_after_paint(Bench *bench)
{
    const double ms = (thread_seconds() - bench->began) * 1000;
    if (bench->measure)
        g_array_append_val(bench->frames, ms);
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double quantile(GArray *sorted, double share)
{
    const guint last = sorted->len - 1;
    return g_array_index(sorted, double, (guint)(share * last));
}

static gboolean on_end(gpointer data)
{
    Bench *bench = data;
    const double thread = (thread_seconds() - bench->thread) / bench->seconds;
    const double process = (process_seconds() - bench->process) / bench->seconds;
    g_array_sort(bench->frames, compare);
    if (bench->frames->len > 0)
        g_print("%u frames, median %.2f ms, 99th percentile %.2f ms, longest %.2f ms\n",
                bench->frames->len, quantile(bench->frames, 0.5), quantile(bench->frames, 0.99),
                quantile(bench->frames, 1));
    g_print("main thread %.1f %% of a core, process %.1f %%\n", 100 * thread, 100 * process);
    exit(bench->frames->len > 0 ? EXIT_SUCCESS : EXIT_FAILURE);
}

static gboolean on_begin(gpointer data)
{
    Bench *bench = data;
    bench->measure = TRUE;
    bench->thread = thread_seconds();
    bench->process = process_seconds();
    g_timeout_add_seconds(bench->seconds, on_end, bench);
    return G_SOURCE_REMOVE;
}

static void on_activate(Bench *bench)
{
    const WbLiveOptions options = {.driver = {.name = "dummy", .client = PACKAGE, .block = 256}};
    GdkDisplay *display = gdk_display_get_default();
    g_object_set(gtk_settings_get_default(), "gtk-application-prefer-dark-theme", TRUE, NULL);
    wb_palette_install(display);
    g_autoptr(GtkCssProvider) style = gtk_css_provider_new();
    gtk_css_provider_load_from_resource(style, WB_RESOURCE("style.css"));
    gtk_style_context_add_provider_for_display(display, GTK_STYLE_PROVIDER(style),
                                               GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
    WbMixerWindow *window = wb_mixer_window_new(bench->application, &options);
    gtk_window_set_default_size(GTK_WINDOW(window), 1600, 1000);
    gtk_window_present(GTK_WINDOW(window));
    wb_mixer_window_open(window, bench->session);
    wb_mixer_window_play(window);
    GdkFrameClock *clock = gtk_widget_get_frame_clock(GTK_WIDGET(window));
    g_signal_connect_swapped(clock, "before-paint", G_CALLBACK(on_before_paint), bench);
    g_signal_connect_swapped(clock, "after-paint", G_CALLBACK(on_after_paint), bench);
    g_timeout_add_seconds(SETTLE_SECONDS, on_begin, bench);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        g_printerr("usage: bench_window SESSION [SECONDS]\n");
        return 2;
    }
    Bench bench = {.session = argv[1], .seconds = argc > 2 ? (guint)atoi(argv[2]) : 10};
    bench.seconds = MAX(bench.seconds, 1);
    bench.frames = g_array_new(FALSE, FALSE, sizeof(double));
    wb_register_resource();
    bench.application = gtk_application_new(WB_APPLICATION_ID, G_APPLICATION_NON_UNIQUE);
    g_signal_connect_swapped(bench.application, "activate", G_CALLBACK(on_activate), &bench);
    return g_application_run(G_APPLICATION(bench.application), 0, NULL);
}
