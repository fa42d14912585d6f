/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/hearing/role.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void names_are_those_of_the_file_format(void **state)
{
    (void)state;
    assert_string_equal(wb_role_name(WB_ROLE_LEAD), "lead");
    assert_string_equal(wb_role_name(WB_ROLE_SUPPORT), "support");
    assert_string_equal(wb_role_name(WB_ROLE_BACKGROUND), "background");
}

static void parsing_ignores_case(void **state)
{
    (void)state;
    WbRole role;
    assert_true(wb_role_parse("LEAD", &role));
    assert_int_equal(role, WB_ROLE_LEAD);
    assert_true(wb_role_parse("Support", &role));
    assert_int_equal(role, WB_ROLE_SUPPORT);
    assert_true(wb_role_parse("backGround", &role));
    assert_int_equal(role, WB_ROLE_BACKGROUND);
}

static void other_words_are_refused_and_change_nothing(void **state)
{
    (void)state;
    static const char *const others[] = {"", "leads", "lea", " lead", "solo"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        WbRole role = WB_ROLE_SUPPORT;
        assert_false(wb_role_parse(others[i], &role));
        assert_int_equal(role, WB_ROLE_SUPPORT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_those_of_the_file_format),
        cmocka_unit_test(parsing_ignores_case),
        cmocka_unit_test(other_words_are_refused_and_change_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
