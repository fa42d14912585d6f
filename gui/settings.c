/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gui/settings.h"

#include <gio/gio.h>
#include <math.h>

#include "gui/meter_view.h"
#include "gui/resources.h"

#define FONT_SCALE_MIN 0.5
#define HOLD_FOREVER_FROM 60.0

static GSettingsSchema *look_beside_program(GSettingsSchemaSource *parent)
{
    g_autofree char *program = g_file_read_link("/proc/self/exe", NULL);
    if (program == NULL)
        return NULL;
    g_autofree char *folder = g_path_get_dirname(program);
    g_autofree char *data = g_build_filename(folder, "data", NULL);
    GSettingsSchemaSource *source =
        g_settings_schema_source_new_from_directory(data, parent, FALSE, NULL);
    if (source == NULL)
        return NULL;
    GSettingsSchema *schema = g_settings_schema_source_lookup(source, WB_APPLICATION_ID, FALSE);
    g_settings_schema_source_unref(source);
    return schema;
}

/* `make install` may have been into a folder that XDG_DATA_DIRS does not name. */
static GSettingsSchema *look_where_installed(GSettingsSchemaSource *parent)
{
    g_autofree char *share = g_path_get_dirname(PKGDATADIR);
    g_autofree char *data = g_build_filename(share, "glib-2.0", "schemas", NULL);
    GSettingsSchemaSource *source =
        g_settings_schema_source_new_from_directory(data, parent, FALSE, NULL);
    if (source == NULL)
        return NULL;
    GSettingsSchema *schema = g_settings_schema_source_lookup(source, WB_APPLICATION_ID, FALSE);
    g_settings_schema_source_unref(source);
    return schema;
}

GSettings *wb_settings_new(void)
{
    GSettingsSchemaSource *usual = g_settings_schema_source_get_default();
    GSettingsSchema *schema = look_beside_program(usual);
    if (schema == NULL && usual != NULL)
        schema = g_settings_schema_source_lookup(usual, WB_APPLICATION_ID, TRUE);
    if (schema == NULL)
        schema = look_where_installed(usual);
    if (schema == NULL)
        return NULL;
    GSettings *settings = g_settings_new_full(schema, NULL, NULL);
    g_settings_schema_unref(schema);
    return settings;
}

/* What the desktop asks for: 1 is dark. */
static gboolean desktop_is_dark(void)
{
    g_autoptr(GDBusConnection) bus = g_bus_get_sync(G_BUS_TYPE_SESSION, NULL, NULL);
    if (bus == NULL)
        return TRUE;
    g_autoptr(GVariant) answer = g_dbus_connection_call_sync(
        bus, "org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop",
        "org.freedesktop.portal.Settings", "Read",
        g_variant_new("(ss)", "org.freedesktop.appearance", "color-scheme"), NULL,
        G_DBUS_CALL_FLAGS_NO_AUTO_START, 500, NULL, NULL);
    if (answer == NULL)
        return TRUE;
    g_autoptr(GVariant) outer = NULL;
    g_variant_get(answer, "(v)", &outer);
    g_autoptr(GVariant) inner = g_variant_is_of_type(outer, G_VARIANT_TYPE_VARIANT)
                                    ? g_variant_get_variant(outer)
                                    : g_variant_ref(outer);
    return !g_variant_is_of_type(inner, G_VARIANT_TYPE_UINT32) || g_variant_get_uint32(inner) != 2;
}

static void apply_theme(GSettings *settings, const char *key, GdkDisplay *display)
{
    g_autofree char *theme = g_settings_get_string(settings, key);
    const gboolean dark = g_str_equal(theme, "dark") ||
                          (g_str_equal(theme, "desktop") && desktop_is_dark());
    g_object_set(gtk_settings_get_for_display(display), "gtk-application-prefer-dark-theme", dark,
                 NULL);
}

static void apply_font(GSettings *settings, const char *key, GdkDisplay *display)
{
    GtkCssProvider *provider = g_object_get_data(G_OBJECT(display), "wb-font");
    if (provider == NULL) {
        provider = gtk_css_provider_new();
        gtk_style_context_add_provider_for_display(display, GTK_STYLE_PROVIDER(provider),
                                                   GTK_STYLE_PROVIDER_PRIORITY_APPLICATION + 1);
        g_object_set_data_full(G_OBJECT(display), "wb-font", provider, g_object_unref);
    }
    const double scale = fmax(g_settings_get_double(settings, key), FONT_SCALE_MIN);
    char number[G_ASCII_DTOSTR_BUF_SIZE];
    g_ascii_formatd(number, sizeof number, "%.0f", scale * 100);
    g_autofree char *css = g_strdup_printf("window.mixer { font-size: %s%%; }", number);
    gtk_css_provider_load_from_data(provider, css, -1);
}

static void apply_meters(GSettings *settings)
{
    const double hold = g_settings_get_double(settings, "meter-hold");
    wb_meter_view_set_ballistics(g_settings_get_double(settings, "meter-fall"),
                                 hold >= HOLD_FOREVER_FROM ? INFINITY : hold);
}

void wb_settings_apply(GSettings *settings, GdkDisplay *display)
{
    g_signal_connect(settings, "changed::theme", G_CALLBACK(apply_theme), display);
    g_signal_connect(settings, "changed::font-scale", G_CALLBACK(apply_font), display);
    g_signal_connect(settings, "changed::meter-fall", G_CALLBACK(apply_meters), NULL);
    g_signal_connect(settings, "changed::meter-hold", G_CALLBACK(apply_meters), NULL);
    apply_theme(settings, "theme", display);
    apply_font(settings, "font-scale", display);
    apply_meters(settings);
}
