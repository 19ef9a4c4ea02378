// SPDX-License-Identifier: Apache-2.0
#include "quant/portfolio/lots.h"

#include <math.h>

#include "base/prng.h"
#include "stocks.h"

static struct arena arena;
static int64_t found[STOCKS];
static struct lots_result result = {.lots = found};

static int setup(void **state) {
    return arena_init(&arena, (size_t)1 << 20);
}

static int teardown(void **state) {
    arena_fini(&arena);
    return 0;
}

// Every plan of a few assets that the money buys, up to one lot beyond what is wanted.
static double least_miss(const struct lots *lots, size_t asset, double money, double miss) {
    if (asset == lots->count)
        return miss + fabs(money - lots->money * (1 - sum_of(lots->weights, lots->count)));
    double price = lots->price[asset] * (lots->lot != NULL ? lots->lot[asset] : 1);
    double wanted = lots->weights[asset] * lots->money, least = INFINITY;
    for (double n = 0; n * price <= money + 1e-9 && n * price < wanted + price; n++)
        least = fmin(
            least, least_miss(lots, asset + 1, money - n * price, miss + fabs(n * price - wanted)));
    return least;
}

static void the_nearest_plan_is_that_of_all_plans(void **state) {
    enum { FEW = 5, ROUNDS = 200 };
    struct prng prng;
    prng_seed(&prng, 11);
    size_t better = 0;
    for (size_t round = 0; round < ROUNDS; round++) {
        double weights[FEW], price[FEW], lot[FEW], sum = 0;
        for (size_t i = 0; i < FEW; i++) {
            sum += weights[i] = prng_double(&prng);
            price[i] = 5 + 60 * prng_double(&prng);
            lot[i] = round % 2 == 0 ? 1 : 0.5 + prng_double(&prng);
        }
        double held = round % 3 == 0 ? 0.9 : 1;
        for (size_t i = 0; i < FEW; i++) weights[i] *= held / sum;
        struct lots lots = {
            .count = FEW, .weights = weights, .price = price, .lot = lot, .money = 300};
        assert_ok(lots_greedy(&lots, &arena, &result));
        double greedy = result.miss;
        assert_ok(lots_exact(&lots, &arena, &result));
        assert_true(result.exact && result.bound == result.miss);
        near(result.miss, least_miss(&lots, 0, 300, 0), 1e-9);
        assert_true(result.miss <= greedy + 1e-9);
        better += result.miss < greedy - 1e-9;
        double spent = 0;
        for (size_t i = 0; i < FEW; i++) spent += (double)found[i] * lot[i] * price[i];
        near(spent + result.leftover, 300, 1e-9);
    }
    assert_true(better > 10);
}

// The last of the shared prices and the weights of equal risk. PyPortfolioOpt 1.6.0's integer programme by HiGHS misses
// by as much.
static void twelve_stocks_are_bought_as_by_an_integer_programme(void **state) {
    static const double price[] = {172.440002, 1427.050049, 12.97,      9.82,
                                   85.910004,  29.9,        35.25,      77.43,
                                   70.910004,  35.790001,   110.620003, 59.419998};
    static const struct {
        double money, miss;
    } cases[] = {
        {10000, 1421.6837585557791}, {3000, 441.4432350499234}, {100000, 242.97610216353496}};
    double weights[STOCKS];
    stocks_expected("erc/weights", STOCKS, weights);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct lots lots = {
            .count = STOCKS, .weights = weights, .price = price, .money = cases[k].money};
        assert_ok(lots_exact(&lots, &arena, &result));
        assert_true(result.exact);
        near(result.miss, cases[k].miss, 1e-6);
    }
}

// No plan misses by less than lots that could be cut would: whole lots first, then by the share of a lot that is
// wanted. Three hundred assets are planned exactly.
static void many_assets_come_near_what_parts_of_lots_would(void **state) {
    enum { MANY = 300 };
    static double weights[MANY], price[MANY], rest[MANY];
    static int64_t many[MANY];
    struct prng prng;
    prng_seed(&prng, 5);
    double sum = 0, money = 60000, left = money, gain = 0;
    for (size_t i = 0; i < MANY; i++) {
        sum += weights[i] = prng_double(&prng);
        price[i] = 20 + 300 * prng_double(&prng);
    }
    for (size_t i = 0; i < MANY; i++) {
        weights[i] /= sum;
        double whole = floor(weights[i] * money / price[i]);
        rest[i] = weights[i] * money - whole * price[i];
        left -= whole * price[i];
        gain += whole * price[i];
    }
    for (bool taken[MANY] = {false}; left > 0;) {
        size_t best = MANY;
        for (size_t i = 0; i < MANY; i++)
            if (!taken[i] && (best == MANY || rest[i] / price[i] > rest[best] / price[best]))
                best = i;
        double part = fmin(1, left / price[best]);
        taken[best] = true;
        gain += part * rest[best];
        left -= part * price[best];
    }
    struct lots lots = {.count = MANY, .weights = weights, .price = price, .money = money};
    struct lots_result plan = {.lots = many};
    assert_ok(lots_greedy(&lots, &arena, &plan));
    double greedy = plan.miss;
    assert_ok(lots_exact(&lots, &arena, &plan));
    assert_true(plan.exact && plan.miss < greedy);
    assert_true(plan.miss >= 2 * (money - gain) && plan.miss < 2 * (money - gain) + 20);
}

// Half a lot of each is wanted: the plans are all sums of prices, too many to look at.
static void a_search_that_ends_early_tells_its_bound(void **state) {
    enum { MANY = 60 };
    double weights[MANY], price[MANY], money = 0;
    int64_t many[MANY];
    struct prng prng;
    prng_seed(&prng, 6);
    for (size_t i = 0; i < MANY; i++) {
        price[i] = 100 + 100 * prng_double(&prng);
        money += price[i] / 2;
    }
    for (size_t i = 0; i < MANY; i++) weights[i] = price[i] / 2 / money;
    struct lots lots = {.count = MANY, .weights = weights, .price = price, .money = money};
    struct lots_result plan = {.lots = many};
    assert_ok(lots_exact(&lots, &arena, &plan));
    assert_true(!plan.exact);
    // Half of the money buys nothing that is wanted, and what is left is less than any lot.
    near(plan.bound, money, 1e-9 * money);
    assert_true(plan.miss >= plan.bound && plan.miss < plan.bound + 1);
}

static void whole_lots_and_cash_that_is_wanted_are_kept(void **state) {
    // 0.1 three times is 0.30000000000000004: three lots all the same.
    static const double weights[] = {0.3, 0.2}, price[] = {0.1, 1}, lot[] = {1, 0.5};
    struct lots lots = {.count = 2, .weights = weights, .price = price, .lot = lot, .money = 1};
    assert_ok(lots_exact(&lots, &arena, &result));
    assert_int_equal(found[0], 3);
    assert_int_equal(found[1], 0);
    near(result.leftover, 0.7, 1e-15);
    near(result.miss, 0.4, 1e-15);
}

static void a_number_out_of_its_range_is_named(void **state) {
    static const char *const names[] = {"A", "B"};
    double weights[] = {0.5, -0.1}, price[] = {10, 0}, lot[] = {1, 0};
    struct lots lots = {
        .count = 2, .names = names, .weights = weights, .price = price, .lot = lot, .money = 0};
    assert_int_equal(lots_exact(&lots, &arena, &result), ERR_ARGUMENT);
    assert_string_equal(err_story(), "the money to place is an amount above 0, not 0");
    lots.money = 100;
    assert_int_equal(lots_exact(&lots, &arena, &result), ERR_ARGUMENT);
    assert_string_equal(err_story(), "B: a weight to buy is a number from 0 on, not -0.1");
    weights[1] = 0.6;
    assert_int_equal(lots_exact(&lots, &arena, &result), ERR_ARGUMENT);
    assert_string_equal(err_story(), "B: a price is a number above 0, not 0");
    price[1] = 1;
    assert_int_equal(lots_exact(&lots, &arena, &result), ERR_ARGUMENT);
    assert_string_equal(err_story(), "B: a lot is a number of units above 0, not 0");
    lot[1] = 1;
    assert_int_equal(lots_exact(&lots, &arena, &result), ERR_ARGUMENT);
    assert_string_equal(err_story(), "the weights add up to 1.1; at most 1 can be bought");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_nearest_plan_is_that_of_all_plans),
        cmocka_unit_test(twelve_stocks_are_bought_as_by_an_integer_programme),
        cmocka_unit_test(many_assets_come_near_what_parts_of_lots_would),
        cmocka_unit_test(a_search_that_ends_early_tells_its_bound),
        cmocka_unit_test(whole_lots_and_cash_that_is_wanted_are_kept),
        cmocka_unit_test(a_number_out_of_its_range_is_named),
    };
    return cmocka_run_group_tests_name("quant/lots", tests, setup, teardown);
}
