// SPDX-License-Identifier: Apache-2.0
#include "risk_kit.h"

static void rules_have_unique_names_a_summary_and_sane_parameters(void **state) {
    (void)state;
    for (size_t i = 0; i < risk_rule_count(); i++) {
        const struct risk_rule *rule = risk_rule_at(i);
        assert_int_equal(risk_rule_find(rule->name), (int)i);
        assert_true(rule->summary[0] != '\0');
        assert_true(rule->check != NULL || rule->watch != NULL);
        for (size_t k = 0; k < rule->param_count; k++) {
            const struct param *row = &rule->params[k];
            bool ranged = row->type != PARAM_BOOL && row->type != PARAM_ENUM;
            assert_true(!ranged || (row->min <= row->def && row->def <= row->max));
            assert_true(row->help[0] != '\0');
        }
    }
    assert_int_equal(risk_rule_find("no_such_rule"), -1);
}

static void rules_keep_their_numbers_because_journals_hold_them(void **state) {
    (void)state;
    static const char *const names[] = {"price_band",     "order_size",
                                        "position_count", "order_notional",
                                        "position",       "daily_loss",
                                        "drawdown",       "restricted",
                                        "session",        "tick_lot",
                                        "duplicate",      "child_orders",
                                        "message_rate",   "gross_exposure",
                                        "net_exposure",   "leverage",
                                        "self_trade",     "concentration",
                                        "fast_drawdown",  "consecutive_losses",
                                        "reject_storm",   "fill_without_order",
                                        "slippage",       "stale_data",
                                        "clock_skew",     "permissions",
                                        "buying_power",   "pattern_day_trader",
                                        "correlation",    "var_limit",
                                        "es_limit",       "volatility_spike",
                                        "drawdown_scale", "anomaly",
                                        "confidence",     "intraday_margin"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_string_equal(risk_rule_at(i)->name, names[i]);
}

static void every_refusal_of_the_engine_has_a_name(void **state) {
    (void)state;
    for (uint32_t code = 0; code < VETO_COUNT; code++)
        assert_string_not_equal(engine_veto_name(code), "unknown");
    assert_string_equal(engine_veto_name(VETO_COUNT), "unknown");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_have_unique_names_a_summary_and_sane_parameters),
        cmocka_unit_test(rules_keep_their_numbers_because_journals_hold_them),
        cmocka_unit_test(every_refusal_of_the_engine_has_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
