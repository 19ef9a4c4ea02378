// SPDX-License-Identifier: Apache-2.0
#include "tail_kit.h"

static void an_order_is_cut_to_the_loss_that_a_day_may_bring(void **state) {
    (void)state;
    tail_kit_cut("var_limit", false);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_order_is_cut_to_the_loss_that_a_day_may_bring),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
