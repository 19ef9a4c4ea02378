// SPDX-License-Identifier: Apache-2.0
#include "store_kit.h"

#include "base/prng.h"
#include "edge/store/tape_merge.h"

static void rows_of(struct tape_rows *rows, enum tape_kind kind, const char *text) {
    // "12:5 13:7": time and value; the value fills the other columns, known-at is time + 1 for bars.
    tape_rows_init(rows, kind);
    assert_ok(tape_rows_reserve(rows, 16));
    for (const char *at = text; *at != '\0';) {
        char *end;
        int64_t time = strtoll(at, &end, 10);
        int64_t value = strtoll(end + 1, &end, 10);
        for (uint32_t c = 0; c < rows->column_count; c++) rows->column[c][rows->count] = value;
        rows->column[0][rows->count] = time;
        if (kind == TAPE_BARS) rows->column[1][rows->count] = time + 1;
        rows->count++;
        at = end + (*end == ' ');
    }
}

static void check(enum tape_kind kind, bool replace, const char *old, const char *fresh,
                  const char *expected, const char *counts_expected) {
    struct tape_rows a, b, out;
    struct tape_added_counts counts = {0};
    rows_of(&a, kind, old);
    rows_of(&b, kind, fresh);
    tape_rows_init(&out, kind);
    assert_ok(tape_merge(kind, &a, &b, replace, &out, &counts));
    char text[256] = "", counts_text[64];
    for (uint64_t i = 0; i < out.count; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%" PRId64 ":%" PRId64,
                 i == 0 ? "" : " ", out.column[0][i], out.column[2][i]);
    snprintf(counts_text, sizeof counts_text, "%" PRIu64 " %" PRIu64 " %" PRIu64, counts.rows,
             counts.duplicates, counts.conflicts);
    assert_string_equal(text, expected);
    assert_string_equal(counts_text, counts_expected);
    tape_rows_fini(&a);
    tape_rows_fini(&b);
    tape_rows_fini(&out);
}

static void bars_join_by_the_time_they_open(void **state) {
    check(TAPE_BARS, false, "1:1 3:3", "2:2 4:4", "1:1 2:2 3:3 4:4", "2 0 0");
    check(TAPE_BARS, false, "", "2:2", "2:2", "1 0 0");
    check(TAPE_BARS, false, "2:2", "", "2:2", "0 0 0");
    check(TAPE_BARS, false, "1:1 2:2 3:3", "2:2 3:3 4:4", "1:1 2:2 3:3 4:4", "1 2 0");
}

static void a_bar_that_differs_is_kept_or_replaced(void **state) {
    check(TAPE_BARS, false, "1:1 2:2", "2:9 3:3", "1:1 2:2 3:3", "1 0 1");
    check(TAPE_BARS, true, "1:1 2:2", "2:9 3:3", "1:1 2:9 3:3", "1 0 1");
}

static void ticks_of_one_instant_are_compared_as_a_group(void **state) {
    check(TAPE_TRADES, false, "1:5 1:5 2:6", "1:5 1:5 2:6", "1:5 1:5 2:6", "0 3 0");
    check(TAPE_TRADES, false, "1:5", "1:5 1:5", "1:5 1:5", "1 1 0");
    check(TAPE_TRADES, false, "1:5 1:7", "1:7 1:9 2:1", "1:5 1:7 1:9 2:1", "2 1 0");
    check(TAPE_TRADES, true, "1:5 1:7 2:2", "1:7 1:9", "1:7 1:9 2:2", "1 1 0");
}

// Column 2 is the price of bars and ticks and of feeds.
static void a_feed_is_joined_as_one_story(void **state) {
    check(TAPE_FEED, false, "1:5 1:5 2:6", "3:1 3:1", "1:5 1:5 2:6 3:1 3:1", "2 0 0");
    check(TAPE_FEED, false, "3:1", "1:5 1:5", "1:5 1:5 3:1", "2 0 0");
    check(TAPE_FEED, false, "1:1 9:9", "5:5 6:6", "1:1 5:5 6:6 9:9", "2 0 0");
    check(TAPE_FEED, false, "5:5 6:6", "1:1 9:9", "1:1 5:5 6:6 9:9", "2 0 0");
    check(TAPE_FEED, false, "", "1:1", "1:1", "1 0 0");
    check(TAPE_FEED, false, "1:1", "", "1:1", "0 0 0");
    // The same again, and files that share a part.
    check(TAPE_FEED, false, "1:5 1:5 2:6", "1:5 1:5 2:6", "1:5 1:5 2:6", "0 3 0");
    check(TAPE_FEED, false, "1:1 2:2 3:3", "2:2 3:3 4:4", "1:1 2:2 3:3 4:4", "1 2 0");
    check(TAPE_FEED, false, "2:2 3:3 4:4", "1:1 2:2 3:3", "1:1 2:2 3:3 4:4", "1 2 0");
}

static void a_feed_that_tells_another_story_is_kept_or_replaced(void **state) {
    check(TAPE_FEED, false, "1:1 2:2 3:3", "2:9 3:3 4:4", "1:1 2:2 3:3 4:4", "1 0 2");
    check(TAPE_FEED, true, "1:1 2:2 3:3", "2:9 3:3 4:4", "1:1 2:9 3:3 4:4", "1 0 2");
    check(TAPE_FEED, false, "1:1 2:2 2:3 4:4", "2:2 4:4", "1:1 2:2 2:3 4:4", "0 1 2");
    check(TAPE_FEED, true, "1:1 2:2 2:3 4:4", "2:2 4:4", "1:1 2:2 4:4", "0 1 2");
    check(TAPE_FEED, true, "1:1 2:2 2:3", "2:2", "1:1 2:2", "0 1 1");
}

static void bars_that_overlap_are_refused(void **state) {
    struct tape_rows a, b, out;
    struct tape_added_counts counts = {0};
    rows_of(&a, TAPE_BARS, "1:1");
    rows_of(&b, TAPE_BARS, "2:2");
    a.column[1][0] = 100;
    tape_rows_init(&out, TAPE_BARS);
    assert_int_equal(tape_merge(TAPE_BARS, &a, &b, false, &out, &counts), ERR_ARGUMENT);
    tape_rows_fini(&a);
    tape_rows_fini(&b);
    tape_rows_fini(&out);
}

// Against a naive twin: bars as a table by time, filled with the old ones first or last.
static void random_bars_merge_as_a_table_would(void **state) {
    enum { TIMES = 16, ROUNDS = 2000 };
    struct prng prng;
    prng_seed(&prng, 7);
    for (int round = 0; round < ROUNDS; round++) {
        int64_t table[2][TIMES] = {{0}};
        struct tape_rows rows[2], out;
        struct tape_added_counts counts = {0}, expected = {0};
        bool replace = prng_below(&prng, 2) == 1;
        for (int side = 0; side < 2; side++) {
            tape_rows_init(&rows[side], TAPE_BARS);
            assert_ok(tape_rows_reserve(&rows[side], TIMES));
            for (int t = 0; t < TIMES; t++) {
                table[side][t] = (int64_t)prng_below(&prng, 3);
                if (table[side][t] == 0) continue;
                for (int c = 2; c < 7; c++) rows[side].column[c][rows[side].count] = table[side][t];
                rows[side].column[0][rows[side].count] = t;
                rows[side].column[1][rows[side].count++] = t + 1;
            }
        }
        tape_rows_init(&out, TAPE_BARS);
        assert_ok(tape_merge(TAPE_BARS, &rows[0], &rows[1], replace, &out, &counts));
        uint64_t next = 0;
        for (int t = 0; t < TIMES; t++) {
            int64_t old = table[0][t], fresh = table[1][t];
            if (old == 0 && fresh == 0) continue;
            int64_t wins = old == 0 || (replace && fresh != 0) ? fresh : old;
            assert_int_equal(out.column[0][next], t);
            assert_int_equal(out.column[5][next++], wins);
            expected.rows += old == 0;
            expected.duplicates += old != 0 && old == fresh;
            expected.conflicts += old != 0 && fresh != 0 && old != fresh;
        }
        assert_int_equal(out.count, next);
        assert_int_equal(counts.rows, expected.rows);
        assert_int_equal(counts.duplicates, expected.duplicates);
        assert_int_equal(counts.conflicts, expected.conflicts);
        tape_rows_fini(&rows[0]);
        tape_rows_fini(&rows[1]);
        tape_rows_fini(&out);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bars_join_by_the_time_they_open),
        cmocka_unit_test(a_bar_that_differs_is_kept_or_replaced),
        cmocka_unit_test(ticks_of_one_instant_are_compared_as_a_group),
        cmocka_unit_test(a_feed_is_joined_as_one_story),
        cmocka_unit_test(a_feed_that_tells_another_story_is_kept_or_replaced),
        cmocka_unit_test(bars_that_overlap_are_refused),
        cmocka_unit_test(random_bars_merge_as_a_table_would),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
