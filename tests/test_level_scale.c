/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gui/level_scale.h"

static void iec_60268_18_deflects_as_its_table_says(void **state)
{
    static const double table[][2] = {{0, 100},  {-10, 75},  {-20, 50},  {-30, 30},
                                      {-40, 15}, {-50, 7.5}, {-60, 2.5}, {-70, 0}};
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(table); i++)
        assert_true(fabs(100 * wb_level_scale_position(WB_SCALE_IEC, table[i][0]) - table[i][1]) <
                    1e-9);
}

static void a_fader_ends_12_db_above_unity(void **state)
{
    (void)state;
    assert_true(wb_level_scale_position(WB_SCALE_FADER, 12) == 1);
    assert_true(fabs(wb_level_scale_position(WB_SCALE_FADER, 0) - 100.0 / 130) < 1e-9);
}

/* 0 is 14 dB below full scale, and each dB has the same height around it. */
static void k_14_is_even_around_its_zero(void **state)
{
    (void)state;
    const double db =
        wb_level_scale_position(WB_SCALE_K14, -13) - wb_level_scale_position(WB_SCALE_K14, -14);
    for (int level = -33; level < 0; level++)
        assert_true(fabs(wb_level_scale_position(WB_SCALE_K14, level + 1) -
                         wb_level_scale_position(WB_SCALE_K14, level) - db) < 1e-9);
    assert_true(wb_level_scale_position(WB_SCALE_K14, 0) == 1);
    assert_true(wb_level_scale_loud_db(WB_SCALE_K14) == -14);
}

static void there_is_a_way_back(void **state)
{
    (void)state;
    for (int scale = WB_SCALE_IEC; scale <= WB_SCALE_K14; scale++) {
        for (int i = 1; i <= 100; i++) {
            const double position = i / 100.0;
            const double db = wb_level_scale_db((WbLevelScale)scale, position);
            assert_true(fabs(wb_level_scale_position((WbLevelScale)scale, db) - position) < 1e-9);
        }
    }
}

static void silence_and_what_is_no_level_are_at_the_bottom(void **state)
{
    (void)state;
    for (int scale = WB_SCALE_IEC; scale <= WB_SCALE_K14; scale++) {
        assert_true(wb_level_scale_position((WbLevelScale)scale, -INFINITY) == 0);
        assert_true(wb_level_scale_position((WbLevelScale)scale, NAN) == 0);
        assert_true(wb_level_scale_position((WbLevelScale)scale, INFINITY) == 1);
        assert_true(isinf(wb_level_scale_db((WbLevelScale)scale, 0)));
    }
}

static void marks_come_from_the_top_down(void **state)
{
    (void)state;
    for (int scale = WB_SCALE_IEC; scale <= WB_SCALE_K14; scale++) {
        size_t count;
        const WbLevelMark *mark = wb_level_scale_marks((WbLevelScale)scale, &count);
        for (size_t i = 1; i < count; i++)
            assert_true(mark[i].db < mark[i - 1].db);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(iec_60268_18_deflects_as_its_table_says),
        cmocka_unit_test(a_fader_ends_12_db_above_unity),
        cmocka_unit_test(k_14_is_even_around_its_zero),
        cmocka_unit_test(there_is_a_way_back),
        cmocka_unit_test(silence_and_what_is_no_level_are_at_the_bottom),
        cmocka_unit_test(marks_come_from_the_top_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
