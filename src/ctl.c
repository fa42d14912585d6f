/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "src/ctl.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/messages.h"
#include "src/osc_socket.h"

#define RENEW_SECONDS 10

typedef struct {
    const WbCtlRequest *request;
    GMainLoop *loop;
    WbOscSocket *socket;
    GSocketAddress *server;
    int32_t sync;      /* number of the last /sync */
    bool synced;       /* it has come back */
    bool listing;      /* replies are not for the user */
    GHashTable *shown; /* of path to what was printed of it last */
    char *types;       /* of the path's arguments, as /list has them */
    guint timer;
    int status;
} Ctl;

static void tell_server(const Ctl *ctl, const char *path, lo_message message)
{
    wb_osc_socket_send(ctl->socket, ctl->server, path, message);
    lo_message_free(message);
}

static void append_value(GString *line, char type, const lo_arg *value)
{
    char digits[G_ASCII_DTOSTR_BUF_SIZE];
    switch (type) {
    case 'i':
        g_string_append_printf(line, "%d", wb_osc_int32(value));
        break;
    case 'h':
        g_string_append_printf(line, "%" PRId64, wb_osc_int64(value));
        break;
    case 'f':
        g_string_append(line, g_ascii_formatd(digits, sizeof digits, "%.7g", wb_osc_float(value)));
        break;
    case 'd':
        g_string_append(line,
                        g_ascii_formatd(digits, sizeof digits, "%.15g", wb_osc_double(value)));
        break;
    case 's': {
        g_autofree char *text = g_utf8_make_valid(wb_osc_text(value), -1);
        g_string_append(line, text);
        break;
    }
    default:
        g_string_append_c(line, type);
        break;
    }
}

/* What a message holds from one argument on, after `before`, parted by tabs. */
static char *line_of(const WbOscPacket *packet, const char *before, int first)
{
    const char *types = lo_message_get_types(packet->message);
    lo_arg **values = lo_message_get_argv(packet->message);
    GString *line = g_string_new(before);
    for (int i = first; i < lo_message_get_argc(packet->message); i++) {
        if (line->len > 0)
            g_string_append_c(line, '\t');
        append_value(line, types[i], values[i]);
    }
    return g_string_free(line, FALSE);
}

static void print_line(const char *line)
{
    g_print("%s\n", line);
    fflush(stdout);
}

/* Whoever subscribes again is sent everything again. */
static void print_change(const Ctl *ctl, const WbOscPacket *packet)
{
    g_autofree char *line = line_of(packet, packet->path, 0);
    if (g_strcmp0(line, g_hash_table_lookup(ctl->shown, packet->path)) == 0)
        return;
    print_line(line);
    g_hash_table_insert(ctl->shown, g_strdup(packet->path), g_steal_pointer(&line));
}

static const char *text_of(const WbOscPacket *packet, int index)
{
    if (index >= lo_message_get_argc(packet->message) ||
        lo_message_get_types(packet->message)[index] != 's')
        return "";
    return wb_osc_text(lo_message_get_argv(packet->message)[index]);
}

static void receive_reply(Ctl *ctl, const WbOscPacket *packet)
{
    const char *about = text_of(packet, 0);
    if (strcmp(about, "/sync") == 0) {
        ctl->synced = lo_message_get_argc(packet->message) == 2 &&
                      lo_message_get_types(packet->message)[1] == 'i' &&
                      wb_osc_int32(lo_message_get_argv(packet->message)[1]) == ctl->sync;
        if (ctl->synced)
            g_main_loop_quit(ctl->loop);
    } else if (ctl->listing) {
        g_free(ctl->types);
        ctl->types = g_strdup(text_of(packet, 3));
    } else if (strcmp(about, "/quit") == 0) {
        ctl->synced = true;
        g_main_loop_quit(ctl->loop);
    } else {
        g_autofree char *line = line_of(packet, "", 1);
        print_line(line);
    }
}

static void receive(void *data, const WbOscPacket *packet)
{
    Ctl *ctl = data;
    if (!wb_osc_address_equal(packet->source, ctl->server))
        return;
    if (strcmp(packet->path, "/reply") == 0) {
        receive_reply(ctl, packet);
    } else if (strcmp(packet->path, "/error") == 0) {
        g_autofree char *text = g_utf8_make_valid(text_of(packet, 1), -1);
        g_printerr("%s: %s: %s\n", PACKAGE, ctl->request->path, text);
        ctl->status = EXIT_FAILURE;
    } else if (ctl->request->watch) {
        print_change(ctl, packet);
    }
}

static gboolean on_timeout(gpointer data)
{
    Ctl *ctl = data;
    ctl->timer = 0;
    g_main_loop_quit(ctl->loop);
    return G_SOURCE_REMOVE;
}

/* Waits until all is answered that was sent so far. */
static bool settle(Ctl *ctl)
{
    lo_message number = lo_message_new();
    lo_message_add_int32(number, ++ctl->sync);
    tell_server(ctl, "/sync", number);
    ctl->synced = false;
    ctl->timer = g_timeout_add((guint)(ctl->request->timeout * 1000), on_timeout, ctl);
    g_main_loop_run(ctl->loop);
    if (ctl->timer != 0)
        g_source_remove(ctl->timer);
    ctl->timer = 0;
    if (!ctl->synced) {
        g_printerr(_("%s: nobody answers at %s; does \"wideberth run\" run, and on this port?\n"),
                   PACKAGE, ctl->request->url);
        ctl->status = EXIT_FAILURE;
    }
    return ctl->status == EXIT_SUCCESS;
}

/* What the path takes at this place; 's' or a kind of number. */
static char type_at(const char *types, size_t index)
{
    const char *end = strstr(types, "...");
    const size_t count = end != NULL ? (size_t)(end - types) : strlen(types);
    if (count == 0)
        return '\0';
    return types[MIN(index, count - 1)];
}

static bool add_number(lo_message message, const char *text)
{
    char *end;
    if (strcmp(text, "on") == 0 || strcmp(text, "off") == 0) {
        lo_message_add_int32(message, text[1] == 'n');
        return true;
    }
    const gint64 whole = g_ascii_strtoll(text, &end, 10);
    if (end != text && *end == '\0') {
        lo_message_add_int64(message, whole);
        return true;
    }
    const double number = g_ascii_strtod(text, &end);
    if (end == text || *end != '\0')
        return false;
    lo_message_add_double(message, number);
    return true;
}

/* NULL after a message. */
static lo_message message_of_arguments(const Ctl *ctl)
{
    lo_message message = lo_message_new();
    for (size_t i = 0; ctl->request->arguments[i] != NULL; i++) {
        const char *text = ctl->request->arguments[i];
        const char type = type_at(ctl->types != NULL ? ctl->types : "", i);
        if (type == 's' && g_utf8_validate(text, -1, NULL)) {
            lo_message_add_string(message, text);
            continue;
        }
        if (type == 's' || !add_number(message, text)) {
            g_autofree char *shown = g_filename_display_name(text);
            g_printerr(type == 's' ? _("%s: '%s' is not in UTF-8\n")
                                   : _("%s: '%s' is not a number, which this path takes\n"),
                       PACKAGE, shown);
            lo_message_free(message);
            return NULL;
        }
    }
    return message;
}

static void ask(Ctl *ctl)
{
    if (ctl->request->arguments[0] != NULL) {
        lo_message path = lo_message_new();
        lo_message_add_string(path, ctl->request->path);
        ctl->listing = true;
        tell_server(ctl, "/list", path);
        if (!settle(ctl))
            return;
        ctl->listing = false;
    }
    lo_message message = message_of_arguments(ctl);
    if (message == NULL) {
        ctl->status = EXIT_FAILURE;
        return;
    }
    tell_server(ctl, ctl->request->path, message);
    settle(ctl);
}

static gboolean subscribe(gpointer data)
{
    const Ctl *ctl = data;
    lo_message message = lo_message_new();
    lo_message_add_string(message, ctl->request->path);
    lo_message_add_double(message, ctl->request->rate);
    tell_server(ctl, "/subscribe", message);
    return G_SOURCE_CONTINUE;
}

static gboolean on_interrupt(gpointer data)
{
    const Ctl *ctl = data;
    g_main_loop_quit(ctl->loop);
    return G_SOURCE_CONTINUE;
}

static void watch(Ctl *ctl)
{
    subscribe(ctl);
    if (!settle(ctl))
        return;
    const guint sources[] = {
        g_timeout_add_seconds(RENEW_SECONDS, subscribe, ctl),
        g_unix_signal_add(SIGINT, on_interrupt, ctl),
        g_unix_signal_add(SIGTERM, on_interrupt, ctl),
    };
    g_main_loop_run(ctl->loop);
    for (size_t i = 0; i < G_N_ELEMENTS(sources); i++)
        g_source_remove(sources[i]);
    lo_message message = lo_message_new();
    lo_message_add_string(message, ctl->request->path);
    tell_server(ctl, "/unsubscribe", message);
}

int wb_ctl(const WbCtlRequest *request)
{
    Ctl ctl = {.request = request, .status = EXIT_SUCCESS};
    const WbOscReceiver receiver = {.receive = receive, .data = &ctl};
    g_autoptr(GError) error = NULL;
    ctl.server = wb_osc_address_of_url(request->url, &error);
    if (ctl.server != NULL) {
        const bool local = g_inet_address_get_is_loopback(
            g_inet_socket_address_get_address(G_INET_SOCKET_ADDRESS(ctl.server)));
        ctl.socket = wb_osc_socket_new(0, !local, &receiver, &error);
    }
    if (ctl.socket == NULL) {
        wb_complain(error);
        g_clear_object(&ctl.server);
        return EXIT_FAILURE;
    }
    ctl.loop = g_main_loop_new(NULL, FALSE);
    ctl.shown = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    if (request->watch)
        watch(&ctl);
    else
        ask(&ctl);
    g_main_loop_unref(ctl.loop);
    wb_osc_socket_free(ctl.socket);
    g_object_unref(ctl.server);
    g_free(ctl.types);
    g_hash_table_unref(ctl.shown);
    return ctl.status;
}
