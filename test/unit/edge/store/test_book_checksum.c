// SPDX-License-Identifier: Apache-2.0
#include "edge/store/book_checksum.h"

#include "harness.h"

static void set(struct book_l2 *book, int side, int64_t tick, int64_t qty) {
    struct book_l2_change change;
    assert_ok(book_l2_set(book, side, tick, qty, &change));
}

// The example of Kraken's page: asks from 0.05005 up and bids from 0.05000 down, 0.00000500 each.
static void the_venue_s_example_has_the_venue_s_sum(void **state) {
    static const int64_t bids[] = {5000, 4995, 4990, 4980, 4975, 4970, 4965, 4960, 4955, 4950};
    const struct book_l2_config config = {.window = 256, .level_max = 64};
    struct arena arena;
    struct book_l2 book;
    assert_ok(arena_init(&arena, book_l2_size(&config)));
    assert_ok(book_l2_init(&book, &arena, &config));
    for (int i = 0; i < 10; i++) {
        set(&book, -1, 5005 + 5 * i, 500);
        set(&book, 1, bids[i], 500);
    }
    struct book_checksum form = {5, 8, 5, 8};
    assert_int_equal(book_checksum_of(&form, &book), 974947235);
    set(&book, 1, 4945, 500); // an eleventh does not count
    assert_int_equal(book_checksum_of(&form, &book), 974947235);
    set(&book, 1, 4950, 501);
    assert_true(book_checksum_of(&form, &book) != 974947235);
    set(&book, 1, 4950, 500);
    form.qty_decimals = 6; // the book's 500 are then 50000 as the venue writes them
    assert_true(book_checksum_of(&form, &book) != 974947235);
    arena_fini(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_venue_s_example_has_the_venue_s_sum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
