// SPDX-License-Identifier: Apache-2.0
// Twins are the formulas over the best levels of the whole book.
#include "micro_kit.h"

static void features_of_the_best_quote_equal_their_formulas(void **state) {
    struct kit kit;
    kit_open_units(&kit, "spread,weighted_mid,queue_imbalance", 0.01, 0.001);
    prng_seed(&kit.prng, 21);
    for (int step = 0; step < 10000; step++) {
        struct book_l2_level bid, ask;
        kit_storm(&kit);
        bool both = book_l2_levels(&kit.book, 1, &bid, 1) == 1 &&
                    book_l2_levels(&kit.book, -1, &ask, 1) == 1;
        double b = both ? (double)bid.tick * 0.01 : NAN, a = both ? (double)ask.tick * 0.01 : NAN;
        double qb = both ? (double)bid.qty * 0.001 : NAN, qa = both ? (double)ask.qty * 0.001 : NAN;
        kit_near(kit_value(&kit, 0, 0), a - b, 1e-12, "spread");
        kit_near(kit_value(&kit, 0, 1), (a - b) / ((a + b) / 2) * 1e4, 1e-10, "bp");
        kit_near(kit_value(&kit, 0, 2), (a + b) / 2, 1e-14, "mid");
        kit_near(kit_value(&kit, 1, 0), (b * qa + a * qb) / (qa + qb), 1e-14, "weighted mid");
        kit_near(kit_value(&kit, 2, 0), (qb - qa) / (qb + qa), 1e-14, "queue imbalance");
    }
    kit_close(&kit);
}

static void the_weighted_mid_leans_to_the_thin_side(void **state) {
    struct kit kit;
    kit_open(&kit, "weighted_mid");
    kit_put(&kit, 0, 1, 100, 30);
    kit_put(&kit, 0, -1, 104, 10);
    assert_true(kit_value(&kit, 0, 0) == 103); // (100 * 10 + 104 * 30) / 40
    kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(features_of_the_best_quote_equal_their_formulas),
        cmocka_unit_test(the_weighted_mid_leans_to_the_thin_side),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
