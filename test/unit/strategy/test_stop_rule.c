// SPDX-License-Identifier: Apache-2.0
#include "strategy/stop_rule.h"

#include <math.h>

#include "harness.h"
#include "strategy/signal_parse.h"

struct row {
    const char *rule;
    double params[4];
    struct stop_view view; // side, entry, best, input, bars
    double level;          // NaN: none
    bool expires;
};

static const struct row rows[] = {
    {"atr", {14, 3}, {1, 100, 110, 2, 5}, 94, false}, // 3 ranges of 2 below the entry
    {"atr", {14, 3}, {-1, 100, 90, 2, 5}, 106, false},
    {"atr", {14, 3}, {1, 100, 110, NAN, 5}, NAN, false},
    {"chandelier", {22, 3}, {1, 100, 110, 2, 5}, 104, false}, // below the best
    {"chandelier", {22, 3}, {-1, 100, 90, 2, 5}, 96, false},
    {"fixed", {0.02, 0}, {1, 100, 110, NAN, 5}, 98, false},
    {"fixed", {0.02, 1}, {1, 100, 110, NAN, 5}, 107.8, false},
    {"fixed", {0.02, 0}, {-1, 100, 90, NAN, 5}, 102, false},
    {"fixed", {0.02, 1}, {-1, 100, 90, NAN, 5}, 91.8, false},
    {"time", {5}, {1, 100, 110, NAN, 4}, NAN, false},
    {"time", {5}, {1, 100, 110, NAN, 5}, NAN, true},
    // Two deviations of 1 % over 9 bars: 6 %.
    {"volatility", {20, 2, 9, 0}, {1, 100, 110, 0.01, 5}, 94, false},
    {"volatility", {20, 2, 9, 1}, {1, 100, 110, 0.01, 5}, 103.4, false},
    {"volatility", {20, 2, 9, 0}, {-1, 100, 90, 0.01, 5}, 106, false},
    {"volatility", {20, 2, 9, 0}, {1, 100, 110, NAN, 5}, NAN, false},
};

static void a_rule_gives_the_level_of_its_row(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *row = &rows[i];
        int index = stop_rule_find(row->rule);
        assert_true(index >= 0);
        const struct stop_rule *rule = stop_rule_at((size_t)index);
        double level = rule->level != NULL ? rule->level(&row->view, row->params) : NAN;
        bool expires = rule->expires != NULL && rule->expires(&row->view, row->params);
        bool same =
            isnan(row->level) ? isnan(level) : fabs(level - row->level) < 1e-12 * row->level;
        if (!same || expires != row->expires)
            fail_msg("row %zu, %s: %.17g, expires %d", i, row->rule, level, expires);
    }
}

static void the_tighter_of_two_levels_is_nearer_to_the_price(void **state) {
    (void)state;
    assert_true(stop_tighter(1, 98, 99) == 99 && stop_tighter(1, 99, 98) == 99);
    assert_true(stop_tighter(-1, 102, 101) == 101 && stop_tighter(-1, 101, 102) == 101);
    assert_true(stop_tighter(1, NAN, 99) == 99 && stop_tighter(1, 99, NAN) == 99);
    assert_true(isnan(stop_tighter(1, NAN, NAN)));
}

static void the_registry_is_in_order_and_its_inputs_can_be_read(void **state) {
    (void)state;
    for (size_t i = 0; i < stop_rule_count(); i++) {
        const struct stop_rule *rule = stop_rule_at(i);
        struct stop_choice choice = {.rule = (uint32_t)i};
        struct signal_spec spec;
        params_defaults(rule->params, rule->param_count, choice.params);
        assert_ok(stop_rule_check(&choice));
        if (i > 0) assert_true(strcmp(stop_rule_at(i - 1)->name, rule->name) < 0);
        assert_int_equal(stop_rule_find(rule->name), i);
        struct signal_terms terms = {rule->params, rule->param_count, choice.params};
        if (rule->input != NULL) assert_ok(signal_parse(rule->input, &terms, &spec));
        choice.params[0] = -1;
        assert_int_equal(stop_rule_check(&choice), ERR_RANGE);
    }
    assert_int_equal(stop_rule_find("no_such"), -1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rule_gives_the_level_of_its_row),
        cmocka_unit_test(the_tighter_of_two_levels_is_nearer_to_the_price),
        cmocka_unit_test(the_registry_is_in_order_and_its_inputs_can_be_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
