// SPDX-License-Identifier: Apache-2.0
#include "market/feed.h"

#include "harness.h"

static void kind_side_and_flags_come_back_out_of_their_word(void **state) {
    for (int kind = 1; kind < FEED_KIND_END; kind++)
        for (int side = -1; side <= 1; side++)
            for (int flags = 0; flags <= FEED_FLAGS; flags++) {
                int64_t what = feed_what((enum feed_kind)kind, side, flags);
                assert_int_equal(feed_kind_of(what), kind);
                assert_int_equal(feed_side_of(what), side);
                assert_int_equal(feed_flags_of(what), flags);
            }
}

static void records_with_what_their_kind_may_have_are_valid(void **state) {
    const struct {
        int64_t what, price, qty;
        bool valid;
    } rows[] = {
        {feed_what(FEED_LEVEL, 1, FEED_LAST), 100, 0, true},
        {feed_what(FEED_LEVEL, 0, 0), 100, 5, false},   // of which side?
        {feed_what(FEED_LEVEL, -1, 0), 100, -5, false}, // less than nothing
        {feed_what(FEED_LEVEL, -1, 8), 100, 5, false},  // a flag that does not exist
        {feed_what(FEED_LEVEL, 2, 0), 100, 5, false},   // a side that does not exist
        {feed_what(FEED_LEVEL, 1, 0) | 1LL << 40, 100, 5, false},
        {feed_what(FEED_CLEAR, 0, 0), 0, 0, true},
        {feed_what(FEED_CLEAR, 1, 0), 7, 0, false},   // a price of nothing
        {feed_what(FEED_TRADE, 0, 0), -100, 5, true}, // spreads trade below zero
        {feed_what(FEED_TRADE, 1, FEED_HIDDEN), 100, 0, false},
        {feed_what(FEED_ADD, 1, 0), 100, 5, true},
        {feed_what(FEED_ADD, 1, 0), 100, 0, false},
        {feed_what(FEED_DELETE, -1, 0), 0, 0, true},
        {feed_what(FEED_STATUS, 0, 0), 0, FEED_HALTED, true},
        {feed_what(FEED_STATUS, 0, 0), 0, 9, false},
        {feed_what(FEED_STATUS, 1, 0), 0, FEED_HALTED, false},
        {feed_what(FEED_FAULT, 0, 0), 0, FEED_CHECKSUM, true},
        {feed_what(FEED_FAULT, 0, 0), 0, 0, false},
        {0, 0, 0, false},
        {6, 100, 5, false}, // a number between the kinds
        {255, 100, 5, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct feed_record record = {
            .price = rows[i].price, .qty = rows[i].qty, .what = rows[i].what};
        if (feed_record_valid(&record) != rows[i].valid) fail_msg("row %zu", i);
    }
}

static void every_kind_and_fault_has_a_name(void **state) {
    assert_string_equal(feed_kind_name(FEED_SNAPSHOT), "snapshot");
    assert_string_equal(feed_kind_name(FEED_FAULT), "fault");
    assert_null(feed_kind_name((enum feed_kind)6));
    assert_null(feed_kind_name((enum feed_kind)200));
    for (int fault = 1; fault < FEED_FAULT_END; fault++)
        assert_non_null(feed_fault_name((enum feed_fault)fault));
    assert_null(feed_fault_name((enum feed_fault)99));
    for (int status = FEED_TRADING; status <= FEED_CLOSED; status++)
        assert_non_null(feed_status_name((enum feed_status)status));
    assert_string_equal(feed_status_name(FEED_HALTED), "halted");
    assert_null(feed_status_name((enum feed_status)99));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kind_side_and_flags_come_back_out_of_their_word),
        cmocka_unit_test(records_with_what_their_kind_may_have_are_valid),
        cmocka_unit_test(every_kind_and_fault_has_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
