/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gui/inline_edit.h"

struct _WbInlineEdit {
    GtkWidget parent_instance;
    GtkInscription *label;
    GtkText *text; /* NULL unless it is being edited */
    char *accessible;
    gboolean single_click;
};

enum { PROP_SINGLE_CLICK = 1, PROP_ALIGN };

static guint edited_signal, ended_signal;

G_DEFINE_FINAL_TYPE(WbInlineEdit, wb_inline_edit, GTK_TYPE_WIDGET)

void wb_inline_edit_set_text(WbInlineEdit *edit, const char *text)
{
    if (g_strcmp0(gtk_inscription_get_text(edit->label), text) == 0)
        return;
    gtk_inscription_set_text(edit->label, text);
    gtk_widget_set_tooltip_text(GTK_WIDGET(edit), text);
    if (edit->accessible != NULL)
        wb_inline_edit_set_accessible(edit, edit->accessible);
}

void wb_inline_edit_set_accessible(WbInlineEdit *edit, const char *accessible)
{
    if (accessible != edit->accessible) {
        g_free(edit->accessible);
        edit->accessible = g_strdup(accessible);
    }
    g_autofree char *label =
        g_strdup_printf("%s: %s", accessible, gtk_inscription_get_text(edit->label));
    gtk_accessible_update_property(GTK_ACCESSIBLE(edit), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static void stop(WbInlineEdit *edit, gboolean take)
{
    if (edit->text == NULL)
        return;
    GtkWidget *text = GTK_WIDGET(g_steal_pointer(&edit->text));
    g_autofree char *typed = g_strdup(gtk_editable_get_text(GTK_EDITABLE(text)));
    gtk_widget_set_visible(GTK_WIDGET(edit->label), TRUE);
    gtk_widget_unparent(text);
    if (take) {
        gtk_widget_grab_focus(GTK_WIDGET(edit));
        g_signal_emit(edit, edited_signal, 0, typed);
    }
    g_signal_emit(edit, ended_signal, 0);
}

static void on_activate(WbInlineEdit *edit)
{
    stop(edit, TRUE);
}

static void on_focus_leave(WbInlineEdit *edit)
{
    stop(edit, FALSE);
}

static gboolean on_text_key(GtkEventControllerKey *controller, guint key, guint code,
                            GdkModifierType state, WbInlineEdit *edit)
{
    (void)controller;
    (void)code;
    (void)state;
    if (key != GDK_KEY_Escape)
        return GDK_EVENT_PROPAGATE;
    stop(edit, FALSE);
    gtk_widget_grab_focus(GTK_WIDGET(edit));
    return GDK_EVENT_STOP;
}

void wb_inline_edit_start(WbInlineEdit *edit)
{
    if (edit->text != NULL)
        return;
    edit->text = GTK_TEXT(gtk_text_new());
    GtkWidget *text = GTK_WIDGET(edit->text);
    gtk_editable_set_text(GTK_EDITABLE(text), gtk_inscription_get_text(edit->label));
    gtk_editable_set_width_chars(GTK_EDITABLE(text), 1);
    if (edit->accessible != NULL)
        gtk_accessible_update_property(GTK_ACCESSIBLE(text), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       edit->accessible, -1);
    gtk_widget_set_visible(GTK_WIDGET(edit->label), FALSE);
    gtk_widget_set_hexpand(text, TRUE);
    gtk_widget_set_parent(text, GTK_WIDGET(edit));
    g_signal_connect_swapped(text, "activate", G_CALLBACK(on_activate), edit);
    GtkEventController *focus = gtk_event_controller_focus_new();
    g_signal_connect_swapped(focus, "leave", G_CALLBACK(on_focus_leave), edit);
    gtk_widget_add_controller(text, focus);
    GtkEventController *keys = gtk_event_controller_key_new();
    g_signal_connect(keys, "key-pressed", G_CALLBACK(on_text_key), edit);
    gtk_widget_add_controller(text, keys);
    gtk_widget_grab_focus(text);
}

static void on_click(GtkGestureClick *click, int presses, double x, double y, WbInlineEdit *edit)
{
    (void)x;
    (void)y;
    const GdkModifierType state =
        gtk_event_controller_get_current_event_state(GTK_EVENT_CONTROLLER(click));
    if (state & (GDK_CONTROL_MASK | GDK_SHIFT_MASK) || presses < (edit->single_click ? 1 : 2))
        return;
    gtk_gesture_set_state(GTK_GESTURE(click), GTK_EVENT_SEQUENCE_CLAIMED);
    wb_inline_edit_start(edit);
}

static gboolean on_key(GtkEventControllerKey *controller, guint key, guint code,
                       GdkModifierType state, WbInlineEdit *edit)
{
    (void)controller;
    (void)code;
    if (edit->text != NULL || state & (GDK_CONTROL_MASK | GDK_ALT_MASK))
        return GDK_EVENT_PROPAGATE;
    if (key != GDK_KEY_Return && key != GDK_KEY_KP_Enter && key != GDK_KEY_F2)
        return GDK_EVENT_PROPAGATE;
    wb_inline_edit_start(edit);
    return GDK_EVENT_STOP;
}

static void wb_inline_edit_set_property(GObject *object, guint id, const GValue *value,
                                        GParamSpec *pspec)
{
    WbInlineEdit *edit = WB_INLINE_EDIT(object);
    if (id == PROP_SINGLE_CLICK)
        edit->single_click = g_value_get_boolean(value);
    else if (id == PROP_ALIGN)
        gtk_inscription_set_xalign(edit->label, g_value_get_float(value));
    else
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
}

static void wb_inline_edit_dispose(GObject *object)
{
    WbInlineEdit *edit = WB_INLINE_EDIT(object);
    if (edit->text != NULL)
        gtk_widget_unparent(GTK_WIDGET(g_steal_pointer(&edit->text)));
    if (edit->label != NULL)
        gtk_widget_unparent(GTK_WIDGET(g_steal_pointer(&edit->label)));
    G_OBJECT_CLASS(wb_inline_edit_parent_class)->dispose(object);
}

static void wb_inline_edit_finalize(GObject *object)
{
    g_free(WB_INLINE_EDIT(object)->accessible);
    G_OBJECT_CLASS(wb_inline_edit_parent_class)->finalize(object);
}

static void wb_inline_edit_class_init(WbInlineEditClass *class)
{
    GObjectClass *object_class = G_OBJECT_CLASS(class);
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);
    object_class->set_property = wb_inline_edit_set_property;
    object_class->dispose = wb_inline_edit_dispose;
    object_class->finalize = wb_inline_edit_finalize;
    const GParamFlags flags = G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS;
    g_object_class_install_property(object_class, PROP_SINGLE_CLICK,
                                    g_param_spec_boolean("single-click", NULL, NULL, FALSE, flags));
    g_object_class_install_property(object_class, PROP_ALIGN,
                                    g_param_spec_float("align", NULL, NULL, 0, 1, 0.5F, flags));
    edited_signal = g_signal_new("edited", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
    ended_signal = g_signal_new("ended", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 0);
    gtk_widget_class_set_layout_manager_type(widget_class, GTK_TYPE_BOX_LAYOUT);
    gtk_widget_class_set_css_name(widget_class, "inline-edit");
    gtk_widget_class_set_accessible_role(widget_class, GTK_ACCESSIBLE_ROLE_BUTTON);
}

static void wb_inline_edit_init(WbInlineEdit *edit)
{
    GtkWidget *widget = GTK_WIDGET(edit);
    edit->label = GTK_INSCRIPTION(gtk_inscription_new(NULL));
    gtk_inscription_set_min_lines(edit->label, 1);
    gtk_inscription_set_min_chars(edit->label, 1);
    gtk_inscription_set_nat_chars(edit->label, 4);
    gtk_inscription_set_xalign(edit->label, 0.5F);
    gtk_inscription_set_text_overflow(edit->label, GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END);
    gtk_widget_set_hexpand(GTK_WIDGET(edit->label), TRUE);
    gtk_widget_set_parent(GTK_WIDGET(edit->label), widget);
    gtk_widget_set_focusable(widget, TRUE);
    GtkGesture *click = gtk_gesture_click_new();
    g_signal_connect(click, "pressed", G_CALLBACK(on_click), edit);
    gtk_widget_add_controller(widget, GTK_EVENT_CONTROLLER(click));
    GtkEventController *keys = gtk_event_controller_key_new();
    g_signal_connect(keys, "key-pressed", G_CALLBACK(on_key), edit);
    gtk_widget_add_controller(widget, keys);
}
