// SPDX-License-Identifier: Apache-2.0
// Messages in the form of the venue's documentation.
#include "wire_kit.h"

static void changes_and_trades_are_read(void **state) {
    wire_kit_check(
        "GEMINI", NULL,
        "{\"type\":\"l2_updates\",\"symbol\":\"BTCUSD\",\"changes\":[[\"buy\",\"9122.04\","
        "\"0.00121425\"],[\"sell\",\"9122.07\",\"0.98942292\"]],\"trades\":[{\"type\":\"trade\","
        "\"symbol\":\"BTCUSD\",\"price\":\"1\"}],\"auction_events\":[{\"type\":\"x\"}]}",
        "diff BTCUSD | level bid 9122.04x0.00121425 | level ask 9122.07x0.98942292");
    wire_kit_check(
        "GEMINI", NULL,
        "{\"type\":\"trade\",\"symbol\":\"BTCUSD\",\"event_id\":169841458,\"timestamp\":"
        "1560976400428,\"price\":\"9122.04\",\"quantity\":\"0.0073173\",\"side\":\"sell\"}",
        "trades BTCUSD @1560976400428000000 | trade ask 9122.04x0.0073173 #169841458");
    wire_kit_check("GEMINI", NULL, "{\"type\":\"heartbeat\",\"timestamp\":1560976400428}",
                   "other  @1560976400428000000");
}

static void a_trade_needs_its_side(void **state) {
    char out[WIRE_KIT_TEXT];
    assert_int_equal(wire_kit_decode("GEMINI", NULL,
                                     "{\"type\":\"trade\",\"price\":\"1\",\"quantity\":\"2\"}", out,
                                     NULL),
                     ERR_PARSE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changes_and_trades_are_read),
        cmocka_unit_test(a_trade_needs_its_side),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
