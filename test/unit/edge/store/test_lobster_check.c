// SPDX-License-Identifier: Apache-2.0
#include "edge/store/lobster_check.h"

#include "store_kit.h"

static enum lobster_row say(struct lobster_check *check, enum feed_kind kind, int side,
                            int64_t price, int64_t qty, uint64_t id) {
    const struct feed_record record = {
        .price = price, .qty = qty, .id = id, .what = feed_what(kind, side, FEED_LAST)};
    enum lobster_row row;
    assert_ok(lobster_check_row(check, &record, &row));
    return row;
}

// Two levels; 9999999999 and -9999999999 with size 0 stand for none.
static void levels_must_be_explained_as_long_as_they_are_in_sight(void **state) {
    static const char BOOK[] = "110,5,100,9\n" // 1: both are from before, but for the add of 5
                               "110,5,100,6\n" // 2: of an order from before
                               "110,5,101,4\n" // 3: a better bid
                               "110,5,100,8\n" // 4: back in sight with two more than before
                               "110,5,100,9\n" // 5: one more, and nothing said so
                               "9999999999,0,100,9\n"       // 6: no ask is left
                               "112,3,100,9\n"              // 7: one that was out of sight
                               "112,3,100,9,115,1,99,1\r\n" // 8: as many levels as there are
                               "nothing\n";                 // 9
    struct kit *kit = *state;
    struct lobster_check *check;
    kit_text(kit, "X_2020-01-30_0_1_orderbook_1.csv", BOOK);
    assert_ok(lobster_check_open(kit_path(kit, "X_2020-01-30_0_1_message_1.csv"), &check));
    assert_int_equal(say(check, FEED_ADD, -1, 110, 5, 1), LOBSTER_EXPLAINED);
    assert_int_equal(say(check, FEED_EXECUTE, 1, 100, 3, 77), LOBSTER_EQUAL);
    assert_int_equal(say(check, FEED_ADD, 1, 101, 4, 2), LOBSTER_EQUAL);
    assert_int_equal(say(check, FEED_DELETE, 1, 101, 4, 2), LOBSTER_EXPLAINED);
    assert_int_equal(say(check, FEED_TRADE, 1, 105, 4, 0), LOBSTER_DIFFERS);
    assert_int_equal(say(check, FEED_DELETE, -1, 110, 5, 1), LOBSTER_EQUAL);
    assert_int_equal(say(check, FEED_TRADE, 1, 105, 4, 0), LOBSTER_EXPLAINED);
    assert_int_equal(say(check, FEED_TRADE, 1, 105, 4, 0), LOBSTER_EXPLAINED);
    assert_int_equal(say(check, FEED_TRADE, 1, 105, 4, 0), LOBSTER_DIFFERS);
    assert_int_equal(say(check, FEED_TRADE, 1, 105, 4, 0), LOBSTER_DIFFERS); // the file has ended
    lobster_check_close(check);
}

static void a_known_order_that_the_row_hides_is_a_difference(void **state) {
    struct kit *kit = *state;
    struct lobster_check *check;
    kit_text(kit, "X_2020-01-30_0_1_orderbook_1.csv", "110,5,100,9\n110,5,99,1\n");
    assert_ok(lobster_check_open(kit_path(kit, "X_2020-01-30_0_1_message_1.csv"), &check));
    assert_int_equal(say(check, FEED_ADD, 1, 100, 9, 1), LOBSTER_EXPLAINED); // the ask
    assert_int_equal(say(check, FEED_TRADE, 1, 105, 4, 0), LOBSTER_DIFFERS); // where is 1?
    lobster_check_close(check);
}

static void without_an_order_book_file_there_is_nothing_to_check(void **state) {
    struct kit *kit = *state;
    struct lobster_check *check;
    assert_int_equal(lobster_check_open(kit_path(kit, "X_2020-01-30_0_1_message_1.csv"), &check),
                     ERR_NOT_FOUND);
    kit_text(kit, "plain.csv", "1,2,3\n");
    assert_int_equal(lobster_check_open(kit_path(kit, "plain.csv"), &check), ERR_NOT_FOUND);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(levels_must_be_explained_as_long_as_they_are_in_sight,
                                        kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(a_known_order_that_the_row_hides_is_a_difference, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(without_an_order_book_file_there_is_nothing_to_check,
                                        kit_setup, kit_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
