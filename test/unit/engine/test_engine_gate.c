// SPDX-License-Identifier: Apache-2.0
// The stage of gates in the engine: what they let pass, what they stop, and what is told of it.
#include "engine_kit.h"

#include <math.h>

static struct entry_gate_choice gates[2];

// One gate, volatility of the last two returns from 0 to `max` a year, in front of scripted strategies.
static void start(struct kit *kit, double max, const struct kit_step *script, uint32_t length) {
    kit_script = script;
    kit_script_length = length;
    kit_configure(kit, 1, 1);
    int index = entry_gate_find("volatility");
    gates[0] = (struct entry_gate_choice){.gate = (uint32_t)index, .params = {2, 0, max}};
    kit->strategies[0].gates = gates;
    kit->strategies[0].gate_count = 1;
    kit_start(kit);
}

static const struct veto_event *veto_of(const struct kit *kit) {
    return kit_output(kit, EVENT_VETO, 0);
}

static void an_entry_waits_for_its_gate_and_is_told_once(void **state) {
    (void)state;
    static const struct kit_step script[] = {{TARGET_SET, 1, 0, 0},
                                             {TARGET_SET, 1, 0, 0},
                                             {TARGET_SET, 1, 0, 0},
                                             {TARGET_SET, 1, 0, 0},
                                             {TARGET_SET, 1, 0, 0}};
    struct kit kit;
    start(&kit, 0.5, script, 5);
    kit_bar(&kit, 0, 10000); // nothing is known of volatility: shut
    const struct veto_event *veto = veto_of(&kit);
    assert_non_null(veto);
    assert_int_equal(veto->rule, RISK_RULE_ENGINE);
    assert_string_equal(engine_veto_name(veto->code), "gate_volatility");
    assert_true(isnan(veto->value) && veto->limit == 0.5 && veto->side == 1);
    assert_null(kit_output(&kit, EVENT_TARGET, 0));
    kit_bar(&kit, 0, 10500);
    assert_null(veto_of(&kit)); // told already
    kit_bar(&kit, 0, 10000);    // 5 % a bar, 0.77 a year
    assert_null(kit_output(&kit, EVENT_SUBMIT, 0));
    kit_bar(&kit, 0, 10000);
    kit_bar(&kit, 0, 10000); // quiet
    assert_non_null(kit_output(&kit, EVENT_SUBMIT, 0));
    kit_stop(&kit);
}

static void what_reduces_or_closes_passes(void **state) {
    (void)state;
    static const struct kit_step script[] = {{TARGET_KEEP, 0, 0, 0},  {TARGET_KEEP, 0, 0, 0},
                                             {TARGET_SET, 0.5, 0, 0}, {TARGET_SET, 1, 0, 0},
                                             {TARGET_SET, 0.2, 0, 0}, {TARGET_SET, 0.2, 0, 0},
                                             {TARGET_SET, 0, 0, 0}};
    struct kit kit;
    start(&kit, 0.5, script, 7);
    for (int i = 0; i < 3; i++) kit_bar(&kit, 0, 10000);
    kit_fill_submit(&kit, 0, 10000); // 50 bought
    kit_bar(&kit, 0, 12000);         // wild: no more of it
    assert_non_null(veto_of(&kit));
    assert_null(kit_output(&kit, EVENT_SUBMIT, 0));
    kit_bar(&kit, 0, 10000);
    const struct submit_event *less = kit_output(&kit, EVENT_SUBMIT, 0);
    assert_non_null(less);
    assert_true(less->spec.side == -1 && less->spec.qty.m == 30);
    kit_fill_submit(&kit, 0, 10000);
    kit_bar(&kit, 0, 12000);
    kit_bar(&kit, 0, 10000);
    const struct submit_event *rest = kit_output(&kit, EVENT_SUBMIT, 0);
    assert_non_null(rest);
    assert_true(rest->spec.side == -1 && rest->spec.qty.m == 20);
    kit_stop(&kit);
}

static void a_turn_behind_a_shut_gate_closes_and_stops_there(void **state) {
    (void)state;
    static const struct kit_step script[] = {{TARGET_KEEP, 0, 0, 0},  {TARGET_KEEP, 0, 0, 0},
                                             {TARGET_SET, 0.5, 0, 0}, {TARGET_SET, -1, 0, 0},
                                             {TARGET_SET, -1, 0, 0},  {TARGET_SET, -1, 0, 0},
                                             {TARGET_SET, -1, 0, 0}};
    struct kit kit;
    start(&kit, 0.5, script, 7);
    for (int i = 0; i < 3; i++) kit_bar(&kit, 0, 10000);
    kit_fill_submit(&kit, 0, 10000);
    kit_bar(&kit, 0, 12000);
    const struct submit_event *close = kit_output(&kit, EVENT_SUBMIT, 0);
    assert_non_null(veto_of(&kit));
    assert_true(close->spec.side == -1 && close->spec.qty.m == 50);
    kit_fill_submit(&kit, 0, 12000);
    kit_bar(&kit, 0, 10000);
    assert_null(kit_output(&kit, EVENT_SUBMIT, 0)); // flat, and shut
    kit_bar(&kit, 0, 10000);
    kit_bar(&kit, 0, 10000); // quiet: now it turns
    const struct submit_event *turn = kit_output(&kit, EVENT_SUBMIT, 0);
    assert_non_null(turn);
    assert_true(turn->spec.side == -1 && turn->spec.qty.m > 50);
    kit_stop(&kit);
}

// Saved in the middle and gone on with in an engine of the same configuration: the same outputs and state.
static void a_refusal_is_state(void **state) {
    (void)state;
    static const struct kit_step script[] = {
        {TARGET_SET, 1, 0, 0}, {TARGET_SET, 1, 0, 0}, {TARGET_SET, 1, 0, 0}, {TARGET_SET, 1, 0, 0}};
    struct kit kit, other;
    start(&kit, 0.5, script, 4);
    start(&other, 0.5, script, 4);
    kit_bar(&kit, 0, 10000);
    size_t size = engine_state_size(kit.engine);
    void *bytes = malloc(size);
    engine_snapshot(kit.engine, bytes);
    assert_ok(engine_restore(other.engine, bytes, size));
    other.seq = kit.seq;
    other.now_ns = kit.now_ns;
    for (int i = 0; i < 3; i++) {
        kit_bar(&kit, 0, 10000);
        kit_bar(&other, 0, 10000);
        assert_int_equal(kit.outputs->count, other.outputs->count);
        assert_true(engine_state_hash(kit.engine) == engine_state_hash(other.engine));
    }
    free(bytes);
    kit_stop(&kit);
    kit_stop(&other);
}

static void gates_are_part_of_what_a_run_is(void **state) {
    (void)state;
    struct kit kit, other;
    start(&kit, 0.5, NULL, 0);
    size_t size = engine_state_size(kit.engine);
    void *bytes = malloc(size);
    engine_snapshot(kit.engine, bytes);
    start(&other, 0.6, NULL, 0);
    assert_int_equal(engine_restore(other.engine, bytes, size), ERR_ARGUMENT);
    free(bytes);
    kit_stop(&kit);
    kit_stop(&other);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_entry_waits_for_its_gate_and_is_told_once),
        cmocka_unit_test(what_reduces_or_closes_passes),
        cmocka_unit_test(a_turn_behind_a_shut_gate_closes_and_stops_there),
        cmocka_unit_test(a_refusal_is_state),
        cmocka_unit_test(gates_are_part_of_what_a_run_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
