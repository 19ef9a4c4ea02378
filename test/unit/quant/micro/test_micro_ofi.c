// SPDX-License-Identifier: Apache-2.0
// The twin keeps the levels of the whole book before and after each change and applies the formula of Cont, Kukanov and
// Stoikov as it is printed.
#include "micro_kit.h"

enum { LEVELS = 10, STEPS = 8000 };

struct top {
    double price[2][LEVELS];
    double qty[2][LEVELS];
};

static void top_take(const struct kit *kit, struct top *ret) {
    for (int s = 0; s < 2; s++) {
        struct book_l2_level levels[LEVELS];
        uint32_t count = book_l2_levels(&kit->book, s ? -1 : 1, levels, LEVELS);
        for (uint32_t i = 0; i < LEVELS; i++) {
            ret->price[s][i] = i < count ? (double)levels[i].tick : s ? INFINITY : -INFINITY;
            ret->qty[s][i] = i < count ? (double)levels[i].qty : 0;
        }
    }
}

static double formula(const struct top *now, const struct top *old, uint32_t i) {
    double pb = now->price[0][i], pb1 = old->price[0][i], pa = now->price[1][i];
    double pa1 = old->price[1][i];
    return (pb >= pb1) * now->qty[0][i] - (pb <= pb1) * old->qty[0][i] -
           (pa <= pa1) * now->qty[1][i] + (pa >= pa1) * old->qty[1][i];
}

struct said {
    int64_t ns;
    double event[LEVELS];
};

// Events of the slots that a window of 1 s has at now_ns: 62.5 ms each, the current and sixteen before.
static double window(const struct said *said, int count, int64_t now_ns, uint32_t i) {
    const int64_t slot = 62500000;
    double sum = 0;
    for (int k = count - 1; k >= 0 && said[k].ns / slot + 16 >= now_ns / slot; k--)
        sum += said[k].event[i];
    return sum;
}

static void flows_equal_their_formula_at_every_level(void **state) {
    static struct said said[STEPS];
    struct kit kit;
    struct top old, now;
    double total[LEVELS] = {0};
    int count = 0;
    kit_open(&kit, "ofi,ofi_levels:levels=10,sum=total,ofi_levels:levels=10,sum=window");
    prng_seed(&kit.prng, 41);
    top_take(&kit, &old);
    for (int step = 0; step < STEPS; step++) {
        kit_storm(&kit);
        if (kit.traded) continue;
        top_take(&kit, &now);
        bool begun = kit.begun || count == 0;
        said[count].ns = kit.now_ns;
        for (uint32_t i = 0; i < LEVELS; i++) {
            said[count].event[i] = begun ? 0 : formula(&now, &old, i);
            total[i] += said[count].event[i];
        }
        count++;
        assert_true(kit_value(&kit, 0, 0) == said[count - 1].event[0]);
        assert_true(kit_value(&kit, 0, 1) == window(said, count, kit.now_ns, 0));
        assert_true(kit_value(&kit, 0, 2) == total[0]);
        for (uint32_t i = 0; i < LEVELS; i++) {
            assert_true(kit_value(&kit, 1, i) == total[i]);
            assert_true(kit_value(&kit, 2, i) == window(said, count, kit.now_ns, i));
        }
        old = now;
    }
    int64_t later = kit.now_ns + KIT_S / 2;
    micro_set_time(&kit.set, kit.state, later);
    assert_true(kit_value(&kit, 0, 1) == window(said, count, later, 0));
    micro_set_time(&kit.set, kit.state, later + 2 * KIT_S);
    assert_true(kit_value(&kit, 0, 1) == 0);
    kit_close(&kit);
}

// Section 2 of the paper: an order that joins, one that improves, one that leaves, one that is taken.
static void what_adds_to_the_bid_and_takes_from_the_ask_is_positive(void **state) {
    struct kit kit;
    kit_open(&kit, "ofi");
    kit_level(&kit, 1, 100, 10);
    kit_level(&kit, -1, 102, 20);
    kit_commit(&kit);
    assert_true(kit_value(&kit, 0, 0) == 0);
    kit_put(&kit, 0, 1, 100, 15);
    assert_true(kit_value(&kit, 0, 0) == 5);
    kit_put(&kit, 0, 1, 101, 7);
    assert_true(kit_value(&kit, 0, 0) == 7);
    kit_put(&kit, 0, 1, 101, 0);
    assert_true(kit_value(&kit, 0, 0) == -7);
    kit_put(&kit, 0, -1, 102, 8);
    assert_true(kit_value(&kit, 0, 0) == 12);
    kit_put(&kit, 0, 1, 50, 1000); // far away
    assert_true(kit_value(&kit, 0, 0) == 0);
    assert_true(kit_value(&kit, 0, 2) == 17);
    kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flows_equal_their_formula_at_every_level),
        cmocka_unit_test(what_adds_to_the_bid_and_takes_from_the_ask_is_positive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
