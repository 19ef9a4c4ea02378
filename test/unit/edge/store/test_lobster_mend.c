// SPDX-License-Identifier: Apache-2.0
// What is added to messages so that the book is the row's, by hand. The whole of a recorded day is compared in
// test/golden/test_microstructure.c.
#include "edge/store/lobster_mend.h"

#include <inttypes.h>

#include "harness.h"

struct said {
    char text[512]; // the records as words
};

static int hear(void *self, const struct feed_record *record) {
    struct said *said = self;
    size_t len = strlen(said->text);
    uint64_t remainder = record->id >= LOBSTER_REMAINDER ? record->id - LOBSTER_REMAINDER : 0;
    snprintf(said->text + len, sizeof said->text - len,
             "%s%s %" PRId64 "@%" PRId64 " %s%" PRIu64 "%s", len > 0 ? ", " : "",
             feed_kind_name(feed_kind_of(record->what)), record->qty, record->price,
             record->id >= LOBSTER_REMAINDER ? "r" : "#",
             record->id >= LOBSTER_REMAINDER ? remainder : record->id,
             feed_flags_of(record->what) & FEED_LAST ? "." : "");
    return 0;
}

// A message about a bid, and a row of two bids and no ask.
static void expect(struct lobster_mend *mend, enum feed_kind kind, int64_t price, int64_t qty,
                   uint64_t id, const struct book_l3_level bids[2], const char *words) {
    static const struct book_l3_level none[2];
    struct said said = {""};
    const struct lobster_mend_sink sink = {hear, &said};
    const struct feed_record message = {
        .price = price, .qty = qty, .id = id, .what = feed_what(kind, 1, FEED_LAST)};
    const struct book_l3_level *levels[2] = {bids, none};
    assert_ok(lobster_mend_row(mend, &message, levels, bids != NULL ? 2 : 0, &sink));
    assert_string_equal(said.text, words);
}

#define ROW(p, q, p2, q2)                                                                          \
    (const struct book_l3_level[2]) {                                                              \
        {.price = (p), .qty = (q)}, {                                                              \
            .price = (p2), .qty = (q2)                                                             \
        }                                                                                          \
    }

static void the_book_is_made_that_of_the_row(void **state) {
    struct lobster_mend *mend;
    assert_ok(lobster_mend_open(&mend));
    // An order, and two more beside it that nobody announced.
    expect(mend, FEED_ADD, 100, 9, 1, ROW(100, 11, 99, 5),
           "add 9@100 #1, add 2@100 r0, add 5@99 r1.");
    // Of an order from before: of what has no number, first at the price.
    expect(mend, FEED_REDUCE, 99, 2, 77, ROW(100, 11, 99, 3), "reduce 2@99 r1.");
    // More than what has no number: one trade, the rest from the known order.
    expect(mend, FEED_EXECUTE, 100, 4, 78, ROW(100, 7, 99, 3),
           "execute 4@100 r0, reduce 2@100 #1.");
    // The known order goes; a level comes into sight.
    expect(mend, FEED_DELETE, 100, 7, 1, ROW(99, 3, 98, 6), "delete 7@100 #1, add 6@98 r2.");
    // A better level pushes one out of sight, and it comes back as another.
    expect(mend, FEED_ADD, 101, 1, 2, ROW(101, 1, 99, 3), "add 1@101 #2.");
    expect(mend, FEED_DELETE, 101, 1, 2, ROW(99, 3, 97, 8),
           "delete 1@101 #2, add 8@97 r3, delete 6@98 r2.");
    // A trade beside the book, an order that nobody saw, and no row.
    expect(mend, FEED_TRADE, 98, 1, 0, ROW(99, 3, 97, 8), "trade 1@98 #0.");
    expect(mend, FEED_EXECUTE, 50, 1, 90, NULL, "execute 1@50 #90.");
    // Fewer levels than the file has: nothing stands behind them.
    expect(mend, FEED_TRADE, 98, 1, 0, ROW(99, 1, 0, 0),
           "trade 1@98 #0, reduce 2@99 r1, delete 8@97 r3.");
    lobster_mend_close(mend);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_book_is_made_that_of_the_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
