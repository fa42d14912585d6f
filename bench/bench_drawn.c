/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the drawn widgets of a full mixer cost: 40 strips with moving meters, spectra and signs, and
 * a bus meter, 30 times a second. Frame times are those of the frame clock, from "before-paint" to
 * "after-paint"; the processor time is the whole process's.
 *
 *     GSK_RENDERER=cairo bench/bench_drawn [SECONDS] [STRIPS] */
#include "config.h"

#include <gtk/gtk.h>
#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "gui/carve_view.h"
#include "gui/clarity.h"
#include "gui/meter_view.h"
#include "gui/palette.h"

#define UPDATE_MS 33
#define WARM_UP_FRAMES 15

typedef struct {
    GtkWidget *meter, *carve, *sign;
} Strip;

typedef struct {
    double seconds;
    unsigned strips;
    Strip *strip;
    GtkWidget *bus;
    GRand *random;
    GArray *frames; /* double, ms */
    gint64 began;
    double cpu_began, started;
    GMainLoop *loop;
    double phase;
} Bench;

static double cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void before_paint(GdkFrameClock *clock, Bench *bench)
{
    (void)clock;
    bench->began = g_get_monotonic_time();
}

static void after_paint(GdkFrameClock *clock, Bench *bench)
{
    (void)clock;
    const double ms = (double)(g_get_monotonic_time() - bench->began) / 1000;
    g_array_append_val(bench->frames, ms);
    if (bench->frames->len == WARM_UP_FRAMES) {
        bench->cpu_began = cpu_seconds();
        bench->started = (double)g_get_monotonic_time() / G_USEC_PER_SEC;
    }
}

static gboolean update(gpointer data)
{
    Bench *bench = data;
    bench->phase += 0.07;
    for (unsigned s = 0; s < bench->strips; s++) {
        float power[WB_BANDS], cut_db[WB_BANDS];
        const double level = -20 + 12 * sin(bench->phase + s);
        for (int b = 0; b < WB_BANDS; b++) {
            const double db = level - 10 + 14 * sin(0.4 * b + 2 * bench->phase + s) +
                              g_rand_double_range(bench->random, -4, 4);
            power[b] = (float)pow(10, db / 10);
            cut_db[b] = (float)fmax(0, 10 * sin(0.3 * b + bench->phase + 2 * s));
        }
        const double peaks[2] = {level + g_rand_double_range(bench->random, 0, 6),
                                 level + g_rand_double_range(bench->random, 0, 6)};
        wb_meter_view_set_levels(WB_METER_VIEW(bench->strip[s].meter), peaks, level - 4);
        wb_carve_view_set(WB_CARVE_VIEW(bench->strip[s].carve), power, cut_db);
        const double clarity = 0.2 + 0.2 * sin(bench->phase + s);
        wb_clarity_set(WB_CLARITY(bench->strip[s].sign), wb_heard_of(clarity, WB_HEARD_SILENT),
                       clarity);
    }
    const double bus[2] = {-6 + 5 * sin(bench->phase), -6 + 5 * cos(bench->phase)};
    wb_meter_view_set_levels(WB_METER_VIEW(bench->bus), bus, -14);
    return G_SOURCE_CONTINUE;
}

static gboolean finish(gpointer data)
{
    g_main_loop_quit(((Bench *)data)->loop);
    return G_SOURCE_REMOVE;
}

static GtkWidget *new_strip(Strip *strip, unsigned number)
{
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 4);
    g_autofree char *name = g_strdup_printf("%u", number + 1);
    strip->sign = wb_clarity_new();
    strip->carve = wb_carve_view_new();
    strip->meter = wb_meter_view_new(WB_SCALE_IEC);
    wb_carve_view_set_colour(WB_CARVE_VIEW(strip->carve), 0x4fa0d0 + 0x203010 * (number % 5));
    gtk_widget_set_size_request(strip->carve, 34, 60);
    gtk_widget_set_vexpand(strip->meter, TRUE);
    gtk_widget_set_halign(strip->meter, GTK_ALIGN_CENTER);
    gtk_box_append(GTK_BOX(box), gtk_label_new(name));
    gtk_box_append(GTK_BOX(box), strip->sign);
    gtk_box_append(GTK_BOX(box), strip->carve);
    gtk_box_append(GTK_BOX(box), strip->meter);
    return box;
}

static int ascending(const void *a, const void *b)
{
    const double one = *(const double *)a, two = *(const double *)b;
    return (one > two) - (one < two);
}

static void report(Bench *bench)
{
    const double wall = (double)g_get_monotonic_time() / G_USEC_PER_SEC - bench->started;
    const double cpu = cpu_seconds() - bench->cpu_began;
    const guint count = bench->frames->len;
    if (count <= WARM_UP_FRAMES) {
        g_print("no frames were drawn\n");
        return;
    }
    double *ms = (double *)bench->frames->data + WARM_UP_FRAMES;
    const guint frames = count - WARM_UP_FRAMES;
    qsort(ms, frames, sizeof *ms, ascending);
    g_print("%u strips: %.1f frames/s, median %.2f ms, 99th percentile %.2f ms, longest %.2f ms; "
            "%.1f %% of a core\n",
            bench->strips, frames / wall, ms[frames / 2], ms[frames * 99 / 100], ms[frames - 1],
            100 * cpu / wall);
}

int main(int argc, char **argv)
{
    Bench bench = {.seconds = argc > 1 ? g_ascii_strtod(argv[1], NULL) : 10,
                   .strips = argc > 2 ? (unsigned)g_ascii_strtoull(argv[2], NULL, 10) : 40};
    gtk_init();
    wb_palette_install(gdk_display_get_default());
    g_object_set(gtk_settings_get_default(), "gtk-application-prefer-dark-theme", TRUE, NULL);
    bench.random = g_rand_new_with_seed(1);
    bench.frames = g_array_new(FALSE, FALSE, sizeof(double));
    bench.strip = g_new0(Strip, bench.strips);
    bench.loop = g_main_loop_new(NULL, FALSE);
    GtkWidget *window = gtk_window_new(), *row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 3);
    for (unsigned s = 0; s < bench.strips; s++)
        gtk_box_append(GTK_BOX(row), new_strip(&bench.strip[s], s));
    bench.bus = wb_meter_view_new(WB_SCALE_K14);
    wb_meter_view_set_marks(WB_METER_VIEW(bench.bus), true);
    gtk_box_append(GTK_BOX(row), bench.bus);
    gtk_window_set_child(GTK_WINDOW(window), row);
    gtk_window_set_default_size(GTK_WINDOW(window), 1590, 600);
    gtk_window_present(GTK_WINDOW(window));
    GdkFrameClock *clock = gtk_widget_get_frame_clock(window);
    g_signal_connect(clock, "before-paint", G_CALLBACK(before_paint), &bench);
    g_signal_connect_after(clock, "after-paint", G_CALLBACK(after_paint), &bench);
    g_timeout_add(UPDATE_MS, update, &bench);
    g_timeout_add((guint)(1000 * bench.seconds), finish, &bench);
    g_main_loop_run(bench.loop);
    report(&bench);
    return 0;
}
