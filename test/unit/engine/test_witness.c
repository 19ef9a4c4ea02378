// SPDX-License-Identifier: Apache-2.0
#include "engine_kit.h"

#include "engine/witness.h"

static void a_witness_tells_what_was_seen_and_answered(void **state) {
    (void)state;
    static const struct kit_step steps[] = {{TARGET_KEEP, 0, 0, 0}, {TARGET_SET, 0.5, 90, 120}};
    struct kit kit;
    struct witness witness;
    kit_script = steps;
    kit_script_length = 2;
    kit_configure(&kit, 2, 1);
    kit.strategies[0].instrument_count = 1;
    kit_start(&kit);
    assert_false(witness_get(kit.engine, 0, 1, &witness)); // it does not trade the second
    assert_true(witness_get(kit.engine, 0, 0, &witness));
    assert_int_equal(witness.decisions, 0);
    kit_bar(&kit, 0, 10000);
    assert_true(witness_get(kit.engine, 0, 0, &witness));
    assert_int_equal(witness.decisions, 1);
    assert_int_equal(witness.target->kind, TARGET_KEEP);
    kit_bar(&kit, 0, 10100);
    assert_true(witness_get(kit.engine, 0, 0, &witness));
    assert_int_equal(witness.decisions, 2);
    assert_true(witness.view->bars[witness.place].close == 101.0);
    assert_true(witness.view->position[witness.place] == 0);
    assert_int_equal(witness.target->kind, TARGET_SET);
    assert_true(witness.target->weight == 0.5 && witness.target->stop == 90);
    assert_true(witness.weight == 0.5 && witness.stop == 90 && witness.take == 120);
    assert_false(witness.halted || witness.denied || witness.closing);
    kit_stop(&kit);
}

// Half of 10,000.00 at 101.00 is 49 shares; the rule takes 40 at most.
static void a_trace_holds_what_each_rule_said_and_changes_nothing(void **state) {
    (void)state;
    static const struct kit_step steps[] = {{TARGET_SET, 0.5, 0, 0}};
    static struct risk_trace trace;
    uint64_t hashes[2];
    int size = risk_rule_find("order_size"), notional = risk_rule_find("order_notional");
    assert_true(size >= 0 && notional >= 0);
    for (int traced = 0; traced < 2; traced++) {
        struct kit kit;
        kit_script = steps;
        kit_script_length = 1;
        kit_configure(&kit, 1, 1);
        kit.risk.enabled[size] = 1;
        kit.risk.params[size][0] = 40;
        kit_start(&kit);
        trace = (struct risk_trace){0};
        if (traced) witness_trace(kit.engine, &trace);
        kit_bar(&kit, 0, 10100);
        hashes[traced] = engine_state_hash(kit.engine);
        assert_true(witness_risk(kit.engine)->params[size][0] == 40);
        kit_stop(&kit);
    }
    assert_true(hashes[0] == hashes[1]);
    assert_int_equal(trace.orders, 1);
    bool seen = false;
    for (uint32_t i = 0; i < trace.count; i++) {
        const struct risk_trace_row *row = &trace.rows[i];
        assert_int_equal(row->order, 1);
        assert_false(row->passed);
        if (row->rule != (uint32_t)size) continue;
        seen = true;
        assert_int_equal(row->verdict, RISK_VETO);
        assert_int_equal(row->spec.qty.m, 49);
        assert_int_equal(row->left.m, 0);
        assert_true(row->limit == 40 && row->value == 49);
    }
    assert_true(seen);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_witness_tells_what_was_seen_and_answered),
        cmocka_unit_test(a_trace_holds_what_each_rule_said_and_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
