// SPDX-License-Identifier: Apache-2.0
#include "pitch.h"

static void book_of(struct pitch *pitch, const struct matching_config *config, const int64_t *sizes,
                    size_t count) {
    pitch_init(pitch, config);
    for (size_t i = 0; i < count; i++) pitch_put(pitch, i + 1, 1, sizes[i], 500);
}

// CME Group, "Enhancements to the Pro Rata Allocation Algorithm in CME Eurodollar futures" (Globex notice 11985 of
// 2005): orders of 10 (TOP), 5, 20, 50 and 75 are bid, 60 are sold. TOP gets 10; of the other 50 the shares
// are 5/150, 20/150, 50/150 and 75/150 rounded down, 1 lot being too little: 0, 6, 16, 25; the 3 left go by
// time to the order of 5.
static void the_exchanges_own_example(void **state) {
    static const int64_t sizes[] = {10, 5, 20, 50, 75};
    struct matching_config config = pitch_config();
    struct pitch pitch;
    (void)state;
    config.algorithm = MATCHING_PRO_RATA;
    config.top_percent = 100;
    config.min_allocation = 2;
    book_of(&pitch, &config, sizes, 5);
    pitch_put(&pitch, 9, -1, 60, 500);
    assert_said(&pitch, "accepted 9, fill 9x1 10@500, fill 9x3 6@500, fill 9x4 16@500, fill 9x5 "
                        "25@500, fill 9x2 3@500");
    assert_string_equal(pitch_side(&pitch, 1), "2:2@500 3:14@500 4:34@500 5:50@500");
    pitch_fini(&pitch);
}

// 40 of 100 by time: the first order's 10 and 30 of the second; of the other 60, by what then shows (20, 50 and 70
// of 140): 8, 21 and 30; the 1 left by time.
static void a_part_goes_by_time_when_the_book_splits(void **state) {
    static const int64_t sizes[] = {10, 50, 50, 70};
    struct matching_config config = pitch_config();
    struct pitch pitch;
    (void)state;
    config.algorithm = MATCHING_PRO_RATA;
    config.fifo_percent = 40;
    book_of(&pitch, &config, sizes, 4);
    pitch_put(&pitch, 9, -1, 100, 500);
    assert_said(&pitch, "accepted 9, fill 9x1 10@500, fill 9x2 30@500, fill 9x2 8@500, fill 9x3 "
                        "21@500, fill 9x4 30@500, fill 9x2 1@500");
    pitch_fini(&pitch);
}

static void the_top_order_gets_its_percentage_and_no_more_than_its_most(void **state) {
    static const int64_t sizes[] = {40, 60};
    struct matching_config config = pitch_config();
    struct pitch pitch;
    (void)state;
    config.algorithm = MATCHING_PRO_RATA;
    config.top_percent = 50;
    config.top_max = 15;
    book_of(&pitch, &config, sizes, 2);
    // Half of 36 is 18, the most 15; then 21 by 25 and 60 of 85: 6 and 14; the 1 left by time.
    pitch_put(&pitch, 9, -1, 36, 500);
    assert_said(&pitch, "accepted 9, fill 9x1 15@500, fill 9x1 6@500, fill 9x2 14@500, fill 9x1 "
                        "1@500");
    pitch_fini(&pitch);
}

static void an_order_is_top_only_while_nothing_betters_it(void **state) {
    struct matching_config config = pitch_config();
    struct pitch pitch;
    (void)state;
    config.algorithm = MATCHING_PRO_RATA;
    config.top_percent = 100;
    pitch_init(&pitch, &config);
    pitch_put(&pitch, 1, 1, 10, 500);
    pitch_put(&pitch, 2, 1, 30, 500);
    pitch_put(&pitch, 3, 1, 5, 501);
    pitch_apply(&pitch, (struct matching_command){.kind = MATCHING_CANCEL, .order_id = 3});
    pitch_put(&pitch, 9, -1, 8, 500); // 3 is gone and 1 is not top again: 2 and 6
    assert_said(&pitch, "accepted 9, fill 9x1 2@500, fill 9x2 6@500");
    pitch_fini(&pitch);
}

static void what_shows_is_all_taken_by_time_when_as_much_is_wanted(void **state) {
    struct matching_config config = pitch_config();
    struct pitch pitch;
    (void)state;
    config.algorithm = MATCHING_PRO_RATA;
    pitch_init(&pitch, &config);
    struct matching_command iceberg = pitch_limit(1, 1, 9, 500);
    iceberg.display_qty = 3;
    pitch_apply(&pitch, iceberg);
    pitch_put(&pitch, 2, 1, 5, 500);
    pitch_put(&pitch, 9, -1, 10, 500); // 8 show; then 2 of the next slice
    assert_said(&pitch, "accepted 9, fill 9x1 3@500, fill 9x2 5@500, fill 9x1 2@500");
    pitch_fini(&pitch);
}

static void shares_are_whole_lots(void **state) {
    static const int64_t sizes[] = {30, 30, 30};
    struct matching_config config = pitch_config();
    struct pitch pitch;
    (void)state;
    config.algorithm = MATCHING_PRO_RATA;
    config.lot = 10;
    book_of(&pitch, &config, sizes, 3);
    pitch_put(&pitch, 9, -1, 50, 500); // 16.7 each: 10; the 20 left by time
    assert_said(&pitch, "accepted 9, fill 9x1 10@500, fill 9x2 10@500, fill 9x3 10@500, fill 9x1 "
                        "20@500");
    pitch_fini(&pitch);
}

static void own_orders_are_dealt_with_before_shares_are_made(void **state) {
    struct matching_config config = pitch_config();
    struct pitch pitch;
    (void)state;
    config.algorithm = MATCHING_PRO_RATA;
    config.stp = MATCHING_STP_OLDEST;
    pitch_init(&pitch, &config);
    pitch_put(&pitch, 1, 1, 10, 500);
    struct matching_command own = pitch_limit(2, 1, 80, 500), taker = pitch_limit(9, -1, 8, 500);
    own.owner = taker.owner = 3;
    pitch_apply(&pitch, own);
    pitch_put(&pitch, 3, 1, 30, 500);
    pitch_apply(&pitch, taker);
    assert_said(&pitch, "accepted 9, canceled 2 80 self_trade, fill 9x1 2@500, fill 9x3 6@500");
    pitch_fini(&pitch);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_exchanges_own_example),
        cmocka_unit_test(a_part_goes_by_time_when_the_book_splits),
        cmocka_unit_test(the_top_order_gets_its_percentage_and_no_more_than_its_most),
        cmocka_unit_test(an_order_is_top_only_while_nothing_betters_it),
        cmocka_unit_test(what_shows_is_all_taken_by_time_when_as_much_is_wanted),
        cmocka_unit_test(shares_are_whole_lots),
        cmocka_unit_test(own_orders_are_dealt_with_before_shares_are_made),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
