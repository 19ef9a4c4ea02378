// SPDX-License-Identifier: Apache-2.0
// zipline's form: price x (1 + 0.1 x share^2). At 2.5 % of the volume, zipline's limit, a price of 100 becomes
// 100.00625; at 10 %, 100.1.
#include "harness.h"

#include "sim/model.h"

static int64_t offset(int64_t qty, int64_t before, int64_t volume) {
    const struct slip_model *model = slip_model_at((size_t)slip_model_find("volume_share"));
    double params[] = {0.1, 0.1};
    struct slip_view view = {.price = PRICE(10000000), // 100.00000
                             .tick = PRICE(1),
                             .qty = QTY(qty),
                             .before = QTY(before),
                             .volume = QTY(volume)};
    return model->offset(&view, params);
}

static void impact_grows_with_the_square_of_the_share(void **state) {
    assert_int_equal(offset(25, 0, 1000), 625);
    assert_int_equal(offset(50, 0, 1000), 2500);
    assert_int_equal(offset(100, 0, 1000), 10000);
}

static void what_was_taken_before_counts(void **state) {
    assert_int_equal(offset(25, 25, 1000), 2500);
}

static void beyond_the_limit_impact_is_constant(void **state) {
    assert_int_equal(offset(500, 0, 1000), 10000);
    assert_int_equal(offset(1, 0, 0), 10000); // volume not known
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(impact_grows_with_the_square_of_the_share),
        cmocka_unit_test(what_was_taken_before_counts),
        cmocka_unit_test(beyond_the_limit_impact_is_constant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
