/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gui/preferences.h"

#include <glib/gi18n.h>

typedef struct {
    const char *value, *text;
} Choice;

static const Choice drivers[] = {
    {"auto", N_("Automatic")},
    {"jack", N_("JACK")},
    {"pipewire", N_("PipeWire")},
    {"dummy", N_("None: a timer, nothing is heard")},
};
static const Choice themes[] = {
    {"dark", N_("Dark")},
    {"light", N_("Light")},
    {"desktop", N_("As the desktop")},
};

typedef struct {
    const char *key;
    const Choice *choices;
    guint count;
} Choices;

static GtkWidget *add_row(GtkGrid *grid, int row, const char *text, GtkWidget *control)
{
    GtkWidget *label = gtk_label_new_with_mnemonic(text);
    gtk_label_set_xalign(GTK_LABEL(label), 1);
    gtk_label_set_mnemonic_widget(GTK_LABEL(label), control);
    gtk_widget_set_hexpand(control, TRUE);
    gtk_grid_attach(grid, label, 0, row, 1, 1);
    gtk_grid_attach(grid, control, 1, row, 1, 1);
    gtk_accessible_update_relation(GTK_ACCESSIBLE(control), GTK_ACCESSIBLE_RELATION_LABELLED_BY,
                                   label, NULL, -1);
    return control;
}

static gboolean to_index(GValue *value, GVariant *variant, gpointer data)
{
    const Choices *choices = data;
    for (guint i = 0; i < choices->count; i++)
        if (g_str_equal(choices->choices[i].value, g_variant_get_string(variant, NULL)))
            g_value_set_uint(value, i);
    return TRUE;
}

static GVariant *from_index(const GValue *value, const GVariantType *type, gpointer data)
{
    (void)type;
    const Choices *choices = data;
    const guint index = g_value_get_uint(value);
    return index < choices->count ? g_variant_new_string(choices->choices[index].value) : NULL;
}

static GtkWidget *choice(GSettings *settings, const char *key, const Choice *choices, guint count)
{
    GtkStringList *texts = gtk_string_list_new(NULL);
    for (guint i = 0; i < count; i++)
        gtk_string_list_append(texts, _(choices[i].text));
    GtkWidget *control = gtk_drop_down_new(G_LIST_MODEL(texts), NULL);
    Choices *mapping = g_new(Choices, 1);
    *mapping = (Choices){key, choices, count};
    g_settings_bind_with_mapping(settings, key, control, "selected", G_SETTINGS_BIND_DEFAULT,
                                 to_index, from_index, mapping, g_free);
    return control;
}

static GtkWidget *number(GSettings *settings, const char *key, double min, double max, double step,
                         int digits)
{
    GtkWidget *control = gtk_spin_button_new_with_range(min, max, step);
    gtk_spin_button_set_digits(GTK_SPIN_BUTTON(control), (guint)digits);
    g_settings_bind(settings, key, control, "value", G_SETTINGS_BIND_DEFAULT);
    return control;
}

static GtkWidget *flag(GSettings *settings, const char *key)
{
    GtkWidget *control = gtk_switch_new();
    gtk_widget_set_halign(control, GTK_ALIGN_START);
    g_settings_bind(settings, key, control, "active", G_SETTINGS_BIND_DEFAULT);
    return control;
}

void wb_preferences_show(GtkWindow *parent, GSettings *settings)
{
    GtkWidget *window = gtk_window_new();
    GtkGrid *grid = GTK_GRID(gtk_grid_new());
    int row = 0;
    gtk_grid_set_row_spacing(grid, 10);
    gtk_grid_set_column_spacing(grid, 12);
    gtk_widget_add_css_class(GTK_WIDGET(grid), "form");
    add_row(grid, row++, _("_Driver"), choice(settings, "driver", drivers, G_N_ELEMENTS(drivers)));
    add_row(grid, row++, _("_Connect a new mix to the loudspeakers"),
            flag(settings, "auto-connect"));
    add_row(grid, row++, _("_Theme"), choice(settings, "theme", themes, G_N_ELEMENTS(themes)));
    add_row(grid, row++, _("Size of _text"), number(settings, "font-scale", 0.7, 2, 0.1, 1));
    add_row(grid, row++, _("Meters _fall, dB a second"),
            number(settings, "meter-fall", 5, 60, 0.1, 1));
    add_row(grid, row++, _("Peaks are _held, seconds"),
            number(settings, "meter-hold", 0, 60, 1, 0));
    add_row(grid, row++, _("_Narrow strips"), flag(settings, "narrow"));
    GtkWidget *note = gtk_label_new(_("The driver is chosen anew with the next session."));
    gtk_widget_add_css_class(note, "dim-label");
    gtk_grid_attach(grid, note, 0, row, 2, 1);
    gtk_window_set_title(GTK_WINDOW(window), _("Preferences"));
    gtk_window_set_transient_for(GTK_WINDOW(window), parent);
    gtk_window_set_modal(GTK_WINDOW(window), TRUE);
    gtk_window_set_resizable(GTK_WINDOW(window), FALSE);
    gtk_window_set_child(GTK_WINDOW(window), GTK_WIDGET(grid));
    GtkEventController *keys = gtk_shortcut_controller_new();
    gtk_shortcut_controller_add_shortcut(GTK_SHORTCUT_CONTROLLER(keys),
                                         gtk_shortcut_new(gtk_keyval_trigger_new(GDK_KEY_Escape, 0),
                                                          gtk_named_action_new("window.close")));
    gtk_widget_add_controller(window, keys);
    gtk_window_present(GTK_WINDOW(window));
}
