// SPDX-License-Identifier: Apache-2.0
// Messages in the form of the venue's documentation.
#include "wire_kit.h"

static void check(const char *text, const char *expected) {
    wire_kit_check("BINANCE", NULL, text, expected);
}

static void books_of_three_markets_are_told_apart(void **state) {
    check(
        "{\"stream\":\"a@depth\",\"data\":{\"e\":\"depthUpdate\",\"E\":3,\"s\":\"BTCUSDT\",\"U\":7,"
        "\"u\":9,\"b\":[[\"61737.63000000\",\"0.00000000\"]],\"a\":[]}}",
        "diff BTCUSDT @3000000 7..9<0 | level bid 61737.63x0");
    check("{\"e\":\"depthUpdate\",\"E\":3,\"T\":2,\"s\":\"BTCUSDT\",\"U\":7,\"u\":9,\"pu\":5,\"b\":"
          "[],"
          "\"a\":[[\"61801.40\",\"0.250\"]]}",
          "diff BTCUSDT-USDM @2000000 7..9<5 | level ask 61801.4x0.25");
    check("{\"e\":\"depthUpdate\",\"E\":3,\"T\":2,\"s\":\"BTCUSD_PERP\",\"ps\":\"BTCUSD\",\"U\":7,"
          "\"u\":9,\"pu\":5,\"b\":[],\"a\":[]}",
          "diff BTCUSD_PERP-COINM @2000000 7..9<5");
}

static void pictures_come_from_rest_and_from_partial_streams(void **state) {
    check("{\"lastUpdateId\":11,\"bids\":[[\"4.0\",\"431\"]],\"asks\":[[\"4.2\",\"12\"]]}",
          "picture  0..11<0 | snapshot bid 4x431 | snapshot ask 4.2x12");
    check("{\"lastUpdateId\":11,\"E\":5,\"T\":4,\"symbol\":\"ETHUSD_PERP\",\"pair\":\"ETHUSD\","
          "\"bids\":[],\"asks\":[[\"4.2\",\"12\"]]}",
          "picture ETHUSD_PERP-COINM @4000000 0..11<0 | snapshot ask 4.2x12");
    check("{\"stream\":\"btcusdt@depth5\",\"data\":{\"lastUpdateId\":11,\"bids\":[],\"asks\":[]}}",
          "picture btcusdt 0..11<0");
}

static void trades_have_the_side_that_came(void **state) {
    check("{\"e\":\"trade\",\"E\":3,\"s\":\"BTCUSDT\",\"t\":12345,\"p\":\"0.001\",\"q\":\"100\","
          "\"T\":2,\"m\":true,\"M\":true}",
          "trades BTCUSDT @2000000 | trade ask 0.001x100 #12345");
    check("{\"e\":\"trade\",\"E\":3,\"T\":2,\"s\":\"BTCUSDT\",\"t\":9,\"p\":\"1\",\"q\":\"2\","
          "\"X\":\"MARKET\",\"m\":false}",
          "trades BTCUSDT-USDM @2000000 | trade bid 1x2 #9");
    check("{\"e\":\"trade\",\"E\":3,\"T\":2,\"s\":\"BTCUSDT\",\"t\":9,\"p\":\"1\",\"q\":\"2\","
          "\"X\":\"INSURANCE_FUND\",\"m\":false}",
          "trades BTCUSDT-USDM @2000000 | none - 1x2 #9");
    check("{\"e\":\"aggTrade\",\"E\":3,\"a\":77,\"s\":\"CTKUSDT\",\"p\":\"1.01100\",\"q\":\"10\","
          "\"f\":1,\"l\":1,\"T\":2,\"m\":false}",
          "trades CTKUSDT-USDM @2000000 | trade bid 1.011x10 #77");
}

static void best_quotes_are_two_records(void **state) {
    check("{\"u\":400900217,\"s\":\"BNBUSDT\",\"b\":\"25.35190000\",\"B\":\"31.21000000\",\"a\":"
          "\"25.36520000\",\"A\":\"40.66000000\"}",
          "best BNBUSDT 0..400900217<0 | best bid 25.3519x31.21 | best ask 25.3652x40.66");
    check(
        "{\"e\":\"bookTicker\",\"u\":4,\"E\":3,\"T\":2,\"s\":\"BNBUSDT\",\"b\":\"25\",\"B\":\"31\","
        "\"a\":\"26\",\"A\":\"40\"}",
        "best BNBUSDT-USDM @2000000 0..4<0 | best bid 25x31 | best ask 26x40");
}

static void the_rest_is_of_no_concern(void **state) {
    check("{\"result\":null,\"id\":1}", "other ");
    check("[]", "other ");
    check("{\"e\":\"kline\",\"E\":3,\"s\":\"B\",\"k\":{\"t\":1,\"b\":[[1]]}}", "other B @3000000");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(books_of_three_markets_are_told_apart),
        cmocka_unit_test(pictures_come_from_rest_and_from_partial_streams),
        cmocka_unit_test(trades_have_the_side_that_came),
        cmocka_unit_test(best_quotes_are_two_records),
        cmocka_unit_test(the_rest_is_of_no_concern),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
