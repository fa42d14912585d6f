/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "src/nsm.h"

#include "src/osc_socket.h"

#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#define API_MAJOR 1
#define API_MINOR 1
#define CAPABILITIES ":switch:dirty:message:"
#define ANSWER_SECONDS 10

/* Of the protocol. */
enum {
    ERR_GENERAL = -1,
    ERR_NO_SESSION_OPEN = -6,
    ERR_BAD_PROJECT = -9,
    ERR_CREATE_FAILED = -10,
};

struct WbNsm {
    WbNsmHandler handler;
    WbOscSocket *socket;
    GSocketAddress *manager;
    bool announced; /* the manager has welcomed us */
    bool open;
    bool dirty;
    guint timer;
};

static void tell_manager(const WbNsm *nsm, const char *path, lo_message message)
{
    wb_osc_socket_send(nsm->socket, nsm->manager, path, message);
    lo_message_free(message);
}

static void reply(const WbNsm *nsm, const char *path, const char *text)
{
    lo_message message = lo_message_new();
    lo_message_add_string(message, path);
    lo_message_add_string(message, text);
    tell_manager(nsm, "/reply", message);
}

static void reply_error(const WbNsm *nsm, const char *path, int code, const char *text)
{
    lo_message message = lo_message_new();
    lo_message_add_string(message, path);
    lo_message_add_int32(message, code);
    lo_message_add_string(message, text);
    tell_manager(nsm, "/error", message);
}

static int code_of(const GError *error)
{
    if (error->domain != WB_SESSION_ERROR)
        return ERR_GENERAL;
    return error->code == WB_SESSION_ERROR_WRITE ? ERR_CREATE_FAILED : ERR_BAD_PROJECT;
}

static const char *text_argument(const WbOscPacket *packet, int index)
{
    if (index >= lo_message_get_argc(packet->message) ||
        lo_message_get_types(packet->message)[index] != 's')
        return NULL;
    const char *text = wb_osc_text(lo_message_get_argv(packet->message)[index]);
    return g_utf8_validate(text, -1, NULL) ? text : NULL;
}

static void open_session(WbNsm *nsm, const WbOscPacket *packet)
{
    const char *path = text_argument(packet, 0);
    const char *client = text_argument(packet, 2);
    g_autoptr(GError) error = NULL;
    if (path == NULL || client == NULL || !g_path_is_absolute(path) || *client == '\0') {
        reply_error(nsm, packet->path, ERR_GENERAL, "path, display name and client id expected");
    } else if (nsm->handler.open(nsm->handler.data, path, client, &error)) {
        nsm->open = true;
        nsm->dirty = true;
        wb_nsm_set_dirty(nsm, false);
        reply(nsm, packet->path, "OK");
    } else {
        reply_error(nsm, packet->path, code_of(error), error->message);
    }
}

static void save(const WbNsm *nsm, const WbOscPacket *packet)
{
    g_autoptr(GError) error = NULL;
    if (!nsm->open)
        reply_error(nsm, packet->path, ERR_NO_SESSION_OPEN, "no session is open");
    else if (nsm->handler.save(nsm->handler.data, &error))
        reply(nsm, packet->path, "OK");
    else
        reply_error(nsm, packet->path, ERR_GENERAL, error->message);
}

static void refused(const WbNsm *nsm, const WbOscPacket *packet)
{
    const char *why = text_argument(packet, 2);
    g_autofree char *text =
        g_strdup_printf(_("the session manager refuses: %s"), why != NULL ? why : "");
    nsm->handler.refused(nsm->handler.data, text);
}

/* Only the manager tells us what to do: on the loopback interface, or at its address. */
static bool is_manager(const WbNsm *nsm, GSocketAddress *source)
{
    if (!G_IS_INET_SOCKET_ADDRESS(source))
        return false;
    GInetAddress *address = g_inet_socket_address_get_address(G_INET_SOCKET_ADDRESS(source));
    return g_inet_address_get_is_loopback(address) ||
           g_inet_address_equal(
               address, g_inet_socket_address_get_address(G_INET_SOCKET_ADDRESS(nsm->manager)));
}

static void receive(void *data, const WbOscPacket *packet)
{
    WbNsm *nsm = data;
    if (!is_manager(nsm, packet->source))
        return;
    const char *about = text_argument(packet, 0);
    const bool announcement = g_strcmp0(about, "/nsm/server/announce") == 0;
    if (strcmp(packet->path, "/nsm/client/open") == 0)
        open_session(nsm, packet);
    else if (strcmp(packet->path, "/nsm/client/save") == 0)
        save(nsm, packet);
    else if (strcmp(packet->path, "/reply") == 0 && announcement)
        nsm->announced = true;
    else if (strcmp(packet->path, "/error") == 0 && announcement)
        refused(nsm, packet);
}

static gboolean on_no_answer(gpointer data)
{
    WbNsm *nsm = data;
    nsm->timer = 0;
    if (!nsm->announced && !nsm->open)
        nsm->handler.refused(nsm->handler.data,
                             _("the session manager at NSM_URL does not answer; start it, or unset "
                               "NSM_URL and name a session"));
    return G_SOURCE_REMOVE;
}

static void announce(const WbNsm *nsm)
{
    lo_message message = lo_message_new();
    lo_message_add_string(message, PACKAGE_NAME);
    lo_message_add_string(message, CAPABILITIES);
    lo_message_add_string(message, PACKAGE);
    lo_message_add_int32(message, API_MAJOR);
    lo_message_add_int32(message, API_MINOR);
    lo_message_add_int32(message, (int32_t)getpid());
    tell_manager(nsm, "/nsm/server/announce", message);
}

WbNsm *wb_nsm_new(const char *url, const WbNsmHandler *handler, GError **error)
{
    GSocketAddress *manager = wb_osc_address_of_url(url, error);
    if (manager == NULL)
        return NULL;
    WbNsm *nsm = g_new0(WbNsm, 1);
    nsm->handler = *handler;
    nsm->manager = manager;
    const bool local = g_inet_address_get_is_loopback(
        g_inet_socket_address_get_address(G_INET_SOCKET_ADDRESS(manager)));
    const WbOscReceiver receiver = {.receive = receive, .data = nsm};
    nsm->socket = wb_osc_socket_new(0, !local, &receiver, error);
    if (nsm->socket == NULL) {
        wb_nsm_free(nsm);
        return NULL;
    }
    nsm->timer = g_timeout_add_seconds(ANSWER_SECONDS, on_no_answer, nsm);
    announce(nsm);
    return nsm;
}

void wb_nsm_free(WbNsm *nsm)
{
    if (nsm == NULL)
        return;
    if (nsm->timer != 0)
        g_source_remove(nsm->timer);
    wb_osc_socket_free(nsm->socket);
    g_object_unref(nsm->manager);
    g_free(nsm);
}

void wb_nsm_set_dirty(WbNsm *nsm, bool dirty)
{
    if (!nsm->open || dirty == nsm->dirty)
        return;
    nsm->dirty = dirty;
    tell_manager(nsm, dirty ? "/nsm/client/is_dirty" : "/nsm/client/is_clean", lo_message_new());
}

void wb_nsm_tell(WbNsm *nsm, WbLiveSeverity severity, const char *text)
{
    lo_message message = lo_message_new();
    lo_message_add_int32(message, severity == WB_LIVE_WARNING ? 2 : 1);
    lo_message_add_string(message, text);
    tell_manager(nsm, "/nsm/client/message", message);
}
