/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gui/masking_advice.h"

#include <glib/gi18n.h>

WbAdvice wb_masking_advice(const WbSession *session, const WbTrack *masked, const WbTrack *masker)
{
    if (masker->role == masked->role)
        return WB_ADVICE_EQUALS;
    if (masker->role < masked->role)
        return WB_ADVICE_HIGHER;
    if (session->mix.carve_bypass)
        return WB_ADVICE_MIX_BYPASS;
    if (session->mix.strength_percent <= 0)
        return WB_ADVICE_NO_STRENGTH;
    if (masker->carve_bypass)
        return WB_ADVICE_BYPASS;
    if (wb_track_never_yields_to(masker, masked->id))
        return WB_ADVICE_NEVER;
    return wb_session_depth_db(session, masker) > 0 ? WB_ADVICE_YIELDS : WB_ADVICE_DEPTH;
}

const char *wb_masking_role_text(WbRole role)
{
    switch (role) {
    case WB_ROLE_LEAD:
        return _("Lead");
    case WB_ROLE_SUPPORT:
        return _("Support");
    case WB_ROLE_BACKGROUND:
        break;
    }
    return _("Background");
}

char *wb_masking_advice_text(const WbSession *session, const WbTrack *masked, const WbTrack *masker)
{
    const char *role = wb_masking_role_text(masker->role);
    switch (wb_masking_advice(session, masked, masker)) {
    case WB_ADVICE_EQUALS:
        if (masked->role == WB_ROLE_LEAD)
            return g_strdup_printf(
                _("Both are %s, and equals do not make room for each other. Give %s a lower role."),
                role, masker->name);
        return g_strdup_printf(_("Both are %s, and equals do not make room for each other. Give %s "
                                 "a higher role, or turn it up."),
                               role, masked->name);
    case WB_ADVICE_HIGHER:
        return g_strdup_printf(
            _("%s is %s, and makes no room for what is %s. Give %s a higher role, or turn it up."),
            masker->name, role, wb_masking_role_text(masked->role), masked->name);
    case WB_ADVICE_NEVER:
        return g_strdup_printf(_("%s never yields to %s, as you have told it."), masker->name,
                               masked->name);
    case WB_ADVICE_BYPASS:
        return g_strdup_printf(_("The carve of %s is bypassed."), masker->name);
    case WB_ADVICE_DEPTH:
        return g_strdup_printf(_("%s may be cut by 0 dB: let it go deeper."), masker->name);
    case WB_ADVICE_MIX_BYPASS:
        return g_strdup(_("All carves are bypassed, at the master."));
    case WB_ADVICE_NO_STRENGTH:
        return g_strdup(_("The strength of the mix is 0 %: nothing makes room."));
    case WB_ADVICE_YIELDS:
        break;
    }
    return g_strdup_printf(
        _("%s makes room for %s, by up to %.0f dB in a band. For more: a greater "
          "strength, or turn it down."),
        masker->name, masked->name, wb_session_depth_db(session, masker));
}
