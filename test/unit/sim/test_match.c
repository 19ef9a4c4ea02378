// SPDX-License-Identifier: Apache-2.0
// One table row a situation: an account, one order, one or two bars, and what must be reported. Every bar
// before the order is 100.00 flat, so the last price is 100.00. Prices are in cents.
#include "pit.h"

struct row {
    const char *name;
    int64_t held; // bought at 100.00 before; short when negative
    struct order_spec spec;
    int64_t bars[2][4]; // open, high, low, close; all 0: no bar
    const char *expected;
};

#define BUY +1
#define SELL -1
#define SPEC(...) ((struct order_spec){__VA_ARGS__})
#define LIMIT_AT(s, p) .side = (s), .type = ORDER_LIMIT, .qty = {10}, .limit_price = {(p)}
#define STOP_AT(s, p) .side = (s), .type = ORDER_STOP, .qty = {10}, .stop_price = {(p)}
#define STOP_LIMIT_AT(s, p, l)                                                                     \
    .side = (s), .type = ORDER_STOP_LIMIT, .qty = {10}, .stop_price = {(p)}, .limit_price = {(l)}
#define MARKET_OF(s) .side = (s), .type = ORDER_MARKET, .qty = {10}
#define TRAIL_BY(s, d) .side = (s), .type = ORDER_TRAILING_STOP, .qty = {10}, .trail = {(d)}

static void run_row(const struct row *row, enum sim_path path, enum sim_limit_fill fill) {
    struct pit pit;
    pit_prepare(&pit);
    pit_set(&pit, SIM_ALLOW_SHORT, 1);
    pit_set(&pit, SIM_PATH, path);
    pit_set(&pit, SIM_LIMIT_FILL, fill);
    pit_open(&pit);
    pit_bar(&pit, 10000, 10000, 10000, 10000);
    if (row->held != 0) {
        pit_send(&pit, pit_market(row->held > 0 ? 1 : -1, row->held > 0 ? row->held : -row->held));
        pit_bar(&pit, 10000, 10000, 10000, 10000);
    }
    text_clear(&pit.log);
    pit.next_id = 100;
    pit_send(&pit, row->spec);
    for (int i = 0; i < 2; i++) {
        const int64_t *bar = row->bars[i];
        if (bar[0] != 0) pit_bar(&pit, bar[0], bar[1], bar[2], bar[3]);
    }
    if (strcmp(text_string(&pit.log), row->expected) != 0)
        fail_msg("%s:\n  expected %s\n  reported %s", row->name, row->expected,
                 text_string(&pit.log));
    pit_check_account(&pit);
    pit_close(&pit);
}

static const struct row rows[] = {
    {"a market order fills at the next open",
     0,
     SPEC(MARKET_OF(BUY)),
     {{10050, 10100, 10000, 10020}},
     "accepted 101; filled 101 10 @10050 left 0 taker at open"},
    {"a market order to sell fills at the next open",
     10,
     SPEC(MARKET_OF(SELL)),
     {{9950, 10100, 9900, 10020}},
     "accepted 101; filled 101 10 @9950 left 0 taker at open"},
    {"a limit that the low only touches stays",
     0,
     SPEC(LIMIT_AT(BUY, 9900)),
     {{10000, 10100, 9900, 10000}},
     "accepted 101"},
    {"a limit that the low trades through fills at the limit",
     0,
     SPEC(LIMIT_AT(BUY, 9900)),
     {{10000, 10100, 9899, 10000}},
     "accepted 101; filled 101 10 @9900 left 0 maker"},
    {"a limit that the high only touches stays",
     10,
     SPEC(LIMIT_AT(SELL, 10100)),
     {{10000, 10100, 9900, 10000}},
     "accepted 101"},
    {"a limit that the high trades through fills at the limit",
     10,
     SPEC(LIMIT_AT(SELL, 10100)),
     {{10000, 10101, 9900, 10000}},
     "accepted 101; filled 101 10 @10100 left 0 maker"},
    {"an open better than a new limit fills at the open as a taker",
     0,
     SPEC(LIMIT_AT(BUY, 10000)),
     {{9950, 10100, 9940, 10000}},
     "accepted 101; filled 101 10 @9950 left 0 taker at open"},
    {"an open better than a resting limit fills at the open as a maker",
     0,
     SPEC(LIMIT_AT(BUY, 9900)),
     {{10000, 10000, 9950, 9960}, {9850, 9900, 9800, 9900}},
     "accepted 101; filled 101 10 @9850 left 0 maker at open"},
    {"an open at the limit does not fill it",
     0,
     SPEC(LIMIT_AT(BUY, 10000)),
     {{10000, 10100, 10000, 10050}},
     "accepted 101"},
    {"a limit beyond the bar stays",
     0,
     SPEC(LIMIT_AT(BUY, 9000)),
     {{10000, 10100, 9900, 10000}},
     "accepted 101"},
    {"a stop is hit at its trigger",
     10,
     SPEC(STOP_AT(SELL, 9900)),
     {{10000, 10100, 9900, 10000}},
     "accepted 101; triggered 101; filled 101 10 @9900 left 0 taker"},
    {"a stop that the bar misses by a cent waits",
     10,
     SPEC(STOP_AT(SELL, 9899)),
     {{10000, 10100, 9900, 10000}},
     "accepted 101"},
    {"a stop that the open has passed fills at the open",
     10,
     SPEC(STOP_AT(SELL, 9900)),
     {{9800, 10100, 9700, 10000}},
     "accepted 101; triggered 101; filled 101 10 @9800 left 0 taker at open"},
    {"a stop to buy is hit at its trigger",
     0,
     SPEC(STOP_AT(BUY, 10100)),
     {{10000, 10150, 9900, 10000}},
     "accepted 101; triggered 101; filled 101 10 @10100 left 0 taker"},
    {"a stop to buy that the open has passed fills at the open",
     0,
     SPEC(STOP_AT(BUY, 10100)),
     {{10200, 10250, 10150, 10200}},
     "accepted 101; triggered 101; filled 101 10 @10200 left 0 taker at open"},
    {"a stop-limit within its limit fills at the trigger",
     0,
     SPEC(STOP_LIMIT_AT(BUY, 10100, 10150)),
     {{10000, 10200, 9900, 10200}},
     "accepted 101; triggered 101; filled 101 10 @10100 left 0 taker"},
    {"a stop-limit that gaps over its limit rests",
     0,
     SPEC(STOP_LIMIT_AT(BUY, 10100, 10150)),
     {{10200, 10300, 10160, 10250}},
     "accepted 101; triggered 101"},
    {"a stop-limit that gaps over its limit fills when the close is through it",
     0,
     SPEC(STOP_LIMIT_AT(BUY, 10100, 10150)),
     {{10200, 10300, 10100, 10140}},
     "accepted 101; triggered 101; filled 101 10 @10150 left 0 taker"},
    {"pessimistically a stop-limit does not fill though the low was below its limit",
     0,
     SPEC(STOP_LIMIT_AT(BUY, 10100, 10150)),
     {{10200, 10300, 10000, 10160}},
     "accepted 101; triggered 101"},
    {"a triggered stop-limit fills as a limit in a later bar",
     0,
     SPEC(STOP_LIMIT_AT(BUY, 10100, 10050)),
     {{10080, 10120, 10060, 10110}, {10110, 10110, 10040, 10100}},
     "accepted 101; triggered 101; filled 101 10 @10050 left 0 maker"},
    {"a trailing stop starts from the last price",
     10,
     SPEC(TRAIL_BY(SELL, 100)),
     {{10000, 10000, 9900, 9950}},
     "accepted 101; triggered 101; filled 101 10 @9900 left 0 taker"},
    {"a trailing stop does not follow the high of the bar that is looked at",
     10,
     SPEC(TRAIL_BY(SELL, 100)),
     {{10000, 10500, 9950, 10450}},
     NULL},
    {"a trailing stop follows the high of the bars before",
     10,
     SPEC(TRAIL_BY(SELL, 100)),
     {{10000, 10200, 9950, 10180}, {10180, 10190, 10090, 10150}},
     "accepted 101; triggered 101; filled 101 10 @10100 left 0 taker"},
    {"a trailing stop never follows back",
     10,
     SPEC(TRAIL_BY(SELL, 200)),
     {{10000, 10150, 9960, 10000}, {10000, 10010, 9930, 9980}},
     "accepted 101; triggered 101; filled 101 10 @9950 left 0 taker"},
    {"a trailing stop does not sink with lower highs",
     10,
     SPEC(TRAIL_BY(SELL, 200)),
     {{9900, 9900, 9850, 9850}, {9850, 9850, 9790, 9850}},
     "accepted 101; triggered 101; filled 101 10 @9800 left 0 taker"},
    {"a trailing stop passed by the close fills at the next open",
     10,
     SPEC(TRAIL_BY(SELL, 100)),
     {{10000, 10200, 9950, 9960}, {9970, 10000, 9900, 9950}},
     "accepted 101; triggered 101; filled 101 10 @9970 left 0 taker at open"},
    {"a trailing stop to buy follows the low",
     -10,
     SPEC(TRAIL_BY(BUY, 100)),
     {{10000, 10050, 9800, 9850}, {9850, 9950, 9840, 9900}},
     "accepted 101; triggered 101; filled 101 10 @9900 left 0 taker"},
    {"an IOC limit that the open does not fill is canceled",
     0,
     SPEC(LIMIT_AT(BUY, 9900), .tif = TIF_IOC),
     {{10000, 10000, 9800, 9900}},
     "accepted 101; canceled 101 no_liquidity"},
    {"an IOC limit fills at an open within it",
     0,
     SPEC(LIMIT_AT(BUY, 10100), .tif = TIF_IOC),
     {{10000, 10000, 9800, 9900}},
     "accepted 101; filled 101 10 @10000 left 0 taker at open"},
    {"a post-only order is a maker even at its first open",
     0,
     SPEC(LIMIT_AT(BUY, 9999), .flags = ORDER_POST_ONLY),
     {{9950, 10000, 9900, 9950}},
     "accepted 101; filled 101 10 @9950 left 0 maker at open"},
};

static void every_order_type_fills_where_its_rule_says(void **state) {
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct row row = rows[i];
        if (row.expected == NULL) row.expected = "accepted 101";
        run_row(&row, SIM_PATH_PESSIMISTIC, SIM_LIMIT_THROUGH);
    }
}

static void with_touch_a_limit_fills_when_it_is_reached(void **state) {
    static const struct row touch[] = {
        {"low at the limit",
         0,
         SPEC(LIMIT_AT(BUY, 9900)),
         {{10000, 10100, 9900, 10000}},
         "accepted 101; filled 101 10 @9900 left 0 maker"},
        {"high at the limit",
         10,
         SPEC(LIMIT_AT(SELL, 10100)),
         {{10000, 10100, 9900, 10000}},
         "accepted 101; filled 101 10 @10100 left 0 maker"},
        {"open at the limit",
         0,
         SPEC(LIMIT_AT(BUY, 10000)),
         {{10000, 10100, 10000, 10000}},
         "accepted 101; filled 101 10 @10000 left 0 taker at open"},
        {"a cent away",
         0,
         SPEC(LIMIT_AT(BUY, 9899)),
         {{10000, 10100, 9900, 10000}},
         "accepted 101"},
    };
    for (size_t i = 0; i < sizeof touch / sizeof *touch; i++)
        run_row(&touch[i], SIM_PATH_PESSIMISTIC, SIM_LIMIT_TOUCH);
}

// open 10000, high 10200, low 9950, close 10180; trigger 10100, limit 10050: with the high first the price comes
// down through the limit after the trigger, with the low first it does not.
static void a_stop_limit_sees_what_is_left_of_the_path(void **state) {
    struct row row = {"stop-limit",
                      0,
                      SPEC(STOP_LIMIT_AT(BUY, 10100, 10050)),
                      {{10000, 10200, 9950, 10180}},
                      NULL};
    row.expected = "accepted 101; triggered 101; filled 101 10 @10050 left 0 maker";
    run_row(&row, SIM_PATH_OHLC, SIM_LIMIT_THROUGH);
    row.expected = "accepted 101; triggered 101";
    run_row(&row, SIM_PATH_OLHC, SIM_LIMIT_THROUGH);
    // The low is 50 away, the high 200: low first.
    run_row(&row, SIM_PATH_CLOSEST, SIM_LIMIT_THROUGH);
    run_row(&row, SIM_PATH_PESSIMISTIC, SIM_LIMIT_THROUGH);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_order_type_fills_where_its_rule_says),
        cmocka_unit_test(with_touch_a_limit_fills_when_it_is_reached),
        cmocka_unit_test(a_stop_limit_sees_what_is_left_of_the_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
