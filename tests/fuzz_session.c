/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For libFuzzer: whatever the bytes are, the loader refuses them with a message, or makes a
 * document that is saved to a text which loads as the same document and saves as the same text. */
#include "engine/session/connections.h"
#include "engine/session/session.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void demand(bool condition)
{
    if (!condition)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(WbSession) session = wb_session_parse((const char *)bytes, size, "fuzz", &error);
    if (session == NULL) {
        demand(error != NULL && error->domain == WB_SESSION_ERROR);
        demand(g_str_has_prefix(error->message, "fuzz:"));
        demand(g_utf8_validate(error->message, -1, NULL));
        return 0;
    }
    demand(error == NULL);
    g_autofree char *text = wb_session_to_text(session);
    g_autoptr(WbSession) again = wb_session_parse(text, strlen(text), "again", NULL);
    demand(again != NULL && wb_session_equal(session, again));
    demand(wb_session_connections_equal(session, again));
    g_autofree char *text_again = wb_session_to_text(again);
    demand(strcmp(text, text_again) == 0);
    return 0;
}
