/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/session/json_read.h"

#include "engine/session/json_check.h"
#include "engine/session/session.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool read_all(int file, char *text, gsize size, gsize *length)
{
    *length = 0;
    while (*length < size) {
        const ssize_t got = read(file, text + *length, size - *length);
        if (got == 0)
            return true;
        if (got > 0)
            *length += (gsize)got;
        else if (errno != EINTR)
            return false;
    }
    return true;
}

static JsonNode *read_open_file(int file, const char *name, GError **error)
{
    struct stat status;
    if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) {
        g_set_error(error, WB_SESSION_ERROR, WB_SESSION_ERROR_READ, _("%s: not a regular file"),
                    name);
        return NULL;
    }
    if (status.st_size > (off_t)WB_JSON_BYTES_MAX) {
        g_set_error(error, WB_SESSION_ERROR, WB_SESSION_ERROR_READ,
                    _("%s: longer than %u MiB; this cannot be what it should be"), name,
                    WB_JSON_BYTES_MAX >> 20);
        return NULL;
    }
    const gsize size = (gsize)status.st_size;
    g_autofree char *text = g_malloc(size + 1);
    gsize length;
    if (!read_all(file, text, size, &length)) {
        g_set_error(error, WB_SESSION_ERROR, WB_SESSION_ERROR_READ, _("%s: cannot be read: %s"),
                    name, g_strerror(errno));
        return NULL;
    }
    return wb_json_parse(text, length, name, error);
}

JsonNode *wb_json_read(const char *path, GError **error)
{
    g_autofree char *name = g_filename_display_name(path);
    const int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) {
        g_set_error(error, WB_SESSION_ERROR, WB_SESSION_ERROR_READ, _("%s: cannot be opened: %s"),
                    name, g_strerror(errno));
        return NULL;
    }
    JsonNode *root = read_open_file(file, name, error);
    close(file);
    return root;
}

JsonNode *wb_json_parse(const char *text, gsize length, const char *name, GError **error)
{
    if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        text += 3; /* the byte order mark that some editors write */
        length -= 3;
    }
    WbJsonFault fault;
    if (!wb_json_check(text, length, &fault)) {
        g_set_error(error, WB_SESSION_ERROR, WB_SESSION_ERROR_SYNTAX, "%s:%u:%u: %s", name,
                    fault.line, fault.column, fault.message);
        return NULL;
    }
    g_autoptr(JsonParser) parser = json_parser_new_immutable();
    g_autoptr(GError) cause = NULL;
    if (!json_parser_load_from_data(parser, text, (gssize)length, &cause)) {
        g_set_error(error, WB_SESSION_ERROR, WB_SESSION_ERROR_SYNTAX, "%s: %s", name,
                    cause->message);
        return NULL;
    }
    return json_parser_steal_root(parser);
}
