// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "base/prng.h"
#include "market/book_l2.h"

// The definition of market/book_l2.h over a plain list of levels, without order.
enum { NAIVE_MAX = 4096 };
struct naive_side {
    struct book_l2_level levels[NAIVE_MAX];
    uint32_t count;
    int64_t best, reach;
};
struct naive {
    struct naive_side bids, asks;
};

static void naive_init(struct naive *naive) {
    naive->bids.count = naive->asks.count = 0;
    naive->bids.best = BOOK_L2_NO_BID;
    naive->bids.reach = INT64_MAX;
    naive->asks.best = BOOK_L2_NO_ASK;
    naive->asks.reach = INT64_MIN;
}

static int64_t naive_put(struct naive_side *side, int64_t tick, int64_t qty) {
    for (uint32_t i = 0; i < side->count; i++) {
        if (side->levels[i].tick != tick) continue;
        int64_t previous = side->levels[i].qty;
        if (qty > 0)
            side->levels[i].qty = qty;
        else
            side->levels[i] = side->levels[--side->count];
        return previous;
    }
    assert_true(side->count < NAIVE_MAX);
    if (qty > 0) side->levels[side->count++] = (struct book_l2_level){tick, qty};
    return 0;
}

// The greatest stored tick in [low, below), else `none`; and the least in (above, high].
static int64_t naive_greatest(const struct naive_side *side, int64_t low, int64_t below) {
    int64_t found = BOOK_L2_NO_BID;
    for (uint32_t i = 0; i < side->count; i++) {
        int64_t tick = side->levels[i].tick;
        if (tick >= low && tick < below && tick > found) found = tick;
    }
    return found;
}
static int64_t naive_least(const struct naive_side *side, int64_t above, int64_t high) {
    int64_t found = BOOK_L2_NO_ASK;
    for (uint32_t i = 0; i < side->count; i++) {
        int64_t tick = side->levels[i].tick;
        if (tick > above && tick <= high && tick < found) found = tick;
    }
    return found;
}

static int64_t naive_bid(struct naive *naive, int64_t tick, int64_t qty) {
    struct naive_side *bids = &naive->bids, *asks = &naive->asks;
    int64_t previous = naive_put(bids, tick, qty);
    if (qty == 0) {
        if (tick != bids->best) return previous;
        bids->best = naive_greatest(bids, bids->reach, tick);
        if (bids->best == BOOK_L2_NO_BID) bids->reach = INT64_MAX;
        return previous;
    }
    if (tick > bids->best) {
        bids->best = tick;
        if (bids->best >= asks->best) asks->best = naive_least(asks, tick, asks->reach);
    }
    if (tick < bids->reach) bids->reach = tick;
    return previous;
}

static int64_t naive_ask(struct naive *naive, int64_t tick, int64_t qty) {
    struct naive_side *bids = &naive->bids, *asks = &naive->asks;
    int64_t previous = naive_put(asks, tick, qty);
    if (qty == 0) {
        if (tick != asks->best) return previous;
        asks->best = naive_least(asks, tick, asks->reach);
        if (asks->best == BOOK_L2_NO_ASK) asks->reach = INT64_MIN;
        return previous;
    }
    if (tick < asks->best) {
        asks->best = tick;
        if (bids->best >= asks->best) bids->best = naive_greatest(bids, bids->reach, tick);
    }
    if (tick > asks->reach) asks->reach = tick;
    return previous;
}

struct fixture {
    struct arena arena;
    struct book_l2 book;
};

static int set_up(void **state) {
    struct fixture *fixture = calloc(1, sizeof *fixture);
    const struct book_l2_config config = {.window = 256, .level_max = NAIVE_MAX};
    assert_ok(arena_init(&fixture->arena, book_l2_size(&config)));
    assert_ok(book_l2_init(&fixture->book, &fixture->arena, &config));
    *state = fixture;
    return 0;
}

static int tear_down(void **state) {
    struct fixture *fixture = *state;
    arena_fini(&fixture->arena);
    free(fixture);
    return 0;
}

static struct book_l2_change set(struct book_l2 *book, int side, int64_t tick, int64_t qty) {
    struct book_l2_change change;
    assert_ok(book_l2_set(book, side, tick, qty, &change));
    return change;
}

static bool naive_plain(const struct naive_side *side, int s) {
    for (uint32_t i = 0; i < side->count; i++) {
        int64_t tick = side->levels[i].tick;
        if (s ? tick < side->best || tick > side->reach : tick > side->best || tick < side->reach)
            return false;
    }
    return true;
}

static void same(const struct book_l2 *book, const struct naive *naive) {
    assert_int_equal(book_l2_is_plain(book, 1), naive_plain(&naive->bids, 0));
    assert_int_equal(book_l2_is_plain(book, -1), naive_plain(&naive->asks, 1));
    assert_int_equal(book_l2_best_bid(book), naive->bids.best);
    assert_int_equal(book_l2_best_ask(book), naive->asks.best);
    assert_int_equal(book_l2_count(book, 1), naive->bids.count);
    assert_int_equal(book_l2_count(book, -1), naive->asks.count);
    for (uint32_t i = 0; i < naive->bids.count; i++)
        assert_int_equal(book_l2_qty(book, 1, naive->bids.levels[i].tick),
                         naive->bids.levels[i].qty);
    for (uint32_t i = 0; i < naive->asks.count; i++)
        assert_int_equal(book_l2_qty(book, -1, naive->asks.levels[i].tick),
                         naive->asks.levels[i].qty);
}

// A touch that walks, now and then leaps, below zero too; levels near it, far from it and across it.
static void a_hundred_thousand_changes_leave_what_the_definition_says(void **state) {
    struct fixture *fixture = *state;
    struct naive *naive = malloc(sizeof *naive);
    naive_init(naive);
    struct prng prng;
    prng_seed(&prng, 7);
    int64_t touch = 200;
    for (int i = 0; i < 100000; i++) {
        touch += (int64_t)prng_below(&prng, 3) - 1;
        if (prng_below(&prng, 2000) == 0) touch += (int64_t)prng_below(&prng, 4001) - 2000;
        int side = prng_below(&prng, 2) ? 1 : -1;
        int64_t spread = prng_below(&prng, 10) == 0 ? 600 : 12;
        int64_t away = (int64_t)prng_below(&prng, (uint64_t)spread) - 2;
        int64_t tick = touch - side * away;
        int64_t qty = prng_below(&prng, 2) ? 0 : 1 + (int64_t)prng_below(&prng, 1000);
        struct book_l2_change change = set(&fixture->book, side, tick, qty);
        int64_t previous = side > 0 ? naive_bid(naive, tick, qty) : naive_ask(naive, tick, qty);
        assert_int_equal(change.previous, previous);
        assert_int_equal(change.best_after, side > 0 ? naive->bids.best : naive->asks.best);
        assert_int_equal(book_l2_best_bid(&fixture->book), naive->bids.best);
        assert_int_equal(book_l2_best_ask(&fixture->book), naive->asks.best);
        if (i % 500 == 0) {
            same(&fixture->book, naive);
            book_l2_check(&fixture->book);
        }
        if (i % 30000 == 29999) {
            book_l2_clear(&fixture->book, 0);
            naive_init(naive);
        }
    }
    free(naive);
}

static void a_level_that_was_run_over_is_passed_over_until_it_changes(void **state) {
    struct book_l2 *book = &((struct fixture *)*state)->book;
    set(book, 1, 100, 5);
    set(book, 1, 99, 6);
    set(book, -1, 103, 7);
    set(book, -1, 100, 1); // runs over the bid at 100
    assert_int_equal(book_l2_best_ask(book), 100);
    assert_int_equal(book_l2_best_bid(book), 99);
    assert_int_equal(book_l2_qty(book, 1, 100), 5);
    assert_int_equal(book_l2_count(book, 1), 2);
    set(book, -1, 100, 0);
    assert_int_equal(book_l2_best_ask(book), 103);
    assert_int_equal(book_l2_best_bid(book), 99);
    set(book, 1, 100, 4);
    assert_int_equal(book_l2_best_bid(book), 100);
}

static void a_change_tells_what_was_there_and_how_the_best_moved(void **state) {
    struct book_l2 *book = &((struct fixture *)*state)->book;
    struct book_l2_change change = set(book, -1, 50, 8);
    assert_int_equal(change.best_before, BOOK_L2_NO_ASK);
    assert_int_equal(change.best_after, 50);
    change = set(book, -1, 48, 2);
    assert_int_equal(change.best_before, 50);
    assert_int_equal(change.best_after, 48);
    change = set(book, -1, 48, 0);
    assert_int_equal(change.previous, 2);
    assert_int_equal(change.best_after, 50);
    change = set(book, -1, 50, 0);
    assert_int_equal(change.best_after, BOOK_L2_NO_ASK);
}

static void views_go_from_the_best_outwards(void **state) {
    struct book_l2 *book = &((struct fixture *)*state)->book;
    const int64_t bids[] = {-3, 99, 100, 95, 94, 81}, asks[] = {101, 104, 2000, 105};
    for (size_t i = 0; i < 6; i++) set(book, 1, bids[i], 10 + (int64_t)i);
    for (size_t i = 0; i < 4; i++) set(book, -1, asks[i], 20 + (int64_t)i);
    struct book_l2_level levels[8];
    assert_int_equal(book_l2_levels(book, 1, levels, 8), 6);
    const int64_t down[] = {100, 99, 95, 94, 81, -3};
    for (size_t i = 0; i < 6; i++) assert_int_equal(levels[i].tick, down[i]);
    assert_int_equal(levels[5].qty, 10);
    assert_int_equal(book_l2_levels(book, -1, levels, 3), 3);
    assert_int_equal(levels[2].tick, 105);

    // Buckets of 5: bids 100; 99 and 95 are (95, 100]: 95 alone is its own bound.
    assert_int_equal(book_l2_buckets(book, 1, 5, levels, 8), 4);
    const struct book_l2_level buckets[] = {{100, 12 + 11}, {95, 13 + 14}, {85, 15}, {0, 10}};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(levels[i].tick, buckets[i].tick);
        assert_int_equal(levels[i].qty, buckets[i].qty);
    }
    assert_int_equal(book_l2_buckets(book, -1, 5, levels, 8), 3);
    assert_int_equal(levels[0].tick, 100);
    assert_int_equal(levels[0].qty, 20 + 21);
    assert_int_equal(levels[1].tick, 105);
}

static void equal_books_have_equal_hashes_however_they_came_to_be(void **state) {
    struct fixture *fixture = *state;
    struct fixture *other = NULL;
    set_up((void **)&other);
    for (int64_t tick = 0; tick < 3000; tick += 7) set(&fixture->book, 1, tick, tick + 1);
    for (int64_t tick = 2996; tick >= 0; tick -= 7) set(&other->book, 1, tick, 9);
    assert_true(book_l2_hash(&fixture->book) != book_l2_hash(&other->book));
    for (int64_t tick = 0; tick < 3000; tick += 7) set(&other->book, 1, tick, tick + 1);
    assert_true(book_l2_hash(&fixture->book) == book_l2_hash(&other->book));
    set(&other->book, -1, 5000, 1);
    assert_true(book_l2_hash(&fixture->book) != book_l2_hash(&other->book));
    book_l2_clear(&other->book, -1);
    assert_true(book_l2_hash(&fixture->book) == book_l2_hash(&other->book));
    tear_down((void **)&other);
}

static void a_level_too_many_is_refused_and_changes_nothing(void **state) {
    struct arena arena;
    struct book_l2 book;
    const struct book_l2_config config = {.window = 256, .level_max = 3};
    assert_ok(arena_init(&arena, book_l2_size(&config)));
    assert_ok(book_l2_init(&book, &arena, &config));
    for (int64_t i = 0; i < 3; i++) set(&book, 1, i * 1000, 1);
    uint64_t before = book_l2_hash(&book);
    struct book_l2_change change;
    assert_int_equal(book_l2_set(&book, 1, 5, 1, &change), ERR_FULL);
    assert_true(book_l2_hash(&book) == before);
    set(&book, 1, 1000, 7); // one that is there may change
    set(&book, 1, 1000, 0);
    set(&book, 1, 5, 1);
    arena_fini(&arena);
}

static void a_faulty_configuration_is_refused(void **state) {
    struct fixture *fixture = *state;
    struct book_l2 book;
    const struct book_l2_config bad[] = {{0, 1}, {255, 1}, {384, 1}, {1 << 25, 1}, {256, 0}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(book_l2_init(&book, &fixture->arena, &bad[i]), ERR_ARGUMENT);
    const struct book_l2_config large = {1 << 20, 1 << 20};
    assert_int_equal(book_l2_init(&book, &fixture->arena, &large), ERR_NOMEM);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_hundred_thousand_changes_leave_what_the_definition_says,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_level_that_was_run_over_is_passed_over_until_it_changes,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_change_tells_what_was_there_and_how_the_best_moved,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(views_go_from_the_best_outwards, set_up, tear_down),
        cmocka_unit_test_setup_teardown(equal_books_have_equal_hashes_however_they_came_to_be,
                                        set_up, tear_down),
        cmocka_unit_test(a_level_too_many_is_refused_and_changes_nothing),
        cmocka_unit_test_setup_teardown(a_faulty_configuration_is_refused, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
