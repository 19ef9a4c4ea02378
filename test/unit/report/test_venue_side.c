// SPDX-License-Identifier: Apache-2.0
#include "report/venue_side.h"

#include "feed_run.h"

static void a_run_without_a_feed_has_none_of_these_tables(void **state) {
    struct run run;
    orders_run(&run);
    struct text text;
    text_init(&text, 1 << 20);
    assert_int_equal(report_csv(run.report, "fills", &text), ERR_NOT_FOUND);
    report_json(run.report, &text);
    assert_null(strstr(text_string(&text), "markouts"));
    report_touch(run.report, 0, 1, PRICE(1), PRICE(2));
    assert_ok(report_delay(run.report, 1));
    text_fini(&text);
    run_close(&run);
}

// As from a journal: events alone. Prices that we knew and latencies are there, the venue's own prices are not.
static void without_the_venues_word_what_needs_it_is_missing(void **state) {
    struct run run;
    feed_open(&run);
    feed_quote(&run, 100, 1000, 1002);
    uint64_t id = feed_limit(&run, 100, 1, 2, 998);
    feed_report(&run, 110, EVENT_ORDER_ACCEPTED, id, REASON_NONE);
    feed_fill(&run, 1000, id, LIQUIDITY_MAKER, 2, 0, 998, 0);
    report_mark(run.report, 2000 * MS, MONEY(1000000 + 6), MONEY(2002));
    assert_ok(report_end(run.report));
    assert_true(report_unexplained(run.report).m == 0);
    assert_table(
        &run, "fills",
        "time,heard,strategy,side,liquidity,qty,price,bid,ask,mid,known_bid,known_ask,better_ticks,"
        "better_bps,effective_spread_bps,age,ahead,passed,position,fee,sequence,instrument\r\n"
        "1970-01-01T00:00:01Z,1970-01-01T00:00:01.005Z,alpha,buy,maker,2,9.98,,,,10.00,10.02,,,,"
        "0.890000000,,,2,0.00,1,AAA\r\n");
    assert_table(&run, "markouts",
                 "instrument,group,horizon,fills,move_bps,error_bps,move,effective_bps,impact_bps,"
                 "realised_bps\r\n");
    run_close(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_without_a_feed_has_none_of_these_tables),
        cmocka_unit_test(without_the_venues_word_what_needs_it_is_missing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
