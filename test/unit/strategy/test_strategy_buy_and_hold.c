// SPDX-License-Identifier: Apache-2.0
#include "probe.h"

static void it_buys_at_the_first_bar_and_goes_on_wanting_all_of_it(void **state) {
    struct probe probe;
    probe_open(&probe, "buy_and_hold", 1);
    probe_decide(&probe);
    assert_sets(&probe.targets[0], 1);
    assert_true(isnan(probe.targets[0].stop) && isnan(probe.targets[0].take));
    probe.position[0] = 5;
    probe_decide(&probe);
    assert_sets(&probe.targets[0], 1);
}

static void without_a_bar_it_waits(void **state) {
    struct probe probe;
    probe_open(&probe, "buy_and_hold", 1);
    probe.bars[0].close_ns = 0;
    probe_decide(&probe);
    assert_keeps(&probe.targets[0]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_buys_at_the_first_bar_and_goes_on_wanting_all_of_it),
        cmocka_unit_test(without_a_bar_it_waits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
