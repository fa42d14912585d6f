/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/palette.h"

#include <math.h>
#include <string.h>

typedef enum { DARK, LIGHT, DARK_CONTRAST, LIGHT_CONTRAST, SETS } Set;

static const struct {
    const char *name;
    unsigned rgb[SETS];
} definitions[WB_COLOURS] = {
    [WB_COLOUR_WELL] = {"wb_well", {0x14171b, 0xe9ebed, 0x000000, 0xffffff}},
    [WB_COLOUR_LINE] = {"wb_line", {0x2e343b, 0xd3d7db, 0x6a6a6a, 0x8a8a8a}},
    [WB_COLOUR_TEXT] = {"wb_text", {0xe3e6e9, 0x1d2126, 0xffffff, 0x000000}},
    [WB_COLOUR_DIM] = {"wb_dim", {0x8f98a3, 0x5c6670, 0xe0e0e0, 0x202020}},
    [WB_COLOUR_LEVEL] = {"wb_level", {0x45a86a, 0x2f9457, 0x40e070, 0x006b2d}},
    [WB_COLOUR_LOUD] = {"wb_loud", {0xe6b53c, 0xd39a12, 0xffd83d, 0x8a5a00}},
    [WB_COLOUR_CLIP] = {"wb_clip", {0xf0503c, 0xd4301d, 0xff6a55, 0xb00000}},
    [WB_COLOUR_PEAK] = {"wb_peak", {0xd8dde2, 0x3b434b, 0xffffff, 0x000000}},
    [WB_COLOUR_CUT] = {"wb_cut", {0xff8a5c, 0xc2410c, 0xffb38f, 0x8a2500}},
    [WB_COLOUR_LEAD] = {"wb_lead", {0xf5b83d, 0xb97700, 0xffd24d, 0x7a4b00}},
    [WB_COLOUR_SUPPORT] = {"wb_support", {0x4fb6c4, 0x0f7f8e, 0x6fe3f2, 0x005a66}},
    [WB_COLOUR_BACKGROUND] = {"wb_background", {0x7d89ad, 0x5b678c, 0xb4c0ea, 0x333f66}},
    [WB_COLOUR_MASKED] = {"wb_masked", {0xf0604d, 0xc93a28, 0xff8a7a, 0xa80000}},
    [WB_COLOUR_AUDIBLE] = {"wb_audible", {0xe6b53c, 0xa87400, 0xffd83d, 0x6b4600}},
    [WB_COLOUR_CLEAR] = {"wb_clear", {0x5cc487, 0x1f8a4d, 0x66ff99, 0x005c26}},
    [WB_COLOUR_SELECTED] = {"wb_selected", {0x6aaeff, 0x1f6fd0, 0xffffff, 0x000000}},
    [WB_COLOUR_PLAYHEAD] = {"wb_playhead", {0xffffff, 0x000000, 0xffffff, 0x000000}},
};

static GdkRGBA colours[WB_COLOURS];
static unsigned generation = 1, looked_up;

static Set set_of(GtkSettings *settings)
{
    g_autofree char *theme = NULL;
    gboolean dark = FALSE;
    g_object_get(settings, "gtk-theme-name", &theme, "gtk-application-prefer-dark-theme", &dark,
                 NULL);
    const char *name = theme ? theme : "";
    const bool contrast = g_str_has_prefix(name, "HighContrast") || strstr(name, "-hc");
    if (g_str_has_suffix(name, "dark") || g_str_has_suffix(name, "Dark") ||
        g_str_has_suffix(name, "Inverse"))
        dark = TRUE;
    if (contrast)
        return dark ? DARK_CONTRAST : LIGHT_CONTRAST;
    return dark ? DARK : LIGHT;
}

static void follow(GtkSettings *settings, const GParamSpec *property, GtkCssProvider *provider)
{
    (void)property;
    const Set set = set_of(settings);
    g_autoptr(GString) css = g_string_new(NULL);
    for (int i = 0; i < WB_COLOURS; i++)
        g_string_append_printf(css, "@define-color %s #%06x;\n", definitions[i].name,
                               definitions[i].rgb[set]);
    gtk_css_provider_load_from_data(provider, css->str, (gssize)css->len);
    generation++;
}

void wb_palette_install(GdkDisplay *display)
{
    GtkSettings *settings = gtk_settings_get_for_display(display);
    if (g_object_get_data(G_OBJECT(display), "wb-palette"))
        return;
    GtkCssProvider *provider = gtk_css_provider_new();
    follow(settings, NULL, provider);
    gtk_style_context_add_provider_for_display(display, GTK_STYLE_PROVIDER(provider),
                                               GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
    g_signal_connect_object(settings, "notify::gtk-theme-name", G_CALLBACK(follow), provider, 0);
    g_signal_connect_object(settings, "notify::gtk-application-prefer-dark-theme",
                            G_CALLBACK(follow), provider, 0);
    g_object_set_data_full(G_OBJECT(display), "wb-palette", provider, g_object_unref);
}

const GdkRGBA *wb_palette(GtkWidget *widget)
{
    if (looked_up == generation)
        return colours;
    GtkStyleContext *context = gtk_widget_get_style_context(widget);
    for (int i = 0; i < WB_COLOURS; i++)
        if (!gtk_style_context_lookup_color(context, definitions[i].name, &colours[i]))
            colours[i] = wb_palette_rgb(definitions[i].rgb[DARK]);
    looked_up = generation;
    return colours;
}

unsigned wb_palette_generation(void)
{
    return generation;
}

WbColour wb_palette_role(WbRole role)
{
    return (WbColour)(WB_COLOUR_LEAD + (int)role);
}

WbColour wb_palette_heard(WbHeard heard)
{
    switch (heard) {
    case WB_HEARD_MASKED:
        return WB_COLOUR_MASKED;
    case WB_HEARD_AUDIBLE:
        return WB_COLOUR_AUDIBLE;
    case WB_HEARD_CLEAR:
        return WB_COLOUR_CLEAR;
    case WB_HEARD_SILENT:
        break;
    }
    return WB_COLOUR_DIM;
}

GdkRGBA wb_palette_rgb(unsigned rgb)
{
    return (GdkRGBA){(float)(rgb >> 16 & 255) / 255, (float)(rgb >> 8 & 255) / 255,
                     (float)(rgb & 255) / 255, 1};
}

/* Relative luminance, WCAG 2.1. */
static double luminance(const GdkRGBA *colour)
{
    const double parts[3] = {(double)colour->red, (double)colour->green, (double)colour->blue};
    static const double weights[3] = {0.2126, 0.7152, 0.0722};
    double sum = 0;
    for (int i = 0; i < 3; i++)
        sum += weights[i] *
               (parts[i] <= 0.03928 ? parts[i] / 12.92 : pow((parts[i] + 0.055) / 1.055, 2.4));
    return sum;
}

static double contrast(const GdkRGBA *a, const GdkRGBA *b)
{
    const double one = luminance(a) + 0.05, two = luminance(b) + 0.05;
    return fmax(one, two) / fmin(one, two);
}

GdkRGBA wb_palette_blend(const GdkRGBA *a, const GdkRGBA *b, double share)
{
    const float s = (float)share;
    return (GdkRGBA){a->red + s * (b->red - a->red), a->green + s * (b->green - a->green),
                     a->blue + s * (b->blue - a->blue), a->alpha + s * (b->alpha - a->alpha)};
}

GdkRGBA wb_palette_ink(const GdkRGBA *ground)
{
    static const GdkRGBA black = {0.05F, 0.06F, 0.07F, 1}, white = {1, 1, 1, 1};
    return contrast(ground, &black) >= contrast(ground, &white) ? black : white;
}

GdkRGBA wb_palette_visible(GtkWidget *widget, unsigned rgb)
{
    const GdkRGBA well = wb_palette(widget)[WB_COLOUR_WELL], ink = wb_palette_ink(&well);
    GdkRGBA colour = wb_palette_rgb(rgb);
    for (int i = 0; i < 10 && contrast(&colour, &well) < 3; i++)
        colour = wb_palette_blend(&colour, &ink, 0.15);
    return colour;
}

GdkRGBA wb_palette_faded(const GdkRGBA *colour, double alpha)
{
    GdkRGBA faded = *colour;
    faded.alpha *= (float)alpha;
    return faded;
}
