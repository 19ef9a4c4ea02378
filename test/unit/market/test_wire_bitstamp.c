// SPDX-License-Identifier: Apache-2.0
// Messages in the form of the venue's documentation, and of its feed of 2015.
#include "wire_kit.h"

static void version_two_is_read(void **state) {
    wire_kit_check(
        "BITSTAMP", NULL,
        "{\"data\":{\"timestamp\":\"1641343691\",\"microtimestamp\":\"1641343691244908\",\"bids\":"
        "[[\"1.15979\",\"993.02588113\"]],\"asks\":[[\"1.16601\",\"0.00000000\"]]},\"channel\":"
        "\"diff_order_book_bateur\",\"event\":\"data\"}",
        "diff bateur @1641343691244908000 | level bid 1.15979x993.02588113 | level ask "
        "1.16601x0");
    wire_kit_check(
        "BITSTAMP", NULL,
        "{\"data\":{\"microtimestamp\":\"1\",\"bids\":[[\"1\",\"2\"]],\"asks\":[]},\"channel\":"
        "\"order_book_btcusd\",\"event\":\"data\"}",
        "picture btcusd @1000 | snapshot bid 1x2");
    wire_kit_check(
        "BITSTAMP", NULL,
        "{\"data\":{\"id\":216000484,\"timestamp\":\"1641343709\",\"amount\":0.931,\"amount_str\":"
        "\"0.93100000\",\"price\":3802.93,\"price_str\":\"3802.93\",\"type\":1,\"microtimestamp\":"
        "\"1641343709599000\",\"buy_order_id\":1,\"sell_order_id\":2},\"channel\":"
        "\"live_trades_ethusd\",\"event\":\"trade\"}",
        "trades ethusd @1641343709599000000 | trade ask 3802.93x0.931 #216000484");
    wire_kit_check(
        "BITSTAMP", NULL,
        "{\"data\":{\"id\":7,\"order_type\":1,\"datetime\":\"1\",\"microtimestamp\":\"2000000\","
        "\"amount\":0.5,\"amount_str\":\"0.50000000\",\"price\":9,\"price_str\":\"9.00\"},"
        "\"channel\":\"live_orders_btcusd\",\"event\":\"order_created\"}",
        "orders btcusd @2000000000 | add ask 9x0.5 #7");
    wire_kit_check(
        "BITSTAMP", NULL,
        "{\"event\":\"bts:subscription_succeeded\",\"channel\":\"live_trades_x\",\"data\":{}}",
        "other x");
}

static void the_feed_of_2015_tells_its_event_first(void **state) {
    wire_kit_check(
        "BITSTAMP", "order_created",
        "{\"price\": \"236.47\", \"amount\": \"2.00000000\", \"datetime\": \"1430438404\", "
        "\"id\": 65595247, \"order_type\": 0}",
        "orders  @1430438404000000000 | add bid 236.47x2 #65595247");
    // The time of a change is not told.
    wire_kit_check(
        "BITSTAMP", "order_changed",
        "{\"price\": 236.47, \"amount\": \"1.5\", \"datetime\": \"1430438404\", \"id\": 9, "
        "\"order_type\": 1}",
        "orders  | modify ask 236.47x1.5 #9");
    wire_kit_check("BITSTAMP", "order_deleted",
                   "{\"price\": \"236\", \"amount\": \"0\", \"id\": 9, \"order_type\": 1}",
                   "orders  | delete ask 236x0 #9");
    wire_kit_check("BITSTAMP", "trade",
                   "{\"price\": 236.47, \"amount\": 0.0087547500000000004, \"id\": 8111041}",
                   "trades  | trade - 236.47x0.00875475 #8111041");
    wire_kit_check("BITSTAMP", "order_book",
                   "{\"bids\": [[\"1\", \"2\"]], \"asks\": [[\"3\", \"4\"]]}",
                   "top  | level bid 1x2 | level ask 3x4");
}

static void an_order_needs_its_side(void **state) {
    char out[WIRE_KIT_TEXT];
    assert_int_equal(wire_kit_decode("BITSTAMP", "order_created",
                                     "{\"price\":\"1\",\"amount\":\"1\",\"id\":1,\"order_type\":2}",
                                     out, NULL),
                     ERR_PARSE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(version_two_is_read),
        cmocka_unit_test(the_feed_of_2015_tells_its_event_first),
        cmocka_unit_test(an_order_needs_its_side),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
