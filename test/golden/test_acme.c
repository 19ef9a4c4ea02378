// SPDX-License-Identifier: Apache-2.0
// A backtest of ten daily bars, computed by hand: golden/acme.csv through the importer, the tape, the venue, the
// engine and the ledger. Prices and money are cents in what follows.
//
// Terms: 10,000.00 dollars; fees 5 bps for makers, 10 bps for takers, rounded up to the cent; slippage 2 ticks on
// what takes; at most 10 % of a bar's volume; inside a bar what hurts comes first. The script wants a part of the
// equity at each close, in whole shares.
//
// Day 1 closes at 10.00. 0.9 x 10,000.00 / 10.00 = 900 shares are bought at market, with a stop at 9.50 and a goal
//   at 11.00. Nothing fills: the bar is over.
// Day 2 opens at 10.05. 10 % of 5,000 is 500 @10.07 = 5,035.00, fee 5.035 -> 5.04.
//   cash 10,000.00 - 5,035.00 - 5.04 = 4,959.96; 500 x 10.10 = 5,050.00; equity 10,009.96
// Day 3 opens at 10.10. 10 % of 3,000 is 300 @10.12 = 3,036.00, fee 3.036 -> 3.04.
//   cash 1,920.92; 800 x 10.20 = 8,160.00; equity 10,080.92
// Day 4 has no volume, so nothing fills. equity 10,080.92
// Day 5 opens at 10.25. 10 % of 6,000 is 600: first the 100 that are left, @10.27 = 1,027.00, fee 1.027 -> 1.03; the
//   other 500 go to the goal, which the day's high of 11.05 trades through: 500 @11.00 = 5,500.00, a maker's fee of
//   2.75. The stop loses the 500 that the goal has closed.
//   cash 1,920.92 - 1,027.00 - 1.03 + 5,500.00 - 2.75 = 6,390.14; 400 x 10.90 = 4,360.00; equity 10,750.14
// Day 6 opens at 9.30, a gap below the stop: 400 @9.28 = 3,712.00, fee 3.712 -> 3.72. The goal has nothing left to
//   close and goes.
//   cash 6,390.14 + 3,712.00 - 3.72 = 10,098.42 = equity
//   At the close, 9.40, 0.5 x 10,098.42 / 9.40 = 537.1 -> 537 are wanted, with a stop at 9.00.
// Day 7 opens at 9.40: 537 @9.42 = 5,058.54, fee 5.05854 -> 5.06. The low of 9.05 does not reach the stop.
//   cash 10,098.42 - 5,058.54 - 5.06 = 5,034.82; 537 x 9.10 = 4,886.70; equity 9,921.52
//   At the close nothing is wanted any more: 537 are to be sold, in one group with the stop.
// Day 8 opens at 9.20: 537 @9.18 = 4,929.66, fee 4.92966 -> 4.93; the stop goes.
//   cash 5,034.82 + 4,929.66 - 4.93 = 9,959.55 = equity
//   At the close, 9.25, 0.4 x 9,959.55 / 9.25 = 430.7 -> 430 are wanted, with a stop at 9.25.
// Day 9 opens at 9.30: 430 @9.32 = 4,007.60, fee 4.0076 -> 4.01. The low of 9.10 lies below the stop, so it is hit
//   on the day of the entry: 430 @9.23 = 3,968.90, fee 3.9689 -> 3.97.
//   cash 9,959.55 - 4,007.60 - 4.01 + 3,968.90 - 3.97 = 9,912.87 = equity
//   At the close, 9.30, 1.0 x 9,912.87 / 9.30 = 1,065.9 -> 1,065 are wanted.
// Day 10 opens at 9.30. 10 % of 10,000 is 1,000 @9.32 = 9,320.00, fee 9.32.
//   cash 9,912.87 - 9,320.00 - 9.32 = 583.55; 1,000 x 9.35 = 9,350.00; equity 9,933.55
//   The data ends; the 65 that are left go on waiting.
//
// Average cost: 900 shares cost 5,035.00 + 3,036.00 + 1,027.00 = 9,098.00. The 500 carry 9,098.00 x 5/9 = 5,054.44
// away and earn 445.56; the 400 carry 4,043.56 and earn -331.56: together 114.00. Then 4,929.66 - 5,058.54 = -128.88,
// and 3,968.90 - 4,007.60 = -38.70. Realised -53.58; open 9,350.00 - 9,320.00 = 30.00; fees 15.58 + 9.99 + 7.98 + 9.32
// = 42.87. 10,000.00 - 53.58 + 30.00 - 42.87 = 9,933.55.
//
// Where the venue and the engine both see that an order has nothing left to close, both end it: the venue's word comes
// first, and the engine's cancel is told that it is too late.
#include <ftw.h>
#include <inttypes.h>
#include <math.h>

#include "edge/store/import.h"
#include "edge/store/tape.h"
#include "report/report.h"
#include "world.h"

#include "words.h"

static const struct world_step steps[] = {
    [0] = {TARGET_SET, 0.9, 9.50, 11.00}, [5] = {TARGET_SET, 0.5, 9.00, 0},
    [6] = {TARGET_SET, 0, 0, 0},          [7] = {TARGET_SET, 0.4, 9.25, 0},
    [8] = {TARGET_SET, 1.0, 0, 0},
};

static const char words[] = "1 cash deposit 1000000\n"
                            "1 target 0 on 0: 900\n"
                            "1 submit 0.1 buy 900 market\n"
                            "1 submit 0.2 sell 900 stop @950 of 0.1 group 0.2\n"
                            "1 submit 0.3 sell 900 limit @1100 of 0.1 group 0.2\n"
                            "1 accepted 0.1\n"
                            "1 accepted 0.2\n"
                            "1 accepted 0.3\n"
                            "2 filled 0.1 500 @1007 left 400 fee 504 taker\n"
                            "3 filled 0.1 300 @1012 left 100 fee 304 taker\n"
                            "5 filled 0.1 100 @1027 left 0 fee 103 taker\n"
                            "5 filled 0.3 500 @1100 left 400 fee 275 maker\n"
                            "5 replace 0.2 to 400\n"
                            "5 replaced 0.2 left 400\n"
                            "5 replaced 0.2 left 400\n"
                            "6 triggered 0.2\n"
                            "6 filled 0.2 400 @928 left 0 fee 372 taker\n"
                            "6 cancel 0.3\n"
                            "6 canceled 0.3 oco\n"
                            "6 cancel_rejected 0.3 too_late\n"
                            "6 target 0 on 0: 537\n"
                            "6 submit 0.4 buy 537 market\n"
                            "6 submit 0.5 sell 537 stop @900 of 0.4 group 0.5\n"
                            "6 accepted 0.4\n"
                            "6 accepted 0.5\n"
                            "7 filled 0.4 537 @942 left 0 fee 506 taker\n"
                            "7 target 0 on 0: 0\n"
                            "7 submit 0.6 sell 537 market group 0.5\n"
                            "7 accepted 0.6\n"
                            "8 filled 0.6 537 @918 left 0 fee 493 taker\n"
                            "8 cancel 0.5\n"
                            "8 canceled 0.5 oco\n"
                            "8 cancel_rejected 0.5 too_late\n"
                            "8 target 0 on 0: 430\n"
                            "8 submit 0.7 buy 430 market\n"
                            "8 submit 0.8 sell 430 stop @925 of 0.7 group 0.8\n"
                            "8 accepted 0.7\n"
                            "8 accepted 0.8\n"
                            "9 filled 0.7 430 @932 left 0 fee 401 taker\n"
                            "9 triggered 0.8\n"
                            "9 filled 0.8 430 @923 left 0 fee 397 taker\n"
                            "9 target 0 on 0: 1065\n"
                            "9 submit 0.9 buy 1065 market\n"
                            "9 accepted 0.9\n"
                            "10 filled 0.9 1000 @932 left 65 fee 932 taker\n";

// Equity after each day, cents; the deposit's mark comes first.
static const int64_t equity[] = {1000000, 1000000, 1000996, 1008092, 1008092, 1075014,
                                 1009842, 992152,  995955,  991287,  993355};

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk) {
    (void)status;
    (void)kind;
    (void)walk;
    return remove(path);
}

// The file's bars, by way of a tape of their own.
static void read_bars(struct world *world) {
    char dir[] = "/tmp/fulmar_golden_XXXXXX";
    assert_non_null(mkdtemp(dir));
    struct import_options options;
    struct import_report report;
    struct tape_series series;
    struct tape *tape;
    import_options_init(&options, dir);
    options.symbol = "ACME";
    options.calendar = CALENDAR_24_7;
    const char *path = harness_source("test/golden/acme.csv");
    assert_ok(import_run(&options, &path, 1, &report));
    import_report_fini(&report);
    assert_ok(tape_find(dir, "ACME", &series));
    assert_ok(tape_open(dir, &series, &tape));
    assert_int_equal(tape_meta(tape)->instrument.price_decimals, 2);
    assert_int_equal(tape_meta(tape)->instrument.qty_decimals, 0);
    struct event_source source =
        tape_source_port(tape_source_new(&world->wiring, tape, 0, INT64_MIN, INT64_MAX));
    union event event;
    while (source.fill(source.self, &event, 1) == 1)
        *world_event(world, EVENT_BAR, 0, event.header.ts_ns) = event;
    tape_close(tape);
    nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void prepare(struct world *world) {
    world_init(world, 2);
    world_instrument(world, "ACME");
    world_script(world, 0, 1, steps, sizeof steps / sizeof *steps);
    world->sim.fee_params[0] = 5;
    world->sim.fee_params[1] = 10;
    assert_ok(sim_config_set_slip(&world->sim, "fixed"));
    world->sim.slip_params[0] = 0;
    world->sim.slip_params[1] = 2;
    world->sim.params[SIM_VOLUME_SHARE] = 0.1;
    read_bars(world);
    assert_int_equal(world->count, 10);
    world_build(world);
    world_run(world);
}

static void every_order_and_fill_is_the_one_computed_by_hand(void **state) {
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

static void the_equity_after_every_bar_is_the_one_computed_by_hand(void **state) {
    (void)state;
    struct world world;
    prepare(&world);
    assert_int_equal(world.mark_count, sizeof equity / sizeof *equity);
    for (size_t i = 0; i < world.mark_count; i++)
        assert_int_equal((int64_t)world.marks[i].equity.m, equity[i]);
    world_fini(&world);
}

static void the_books_at_the_end_are_the_ones_computed_by_hand(void **state) {
    (void)state;
    struct world world;
    prepare(&world);
    const struct ledger *ledger = engine_ledger(world.engine);
    const struct position *position = ledger_position(ledger, 0, 0);
    assert_int_equal((int64_t)ledger_balance(ledger, ACCOUNT_CASH, 0).m, 58355);
    assert_int_equal((int64_t)ledger_balance(ledger, ACCOUNT_INVENTORY, 0).m, 932000);
    assert_int_equal((int64_t)ledger_balance(ledger, ACCOUNT_REALISED, 0).m, 5358); // a loss
    assert_int_equal((int64_t)ledger_balance(ledger, ACCOUNT_FEES, 0).m, 4287);
    assert_int_equal((int64_t)ledger_balance(ledger, ACCOUNT_CAPITAL, 0).m, -1000000);
    assert_int_equal(position->qty.m, 1000);
    assert_int_equal(position->entry.m, 932);
    assert_int_equal((int64_t)position->realised.m, -5358);
    assert_int_equal((int64_t)sim_exchange_cash(world.exchange, 0).m, 58355);
    const struct sim_counts *counts = sim_exchange_counts(world.exchange);
    assert_int_equal(counts->fills, 10);
    assert_int_equal(counts->partial_fills, 4);
    assert_int_equal(counts->gap_fills, 1);
    assert_true((int64_t)world.result.equity.m == 993355 && world.result.market == 10);
    world_fini(&world);
}

// What the report makes of it. Trades after fees: 114.00 - 15.58 = 98.42; -128.88 - 9.99 = -138.87; -38.70 - 7.98 =
// -46.68. One of three wins; 98.42 / 185.55 is the profit factor. The deepest fall is from day 5 to day 9. The daily
// returns are the quotients of the equities above, less one: their deviation (over n - 1) and mean make the yearly
// volatility and the Sharpe ratio with 365 days.
static void the_statistics_are_the_ones_computed_by_hand(void **state) {
    (void)state;
    struct world world;
    struct report_strategy strategy = {.name = "script", .share_ppm = 1000000};
    prepare(&world);
    struct report_config config = {.instruments = &world.instruments,
                                   .strategies = &strategy,
                                   .strategy_count = 1,
                                   .order_max = world.config.order_max,
                                   .lot_max = world.config.lot_max,
                                   .cost_method = world.config.cost_method,
                                   .periods_per_year = 365,
                                   .title = "ACME"};
    struct report *report = report_new(&config);
    assert_non_null(report);
    const struct event_header *event = NULL;
    while ((event = world_next(&world, event)) != NULL) {
        union event copy; // the log aligns to 8 bytes, amounts need 16
        memcpy(&copy, event, event->size);
        assert_ok(report_put(report, &copy.header));
    }
    for (size_t i = 0; i < world.mark_count; i++)
        report_mark(report, world.marks[i].ts_ns, world.marks[i].equity, world.marks[i].gross);
    assert_ok(report_end(report));
    assert_true(report_difference(report).m == 0);
    static const struct {
        const char *name;
        double value;
    } rows[] = {{"total_return", 9933.55 / 10000 - 1},
                {"max_drawdown", (9912.87 - 10750.14) / 10750.14},
                {"trades", 3},
                {"hit_rate", 1.0 / 3},
                {"profit_factor", 98.42 / 185.55},
                {"volatility", 0.622039063125},
                {"sharpe", -0.159073738913}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double got = report_statistic(report, rows[i].name);
        if (!(fabs(got - rows[i].value) < 1e-9))
            fail_msg("%s is %.12g, by hand %.12g", rows[i].name, got, rows[i].value);
    }
    report_free(report);
    world_fini(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_order_and_fill_is_the_one_computed_by_hand),
        cmocka_unit_test(the_equity_after_every_bar_is_the_one_computed_by_hand),
        cmocka_unit_test(the_statistics_are_the_ones_computed_by_hand),
        cmocka_unit_test(the_books_at_the_end_are_the_ones_computed_by_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
