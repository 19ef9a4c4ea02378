// SPDX-License-Identifier: Apache-2.0
// The twin reads the whole book anew at every commit.
#include "micro_kit.h"

static void same_side(const struct micro_side *side, const struct book_l2_level *levels,
                      uint32_t count, uint32_t max, int s) {
    uint32_t held = side->count < max ? side->count : max;
    assert_int_equal(held, count);
    for (uint32_t i = 0; i < max; i++) {
        assert_int_equal(side->price[i],
                         i < count ? levels[i].tick : (s ? MICRO_NO_ASK : MICRO_NO_BID));
        assert_int_equal(side->qty[i], i < count ? levels[i].qty : 0);
    }
}

struct picture {
    struct book_l2_level levels[2][MICRO_LEVELS_MAX];
    uint32_t count[2];
};

static void picture_take(const struct book_l2 *book, uint32_t max, struct picture *ret) {
    for (int s = 0; s < 2; s++)
        ret->count[s] = book_l2_levels(book, s ? -1 : 1, ret->levels[s], max);
}

static void view_is_the_book(uint64_t seed, uint32_t levels) {
    struct kit kit;
    struct picture now = {0};
    char features[32];
    snprintf(features, sizeof features, "depth:levels=%u", levels);
    kit_open(&kit, features);
    prng_seed(&kit.prng, seed);
    for (int step = 0; step < 20000; step++) {
        kit_storm(&kit);
        const struct micro_view *view = micro_set_view(&kit.set, kit.state);
        picture_take(&kit.book, levels, &now);
        for (int s = 0; s < 2; s++) {
            same_side(&view->now[s], now.levels[s], now.count[s], levels, s);
            same_side(&view->before[s], now.levels[s], now.count[s], levels, s); // settled
        }
    }
    kit_close(&kit);
}

static void the_view_is_what_the_book_shows_after_any_storm(void **state) {
    view_is_the_book(1, 1);
    view_is_the_book(2, 5);
    view_is_the_book(3, 50);
    view_is_the_book(4, 64);
}

// A price that walks, told as feeds do: the new levels of one side first, then those of the other that are gone. The
// book is not asked for its levels, and what was run over is forgotten as soon as it is gone.
static void a_message_that_crosses_on_its_way_is_followed(void **state) {
    struct kit kit;
    int64_t best = 10000, crossings = 0;
    kit_open(&kit, "depth:levels=20");
    prng_seed(&kit.prng, 6);
    struct micro_book *book = kit.state;
    for (int i = 0; i < 40; i++) {
        kit_level(&kit, 1, best - i, 5 + i);
        kit_level(&kit, -1, best + 1 + i, 7 + i);
    }
    kit_commit(&kit);
    for (int step = 0; step < 5000; step++) {
        int64_t by = 1 + (int64_t)prng_below(&kit.prng, 5);
        int side = prng_below(&kit.prng, 2) ? 1 : -1; // the price goes its way
        for (int64_t i = by; i > 0; i--)
            kit_level(&kit, side, best + (side < 0) + side * i, 1 + step % 9);
        crossings += book->unsafe[side > 0];
        for (int64_t i = 1; i <= by; i++) kit_level(&kit, -side, best + (side < 0) + side * i, 0);
        for (int64_t i = 0; i < by; i++) {
            kit_level(&kit, -side, best + (side < 0) + side * (41 + i), 1 + step % 7);
            kit_level(&kit, side, best + (side > 0) - side * (40 - i), 0);
        }
        assert_true(book->stale[0] == 0 && book->stale[1] == 0);
        kit_commit(&kit);
        assert_true(book->unsafe[0] == 0 && book->unsafe[1] == 0);
        best += side * by;
        struct picture picture = {0};
        picture_take(&kit.book, 20, &picture);
        for (int s = 0; s < 2; s++)
            for (uint32_t i = 0; i < 20; i++) {
                assert_int_equal(book->view.now[s].price[i], picture.levels[s][i].tick);
                assert_int_equal(book->view.now[s].qty[i], picture.levels[s][i].qty);
            }
    }
    assert_true(crossings > 4000);
    kit_close(&kit);
}

// Of each change its price, what was there and what is, against the two pictures.
static void changes_are_those_between_two_pictures(void **state) {
    struct kit kit;
    struct picture now = {0}, before = {0};
    kit_open(&kit, "depth:levels=10");
    prng_seed(&kit.prng, 7);
    struct micro_book *book = kit.state;
    uint64_t total = 0;
    for (int step = 0; step < 5000; step++) {
        kit_storm_levels(&kit, prng_below(&kit.prng, 2) ? 1 : -1);
        micro_book_commit(book, &kit.source, kit.now_ns);
        picture_take(&kit.book, 10, &now);
        for (int s = 0; s < 2; s++) {
            uint32_t found = 0;
            for (int64_t away = -1000; away <= 1000; away++) { // every price there may be
                int64_t price = 10000 + (s ? away : -away), a = 0, b = 0;
                for (uint32_t i = 0; i < now.count[s]; i++)
                    if (now.levels[s][i].tick == price) a = now.levels[s][i].qty;
                for (uint32_t i = 0; i < before.count[s]; i++)
                    if (before.levels[s][i].tick == price) b = before.levels[s][i].qty;
                if (a == b) continue;
                const struct micro_change *change = &book->view.changed[s][found++];
                assert_true(found <= book->view.changed_count[s]);
                assert_true(change->price == price && change->now == a && change->before == b);
            }
            assert_int_equal(found, book->view.changed_count[s]);
            total += found;
        }
        micro_book_settle(book);
        before = now;
    }
    assert_true(total > 5000);
    kit_close(&kit);
}

// A feature that compares what it is told has changed with what has.
static void a_change_lies_within_its_bounds(void **state) {
    struct kit kit;
    struct picture now = {0}, before = {0};
    kit_open(&kit, "depth:levels=10");
    prng_seed(&kit.prng, 5);
    struct micro_book *book = kit.state;
    for (int step = 0; step < 5000; step++) {
        int side = prng_below(&kit.prng, 2) ? 1 : -1;
        kit_storm_levels(&kit, side);
        micro_book_commit(book, &kit.source, kit.now_ns);
        picture_take(&kit.book, 10, &now);
        for (int s = 0; s < 2; s++)
            for (uint32_t i = 0; i < 10; i++) {
                bool inside = i >= book->view.from[s] && i < book->view.to[s];
                struct book_l2_level a = {0}, b = {0};
                if (i < now.count[s]) a = now.levels[s][i];
                if (i < before.count[s]) b = before.levels[s][i];
                if (!inside) assert_memory_equal(&a, &b, sizeof a);
                assert_int_equal(book->view.before[s].qty[i], b.qty);
            }
        micro_book_settle(book);
        before = now;
    }
    kit_close(&kit);
}

static void a_book_by_order_is_followed_too(void **state) {
    static const struct book_l3_config config = {4096, 1024};
    struct arena arena;
    struct book_l3 orders;
    static struct micro_book book;
    struct prng prng;
    prng_seed(&prng, 6);
    assert_ok(arena_init(&arena, 8 << 20));
    assert_ok(book_l3_init(&orders, &arena, &config));
    const struct micro_source source = {.l3 = &orders};
    micro_book_init(&book, 20, 1, 1);
    for (uint64_t id = 1; id < 30000; id++) {
        int side = prng_below(&prng, 2) ? 1 : -1;
        int64_t price = 500 - side * (int64_t)prng_below(&prng, 150);
        struct feed_record record = {
            .id = id, .price = price, .qty = 10, .what = feed_what(FEED_ADD, side, FEED_LAST)};
        if (id > 600 && prng_below(&prng, 2)) {
            struct book_l3_level old;
            record = (struct feed_record){.id = id - 1 - prng_below(&prng, 600)};
            for (side = 1; side >= -1; side -= 2) {
                record.what = feed_what(FEED_DELETE, side, FEED_LAST);
                if (!book_l3_level_of(&orders, feed_side_of(record.what), record.id, &old))
                    continue;
                if (book_l3_apply(&orders, &record) == BOOK_L3_UNKNOWN) continue;
                bool there = book_l3_level_find(&orders, side, old.price, &old);
                micro_book_level(&book, side, old.price, there ? old.qty : 0);
            }
        } else {
            struct book_l3_level level;
            (void)book_l3_apply(&orders, &record);
            bool there = book_l3_level_find(&orders, side, price, &level);
            micro_book_level(&book, side, price, there ? level.qty : 0);
        }
        micro_book_commit(&book, &source, (int64_t)id);
        micro_book_settle(&book);
        for (int s = 0; s < 2; s++) {
            struct book_l3_level levels[20];
            uint32_t count = book_l3_levels(&orders, s ? -1 : 1, levels, 20);
            for (uint32_t i = 0; i < count; i++) {
                assert_int_equal(book.view.before[s].price[i], levels[i].price);
                assert_int_equal(book.view.before[s].qty[i], levels[i].qty);
            }
            assert_true(book.view.now[s].count >= count);
        }
    }
    arena_fini(&arena);
}

static void time_does_not_go_back(void **state) {
    struct kit kit;
    kit_open(&kit, "spread");
    kit_put(&kit, 0, 1, 10, 1);
    int64_t then = kit.now_ns;
    kit_put(&kit, -500, -1, 12, 1);
    assert_int_equal(micro_set_view(&kit.set, kit.state)->now_ns, then);
    kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_view_is_what_the_book_shows_after_any_storm),
        cmocka_unit_test(a_message_that_crosses_on_its_way_is_followed),
        cmocka_unit_test(changes_are_those_between_two_pictures),
        cmocka_unit_test(a_change_lies_within_its_bounds),
        cmocka_unit_test(a_book_by_order_is_followed_too),
        cmocka_unit_test(time_does_not_go_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
