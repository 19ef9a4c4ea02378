// SPDX-License-Identifier: Apache-2.0
// What the engine gives the sizing stage and what it makes of its answer.
#include "engine_kit.h"

static const struct kit_step hold[] = {
    {TARGET_KEEP, 0, 0, 0}, {TARGET_KEEP, 0, 0, 0}, {TARGET_SET, 0.5, 0, 0}, {TARGET_SET, 1, 0, 0}};

static void begin(struct kit *kit, uint32_t instruments, const struct kit_step *script,
                  uint32_t length) {
    kit_script = script;
    kit_script_length = length;
    kit_configure(kit, instruments, 1);
}

// Half of 10,000 dollars at 100 is 50. At 50 the equity is 7,500, a quarter below its peak: half of the line from 1 at
// 0 to nothing at 0.5 is gone. Half of 7,500 is 3,750, 75 at 50.
static void a_drawdown_scales_what_is_sized_after_it(void **state) {
    (void)state;
    static const double scale[SCALE_COUNT] = {0, 1, 0, 0.5, 0};
    struct kit kit;
    begin(&kit, 1, hold, 4);
    kit.strategies[0].size_scale = scale;
    kit_start(&kit);
    for (int i = 0; i < 3; i++) kit_bar(&kit, 0, 10000);
    kit_fill_submit(&kit, 0, 10000);
    kit_bar(&kit, 0, 5000);
    const struct target_event *target = kit_output(&kit, EVENT_TARGET, 0);
    assert_non_null(target);
    assert_int_equal(target->qty.m, 75);
    assert_int_equal(target->position.m, 50);
    kit_stop(&kit);
}

static void a_scale_that_contradicts_itself_is_refused(void **state) {
    (void)state;
    static const double scale[SCALE_COUNT] = {0, 1, 0.5, 0.5, 0};
    struct kit kit;
    begin(&kit, 1, hold, 4);
    kit.strategies[0].size_scale = scale;
    assert_int_equal(engine_new(&kit.wiring, &kit.state, &kit.config, &kit.engine), ERR_ARGUMENT);
    kit_stop(&kit);
}

// 25 returns of +-1 % and of +-2 %: the second is twice as volatile, so it gets 1 / 3, the first 2 / 3 of the equity.
static void risk_parity_divides_by_the_volatility_of_each(void **state) {
    (void)state;
    static struct kit_step script[26];
    struct kit kit;
    for (int i = 0; i < 25; i++) script[i] = (struct kit_step){TARGET_KEEP, 0, 0, 0};
    script[25] = (struct kit_step){TARGET_SET, 1, 0, 0};
    begin(&kit, 2, script, 26);
    kit.strategies[0].sizing = sizing_find("risk_parity");
    params_defaults(kit.strategies[0].sizing->params, kit.strategies[0].sizing->param_count,
                    kit.strategies[0].sizing_params);
    kit.strategies[0].sizing_params[0] = 1;
    kit_start(&kit);
    int64_t qty[2] = {0, 0};
    for (int i = 0; i < 26; i++)
        for (uint32_t k = 0; k < 2; k++) {
            kit_bar(&kit, k, i % 2 == 1 ? 1000 : 1000 + 10 * (k + 1));
            const struct target_event *target = kit_output(&kit, EVENT_TARGET, 0);
            if (target != NULL) qty[k] = target->qty.m;
        }
    assert_in_range(qty[0], 660, 668); // of 10,000 at 10.00
    assert_in_range(qty[1], 330, 337);
    kit_stop(&kit);
}

// The venue takes 60 dollars and more: 0.5 % of 10,000 is 50.
static void what_is_worth_too_little_is_not_sent(void **state) {
    (void)state;
    static const struct kit_step script[] = {{TARGET_SET, 0.005, 0, 0},
                                             {TARGET_SET, 0.006, 0, 0},
                                             {TARGET_SET, 0.009, 0, 0},
                                             {TARGET_SET, 0, 0, 0}};
    struct kit kit;
    begin(&kit, 1, script, 4);
    kit.instruments.items[0].notional_min = 6000;
    kit_start(&kit);
    kit_bar(&kit, 0, 1000);
    const struct target_event *target = kit_output(&kit, EVENT_TARGET, 0);
    assert_int_equal(target->qty.m, 0);
    assert_null(kit_output(&kit, EVENT_SUBMIT, 0));
    kit_bar(&kit, 0, 1000); // 60: enough
    const struct submit_event *submit = kit_output(&kit, EVENT_SUBMIT, 0);
    assert_int_equal(submit->spec.qty.m, 6);
    kit_fill_submit(&kit, 0, 1000);
    kit_bar(&kit, 0, 1000); // 3 more are worth 30
    assert_non_null(kit_output(&kit, EVENT_TARGET, 0));
    assert_null(kit_output(&kit, EVENT_SUBMIT, 0));
    kit_bar(&kit, 0, 900); // closing is worth 54 and goes out
    submit = kit_output(&kit, EVENT_SUBMIT, 0);
    assert_non_null(submit);
    assert_true(submit->spec.qty.m == 6 && submit->spec.side == -1);
    kit_stop(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_drawdown_scales_what_is_sized_after_it),
        cmocka_unit_test(a_scale_that_contradicts_itself_is_refused),
        cmocka_unit_test(risk_parity_divides_by_the_volatility_of_each),
        cmocka_unit_test(what_is_worth_too_little_is_not_sent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
