// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "sim/model.h"

static void nothing_is_lost(void **state) {
    const struct slip_model *model = slip_model_at((size_t)slip_model_find("none"));
    struct slip_view view = {
        .price = PRICE(10000), .tick = PRICE(1), .qty = QTY(5), .volume = QTY(10)};
    assert_int_equal(model->offset(&view, NULL), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_is_lost)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
