// SPDX-License-Identifier: Apache-2.0
// Messages in the form of the venue's documentation.
#include "wire_kit.h"

static void check(const char *text, const char *expected) {
    wire_kit_check("KRAKEN", NULL, text, expected);
}

static void books_bear_the_name_behind_them(void **state) {
    check("[0,{\"as\":[[\"5541.30000\",\"2.50700000\",\"1534614248.123678\"]],\"bs\":[[\"5541."
          "20000\","
          "\"1.52900000\",\"1534614248.765567\"]]},\"book-100\",\"XBT/USD\"]",
          "picture XBT/USD | snapshot ask 5541.3x2.507 | snapshot bid 5541.2x1.529");
    check("[1234,{\"a\":[[\"5541.30000\",\"2.50700000\",\"1534614248.456738\"],[\"5542.50000\","
          "\"0.40100000\",\"1534614248.456738\",\"r\"]],\"c\":\"974942666\"},\"book-10\",\"XBT/"
          "USD\"]",
          "diff XBT/USD c974942666 | level ask 5541.3x2.507 @1534614248456738000 | level ask "
          "5542.5x0.401 @1534614248456738000");
    check("[1234,{\"a\":[[\"5541.3\",\"0\",\"1.5\"]]},{\"b\":[[\"5541\",\"1\",\"2\"]],\"c\":\"7\"},"
          "\"book-10\",\"XBT/USD\"]",
          "diff XBT/USD c7 | level ask 5541.3x0 @1500000000 | level bid 5541x1 @2000000000");
}

static void trades_have_the_side_that_came(void **state) {
    check("[0,[[\"5541.20000\",\"0.15850568\",\"1534614057.321597\",\"s\",\"l\",\"\"],[\"6060.0\","
          "\"0.02\",\"1534614057.324998\",\"b\",\"l\",\"\"]],\"trade\",\"XBT/USD\"]",
          "trades XBT/USD | trade ask 5541.2x0.15850568 @1534614057321597000 | trade bid 6060x0.02 "
          "@1534614057324998000");
}

static void the_rest_is_of_no_concern(void **state) {
    check("[0,[\"5698.40000\",\"5700.00000\",\"1542057299.545897\",\"1.01234567\",\"0.98765432\"],"
          "\"spread\",\"XBT/USD\"]",
          "other XBT/USD");
    check("{\"event\":\"heartbeat\"}", "other ");
    check("{\"channelID\":1664,\"channelName\":\"book-1000\",\"event\":\"subscriptionStatus\","
          "\"pair\":"
          "\"A\",\"status\":\"subscribed\",\"subscription\":{\"depth\":1000}}",
          "other ");
    check("[1,2]", "other ");
}

static void what_is_wrong_is_named(void **state) {
    static const struct {
        const char *text, *fault;
    } rows[] = {
        {"[0,{\"a\":[[\"1\",\"2\",\"x\"]]},\"book-10\",\"A\"]", "a time that is none"},
        {"[0,{\"a\":[[\"1\",\"2\",{}]]},\"book-10\",\"A\"]", "a level without its time"},
        {"[0,{\"a\":[]},\"book-x\",\"A\"]", "a book of no known depth"},
        {"[0,[[\"1\",\"2\"]],\"trade\",\"A\"]",
         "a trade that is not [price, quantity, time, side, ...]"},
        {"[0,{\"a\":[],\"c\":\"x\"},\"book-10\",\"A\"]", "a number that is none"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char out[WIRE_KIT_TEXT];
        const char *fault;
        assert_int_equal(wire_kit_decode("KRAKEN", NULL, rows[i].text, out, &fault), ERR_PARSE);
        assert_string_equal(fault, rows[i].fault);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(books_bear_the_name_behind_them),
        cmocka_unit_test(trades_have_the_side_that_came),
        cmocka_unit_test(the_rest_is_of_no_concern),
        cmocka_unit_test(what_is_wrong_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
