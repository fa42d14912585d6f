/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "src/osc_paths.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

#define SHOWN_CHARACTERS 200 /* of a path that nobody knows */

static void path_free(gpointer data)
{
    WbOscPath *entry = data;
    g_free(entry->path);
    g_free(entry->types);
    g_free(entry->range);
    g_free(entry);
}

void wb_osc_add_path(WbOsc *osc, const WbOscPath *entry)
{
    WbOscPath *copy = g_new(WbOscPath, 1);
    *copy = *entry;
    copy->path = g_strdup(entry->path);
    copy->types = g_strdup(entry->types != NULL ? entry->types : "");
    copy->range = g_strdup(entry->range != NULL ? entry->range : "");
    g_ptr_array_add(osc->paths, copy);
    g_hash_table_insert(osc->by_path, copy->path, copy);
}

const WbOscPath *wb_osc_find_path(const WbOsc *osc, const char *path, unsigned *track)
{
    static const char prefix[] = "/track/";
    *track = 0;
    const char *digits = path + strlen(prefix);
    if (!g_str_has_prefix(path, prefix) || !g_ascii_isdigit(*digits))
        return strstr(path, WB_OSC_TRACK) ? NULL : g_hash_table_lookup(osc->by_path, path);
    char *end;
    const guint64 id = g_ascii_strtoull(digits, &end, 10);
    if (*end != '/' || end - digits > 9)
        return NULL;
    *track = (unsigned)id;
    g_autofree char *general = g_strconcat(WB_OSC_TRACK, end + 1, NULL);
    return g_hash_table_lookup(osc->by_path, general);
}

void wb_osc_reply(const WbOscCall *call, lo_message values)
{
    lo_message reply = lo_message_new();
    lo_message_add_string(reply, call->path);
    const char *types = lo_message_get_types(values);
    lo_arg **arguments = lo_message_get_argv(values);
    for (int i = 0; types[i] != '\0'; i++) {
        switch (types[i]) {
        case 'i':
            lo_message_add_int32(reply, wb_osc_int32(arguments[i]));
            break;
        case 'h':
            lo_message_add_int64(reply, wb_osc_int64(arguments[i]));
            break;
        case 'f':
            lo_message_add_float(reply, wb_osc_float(arguments[i]));
            break;
        case 'd':
            lo_message_add_double(reply, wb_osc_double(arguments[i]));
            break;
        default:
            lo_message_add_string(reply, wb_osc_text(arguments[i]));
            break;
        }
    }
    wb_osc_socket_send(call->osc->socket, call->source, "/reply", reply);
    lo_message_free(reply);
    lo_message_free(values);
}

static void reply_error(WbOsc *osc, GSocketAddress *to, const char *path, const char *text)
{
    g_autofree char *shown =
        g_utf8_substring(path, 0, MIN(g_utf8_strlen(path, -1), SHOWN_CHARACTERS));
    lo_message error = lo_message_new();
    lo_message_add_string(error, shown);
    lo_message_add_string(error, text);
    wb_osc_socket_send(osc->socket, to, "/error", error);
    lo_message_free(error);
}

bool wb_osc_fail(GError **error, const char *message)
{
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, message);
    return false;
}

static bool answer_query(const WbOscCall *call, GError **error)
{
    lo_message values = lo_message_new();
    if (call->entry->get(call->osc, call->entry, call->track, values)) {
        wb_osc_reply(call, values);
        return true;
    }
    lo_message_free(values);
    return wb_osc_fail(error, _("has no value now"));
}

static bool answer(WbOscCall *call, GError **error)
{
    unsigned id;
    call->entry = wb_osc_find_path(call->osc, call->path, &id);
    if (call->entry == NULL)
        return wb_osc_fail(error, _("unknown path; /list has them all"));
    if (call->osc->live == NULL && !call->entry->without_live)
        return wb_osc_fail(error, _("no session is open"));
    if (id != 0 || g_str_has_prefix(call->entry->path, WB_OSC_TRACK)) {
        call->track = wb_session_track(wb_live_session(call->osc->live), id);
        if (call->track == NULL)
            return wb_osc_fail(error, _("there is no track of this id; /tracks has them all"));
    }
    if (call->entry->get != NULL && call->count == 0)
        return answer_query(call, error);
    if (call->entry->set == NULL)
        return wb_osc_fail(error, _("can be asked, not set: it takes no arguments"));
    return call->entry->set(call, error);
}

static void receive(void *data, const WbOscPacket *packet)
{
    /* Two servers must not go on complaining to each other. */
    if (strcmp(packet->path, "/error") == 0 || strcmp(packet->path, "/reply") == 0)
        return;
    WbOscCall call = {
        .osc = data,
        .path = packet->path,
        .types = lo_message_get_types(packet->message),
        .arguments = lo_message_get_argv(packet->message),
        .count = lo_message_get_argc(packet->message),
        .source = packet->source,
    };
    g_autoptr(GError) error = NULL;
    if (!answer(&call, &error))
        reply_error(call.osc, call.source, call.path, error != NULL ? error->message : _("failed"));
}

static void malformed(void *data, GSocketAddress *source)
{
    reply_error(data, source, "", _("this is not an OSC message"));
}

static bool list(const WbOscCall *call, GError **error)
{
    const WbOscPath *only = NULL;
    if (!wb_osc_check_count(call, 0, 1, error))
        return false;
    if (call->count == 1) {
        unsigned track;
        const char *path = wb_osc_argument_text(call, 0, error);
        if (path == NULL)
            return false;
        only = wb_osc_find_path(call->osc, path, &track);
        if (only == NULL)
            only = g_hash_table_lookup(call->osc->by_path, path);
        if (only == NULL)
            return wb_osc_fail(error, _("there is no such path"));
    }
    static const char *const kinds[] = {
        [WB_OSC_PARAMETER] = "parameter",
        [WB_OSC_READING] = "reading",
        [WB_OSC_ACTION] = "action",
    };
    for (guint i = 0; i < call->osc->paths->len; i++) {
        const WbOscPath *entry = call->osc->paths->pdata[i];
        if (only != NULL && entry != only)
            continue;
        lo_message values = lo_message_new();
        lo_message_add_string(values, entry->path);
        lo_message_add_string(values, kinds[entry->kind]);
        lo_message_add_string(values, entry->types);
        lo_message_add_string(values, entry->range);
        lo_message_add_string(values, entry->unit != NULL ? entry->unit : "");
        lo_message_add_string(values, _(entry->text));
        wb_osc_reply(call, values);
    }
    return true;
}

static bool sync_replies(const WbOscCall *call, GError **error)
{
    gint64 number;
    if (!wb_osc_check_count(call, 1, 1, error) ||
        !wb_osc_argument_whole(call, 0, G_MININT32, G_MAXINT32, &number, error))
        return false;
    lo_message values = lo_message_new();
    lo_message_add_int32(values, (int32_t)number);
    wb_osc_reply(call, values);
    return true;
}

static bool quit(const WbOscCall *call, GError **error)
{
    if (!wb_osc_check_count(call, 0, 0, error))
        return false;
    wb_osc_reply(call, lo_message_new());
    call->osc->options.quit(call->osc->options.data);
    return true;
}

static void add_own_paths(WbOsc *osc)
{
    const WbOscPath own[] = {
        {.path = (char *)"/list",
         .kind = WB_OSC_ACTION,
         .types = (char *)"s",
         .text = N_("replies each path, or the one that is named: path, kind, types, range, unit, "
                    "text"),
         .without_live = true,
         .set = list},
        {.path = (char *)"/sync",
         .kind = WB_OSC_ACTION,
         .types = (char *)"i",
         .text = N_("replies its number, after all replies to what came before"),
         .without_live = true,
         .set = sync_replies},
        {.path = (char *)"/quit",
         .kind = WB_OSC_ACTION,
         .text = N_("completes a take and ends the program; nothing is saved"),
         .without_live = true,
         .set = quit},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(own); i++)
        wb_osc_add_path(osc, &own[i]);
}

WbOsc *wb_osc_new(const WbOscOptions *options, GError **error)
{
    g_autoptr(WbOsc) osc = g_new0(WbOsc, 1);
    osc->options = *options;
    osc->paths = g_ptr_array_new_with_free_func(path_free);
    osc->by_path = g_hash_table_new(g_str_hash, g_str_equal);
    osc->readings = wb_osc_readings_new();
    osc->subscriptions = wb_osc_subscriptions_new(osc);
    add_own_paths(osc);
    wb_osc_add_subscriptions(osc);
    wb_osc_add_actions(osc);
    wb_osc_add_parameters(osc);
    wb_osc_add_track_paths(osc);
    wb_osc_add_readings(osc);
    const WbOscReceiver receiver = {.receive = receive, .malformed = malformed, .data = osc};
    osc->socket = wb_osc_socket_new(options->port, options->any_interface, &receiver, error);
    return osc->socket == NULL ? NULL : g_steal_pointer(&osc);
}

void wb_osc_free(WbOsc *osc)
{
    if (osc == NULL)
        return;
    wb_osc_subscriptions_free(osc->subscriptions);
    wb_osc_socket_free(osc->socket);
    wb_osc_readings_free(osc->readings);
    g_hash_table_unref(osc->by_path);
    g_ptr_array_unref(osc->paths);
    g_free(osc);
}

unsigned wb_osc_port(const WbOsc *osc)
{
    return wb_osc_socket_port(osc->socket);
}

void wb_osc_set_live(WbOsc *osc, WbLive *live)
{
    osc->live = live;
    wb_osc_readings_free(osc->readings);
    osc->readings = wb_osc_readings_new();
    osc->generation++;
}

void wb_osc_changed(WbOsc *osc)
{
    osc->generation++;
}

void wb_osc_state_changed(WbOsc *osc)
{
    /* They name what may be gone. */
    wb_osc_readings_forget(osc->readings);
}

void wb_osc_tell(WbOsc *osc, WbLiveSeverity severity, const char *text)
{
    lo_message message = lo_message_new();
    lo_message_add_string(message, severity == WB_LIVE_WARNING ? "warning" : "note");
    lo_message_add_string(message, text);
    wb_osc_subscriptions_tell(osc->subscriptions, "/message", message);
    lo_message_free(message);
}
