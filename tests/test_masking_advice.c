/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why a masker makes room or does not: the arbiter's rules as the masking page tells them. */
#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "gui/masking_advice.h"

typedef struct {
    WbSession *session;
    WbTrack *masked, *masker;
} Pair;

static Pair open_pair(WbRole masked, WbRole masker)
{
    Pair pair = {.session = wb_session_new("/nowhere", 48000)};
    pair.masked = wb_session_add_track(pair.session, "Voice", 1);
    pair.masker = wb_session_add_track(pair.session, "Guitar", 2);
    pair.masked->role = masked;
    pair.masker->role = masker;
    return pair;
}

/* Also that there is a sentence for it which names somebody or the mix. */
static void assert_advice(const Pair *pair, WbAdvice expected)
{
    assert_int_equal(wb_masking_advice(pair->session, pair->masked, pair->masker), expected);
    g_autofree char *text = wb_masking_advice_text(pair->session, pair->masked, pair->masker);
    assert_true(strlen(text) > 20);
}

static void lower_roles_yield_and_no_others(void **state)
{
    (void)state;
    for (int masked = 0; masked < WB_ROLES; masked++) {
        for (int masker = 0; masker < WB_ROLES; masker++) {
            const Pair pair = open_pair((WbRole)masked, (WbRole)masker);
            assert_advice(&pair, masker > masked    ? WB_ADVICE_YIELDS
                                 : masker == masked ? WB_ADVICE_EQUALS
                                                    : WB_ADVICE_HIGHER);
            wb_session_free(pair.session);
        }
    }
}

static void what_stands_in_the_way_is_named(void **state)
{
    (void)state;
    const Pair pair = open_pair(WB_ROLE_LEAD, WB_ROLE_BACKGROUND);
    pair.masker->depth_db = 0;
    assert_advice(&pair, WB_ADVICE_DEPTH);
    wb_track_set_never_yields_to(pair.masker, pair.masked->id, true);
    assert_advice(&pair, WB_ADVICE_NEVER);
    pair.masker->carve_bypass = true;
    assert_advice(&pair, WB_ADVICE_BYPASS);
    pair.session->mix.strength_percent = 0;
    assert_advice(&pair, WB_ADVICE_NO_STRENGTH);
    pair.session->mix.carve_bypass = true;
    assert_advice(&pair, WB_ADVICE_MIX_BYPASS);
    wb_session_free(pair.session);
}

static void the_sentence_says_how_deep(void **state)
{
    (void)state;
    const Pair pair = open_pair(WB_ROLE_LEAD, WB_ROLE_SUPPORT);
    pair.masker->depth_db = 6;
    g_autofree char *text = wb_masking_advice_text(pair.session, pair.masked, pair.masker);
    assert_non_null(strstr(text, "Guitar"));
    assert_non_null(strstr(text, "6 dB"));
    wb_session_free(pair.session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lower_roles_yield_and_no_others),
        cmocka_unit_test(what_stands_in_the_way_is_named),
        cmocka_unit_test(the_sentence_says_how_deep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
