// SPDX-License-Identifier: Apache-2.0
#include "risk_kit.h"

static void say(struct risk_kit *kit, double confidence, uint32_t strategy) {
    struct risk_fact fact = {
        .kind = RISK_FACT_PARENT, .strategy = strategy, .confidence = confidence};
    kit->rule->note(&kit->view, kit->params, kit->state, &fact);
}

static enum risk_verdict ask(struct risk_kit *kit, int64_t qty) {
    risk_kit_order(kit, 0, qty);
    kit->spec.purpose = PURPOSE_TARGET;
    return risk_kit_look(kit);
}

static void an_order_is_cut_to_the_confidence_in_it(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "confidence");
    assert_int_equal(ask(&kit, 100), RISK_ALLOW); // nothing said yet
    say(&kit, 0.25, 0);
    assert_int_equal(ask(&kit, 100), RISK_SHRINK);
    assert_int_equal(kit.result.qty.m, 25);
    assert_true(kit.result.value == 0.25 && kit.result.limit == 1);
    assert_int_equal(ask(&kit, 3), RISK_VETO);
    assert_int_equal(ask(&kit, 4), RISK_SHRINK);
    assert_int_equal(risk_kit_check(&kit, 1, 100), RISK_ALLOW); // of another instrument
    risk_kit_order(&kit, 0, 100);
    kit.spec.purpose = PURPOSE_STRATEGY;
    assert_int_equal(risk_kit_look(&kit), RISK_ALLOW);
    risk_kit_order(&kit, 0, 100);
    kit.spec.strategy = RISK_KIT_STRATEGIES; // the account's
    assert_int_equal(risk_kit_look(&kit), RISK_ALLOW);
    say(&kit, 0, 1);
    say(&kit, 0, RISK_KIT_STRATEGIES);
    assert_int_equal(ask(&kit, 100), RISK_SHRINK);
    risk_kit_close(&kit);
}

static void
from_full_confidence_on_nothing_is_cut_and_below_the_least_nothing_passes(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "confidence");
    kit.params[0] = 0.2;
    kit.params[1] = 0.8;
    static const struct {
        double confidence;
        enum risk_verdict verdict;
        int64_t left;
    } rows[] = {{1, RISK_ALLOW, 0},
                {0.8, RISK_ALLOW, 0},
                {0.4, RISK_SHRINK, 150},
                {0.2, RISK_SHRINK, 75},
                {0.1, RISK_VETO, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        say(&kit, rows[i].confidence, 0);
        assert_int_equal(ask(&kit, 300), rows[i].verdict);
        if (rows[i].left > 0) assert_int_equal(kit.result.qty.m, rows[i].left);
        if (rows[i].verdict == RISK_VETO) assert_true(kit.result.limit == 0.2);
    }
    kit.params[0] = 0;
    kit.params[1] = 0; // full at nothing
    say(&kit, 0, 0);
    assert_int_equal(ask(&kit, 300), RISK_ALLOW);
    risk_kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_order_is_cut_to_the_confidence_in_it),
        cmocka_unit_test(from_full_confidence_on_nothing_is_cut_and_below_the_least_nothing_passes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
