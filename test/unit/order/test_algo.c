// SPDX-License-Identifier: Apache-2.0
#include "algo_kit.h"

static void every_algorithm_is_found_by_its_name_and_its_table_is_sound(void **state) {
    for (size_t i = 0; i < algo_count(); i++) {
        const struct algo *algo = algo_at(i);
        assert_ptr_equal(algo_find(algo->name), algo);
        assert_int_equal(algo_index(algo), i);
        if (i > 0) assert_true(strcmp(algo_at(i - 1)->name, algo->name) < 0);
        assert_true(strlen(algo->summary) > 10);
        assert_in_range(algo->param_count, ALGO_PARAM_FIRST, PARAMS_MAX);
        assert_string_equal(algo->params[ALGO_DURATION].name, "duration");
        assert_string_equal(algo->params[ALGO_AT_END].name, "at_end");
        assert_int_equal(algo->curve == ALGO_CURVE_NONE, algo->slices_param < 0);
        for (size_t k = 0; k < algo->param_count; k++) {
            const struct param *row = &algo->params[k];
            if (row->type != PARAM_ENUM) assert_true(row->def >= row->min && row->def <= row->max);
            assert_true(strlen(row->help) > 10);
        }
    }
    assert_null(algo_find("twa"));
}

static void every_reason_has_a_name(void **state) {
    for (uint32_t i = 0; i < ALGO_REASON_COUNT; i++) assert_non_null(algo_reason_name(i));
    assert_null(algo_reason_name(ALGO_REASON_COUNT));
}

// Against the same in rational numbers: part k of n covers [k, k + 1) n-ths of the time.
static void a_slice_is_the_part_of_the_time_that_is_now(void **state) {
    struct algo_kit kit;
    algo_kit_init(&kit, "twap", 100);
    for (uint32_t slices = 1; slices <= 60; slices++) {
        algo_kit_even(&kit, slices);
        for (int64_t s = 0; s < 600; s++) {
            kit.view.now_ns = kit.view.start_ns + s * NS_PER_S;
            uint32_t k = algo_slice(&kit.view);
            assert_true((int64_t)k * 600 <= s * slices && s * slices < (int64_t)(k + 1) * 600);
        }
    }
    kit.view.now_ns = kit.view.end_ns + 1;
    assert_int_equal(algo_slice(&kit.view), 59);
    kit.view.now_ns = kit.view.start_ns - 1;
    assert_int_equal(algo_slice(&kit.view), 0);
}

static void even_shares_of_whole_lots_come_out_whole(void **state) {
    uint32_t curve[ALGO_SLICES_MAX];
    struct algo_kit kit;
    algo_kit_init(&kit, "twap", 0);
    for (uint32_t n = 1; n <= ALGO_SLICES_MAX; n++) {
        algo_curve_even(n, curve);
        kit.view.qty = QTY(7 * (int64_t)n);
        for (uint32_t k = 0; k < n; k++)
            assert_int_equal(algo_due(&kit.view, curve[k]).m, 7 * (int64_t)(k + 1));
        assert_int_equal(curve[n - 1], ALGO_WHOLE);
    }
}

static void what_is_due_is_in_whole_lots_until_it_is_all(void **state) {
    struct algo_kit kit;
    algo_kit_init(&kit, "twap", 1003);
    kit.view.lot = QTY(10);
    assert_int_equal(algo_due(&kit.view, ALGO_WHOLE / 2).m, 500);
    assert_int_equal(algo_due(&kit.view, ALGO_WHOLE - 1).m, 1000);
    assert_int_equal(algo_due(&kit.view, ALGO_WHOLE).m, 1003);
    kit.view.qty = QTY(INT64_MAX); // no overflow
    assert_int_equal(algo_due(&kit.view, ALGO_WHOLE / 2).m, INT64_MAX / 2 - INT64_MAX / 2 % 10);
}

static void what_is_open_is_never_negative(void **state) {
    struct algo_kit kit;
    algo_kit_init(&kit, "twap", 100);
    kit.view.filled = QTY(30);
    kit.view.working = QTY(50);
    assert_int_equal(algo_open(&kit.view).m, 20);
    kit.view.filled = QTY(90); // the venue filled too much
    assert_int_equal(algo_open(&kit.view).m, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_algorithm_is_found_by_its_name_and_its_table_is_sound),
        cmocka_unit_test(every_reason_has_a_name),
        cmocka_unit_test(a_slice_is_the_part_of_the_time_that_is_now),
        cmocka_unit_test(even_shares_of_whole_lots_come_out_whole),
        cmocka_unit_test(what_is_due_is_in_whole_lots_until_it_is_all),
        cmocka_unit_test(what_is_open_is_never_negative),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
