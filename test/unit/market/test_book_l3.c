// SPDX-License-Identifier: Apache-2.0
#include "market/book_l3.h"

#include "base/prng.h"
#include "book_l3_twin.h"
#include "harness.h"

struct fixture {
    struct arena arena;
    struct book_l3 book;
};

static int setup(void **state) {
    static struct fixture fixture;
    const struct book_l3_config config = {.order_max = 8, .level_max = 5};
    assert_ok(arena_init(&fixture.arena, 1 << 20));
    assert_ok(book_l3_init(&fixture.book, &fixture.arena, &config));
    *state = &fixture;
    return 0;
}

static int teardown(void **state) {
    struct fixture *fixture = *state;
    arena_fini(&fixture->arena);
    return 0;
}

static enum book_l3_outcome say(struct book_l3 *book, enum feed_kind kind, int side, int64_t price,
                                int64_t qty, uint64_t id) {
    const struct feed_record record = {
        .price = price, .qty = qty, .id = id, .what = feed_what(kind, side, FEED_LAST)};
    assert_true(feed_record_valid(&record));
    enum book_l3_outcome outcome = book_l3_apply(book, &record);
    book_l3_check(book);
    return outcome;
}

static void orders_queue_at_their_price_in_order_of_arrival(void **state) {
    struct book_l3 *book = &((struct fixture *)*state)->book;
    struct book_l3_order order, orders[4];
    struct book_l3_level best;
    assert_false(book_l3_best(book, 1, &best));
    assert_int_equal(say(book, FEED_ADD, 1, 100, 5, 1), BOOK_L3_APPLIED);
    assert_int_equal(say(book, FEED_ADD, 1, 100, 7, 2), BOOK_L3_APPLIED);
    assert_int_equal(say(book, FEED_ADD, 1, 100, 9, 3), BOOK_L3_APPLIED);
    assert_int_equal(say(book, FEED_ADD, 1, 99, 4, 4), BOOK_L3_APPLIED);
    assert_true(book_l3_level_of(book, 1, 3, &best));
    assert_true(best.price == 100 && best.qty == 21 && best.count == 3);
    assert_false(book_l3_level_of(book, 1, 5, &best));
    assert_false(book_l3_level_of(book, -1, 3, &best)); // a number of the other side
    assert_true(book_l3_order(book, 3, &order));
    assert_int_equal(order.orders_ahead, 2);
    assert_int_equal(order.qty_ahead, 12);
    assert_int_equal(order.price, 100);
    assert_int_equal(order.side, 1);
    // What leaves the front brings the rest forward; what leaves behind does not.
    assert_int_equal(say(book, FEED_EXECUTE, 1, 100, 2, 1), BOOK_L3_APPLIED);
    assert_true(book_l3_order(book, 3, &order));
    assert_int_equal(order.qty_ahead, 10);
    assert_int_equal(say(book, FEED_DELETE, 1, 0, 0, 1), BOOK_L3_APPLIED);
    assert_true(book_l3_order(book, 3, &order));
    assert_int_equal(order.orders_ahead, 1);
    assert_int_equal(order.qty_ahead, 7);
    assert_true(book_l3_best(book, 1, &best));
    assert_int_equal(best.price, 100);
    assert_int_equal(best.qty, 16);
    assert_int_equal(best.count, 2);
    assert_int_equal(book_l3_orders(book, 1, 100, orders, 4), 2);
    assert_int_equal(orders[0].id, 2);
    assert_int_equal(orders[1].id, 3);
    assert_int_equal(orders[1].qty_ahead, 7);
    assert_int_equal(book_l3_orders(book, 1, 100, orders, 1), 1);
    assert_int_equal(book_l3_orders(book, -1, 100, orders, 4), 0);
    assert_false(book_l3_order(book, 1, &order));
}

static void a_change_keeps_the_place_only_when_it_asks_for_no_more(void **state) {
    struct book_l3 *book = &((struct fixture *)*state)->book;
    struct book_l3_order order;
    for (uint64_t id = 1; id <= 3; id++) say(book, FEED_ADD, -1, 200, 10, id);
    assert_int_equal(say(book, FEED_MODIFY, -1, 200, 6, 1), BOOK_L3_APPLIED);
    assert_true(book_l3_order(book, 1, &order));
    assert_int_equal(order.orders_ahead, 0);
    assert_int_equal(say(book, FEED_MODIFY, -1, 200, 7, 1), BOOK_L3_APPLIED);
    assert_true(book_l3_order(book, 1, &order));
    assert_int_equal(order.orders_ahead, 2);
    assert_int_equal(order.qty_ahead, 20);
    assert_int_equal(say(book, FEED_MODIFY, -1, 201, 5, 2), BOOK_L3_APPLIED);
    assert_int_equal(say(book, FEED_MODIFY, -1, 200, 5, 2), BOOK_L3_APPLIED);
    assert_true(book_l3_order(book, 2, &order));
    assert_int_equal(order.orders_ahead, 2);
    assert_int_equal(order.qty_ahead, 17);
    assert_int_equal(book_l3_level_count(book, -1), 1);
    // Alone at its price, it goes to the end of nothing.
    assert_int_equal(say(book, FEED_ADD, 1, 100, 5, 9), BOOK_L3_APPLIED);
    assert_int_equal(say(book, FEED_MODIFY, 1, 100, 50, 9), BOOK_L3_APPLIED);
    assert_true(book_l3_order(book, 9, &order));
    assert_int_equal(order.qty, 50);
}

static void what_cannot_be_applied_is_told_counted_and_changes_nothing(void **state) {
    const int64_t far = INT64_C(1) << 62;
    const struct {
        enum feed_kind kind;
        int side;
        int64_t price, qty;
        uint64_t id;
        enum book_l3_outcome outcome;
    } rows[] = {
        {FEED_DELETE, 1, 0, 0, 77, BOOK_L3_UNKNOWN},
        {FEED_REDUCE, 1, 0, 1, 77, BOOK_L3_UNKNOWN},
        {FEED_EXECUTE, 1, 100, 1, 77, BOOK_L3_UNKNOWN},
        {FEED_MODIFY, 1, 100, 1, 77, BOOK_L3_UNKNOWN},
        {FEED_DELETE, -1, 0, 0, 1, BOOK_L3_UNKNOWN}, // it is a bid
        {FEED_MODIFY, -1, 105, 1, 1, BOOK_L3_UNKNOWN},
        {FEED_ADD, 1, 90, 1, 1, BOOK_L3_DUPLICATE},
        {FEED_ADD, -1, 110, 1, 1, BOOK_L3_DUPLICATE},
        {FEED_ADD, 1, far, 1, 1, BOOK_L3_RANGE}, // comes before the duplicate
        {FEED_ADD, 1, -far, 1, 50, BOOK_L3_RANGE},
        {FEED_ADD, -1, INT64_MIN, 1, 50, BOOK_L3_RANGE},
        {FEED_ADD, 1, 90, INT64_MAX / 8 + 1, 50, BOOK_L3_RANGE},
        {FEED_MODIFY, 1, far, 1, 1, BOOK_L3_RANGE},
        {FEED_MODIFY, 1, 100, INT64_MAX, 1, BOOK_L3_RANGE},
        {FEED_MODIFY, 1, far, 1, 77, BOOK_L3_UNKNOWN},
        {FEED_TRADE, 1, 100, 1, 1, BOOK_L3_BESIDE},
        {FEED_LEVEL, 1, 100, 1, 0, BOOK_L3_BESIDE},
        {FEED_ADD, 1, 80, 1, 50, BOOK_L3_FULL},     // a sixth price
        {FEED_MODIFY, 1, 80, 1, 1, BOOK_L3_FULL},   // from a price that stays
        {FEED_MODIFY, 1, 80, 1, 3, BOOK_L3_APPLIED} // from one that does not
    };
    struct book_l3 *book = &((struct fixture *)*state)->book;
    for (uint64_t id = 1; id <= 2; id++) say(book, FEED_ADD, 1, 100, 5, id);
    for (uint64_t id = 3; id <= 6; id++) say(book, FEED_ADD, 1, 100 - (int64_t)id, 5, id);
    uint64_t hash = book_l3_hash(book);
    size_t count = sizeof rows / sizeof rows[0];
    for (size_t i = 0; i < count; i++) {
        int outcome = say(book, rows[i].kind, rows[i].side, rows[i].price, rows[i].qty, rows[i].id);
        if (outcome != (int)rows[i].outcome) fail_msg("row %zu: %d", i, outcome);
        if (i + 1 < count && book_l3_hash(book) != hash) fail_msg("row %zu changed the book", i);
    }
    assert_int_equal(book_l3_outcomes(book, BOOK_L3_UNKNOWN), 7);
    assert_int_equal(book_l3_outcomes(book, BOOK_L3_RANGE), 6);
    say(book, FEED_ADD, 1, 100, 5, 7);
    say(book, FEED_ADD, 1, 100, 5, 8);
    assert_int_equal(say(book, FEED_ADD, 1, 100, 5, 9), BOOK_L3_FULL); // a ninth order
}

static void taking_more_than_there_is_removes_the_order_and_is_told(void **state) {
    struct book_l3 *book = &((struct fixture *)*state)->book;
    say(book, FEED_ADD, 1, 100, 5, 1);
    say(book, FEED_ADD, 1, 100, 5, 2);
    assert_int_equal(say(book, FEED_REDUCE, 1, 0, 6, 1), BOOK_L3_EXCESS);
    assert_int_equal(say(book, FEED_EXECUTE, 1, 100, 5, 2), BOOK_L3_APPLIED);
    assert_int_equal(book_l3_order_count(book), 0);
    assert_int_equal(book_l3_level_count(book, 1), 0);
}

static void a_crossed_book_is_told_after_a_whole_message(void **state) {
    struct book_l3 *book = &((struct fixture *)*state)->book;
    say(book, FEED_ADD, 1, 100, 5, 1);
    const struct feed_record part = {
        .price = 99, .qty = 5, .id = 2, .what = feed_what(FEED_ADD, -1, 0)};
    assert_int_equal(book_l3_apply(book, &part), BOOK_L3_APPLIED); // more of the message follows
    assert_true(book_l3_is_crossed(book));
    assert_int_equal(say(book, FEED_MODIFY, 1, 98, 5, 1), BOOK_L3_APPLIED);
    assert_false(book_l3_is_crossed(book));
    assert_int_equal(say(book, FEED_MODIFY, 1, 99, 5, 1), BOOK_L3_CROSSED); // locked
    assert_int_equal(say(book, FEED_CLEAR, -1, 0, 0, 0), BOOK_L3_APPLIED);
    assert_false(book_l3_is_crossed(book));
    assert_int_equal(book_l3_order_count(book), 1);
    assert_int_equal(say(book, FEED_CLEAR, 0, 0, 0, 0), BOOK_L3_APPLIED);
    assert_int_equal(book_l3_order_count(book), 0);
    assert_int_equal(book_l3_hash(book), 0);
}

static void levels_and_buckets_go_from_the_touch_outwards(void **state) {
    struct book_l3 *book = &((struct fixture *)*state)->book;
    struct book_l3_level rows[8];
    say(book, FEED_ADD, -1, 3, 1, 1);
    say(book, FEED_ADD, -1, -4, 2, 2);
    say(book, FEED_ADD, -1, 7, 4, 3);
    say(book, FEED_ADD, -1, 3, 8, 4);
    say(book, FEED_ADD, -1, 10, 16, 5);
    assert_int_equal(book_l3_levels(book, -1, rows, 8), 4);
    const int64_t prices[] = {-4, 3, 7, 10}, quantities[] = {2, 9, 4, 16};
    for (int i = 0; i < 4; i++) {
        assert_int_equal(rows[i].price, prices[i]);
        assert_int_equal(rows[i].qty, quantities[i]);
    }
    assert_int_equal(rows[1].count, 2);
    assert_int_equal(book_l3_levels(book, -1, rows, 2), 2);
    assert_int_equal(book_l3_levels(book, 1, rows, 8), 0);
    // Asks fall into the bucket that begins at or below them: [-5, 0), [0, 5), [5, 10), [10, 15).
    assert_int_equal(book_l3_buckets(book, -1, 5, rows, 8), 4);
    const int64_t bounds[] = {-5, 0, 5, 10}, sums[] = {2, 9, 4, 16};
    for (int i = 0; i < 4; i++) {
        assert_int_equal(rows[i].price, bounds[i]);
        assert_int_equal(rows[i].qty, sums[i]);
    }
    assert_int_equal(book_l3_buckets(book, -1, 100, rows, 8), 2);
    assert_int_equal(rows[1].qty, 29);
    assert_int_equal(rows[1].count, 4);
    assert_int_equal(book_l3_buckets(book, -1, 5, rows, 3), 3);
    say(book, FEED_CLEAR, 0, 0, 0, 0);
    // Bids into the one that ends at or above them: (5, 10], (0, 5], (-5, 0].
    say(book, FEED_ADD, 1, 6, 1, 1);
    say(book, FEED_ADD, 1, 5, 2, 2);
    say(book, FEED_ADD, 1, 1, 4, 3);
    say(book, FEED_ADD, 1, -4, 8, 4);
    assert_int_equal(book_l3_buckets(book, 1, 5, rows, 8), 3);
    const int64_t tops[] = {10, 5, 0}, held[] = {1, 6, 8};
    for (int i = 0; i < 3; i++) {
        assert_int_equal(rows[i].price, tops[i]);
        assert_int_equal(rows[i].qty, held[i]);
    }
    struct book_l3_level level;
    assert_true(book_l3_level_find(book, 1, 5, &level));
    assert_int_equal(level.qty, 2);
    assert_false(book_l3_level_find(book, -1, 5, &level));
}

static void a_book_of_no_size_or_too_large_for_its_arena_is_refused(void **state) {
    struct fixture *fixture = *state;
    struct book_l3 book;
    const struct book_l3_config none = {0, 1}, no_levels = {1, 0}, large = {1 << 20, 16};
    assert_int_equal(book_l3_init(&book, &fixture->arena, &none), ERR_ARGUMENT);
    assert_int_equal(book_l3_init(&book, &fixture->arena, &no_levels), ERR_ARGUMENT);
    assert_int_equal(book_l3_init(&book, &fixture->arena, &large), ERR_NOMEM);
}

// A record of any kind about few orders and prices, so that all outcomes happen.
static struct feed_record any_record(struct prng *prng, uint64_t ids) {
    uint64_t pick = prng_below(prng, 1000);
    int side = prng_below(prng, 2) == 0 ? 1 : -1;
    int64_t depth = (int64_t)(prng_below(prng, 8) * prng_below(prng, 8));
    struct feed_record record = {.price = 1000 - side * (depth - 2),
                                 .qty = 1 + (int64_t)prng_below(prng, 50),
                                 .id = 1 + prng_below(prng, ids)};
    enum feed_kind kind = pick < 450   ? FEED_ADD
                          : pick < 600 ? FEED_MODIFY
                          : pick < 700 ? FEED_REDUCE
                          : pick < 800 ? FEED_EXECUTE
                          : pick < 998 ? FEED_DELETE
                          : pick < 999 ? FEED_CLEAR
                                       : FEED_TRADE;
    if (kind == FEED_REDUCE || kind == FEED_DELETE || kind == FEED_CLEAR) record.price = 0;
    if (kind == FEED_CLEAR) record.qty = 0;
    if (kind == FEED_CLEAR && prng_below(prng, 2) == 0) side = 0;
    record.what = feed_what(kind, side, prng_below(prng, 2) == 0 ? FEED_LAST : 0);
    return record;
}

static void every_answer_and_every_state_is_that_of_the_naive_twin(void **state) {
    enum { COMMANDS = 100000 };
    const struct book_l3_config configs[] = {{300, 60}, {64, 200}, {200, 12}};
    for (size_t c = 0; c < sizeof configs / sizeof configs[0]; c++) {
        struct arena arena;
        struct book_l3 book;
        struct twin twin;
        struct prng prng;
        uint64_t counts[BOOK_L3_OUTCOME_END] = {0};
        assert_ok(arena_init(&arena, 1 << 20));
        assert_ok(book_l3_init(&book, &arena, &configs[c]));
        twin_init(&twin, &configs[c]);
        prng_seed(&prng, 100 + c);
        for (int i = 0; i < COMMANDS / 2; i++) {
            struct feed_record record = any_record(&prng, 500);
            enum book_l3_outcome outcome = book_l3_apply(&book, &record);
            counts[outcome]++;
            if (outcome != twin_apply(&twin, &record)) fail_msg("%zu, command %d", c, i);
            if (i % 32 == 0 && book_l3_hash(&book) != twin_hash(&twin))
                fail_msg("%zu, command %d: another state", c, i);
            if (i % 512 == 0) book_l3_check(&book);
        }
        for (int outcome = 0; outcome < BOOK_L3_OUTCOME_END; outcome++) {
            assert_int_equal(counts[outcome], book_l3_outcomes(&book, outcome));
            if (outcome != BOOK_L3_RANGE) assert_true(counts[outcome] > 0);
        }
        assert_int_equal(book_l3_hash(&book), twin_hash(&twin));
        twin_fini(&twin);
        arena_fini(&arena);
    }
}

static void a_run_of_records_leaves_what_one_by_one_leaves(void **state) {
    enum { COMMANDS = 20000 };
    const struct book_l3_config config = {300, 60};
    struct feed_record *records = calloc(COMMANDS, sizeof *records);
    struct arena arena;
    struct book_l3 run, single;
    struct prng prng;
    assert_ok(arena_init(&arena, 1 << 20));
    assert_ok(book_l3_init(&run, &arena, &config));
    assert_ok(book_l3_init(&single, &arena, &config));
    prng_seed(&prng, 5);
    for (int i = 0; i < COMMANDS; i++) records[i] = any_record(&prng, 500);
    for (int i = 0; i < COMMANDS; i++) (void)book_l3_apply(&single, &records[i]);
    for (int i = 0, size = 0; i < COMMANDS; i += size) { // runs of 1 to 41
        size = size % 41 + 1 < COMMANDS - i ? size % 41 + 1 : COMMANDS - i;
        book_l3_apply_run(&run, records + i, (uint64_t)size);
    }
    book_l3_check(&run);
    assert_int_equal(book_l3_hash(&run), book_l3_hash(&single));
    for (int outcome = 0; outcome < BOOK_L3_OUTCOME_END; outcome++)
        assert_int_equal(book_l3_outcomes(&run, outcome), book_l3_outcomes(&single, outcome));
    arena_fini(&arena);
    free(records);
}

static void many_levels_stay_in_order_wherever_they_appear(void **state) {
    enum { LEVELS = 5000 };
    const struct book_l3_config config = {LEVELS, LEVELS};
    struct book_l3_level *rows = calloc(LEVELS, sizeof *rows);
    struct arena arena;
    struct book_l3 book;
    assert_ok(arena_init(&arena, 1 << 22));
    assert_ok(book_l3_init(&book, &arena, &config));
    for (int64_t i = 0; i < LEVELS; i++) { // 2,657 has no factor in common with 5,000
        const struct feed_record record = {.price = i * 2657 % LEVELS,
                                           .qty = 1 + i,
                                           .id = (uint64_t)i << 40,
                                           .what = feed_what(FEED_ADD, i % 2 == 0 ? 1 : -1, 0)};
        assert_int_equal(book_l3_apply(&book, &record), BOOK_L3_APPLIED);
    }
    book_l3_check(&book);
    assert_int_equal(book_l3_levels(&book, 1, rows, LEVELS), LEVELS / 2);
    for (int64_t i = 0; i < LEVELS; i += 3) {
        const struct feed_record record = {.id = (uint64_t)i << 40,
                                           .what = feed_what(FEED_DELETE, i % 2 == 0 ? 1 : -1, 0)};
        assert_int_equal(book_l3_apply(&book, &record), BOOK_L3_APPLIED);
    }
    book_l3_check(&book);
    assert_int_equal(book_l3_order_count(&book), LEVELS - (LEVELS + 2) / 3);
    arena_fini(&arena);
    free(rows);
}

static void every_outcome_has_a_name(void **state) {
    for (int outcome = 0; outcome < BOOK_L3_OUTCOME_END; outcome++)
        assert_non_null(book_l3_outcome_name(outcome));
    assert_string_equal(book_l3_outcome_name(BOOK_L3_UNKNOWN), "unknown_order");
    assert_null(book_l3_outcome_name(BOOK_L3_OUTCOME_END));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(orders_queue_at_their_price_in_order_of_arrival, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_change_keeps_the_place_only_when_it_asks_for_no_more,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(what_cannot_be_applied_is_told_counted_and_changes_nothing,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(taking_more_than_there_is_removes_the_order_and_is_told,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(a_crossed_book_is_told_after_a_whole_message, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(levels_and_buckets_go_from_the_touch_outwards, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_book_of_no_size_or_too_large_for_its_arena_is_refused,
                                        setup, teardown),
        cmocka_unit_test(every_answer_and_every_state_is_that_of_the_naive_twin),
        cmocka_unit_test(a_run_of_records_leaves_what_one_by_one_leaves),
        cmocka_unit_test(many_levels_stay_in_order_wherever_they_appear),
        cmocka_unit_test(every_outcome_has_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
