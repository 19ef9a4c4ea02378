// SPDX-License-Identifier: Apache-2.0
#include "strategy/sizing.h"

#include "size.h"

static void every_method_is_found_by_its_name_and_its_table_is_sound(void **state) {
    assert_true(sizing_count() >= 4);
    for (size_t i = 0; i < sizing_count(); i++) {
        const struct sizing *sizing = sizing_at(i);
        assert_ptr_equal(sizing_find(sizing->name), sizing);
        if (i > 0) assert_true(strcmp(sizing_at(i - 1)->name, sizing->name) < 0);
        assert_true(strlen(sizing->summary) > 10);
        for (size_t k = 0; k < sizing->param_count; k++) {
            const struct param *row = &sizing->params[k];
            assert_true(row->def >= row->min && row->def <= row->max);
            assert_true(strlen(row->help) > 10);
        }
    }
    assert_null(sizing_find("fixed"));
}

static void independent_targets_share_the_equity(void **state) {
    struct sizing_view view = plain;
    view.shares = 8;
    view.volatility = 0.1;
    struct strategy_target target = full;
    target.stop = 49;
    for (size_t i = 0; i < sizing_count(); i++) {
        const char *name = sizing_at(i)->name;
        view.shares = 8;
        double eighth = size(name, DEFAULTS, &view, &target);
        view.shares = 1;
        assert_near(size(name, DEFAULTS, &view, &target), 8 * eighth);
        view.shares = 0; // not said: one
        assert_near(size(name, DEFAULTS, &view, &target), 8 * eighth);
    }
}

static void a_target_that_is_not_a_number_is_sized_zero(void **state) {
    struct sizing_view view = plain;
    view.volatility = 0.2;
    for (size_t i = 0; i < sizing_count(); i++) {
        struct strategy_target target = full;
        target.stop = 40;
        target.weight = NAN;
        assert_true(size(sizing_at(i)->name, DEFAULTS, &view, &target) == 0);
        target.weight = 1;
        target.confidence = NAN;
        assert_true(size(sizing_at(i)->name, DEFAULTS, &view, &target) == 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_method_is_found_by_its_name_and_its_table_is_sound),
        cmocka_unit_test(independent_targets_share_the_equity),
        cmocka_unit_test(a_target_that_is_not_a_number_is_sized_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
