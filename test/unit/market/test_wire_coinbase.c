// SPDX-License-Identifier: Apache-2.0
// Messages in the form of the venue's documentation.
#include "wire_kit.h"

static void check(const char *text, const char *expected) {
    wire_kit_check("COINBASE", NULL, text, expected);
}

static void the_exchange_s_own_feed_is_read(void **state) {
    check("{\"type\":\"snapshot\",\"product_id\":\"BTC-USD\",\"asks\":[[\"10102.55\",\"0."
          "57753524\"]],"
          "\"bids\":[[\"10101.10\",\"0.45054140\"]]}",
          "picture BTC-USD | snapshot ask 10102.55x0.57753524 | snapshot bid 10101.1x0.4505414");
    check("{\"type\":\"l2update\",\"product_id\":\"BTC-USD\",\"time\":\"2019-08-14T20:42:27.265Z\","
          "\"changes\":[[\"buy\",\"10101.80\",\"0.162567\"],[\"sell\",\"10103\",\"0\"]]}",
          "diff BTC-USD @1565815347265000000 | level bid 10101.8x0.162567 | level ask 10103x0");
    // The side is that of the order that was there.
    check("{\"type\":\"match\",\"trade_id\":10,\"time\":\"2014-11-07T08:19:27.028459Z\",\"product_"
          "id\":"
          "\"BTC-USD\",\"size\":\"5.23512\",\"price\":\"400.23\",\"side\":\"sell\"}",
          "trades BTC-USD @1415348367028459000 | trade bid 400.23x5.23512 #10");
    check("{\"type\":\"last_match\",\"product_id\":\"A\",\"side\":\"sell\"}", "old A");
    check("{\"type\":\"ticker\",\"product_id\":\"A\",\"best_bid\":\"1\",\"best_ask\":\"2\"}",
          "other A");
    check("{\"type\":\"ticker\",\"product_id\":\"A\",\"best_bid\":\"1\",\"best_bid_size\":\"3\","
          "\"best_ask\":\"2\",\"best_ask_size\":\"4\"}",
          "best A | best bid 1x3 | best ask 2x4");
    check(
        "{\"type\":\"subscriptions\",\"channels\":[{\"name\":\"level2\",\"product_ids\":[\"A\"]}]}",
        "other ");
}

static void channels_of_advanced_trade_are_read(void **state) {
    check("{\"channel\":\"l2_data\",\"client_id\":\"\",\"timestamp\":\"1970-01-01T00:00:02Z\","
          "\"sequence_num\":0,\"events\":[{\"type\":\"snapshot\",\"product_id\":\"BTC-USD\","
          "\"updates\":["
          "{\"side\":\"bid\",\"event_time\":\"1970-01-01T00:00:01Z\",\"price_level\":\"21921.73\","
          "\"new_quantity\":\"0.06317902\"},{\"side\":\"offer\",\"event_time\":\"1970-01-01T00:00:"
          "01Z\","
          "\"price_level\":\"21921.74\",\"new_quantity\":\"2\"}]}]}",
          "picture BTC-USD @2000000000 s1 | snapshot bid 21921.73x0.06317902 @1000000000 | "
          "snapshot ask 21921.74x2 @1000000000");
    check(
        "{\"channel\":\"l2_data\",\"timestamp\":\"1970-01-01T00:00:02Z\",\"sequence_num\":7,"
        "\"events\":[{\"type\":\"update\",\"product_id\":\"A\",\"updates\":[{\"side\":\"bid\","
        "\"price_level\":\"1\",\"new_quantity\":\"0\"}]},{\"type\":\"update\",\"product_id\":\"B\","
        "\"updates\":[{\"side\":\"offer\",\"price_level\":\"2\",\"new_quantity\":\"3\"}]}]}",
        "diff A @2000000000 s8 | level bid 1x0\ndiff B @2000000000 s8 | level ask 2x3");
    check("{\"channel\":\"ticker\",\"timestamp\":\"1970-01-01T00:00:02Z\",\"sequence_num\":2,"
          "\"events\":["
          "{\"type\":\"update\",\"tickers\":[{\"type\":\"ticker\",\"product_id\":\"A\",\"price\":"
          "\"1\","
          "\"best_bid\":\"1\",\"best_ask\":\"2\",\"best_bid_quantity\":\"3\",\"best_ask_quantity\":"
          "\"4\"}]}]}",
          "best A @2000000000 s3 | best bid 1x3 | best ask 2x4");
    check("{\"channel\":\"heartbeats\",\"timestamp\":\"1970-01-01T00:00:02Z\",\"sequence_num\":5,"
          "\"events\":[{\"current_time\":\"x\",\"heartbeat_counter\":3}]}",
          "other  @2000000000 s6");
}

static void trades_come_newest_first_and_leave_oldest_first(void **state) {
    check(
        "{\"channel\":\"market_trades\",\"timestamp\":\"1970-01-01T00:00:02Z\",\"sequence_num\":5,"
        "\"events\":[{\"type\":\"update\",\"trades\":[{\"product_id\":\"A\",\"trade_id\":\"12\","
        "\"price\":\"5\",\"size\":\"1\",\"side\":\"BUY\",\"time\":\"1970-01-01T00:00:01Z\"},"
        "{\"product_id\":\"A\",\"trade_id\":\"11\",\"price\":\"4\",\"size\":\"1\",\"side\":"
        "\"SELL\"},"
        "{\"product_id\":\"B\",\"trade_id\":\"9\",\"price\":\"7\",\"size\":\"2\",\"side\":\"SELL\"}"
        "]}]}",
        "trades A @2000000000 s6 | trade bid 4x1 #11 | trade ask 5x1 #12 @1000000000\n"
        "trades B @2000000000 s6 | trade bid 7x2 #9");
    check(
        "{\"channel\":\"market_trades\",\"timestamp\":\"1970-01-01T00:00:02Z\",\"sequence_num\":5,"
        "\"events\":[{\"type\":\"snapshot\",\"trades\":[{\"product_id\":\"A\",\"trade_id\":\"12\","
        "\"price\":\"5\",\"size\":\"1\",\"side\":\"BUY\"}]}]}",
        "old A @2000000000 s6 | trade ask 5x1 #12");
}

static void a_side_that_is_none_is_a_fault(void **state) {
    char out[WIRE_KIT_TEXT];
    const char *fault;
    assert_int_equal(
        wire_kit_decode("COINBASE", NULL,
                        "{\"type\":\"match\",\"side\":\"up\",\"price\":\"1\",\"size\":\"1\"}", out,
                        &fault),
        ERR_PARSE);
    assert_string_equal(fault, "a side that is none");
    assert_int_equal(wire_kit_decode("COINBASE", NULL,
                                     "{\"type\":\"l2update\",\"changes\":[[\"up\",\"1\",\"2\"]]}",
                                     out, &fault),
                     ERR_PARSE);
    assert_string_equal(fault, "a side that is neither buy nor sell");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_exchange_s_own_feed_is_read),
        cmocka_unit_test(channels_of_advanced_trade_are_read),
        cmocka_unit_test(trades_come_newest_first_and_leave_oldest_first),
        cmocka_unit_test(a_side_that_is_none_is_a_fault),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
