// SPDX-License-Identifier: Apache-2.0
// Twins walk the levels of the whole book.
#include "micro_kit.h"

static uint32_t levels_of(const struct kit *kit, int s, struct book_l2_level *levels) {
    return book_l2_levels(&kit->book, s ? -1 : 1, levels, 64);
}

static double sum(const struct book_l2_level *levels, uint32_t count, uint32_t max) {
    double total = 0;
    for (uint32_t i = 0; i < count && i < max; i++) total += (double)levels[i].qty;
    return total;
}

// Level by level with what is left to spend.
static double sweep(const struct book_l2_level *levels, uint32_t count, double notional,
                    double mid) {
    double spent = 0, got = 0;
    for (uint32_t i = 0; i < count && i < 50; i++) {
        double price = (double)levels[i].tick * 0.5, qty = (double)levels[i].qty * 0.1;
        double takes = fmin(qty, (notional - spent) / price);
        spent += takes * price;
        got += takes;
        if (takes < qty) break;
    }
    if (spent < notional * (1 - 1e-12)) return NAN;
    return 1e4 * fabs(spent / got - mid) / mid;
}

static void depth_imbalance_and_sweeps_equal_their_definitions(void **state) {
    struct kit kit;
    kit_open_units(&kit, "depth:levels=10,imbalance:levels=5,sweep_cost:notional=1200000", 0.5,
                   0.1);
    prng_seed(&kit.prng, 31);
    int swept = 0, short_of = 0;
    for (int step = 0; step < 10000; step++) {
        struct book_l2_level bids[64], asks[64];
        kit_storm(&kit);
        if (kit.traded) continue;
        uint32_t b = levels_of(&kit, 0, bids), a = levels_of(&kit, 1, asks);
        double mid = b && a ? ((double)bids[0].tick + (double)asks[0].tick) / 4 : NAN;
        kit_near(kit_value(&kit, 0, 0), sum(bids, b, 10) * 0.1, 1e-14, "bid depth");
        kit_near(kit_value(&kit, 0, 1), sum(asks, a, 10) * 0.1, 1e-14, "ask depth");
        kit_near(kit_value(&kit, 0, 2), (sum(bids, b, 10) + sum(asks, a, 10)) * 0.1, 1e-14,
                 "depth");
        double qb = sum(bids, b, 5), qa = sum(asks, a, 5);
        kit_near(kit_value(&kit, 1, 0), b && a ? qb / (qb + qa) : NAN, 1e-14, "imbalance");
        double buy = b && a ? sweep(asks, a, 1200000, mid) : NAN;
        kit_near(kit_value(&kit, 2, 0), buy, 1e-9, "buy");
        kit_near(kit_value(&kit, 2, 1), b && a ? sweep(bids, b, 1200000, mid) : NAN, 1e-9, "sell");
        swept += !isnan(buy);
        short_of += isnan(buy);
    }
    assert_true(swept > 1000 && short_of > 100);
    kit_close(&kit);
}

static void a_sweep_by_hand(void **state) {
    struct kit kit;
    kit_open(&kit, "sweep_cost:notional=1000");
    kit_put(&kit, 0, 1, 99, 100);
    kit_put(&kit, 0, -1, 101, 5);              // 505
    kit_put(&kit, 0, -1, 110, 3);              // 330
    assert_true(isnan(kit_value(&kit, 0, 0))); // 835 are not enough
    kit_put(&kit, 0, -1, 165, 2);              // 165 of it: one
    // 1000 / 9 against a mid of 100
    kit_near(kit_value(&kit, 0, 0), (1000.0 / 9 - 100) * 100, 1e-13, "buy");
    kit_near(kit_value(&kit, 0, 1), 100, 1e-13, "sell at 99");
    kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(depth_imbalance_and_sweeps_equal_their_definitions),
        cmocka_unit_test(a_sweep_by_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
