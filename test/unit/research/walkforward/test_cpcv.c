// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "base/timestamp.h"
#include "research/walkforward/cpcv.h"

#define DAYS(n) ((int64_t)(n)*NS_PER_DAY)

// Six groups of which two are tested are fifteen splits and five paths (Lopez de Prado 2018, figure 12.1).
static void six_groups_by_two_are_the_book_s_fifteen_splits_and_five_paths(void **state) {
    (void)state;
    struct cpcv cpcv;
    assert_ok(cpcv_init(&cpcv, 6, 2, 0, DAYS(600) - 1, 0, 0));
    assert_int_equal(cpcv.splits, 15);
    assert_int_equal(cpcv.paths, 5);
    assert_int_equal(cpcv_split(&cpcv, 0), 1 | 2);
    assert_int_equal(cpcv_split(&cpcv, 4), 1 | 32);
    assert_int_equal(cpcv_split(&cpcv, 5), 2 | 4);
    assert_int_equal(cpcv_split(&cpcv, 14), 16 | 32);
    // Path 1 of figure 12.2: G1 and G2 from S1, G3 from S2, G4 from S3, G5 from S4, G6 from S5.
    static const uint32_t first[6] = {0, 0, 1, 2, 3, 4};
    for (uint32_t group = 0; group < 6; group++)
        assert_int_equal(cpcv_of_path(&cpcv, 0, group), first[group]);
}

static void every_path_is_tested_by_splits_that_test_the_group(void **state) {
    (void)state;
    for (uint32_t groups = 2; groups <= 9; groups++)
        for (uint32_t tests = 1; tests < groups; tests++) {
            struct cpcv cpcv;
            assert_ok(cpcv_init(&cpcv, groups, tests, 0, DAYS(1000), 0, 0));
            uint32_t used[CPCV_SPLITS_MAX] = {0};
            for (uint32_t path = 0; path < cpcv.paths; path++)
                for (uint32_t group = 0; group < groups; group++) {
                    uint32_t split = cpcv_of_path(&cpcv, path, group);
                    assert_true(cpcv_split(&cpcv, split) >> group & 1);
                    used[split]++;
                }
            for (uint32_t split = 0; split < cpcv.splits; split++) {
                assert_int_equal(__builtin_popcount(cpcv_split(&cpcv, split)), tests);
                assert_int_equal(used[split], tests);
                if (split > 0)
                    assert_true(cpcv_split(&cpcv, split) != cpcv_split(&cpcv, split - 1));
            }
        }
}

static void what_touches_a_test_is_not_trained_on(void **state) {
    (void)state;
    struct cpcv cpcv;
    assert_ok(cpcv_init(&cpcv, 4, 1, 0, DAYS(400) - 1, DAYS(3), DAYS(7)));
    uint32_t tested = 1u << 2; // [200, 300)
    assert_true(cpcv_trains(&cpcv, tested, DAYS(197) - 1));
    assert_false(cpcv_trains(&cpcv, tested, DAYS(197)));
    assert_false(cpcv_trains(&cpcv, tested, DAYS(250)));
    assert_false(cpcv_trains(&cpcv, tested, DAYS(307) - 1));
    assert_true(cpcv_trains(&cpcv, tested, DAYS(307)));
    assert_true(cpcv_trains(&cpcv, tested, 0));
    assert_true(cpcv_trains(&cpcv, 1u << 3, 0)); // the last group is not before the first
    assert_true(cpcv_trains(&cpcv, 1u << 0, DAYS(399)));
    assert_int_equal(cpcv_group(&cpcv, DAYS(400)), 3);
    assert_int_equal(cpcv_group(&cpcv, -5), 0);
}

static void what_cannot_be_cut_is_told(void **state) {
    (void)state;
    struct cpcv cpcv;
    static const struct {
        uint32_t groups, tests;
        int64_t purge_ns;
        const char *story;
    } rows[] = {
        {1, 1, 0, "want 2 to 24 groups"}, {5, 5, 0, "not 5 and 5"},
        {5, 0, 0, "not 5 and 0"},         {25, 2, 0, "want 2 to 24"},
        {24, 12, 0, "2704156 splits"},    {10, 2, DAYS(11), "no longer than purge"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(
            cpcv_init(&cpcv, rows[i].groups, rows[i].tests, 0, DAYS(100), rows[i].purge_ns, 0),
            ERR_ARGUMENT);
        if (strstr(err_story(), rows[i].story) == NULL) fail_msg("row %zu: %s", i, err_story());
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(six_groups_by_two_are_the_book_s_fifteen_splits_and_five_paths),
        cmocka_unit_test(every_path_is_tested_by_splits_that_test_the_group),
        cmocka_unit_test(what_touches_a_test_is_not_trained_on),
        cmocka_unit_test(what_cannot_be_cut_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
