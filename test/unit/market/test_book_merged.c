// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "base/prng.h"
#include "market/book_merged.h"

enum { VENUES = 4, PRICES = 2048 };

struct venues {
    struct arena arena;
    struct book_l2 books[VENUES];
    struct book_merged merged;
};

static const int64_t tick_units[VENUES] = {1, 5, 2, 10};
static const int64_t qty_units[VENUES] = {1, 1, 100, 7};

static void open_venues(struct venues *venues) {
    static const struct book_l2_config config = {.window = 256, .level_max = 256};
    *venues = (struct venues){.merged = {.count = 0}};
    assert_ok(arena_init(&venues->arena, VENUES * (book_l2_size(&config) + 64)));
    for (int v = 0; v < VENUES; v++) {
        assert_ok(book_l2_init(&venues->books[v], &venues->arena, &config));
        assert_ok(book_merged_add(&venues->merged, &venues->books[v], tick_units[v], qty_units[v]));
    }
}

static void set(struct venues *venues, int v, int side, int64_t tick, int64_t qty) {
    struct book_l2_change change;
    assert_ok(book_l2_set(&venues->books[v], side, tick, qty, &change));
}

// Every price there may be, in order, and what each venue shows at it.
static uint32_t naive_levels(const struct venues *venues, int side, struct book_merged_level *ret) {
    uint32_t count = 0;
    for (int64_t step = 0; step < PRICES; step++) {
        struct book_merged_level level = {.price = side > 0 ? PRICES - 1 - step : step};
        bool any = false;
        for (int v = 0; v < VENUES; v++) {
            struct book_l2_level all[256];
            uint32_t levels = book_l2_levels(&venues->books[v], side, all, 256);
            for (uint32_t i = 0; i < levels; i++) {
                if (all[i].tick * tick_units[v] != level.price) continue;
                level.by_venue[v] = all[i].qty * qty_units[v];
                level.qty += level.by_venue[v];
                any = true;
            }
        }
        if (any) ret[count++] = level;
    }
    return count;
}

static void compare(const struct venues *venues) {
    static struct book_merged_level naive[2][PRICES], merged[PRICES];
    struct book_merged_touch touch;
    book_merged_touch(&venues->merged, &touch);
    uint32_t counts[2];
    for (int s = 0; s < 2; s++) {
        counts[s] = naive_levels(venues, s == 0 ? 1 : -1, naive[s]);
        assert_int_equal(book_merged_levels(&venues->merged, s == 0 ? 1 : -1, merged, PRICES),
                         counts[s]);
        assert_memory_equal(merged, naive[s], counts[s] * sizeof merged[0]);
    }
    if (counts[0] > 0) assert_int_equal(touch.bid, naive[0][0].price);
    if (counts[0] > 0) assert_int_equal(touch.bid_qty, naive[0][0].qty);
    if (counts[1] > 0) assert_int_equal(touch.ask, naive[1][0].price);
    if (counts[1] > 0) assert_int_equal(touch.ask_qty, naive[1][0].qty);
    for (int v = 0; v < VENUES; v++) {
        bool shows = counts[0] > 0 && naive[0][0].by_venue[v] > 0;
        assert_int_equal(touch.bid_venues >> v & 1, shows);
    }
    bool both = counts[0] > 0 && counts[1] > 0;
    int64_t gap = both ? naive[1][0].price - naive[0][0].price : 0;
    assert_int_equal(touch.state, !both     ? BOOK_MERGED_ONE_SIDED
                                  : gap > 0 ? BOOK_MERGED_OPEN
                                  : gap < 0 ? BOOK_MERGED_CROSSED
                                            : BOOK_MERGED_LOCKED);
}

static void a_merged_book_is_what_a_search_of_all_prices_finds(void **state) {
    static struct venues venues;
    struct prng prng;
    bool seen[4] = {false};
    prng_seed(&prng, 3);
    open_venues(&venues);
    compare(&venues);
    for (int step = 0; step < 3000; step++) {
        int v = (int)prng_below(&prng, VENUES), side = prng_below(&prng, 2) ? 1 : -1;
        int64_t price = 1000 - side * (int64_t)prng_below(&prng, 80) + side * 4;
        int64_t qty = prng_below(&prng, 3) == 0 ? 0 : 1 + (int64_t)prng_below(&prng, 50);
        set(&venues, v, side, price / tick_units[v], qty);
        if (prng_below(&prng, 100) == 0) book_l2_clear(&venues.books[v], 0);
        if (step % 10 == 0) compare(&venues);
        struct book_merged_touch touch;
        book_merged_touch(&venues.merged, &touch);
        seen[touch.state] = true;
    }
    for (int i = 0; i < 4; i++) assert_true(seen[i]);
    arena_fini(&venues.arena);
}

// 100 at two venues of other ticks and quantities; a third is one above: they cross it.
static void levels_tell_who_shows_them(void **state) {
    static struct venues venues;
    struct book_merged_level level;
    struct book_merged_touch touch;
    open_venues(&venues);
    set(&venues, 0, 1, 100, 3);
    set(&venues, 1, 1, 20, 4);
    set(&venues, 2, -1, 50, 2);
    assert_int_equal(book_merged_levels(&venues.merged, 1, &level, 1), 1);
    assert_int_equal(level.price, 100);
    assert_int_equal(level.qty, 7);
    assert_int_equal(level.by_venue[1], 4);
    book_merged_touch(&venues.merged, &touch);
    assert_int_equal(touch.bid_venues, 3);
    assert_int_equal(touch.ask_qty, 200);
    assert_string_equal(book_merged_state_name(touch.state), "locked");
    set(&venues, 0, 1, 101, 1);
    book_merged_touch(&venues.merged, &touch);
    assert_string_equal(book_merged_state_name(touch.state), "crossed");
    assert_int_equal(touch.bid_venues, 1);
    arena_fini(&venues.arena);
}

static void there_is_room_for_so_many_venues(void **state) {
    static struct venues venues;
    open_venues(&venues);
    for (int i = VENUES; i < BOOK_MERGED_MAX; i++)
        assert_ok(book_merged_add(&venues.merged, &venues.books[0], 1, 1));
    assert_int_equal(book_merged_add(&venues.merged, &venues.books[0], 1, 1), ERR_FULL);
    assert_int_equal(book_merged_add(&venues.merged, &venues.books[0], 0, 1), ERR_ARGUMENT);
    arena_fini(&venues.arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_merged_book_is_what_a_search_of_all_prices_finds),
        cmocka_unit_test(levels_tell_who_shows_them),
        cmocka_unit_test(there_is_room_for_so_many_venues),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
