/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "src/osc_socket.h"

#include <glib/gi18n.h>
#include <string.h>
#include <sys/socket.h>

#define PACKET_BYTES 65536
#define RECEIVE_BYTES (1 << 20) /* wait in the kernel while the main loop is busy */
#define PACKETS_AT_ONCE 64      /* then others get their turn in the main loop */
#define BUNDLE_DEPTH 8
#define BUNDLE_HEAD 16 /* bytes: "#bundle", 0, the time tag */

enum { IPV4, IPV6, FAMILIES };

struct WbOscSocket {
    GSocket *sockets[FAMILIES]; /* NULL where there is none */
    GSource *sources[FAMILIES];
    unsigned port;
    WbOscReceiver receiver;
    char packet[PACKET_BYTES];
};

static bool receive_message(WbOscSocket *socket, char *bytes, size_t size, GSocketAddress *source)
{
    if (bytes[0] != '/' || memchr(bytes, '\0', size) == NULL || !g_utf8_validate(bytes, -1, NULL))
        return false;
    int result;
    lo_message message = lo_message_deserialise(bytes, size, &result);
    if (message == NULL)
        return false;
    const WbOscPacket packet = {.path = bytes, .message = message, .source = source};
    socket->receiver.receive(socket->receiver.data, &packet);
    lo_message_free(message);
    return true;
}

static bool receive_bytes(WbOscSocket *socket, char *bytes, size_t size, GSocketAddress *source,
                          unsigned depth)
{
    if (size < 4 || size % 4 != 0)
        return false;
    if (size < BUNDLE_HEAD || memcmp(bytes, "#bundle", 8) != 0)
        return receive_message(socket, bytes, size, source);
    if (depth == BUNDLE_DEPTH)
        return false;
    size_t at = BUNDLE_HEAD;
    while (at + 4 <= size) {
        guint32 length;
        memcpy(&length, bytes + at, 4);
        length = GUINT32_FROM_BE(length);
        at += 4;
        if (length > size - at || !receive_bytes(socket, bytes + at, length, source, depth + 1))
            return false;
        at += length;
    }
    return true;
}

static gboolean receive(GSocket *from, GIOCondition condition, gpointer data)
{
    (void)condition;
    WbOscSocket *socket = data;
    for (unsigned i = 0; i < PACKETS_AT_ONCE; i++) {
        g_autoptr(GSocketAddress) source = NULL;
        const gssize got =
            g_socket_receive_from(from, &source, socket->packet, PACKET_BYTES, NULL, NULL);
        if (got < 0)
            break;
        if (source != NULL && !receive_bytes(socket, socket->packet, (size_t)got, source, 0) &&
            socket->receiver.malformed != NULL)
            socket->receiver.malformed(socket->receiver.data, source);
    }
    return G_SOURCE_CONTINUE;
}

static GSocket *listen_on(GSocketFamily family, unsigned port, bool any_interface, GError **error)
{
    g_autoptr(GSocket) socket =
        g_socket_new(family, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, error);
    if (socket == NULL)
        return NULL;
    g_socket_set_blocking(socket, FALSE);
    g_socket_set_option(socket, SOL_SOCKET, SO_RCVBUF, RECEIVE_BYTES, NULL);
    g_autoptr(GInetAddress) address =
        any_interface ? g_inet_address_new_any(family) : g_inet_address_new_loopback(family);
    g_autoptr(GSocketAddress) place = g_inet_socket_address_new(address, (guint16)port);
    if (!g_socket_bind(socket, place, FALSE, error))
        return NULL;
    return g_steal_pointer(&socket);
}

static unsigned port_of(GSocket *socket)
{
    g_autoptr(GSocketAddress) address = g_socket_get_local_address(socket, NULL);
    return address == NULL ? 0 : g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(address));
}

static void attach(WbOscSocket *socket, int family)
{
    if (socket->sockets[family] == NULL)
        return;
    GSource *source = g_socket_create_source(socket->sockets[family], G_IO_IN, NULL);
    g_source_set_callback(source, G_SOURCE_FUNC(receive), socket, NULL);
    g_source_attach(source, NULL);
    socket->sources[family] = source;
}

WbOscSocket *wb_osc_socket_new(unsigned port, bool any_interface, const WbOscReceiver *receiver,
                               GError **error)
{
    g_autoptr(WbOscSocket) socket = g_new0(WbOscSocket, 1);
    socket->receiver = *receiver;
    socket->sockets[IPV4] = listen_on(G_SOCKET_FAMILY_IPV4, port, any_interface, error);
    if (socket->sockets[IPV4] == NULL) {
        g_prefix_error(error, _("cannot listen for OSC on port %u: "), port);
        return NULL;
    }
    socket->port = port_of(socket->sockets[IPV4]);
    /* A machine may be without IPv6, or another program may have this port of it. */
    socket->sockets[IPV6] = listen_on(G_SOCKET_FAMILY_IPV6, socket->port, any_interface, NULL);
    attach(socket, IPV4);
    attach(socket, IPV6);
    return g_steal_pointer(&socket);
}

void wb_osc_socket_free(WbOscSocket *socket)
{
    if (socket == NULL)
        return;
    for (int family = 0; family < FAMILIES; family++) {
        if (socket->sources[family] != NULL) {
            g_source_destroy(socket->sources[family]);
            g_source_unref(socket->sources[family]);
        }
        g_clear_object(&socket->sockets[family]);
    }
    g_free(socket);
}

unsigned wb_osc_socket_port(const WbOscSocket *socket)
{
    return socket->port;
}

bool wb_osc_socket_send(WbOscSocket *socket, GSocketAddress *to, const char *path,
                        lo_message message)
{
    const int family = g_socket_address_get_family(to) == G_SOCKET_FAMILY_IPV6 ? IPV6 : IPV4;
    if (socket->sockets[family] == NULL)
        return false;
    size_t size;
    char *bytes = lo_message_serialise(message, path, NULL, &size);
    if (bytes == NULL)
        return false;
    const gssize sent = g_socket_send_to(socket->sockets[family], to, bytes, size, NULL, NULL);
    free(bytes);
    return sent == (gssize)size;
}

bool wb_osc_address_equal(GSocketAddress *a, GSocketAddress *b)
{
    if (!G_IS_INET_SOCKET_ADDRESS(a) || !G_IS_INET_SOCKET_ADDRESS(b))
        return false;
    GInetSocketAddress *first = G_INET_SOCKET_ADDRESS(a);
    GInetSocketAddress *second = G_INET_SOCKET_ADDRESS(b);
    return g_inet_socket_address_get_port(first) == g_inet_socket_address_get_port(second) &&
           g_inet_address_equal(g_inet_socket_address_get_address(first),
                                g_inet_socket_address_get_address(second));
}

GSocketAddress *wb_osc_address_of_url(const char *url, GError **error)
{
    g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_NONE, error);
    if (uri == NULL)
        return NULL;
    const int port = g_uri_get_port(uri);
    const char *host = g_uri_get_host(uri);
    if (g_strcmp0(g_uri_get_scheme(uri), "osc.udp") != 0 || host == NULL || *host == '\0' ||
        port <= 0) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                    _("%s: not an address of the form osc.udp://HOST:PORT/"), url);
        return NULL;
    }
    GResolver *resolver = g_resolver_get_default();
    GList *addresses = g_resolver_lookup_by_name_with_flags(
        resolver, host, G_RESOLVER_NAME_LOOKUP_FLAGS_IPV4_ONLY, NULL, NULL);
    if (addresses == NULL)
        addresses = g_resolver_lookup_by_name(resolver, host, NULL, error);
    g_object_unref(resolver);
    if (addresses == NULL)
        return NULL;
    GSocketAddress *address = g_inet_socket_address_new(addresses->data, (guint16)port);
    g_resolver_free_addresses(addresses);
    return address;
}
