// SPDX-License-Identifier: Apache-2.0
// Five days of three strategies in one account, one of them short, with dividends, a split and the cost of borrowing,
// computed by hand. Prices and money are cents in what follows.
//
// Terms: 20,000.00 dollars, 60 % of them the first strategy's, 20 % the second's, 20 % the third's. 0.01 a share, at
// least 1.00 an order. Shorts pay 3.65 % a year: one part in 10,000 of their last value a day. No cap by volume, no
// slippage. The first and the second trade AAA, the third BBB.
//
// Day 1: AAA 50.00, BBB 20.00. 12,000.00 / 50.00 = 240 AAA for the first, 0.5 x 4,000.00 / 50.00 = 40 for the second;
//   -1 x 4,000.00 / 20.00 = -200 BBB for the third.
// Day 2: the first buys 240 @51.00 = 12,240.00, fee 2.40; the second 40 @51.00 = 2,040.00, fee 1.00 (0.40 is below the
//   minimum); the third sells 200 @20.00 = 4,000.00, fee 2.00.
//   cash 20,000.00 - 12,242.40 - 2,041.00 + 3,998.00 = 9,714.60
//   AAA closes at 52.00, BBB at 21.00: equity 9,714.60 + 14,560.00 - 4,200.00 = 20,074.60
// Day 3: dividends of 0.50 on 280 AAA = 140.00 and of 0.10 on -200 BBB = -20.00, cash 9,834.60. As the day ends the
//   short pays 4,200.00 / 10,000 = 0.42, cash 9,834.18. AAA 50.50, BBB 22.00:
//   equity 9,834.18 + 14,140.00 - 4,400.00 = 19,574.18
// Day 4: AAA is split 7 for 3. 240 become 560; 40 x 7 / 3 = 93 1/3 become 93, and the third of a new share, worth
//   50.50 x 3/7 / 3 = 7.214, is paid: 7.21, cash 9,841.39. Borrowing 4,400.00 / 10,000 = 0.44, cash 9,840.95.
//   AAA 22.00, BBB 20.80: equity 9,840.95 + 653 x 22.00 - 4,160.00 = 20,046.95
//   of the first: 12,000.00 - 12,242.40 + 120.00 + 560 x 22.00 = 12,197.60
//   of the second: 4,000.00 - 2,041.00 + 20.00 + 7.21 + 93 x 22.00 = 4,032.21
//   of the third: 4,000.00 + 3,998.00 - 20.00 - 0.86 - 4,160.00 = 3,817.14
//   The first wants half: 0.5 x 12,197.60 / 22.00 = 277.2 -> 277, 283 less. The third closes its short.
// Day 5: 283 @22.20 = 6,282.60, fee 2.83; 200 BBB @20.60 = 4,120.00, fee 2.00; borrowing 4,160.00 / 10,000 = 0.416,
//   rounded up to 0.42: the position was there when the day ended, the fills come with the bar.
//   cash 9,840.95 - 0.42 + 6,279.77 - 4,122.00 = 11,998.30
//   AAA 22.50, BBB 20.50: equity 11,998.30 + 370 x 22.50 = 20,323.30
//   of the first: 12,000.00 - 12,242.40 + 120.00 + 6,279.77 + 277 x 22.50 = 12,389.87
//   of the second: 4,000.00 - 2,041.00 + 20.00 + 7.21 + 93 x 22.50 = 4,078.71
//   of the third: 4,000.00 + 3,998.00 - 20.00 - 1.28 - 4,122.00 = 3,854.72
//
// Realised: 283 of 560 carry 12,240.00 x 283/560 = 6,185.57 away, 6,282.60 - 6,185.57 = 97.03; the short
// 4,000.00 - 4,120.00 = -120.00. Together -22.97.
#include "words.h"

static const struct world_step first_steps[] = {
    [0] = {TARGET_SET, 1, 0, 0},
    [3] = {TARGET_SET, 0.5, 0, 0},
};
static const struct world_step second_steps[] = {[0] = {TARGET_SET, 0.5, 0, 0}};
static const struct world_step third_steps[] = {
    [0] = {TARGET_SET, -1, 0, 0},
    [3] = {TARGET_SET, 0, 0, 0},
};

static const int64_t aaa[5][4] = {{5000, 5000, 5000, 5000},
                                  {5100, 5200, 5000, 5200},
                                  {5150, 5150, 5000, 5050},
                                  {2150, 2210, 2120, 2200},
                                  {2220, 2260, 2200, 2250}};
static const int64_t bbb[5][4] = {{2000, 2000, 2000, 2000},
                                  {2000, 2100, 1950, 2100},
                                  {2100, 2200, 2100, 2200},
                                  {2200, 2250, 2050, 2080},
                                  {2060, 2080, 2040, 2050}};

// Marks: the deposit, the closes of days 1 and 2, the dividends, day 3, the split, days 4 and 5. At the split AAA's
// last price becomes 50.50 x 3/7 = 21.6428 -> 21.64: 9,841.39 + 653 x 21.64 - 4,400.00 = 19,572.31.
static const int64_t equity[] = {2000000, 2000000, 2007460, 2019460,
                                 1957418, 1957231, 2004695, 2032330};

static const char words[] = "1 cash deposit 2000000\n"
                            "1 target 0 on 0: 240\n"
                            "1 submit 0.1 buy 240 market\n"
                            "1 target 1 on 0: 40\n"
                            "1 submit 1.1 buy 40 market\n"
                            "1 target 2 on 1: -200\n"
                            "1 submit 2.1 sell 200 market\n"
                            "1 accepted 0.1\n"
                            "1 accepted 1.1\n"
                            "1 accepted 2.1\n"
                            "2 filled 0.1 240 @5100 left 0 fee 240 taker\n"
                            "2 filled 1.1 40 @5100 left 0 fee 100 taker\n"
                            "2 filled 2.1 200 @2000 left 0 fee 200 taker\n"
                            "3 dividend\n"
                            "3 dividend\n"
                            "3 cash borrow -42\n"
                            "4 split\n"
                            "4 cash borrow -44\n"
                            "4 target 0 on 0: 277\n"
                            "4 submit 0.2 sell 283 market\n"
                            "4 target 2 on 1: 0\n"
                            "4 submit 2.2 buy 200 market\n"
                            "4 accepted 0.2\n"
                            "4 accepted 2.2\n"
                            "5 cash borrow -42\n"
                            "5 filled 0.2 283 @2220 left 0 fee 283 taker\n"
                            "5 filled 2.2 200 @2060 left 0 fee 200 taker\n";

static int64_t day_ns(int day) {
    return INT64_C(1514764800) * NS_PER_S + (day - 1) * NS_PER_DAY;
}

static void add_dividend(struct world *world, uint32_t instrument, int64_t cents) {
    union event *event =
        world_event(world, EVENT_DIVIDEND, instrument, day_ns(3) + 14 * NS_PER_HOUR);
    event->dividend.amount = cents;
    event->dividend.decimals = 2;
}

static void add_data(struct world *world) {
    for (int day = 1; day <= 5; day++) {
        if (day == 3) {
            add_dividend(world, 0, 50);
            add_dividend(world, 1, 10);
        }
        if (day == 4) {
            union event *split = world_event(world, EVENT_SPLIT, 0, day_ns(4) + 9 * NS_PER_HOUR);
            split->split.numerator = 7;
            split->split.denominator = 3;
            split->split.price = PRICE(5050);
        }
        world_bar(world, 0, day_ns(day), aaa[day - 1], 1000000);
        world_bar(world, 1, day_ns(day), bbb[day - 1], 1000000);
    }
}

static void prepare(struct world *world) {
    world_init(world, 2);
    world->capital = MONEY(2000000);
    world_instrument(world, "AAA");
    world_instrument(world, "BBB");
    world_script(world, 0, 1, first_steps, sizeof first_steps / sizeof *first_steps)->share_ppm =
        600000;
    world_script(world, 0, 1, second_steps, sizeof second_steps / sizeof *second_steps)->share_ppm =
        200000;
    world_script(world, 1, 1, third_steps, sizeof third_steps / sizeof *third_steps)->share_ppm =
        200000;
    assert_ok(sim_config_set_fee(&world->sim, "per_share"));
    world->sim.fee_params[0] = 0.01;
    world->sim.fee_params[1] = 1;
    world->sim.fee_params[2] = 0;
    world->sim.params[SIM_VOLUME_SHARE] = 0;
    world->sim.params[SIM_ALLOW_SHORT] = 1;
    world->sim.params[SIM_BORROW_RATE] = 0.0365;
    add_data(world);
    world_build(world);
    world_run(world);
}

static void every_event_is_the_one_computed_by_hand(void **state) {
    (void)state;
    struct world world;
    struct text said;
    prepare(&world);
    text_init(&said, 1 << 20);
    words_of(&said, &world);
    assert_string_equal(text_string(&said), words);
    text_fini(&said);
    world_fini(&world);
}

static void the_equity_is_the_one_computed_by_hand(void **state) {
    (void)state;
    struct world world;
    prepare(&world);
    assert_int_equal(world.mark_count, sizeof equity / sizeof *equity);
    for (size_t i = 0; i < world.mark_count; i++)
        assert_int_equal((int64_t)world.marks[i].equity.m, equity[i]);
    const struct ledger *ledger = engine_ledger(world.engine);
    assert_int_equal((int64_t)ledger_strategy_equity(ledger, 0).m, 1238987);
    assert_int_equal((int64_t)ledger_strategy_equity(ledger, 1).m, 407871);
    assert_int_equal((int64_t)ledger_strategy_equity(ledger, 2).m, 385472);
    world_fini(&world);
}

static void the_books_at_the_end_are_the_ones_computed_by_hand(void **state) {
    (void)state;
    struct world world;
    prepare(&world);
    const struct ledger *ledger = engine_ledger(world.engine);
    assert_int_equal((int64_t)ledger_balance(ledger, ACCOUNT_CASH, 0).m, 1199830);
    assert_int_equal((int64_t)ledger_balance(ledger, ACCOUNT_REALISED, 0).m, 2297); // a loss
    assert_int_equal((int64_t)ledger_balance(ledger, ACCOUNT_FEES, 0).m, 1023);
    assert_int_equal((int64_t)ledger_balance(ledger, ACCOUNT_DIVIDENDS, 0).m, -12000);
    assert_int_equal((int64_t)ledger_balance(ledger, ACCOUNT_BORROW, 0).m, 128);
    assert_int_equal((int64_t)ledger_balance(ledger, ACCOUNT_ADJUSTMENT, 0).m, -721);
    assert_int_equal(ledger_quantity(ledger, 0).m, 370);
    assert_int_equal(ledger_quantity(ledger, 1).m, 0);
    assert_int_equal((int64_t)sim_exchange_cash(world.exchange, 0).m, 1199830);
    assert_int_equal(sim_exchange_quantity(world.exchange, 0).m, 370);
    world_fini(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_event_is_the_one_computed_by_hand),
        cmocka_unit_test(the_equity_is_the_one_computed_by_hand),
        cmocka_unit_test(the_books_at_the_end_are_the_ones_computed_by_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
