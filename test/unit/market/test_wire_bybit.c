// SPDX-License-Identifier: Apache-2.0
// Messages in the form of the venue's documentation.
#include "wire_kit.h"

static void check(const char *text, const char *expected) {
    wire_kit_check("BYBIT", NULL, text, expected);
}

static void books_are_a_snapshot_and_deltas(void **state) {
    check(
        "{\"topic\":\"orderbook.50.BTCUSDT\",\"type\":\"snapshot\",\"ts\":1672304484978,\"data\":{"
        "\"s\":"
        "\"BTCUSDT\",\"b\":[[\"16493.50\",\"0.006\"]],\"a\":[[\"16611.00\",\"0.029\"]],\"u\":"
        "18521288,"
        "\"seq\":7961638724},\"cts\":1672304484976}",
        "picture BTCUSDT @1672304484976000000 18521288..18521288<0 | snapshot bid 16493.5x0.006 | "
        "snapshot ask 16611x0.029");
    check("{\"topic\":\"orderbook.50.BTCUSDT\",\"type\":\"delta\",\"ts\":1687940967466,\"data\":{"
          "\"s\":"
          "\"BTCUSDT\",\"b\":[[\"30247.20\",\"0\"]],\"a\":[],\"u\":177400507,\"seq\":1}}",
          "diff BTCUSDT @1687940967466000000 177400507..177400507<0 | level bid 30247.2x0");
}

static void trades_are_a_list(void **state) {
    check("{\"topic\":\"publicTrade.BTCUSDT\",\"type\":\"snapshot\",\"ts\":1672304486868,\"data\":["
          "{\"T\":"
          "1672304486865,\"s\":\"BTCUSDT\",\"S\":\"Buy\",\"v\":\"0.001\",\"p\":\"16578.50\",\"L\":"
          "\"PlusTick\",\"i\":\"20f43950-d8dd-5b31-9112-a178eb6023af\",\"BT\":false},{\"T\":"
          "1672304486866,"
          "\"s\":\"BTCUSDT\",\"S\":\"Sell\",\"v\":\"2\",\"p\":\"16578\",\"i\":\"77\"}]}",
          "trades BTCUSDT @1672304486865000000 | trade bid 16578.5x0.001\n"
          "trades BTCUSDT @1672304486866000000 | trade ask 16578x2 #77");
    check("{\"success\":true,\"op\":\"subscribe\"}", "other ");
    check("{\"topic\":\"tickers.BTCUSDT\",\"ts\":1,\"data\":{\"symbol\":\"BTCUSDT\"}}",
          "other  @1000000");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(books_are_a_snapshot_and_deltas),
        cmocka_unit_test(trades_are_a_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
