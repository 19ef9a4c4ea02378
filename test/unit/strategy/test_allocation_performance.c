// SPDX-License-Identifier: Apache-2.0
#include "allocate.h"

#include <string.h>

static void ratios_are_drawn_together_by_their_errors(void **state) {
    (void)state;
    struct allocate self;
    allocate_begin(&self);
    assert_true(allocate_by(&self, "performance", DEFAULTS));
    assert_weights(&self, 0.0131420305164991, 0.271060286212101, 0.428084733588681,
                   0.287712949682719);
    allocate_end(&self);
}

static void a_floor_is_kept_and_the_others_stay_in_proportion(void **state) {
    (void)state;
    struct allocate self;
    allocate_begin(&self);
    assert_true(allocate_by(&self, "performance", SET("floor", "0.1")));
    assert_true(self.weights[0] == 0.1);
    assert_true(fabs(self.weights[1] / self.weights[2] - 0.271060286212101 / 0.428084733588681) <
                1e-12);
    allocate_end(&self);
}

static void where_nobody_earns_risk_alone_decides(void **state) {
    (void)state;
    struct allocate self;
    allocate_begin(&self);
    for (int i = 0; i < ALLOCATE_COUNT; i++)
        for (int t = 0; t < ALLOCATE_DAYS; t++) self.returns[i][t] -= 0.01;
    assert_true(allocate_by(&self, "performance", DEFAULTS));
    assert_weights(&self, 0.310590581951485, 0.256373088271297, 0.247446278952129,
                   0.185590050825089);
    allocate_end(&self);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ratios_are_drawn_together_by_their_errors),
        cmocka_unit_test(a_floor_is_kept_and_the_others_stay_in_proportion),
        cmocka_unit_test(where_nobody_earns_risk_alone_decides)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
