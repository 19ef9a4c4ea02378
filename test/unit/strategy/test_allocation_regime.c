// SPDX-License-Identifier: Apache-2.0
#include "allocate.h"

// The last of the market's turns is a rough one: 120 of 240 days count, and 0.7 of the capital.
static void days_like_today_decide(void **state) {
    (void)state;
    struct allocate self;
    allocate_begin(&self);
    assert_true(allocate_by(&self, "regime", DEFAULTS));
    assert_weights(&self, 0.194429332587772, 0.164955274595796, 0.187873750980351,
                   0.152741641836081);
    assert_true(allocate_by(&self, "regime", SET("by", "inverse_volatility")));
    assert_weights(&self, 0.214777552311106, 0.17971796985772, 0.173439179938718,
                   0.132065297892456);
    assert_true(allocate_by(&self, "regime", SET("by", "performance")));
    assert_weights(&self, 0.0101103725996905, 0.137477790769186, 0.320234299687449,
                   0.232177536943675);
    allocate_end(&self);
}

static void too_few_like_it_and_all_decide(void **state) {
    (void)state;
    struct allocate self;
    allocate_begin(&self);
    assert_true(allocate_by(&self, "regime", SET("by", "inverse_volatility", "kind", "121")));
    assert_weights(&self, 0.7 * 0.310590581951485, 0.7 * 0.256373088271297, 0.7 * 0.247446278952129,
                   0.7 * 0.185590050825089);
    for (int t = ALLOCATE_DAYS - 20; t < ALLOCATE_DAYS; t++) self.market[t] = 0.0001;
    assert_true(allocate_by(&self, "regime", SET("by", "inverse_volatility", "kind", "241")));
    assert_weights(&self, 0.310590581951485, 0.256373088271297, 0.247446278952129,
                   0.185590050825089);
    allocate_end(&self);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(days_like_today_decide),
                                       cmocka_unit_test(too_few_like_it_and_all_decide)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
