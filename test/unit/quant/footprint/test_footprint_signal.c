// SPDX-License-Identifier: Apache-2.0
#include "quant/footprint/footprint_signal.h"

#include "base/prng.h"
#include "harness.h"

enum { ROWS = 32, TWIN_ROWS = 512 };

// Rows from the lowest up, bid and ask; `neither` is not looked at.
struct sample {
    int count;
    int64_t cells[12][2];
    int64_t open, close; // rows
    int64_t cumulative;
    uint32_t expected;
};

static struct volume_at_price *cells_new(const struct sample *bar) {
    struct volume_at_price *cells = malloc(VOLUME_AT_PRICE_BYTES(ROWS));
    assert_ok(volume_at_price_init(cells, 1, ROWS));
    for (int row = 0; row < bar->count; row++) {
        if (bar->cells[row][0] > 0)
            assert_ok(volume_at_price_add(cells, 100 + row, bar->cells[row][0], -1));
        if (bar->cells[row][1] > 0)
            assert_ok(volume_at_price_add(cells, 100 + row, bar->cells[row][1], 1));
    }
    return cells;
}

static uint32_t signals_of(struct footprint_history *history, const struct sample *bar,
                           const struct footprint_rules *rules) {
    struct volume_at_price *cells = cells_new(bar);
    struct footprint_bar times = {.open = 100 + bar->open,
                                  .close = 100 + bar->close,
                                  .high = cells->high,
                                  .low = cells->low,
                                  .cumulative = bar->cumulative};
    uint32_t bits = footprint_signals(history, (struct footprint_view){&times, cells}, rules);
    free(cells);
    return bits;
}

// Ask of a row against the bid of the row below: 30/10, 29/10, 40/0, 90/30; bid against the ask above: 0/30, 10/29, ...
static void an_imbalance_is_on_the_diagonal(void **state) {
    static const struct sample bar = {.count = 5,
                                      .cells = {{10, 1}, {10, 30}, {0, 29}, {30, 40}, {150, 90}}};
    struct volume_at_price *cells = cells_new(&bar);
    struct footprint_rules rules = footprint_rules_default;
    static const uint32_t expected[] = {0, FOOTPRINT_STACK_BUY, 0, 0, FOOTPRINT_STACK_BUY};
    for (int row = 0; row < 5; row++)
        assert_int_equal(footprint_imbalance(cells, 100 + row, &rules), expected[row]);
    rules.zeros = 1; // 40 against 0
    assert_int_equal(footprint_imbalance(cells, 103, &rules), FOOTPRINT_STACK_BUY);
    rules.imbalance_min = 41;
    assert_int_equal(footprint_imbalance(cells, 103, &rules), 0);
    assert_int_equal(footprint_imbalance(cells, 104, &rules), FOOTPRINT_STACK_BUY);
    rules.ratio_pct = 301;
    assert_int_equal(footprint_imbalance(cells, 104, &rules), 0);
    // Beyond the bar there is nothing to compare with, whatever zeros says.
    rules = (struct footprint_rules){.ratio_pct = 100, .zeros = 1};
    assert_int_equal(footprint_imbalance(cells, 104, &rules) & FOOTPRINT_STACK_SELL, 0);
    assert_int_equal(footprint_imbalance(cells, 99, &rules), 0);
    assert_int_equal(footprint_imbalance(cells, 105, &rules), 0);
    free(cells);
}

static void a_stack_is_so_many_imbalances_in_a_row(void **state) {
    // Buying in rows 1 to 3 and 5 to 6, selling in rows 7 to 9 (9, 8, 7 against 2 above each).
    static const struct sample bar = {.count = 11,
                                      .cells = {{5, 5},
                                                {5, 15},
                                                {5, 20},
                                                {9, 15},
                                                {5, 9},
                                                {5, 15},
                                                {5, 15},
                                                {9, 2},
                                                {8, 2},
                                                {7, 2},
                                                {1, 2}}};
    struct volume_at_price *cells = cells_new(&bar);
    struct footprint_rules rules = footprint_rules_default;
    struct footprint_stack stacks[4];
    assert_int_equal(footprint_stacks(cells, &rules, stacks, 4), 2);
    assert_true(stacks[0].low == 101 && stacks[0].high == 103 && stacks[0].side == 1);
    assert_true(stacks[1].low == 107 && stacks[1].high == 109 && stacks[1].side == -1);
    rules.stack_rows = 2;
    assert_int_equal(footprint_stacks(cells, &rules, stacks, 1), 3);
    rules.stack_rows = 4;
    assert_int_equal(footprint_stacks(cells, &rules, stacks, 4), 0);
    volume_at_price_clear(cells);
    assert_int_equal(footprint_stacks(cells, &rules, stacks, 4), 0);
    free(cells);
}

// A bar as two rows of numbers, and what the header says of imbalances and stacks in so many words.
struct twin {
    int rows;
    int64_t bid[TWIN_ROWS], ask[TWIN_ROWS];
};

static bool twin_is(const struct twin *twin, int row, int side,
                    const struct footprint_rules *rules) {
    int other = row - side; // a buyer meets the row below
    if (row < 0 || row >= twin->rows || other < 0 || other >= twin->rows) return false;
    int64_t volume = side > 0 ? twin->ask[row] : twin->bid[row];
    int64_t against = side > 0 ? twin->bid[other] : twin->ask[other];
    if (volume < 1 || volume < rules->imbalance_min) return false;
    return against == 0 ? rules->zeros : volume * 100 >= against * rules->ratio_pct;
}

// Every pair of rows and either side: a stack is a run that cannot be made longer.
static uint32_t twin_stacks(const struct twin *twin, const struct footprint_rules *rules,
                            struct footprint_stack *ret_stacks) {
    uint32_t count = 0;
    for (int low = 0; low < twin->rows; low++) {
        for (int side = 1; side >= -1; side -= 2) {
            int high = low;
            if (!twin_is(twin, low, side, rules) || twin_is(twin, low - 1, side, rules)) continue;
            while (twin_is(twin, high + 1, side, rules)) high++;
            if (high - low + 1 >= (int)rules->stack_rows)
                ret_stacks[count++] = (struct footprint_stack){100 + low, 100 + high, side};
        }
    }
    return count;
}

static struct volume_at_price *twin_cells(const struct twin *twin) {
    struct volume_at_price *cells = malloc(VOLUME_AT_PRICE_BYTES(TWIN_ROWS));
    assert_ok(volume_at_price_init(cells, 1, TWIN_ROWS));
    assert_ok(volume_at_price_add(cells, 100, 1, 0)); // both ends are in the bar's range
    assert_ok(volume_at_price_add(cells, 100 + twin->rows - 1, 1, 0));
    for (int row = 0; row < twin->rows; row++) {
        if (twin->bid[row] > 0)
            assert_ok(volume_at_price_add(cells, 100 + row, twin->bid[row], -1));
        if (twin->ask[row] > 0) assert_ok(volume_at_price_add(cells, 100 + row, twin->ask[row], 1));
    }
    return cells;
}

static uint32_t twin_compare(const struct twin *twin, const struct footprint_rules *rules) {
    struct footprint_stack stacks[TWIN_ROWS], expected[TWIN_ROWS];
    struct volume_at_price *cells = twin_cells(twin);
    struct footprint_history history = {0};
    const struct footprint_bar bar = {.open = 100, .close = 100, .high = 100, .low = 100};
    uint32_t count = twin_stacks(twin, rules, expected), sides = 0;
    assert_int_equal(footprint_stacks(cells, rules, stacks, TWIN_ROWS), count);
    assert_memory_equal(stacks, expected, count * sizeof *stacks);
    for (uint32_t i = 0; i < count; i++)
        sides |= expected[i].side > 0 ? FOOTPRINT_STACK_BUY : FOOTPRINT_STACK_SELL;
    uint32_t bits = footprint_signals(&history, (struct footprint_view){&bar, cells}, rules);
    assert_int_equal(bits & (FOOTPRINT_STACK_BUY | FOOTPRINT_STACK_SELL), sides);
    free(cells);
    return count;
}

static void stacks_of_any_bar_are_those_of_a_naive_search(void **state) {
    struct prng prng;
    uint32_t most = 0, overlapping = 0;
    prng_seed(&prng, 77);
    for (int i = 0; i < 3000; i++) {
        struct twin twin = {.rows = 2 + (int)prng_below(&prng, TWIN_ROWS - 2)};
        struct footprint_rules rules = footprint_rules_default;
        rules.ratio_pct = 100 + (int64_t)prng_below(&prng, 200);
        rules.stack_rows = 2 + (uint32_t)prng_below(&prng, 3);
        rules.zeros = (uint32_t)prng_below(&prng, 2);
        rules.imbalance_min = (int64_t)prng_below(&prng, 3);
        uint64_t spread = 2 + prng_below(&prng, 12);
        for (int row = 0; row < twin.rows; row++) {
            twin.bid[row] = (int64_t)prng_below(&prng, spread);
            twin.ask[row] = (int64_t)prng_below(&prng, spread);
        }
        uint32_t count = twin_compare(&twin, &rules);
        most = count > most ? count : most;
        struct footprint_stack stacks[TWIN_ROWS];
        (void)twin_stacks(&twin, &rules, stacks);
        for (uint32_t k = 1; k < count; k++) overlapping += stacks[k].low <= stacks[k - 1].high;
    }
    assert_true(most > 64 && overlapping > 100);
}

// Sixty-five buying stacks of two rows, a row apart, and above them one that sells.
static void a_side_is_told_behind_any_number_of_stacks(void **state) {
    enum { STACKS = 65 };
    struct twin twin = {.rows = 3 * STACKS + 4};
    struct footprint_rules rules = footprint_rules_default;
    rules.stack_rows = 2;
    for (int i = 0; i < STACKS; i++) {
        twin.bid[3 * i] = twin.bid[3 * i + 1] = 1;
        twin.ask[3 * i + 1] = twin.ask[3 * i + 2] = 3;
    }
    twin.bid[3 * STACKS + 1] = twin.bid[3 * STACKS + 2] = 9;
    twin.ask[3 * STACKS + 2] = twin.ask[3 * STACKS + 3] = 3;
    struct footprint_stack stacks[TWIN_ROWS];
    assert_int_equal(twin_stacks(&twin, &rules, stacks), STACKS + 1);
    assert_int_equal(twin_compare(&twin, &rules), STACKS + 1);
}

static void bars_say_what_happened_at_their_ends(void **state) {
    static const struct sample rows[] = {
        // Both sides trade at both ends.
        {3,
         {{5, 5}, {5, 5}, {5, 5}},
         1,
         1,
         0,
         FOOTPRINT_UNFINISHED_HIGH | FOOTPRINT_UNFINISHED_LOW},
        // Only sellers at the low, only buyers at the high: finished.
        {3, {{5, 0}, {5, 5}, {0, 5}}, 1, 1, 0, 0},
        // Buyers run out upwards (9, 5, 1), sellers downwards (1, 3, 6).
        {4,
         {{1, 0}, {3, 9}, {6, 5}, {0, 1}},
         1,
         1,
         0,
         FOOTPRINT_EXHAUSTION_HIGH | FOOTPRINT_EXHAUSTION_LOW},
        // 40 of 50 bought in the upper three of six rows, closed in the lower: absorbed.
        {6,
         {{3, 2}, {3, 4}, {3, 4}, {0, 14}, {0, 13}, {0, 13}},
         1,
         2,
         0,
         FOOTPRINT_ABSORPTION_HIGH | FOOTPRINT_UNFINISHED_LOW},
        // The same, closed in the upper ones: now the sellers below got nowhere.
        {6,
         {{3, 2}, {3, 4}, {3, 4}, {0, 14}, {0, 13}, {0, 13}},
         1,
         3,
         0,
         FOOTPRINT_ABSORPTION_LOW | FOOTPRINT_UNFINISHED_LOW},
        // Sellers absorbed at the low.
        {6,
         {{13, 0}, {13, 0}, {14, 0}, {4, 3}, {4, 3}, {2, 3}},
         4,
         3,
         0,
         FOOTPRINT_ABSORPTION_LOW | FOOTPRINT_UNFINISHED_HIGH},
        // Rises on a delta of -1, falls on one of +1.
        {2, {{6, 0}, {0, 5}}, 0, 1, 0, FOOTPRINT_AGAINST_UP},
        {2, {{5, 0}, {0, 6}}, 1, 0, 0, FOOTPRINT_AGAINST_DOWN},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct footprint_history history = {0};
        uint32_t bits = signals_of(&history, &rows[i], &footprint_rules_default);
        if (bits != rows[i].expected) fail_msg("row %zu: %x, want %x", i, bits, rows[i].expected);
    }
}

// Highs 1, 3, 2 rows above 100 with cumulative deltas 10, 30, 20; then a new high.
static void divergence_compares_with_the_bar_of_the_last_high(void **state) {
    static const struct {
        int count;
        int64_t cumulative;
        uint32_t expected;
    } rows[] = {{5, 29, FOOTPRINT_DIVERGENCE_BEARISH}, {5, 30, 0}, {4, 29, 0}};
    struct footprint_rules rules = footprint_rules_default;
    rules.lookback = 3;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        static const int64_t before[][2] = {{2, 10}, {4, 30}, {3, 20}};
        struct footprint_history history = {0};
        struct sample bar = {.cells = {{5, 0}, {0, 5}, {0, 5}, {0, 5}, {0, 5}}};
        for (int k = 0; k < 3; k++) {
            bar.count = (int)before[k][0];
            bar.cumulative = before[k][1];
            uint32_t bits = signals_of(&history, &bar, &rules);
            assert_int_equal(bits & (FOOTPRINT_DIVERGENCE_BEARISH | FOOTPRINT_DIVERGENCE_BULLISH),
                             0);
        }
        bar.count = rows[i].count;
        bar.cumulative = rows[i].cumulative;
        uint32_t bits = signals_of(&history, &bar, &rules);
        assert_int_equal(bits & FOOTPRINT_DIVERGENCE_BEARISH, rows[i].expected);
    }
}

static void a_new_low_on_a_higher_delta_is_bullish(void **state) {
    struct footprint_history history = {0};
    struct footprint_rules rules = footprint_rules_default;
    rules.lookback = 1;
    struct sample bar = {.count = 3, .cells = {{0, 0}, {5, 0}, {0, 5}}, .cumulative = -8};
    assert_int_equal(signals_of(&history, &bar, &rules) & FOOTPRINT_DIVERGENCE_BULLISH, 0);
    bar.cells[0][0] = 5;
    bar.cumulative = -7;
    assert_int_equal(signals_of(&history, &bar, &rules) & FOOTPRINT_DIVERGENCE_BULLISH,
                     FOOTPRINT_DIVERGENCE_BULLISH);
}

static void rules_out_of_range_are_refused(void **state) {
    assert_ok(footprint_rules_check(&footprint_rules_default));
#define BAD(field, value)                                                                          \
    do {                                                                                           \
        struct footprint_rules rules = footprint_rules_default;                                    \
        rules.field = value;                                                                       \
        assert_int_equal(footprint_rules_check(&rules), ERR_ARGUMENT);                             \
    } while (0)
    BAD(ratio_pct, 99);
    BAD(imbalance_min, -1);
    BAD(absorption_ppm, 0);
    BAD(absorption_ppm, 1000001);
    BAD(stack_rows, 1);
    BAD(exhaustion_rows, 1);
    BAD(absorption_rows, 0);
    BAD(lookback, 0);
    BAD(lookback, FOOTPRINT_LOOKBACK_MAX + 1);
    for (uint32_t bit = 1; bit < FOOTPRINT_SIGNAL_END; bit <<= 1)
        assert_true(strlen(footprint_signal_name((enum footprint_signal)bit)) > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_imbalance_is_on_the_diagonal),
        cmocka_unit_test(a_stack_is_so_many_imbalances_in_a_row),
        cmocka_unit_test(stacks_of_any_bar_are_those_of_a_naive_search),
        cmocka_unit_test(a_side_is_told_behind_any_number_of_stacks),
        cmocka_unit_test(bars_say_what_happened_at_their_ends),
        cmocka_unit_test(divergence_compares_with_the_bar_of_the_last_high),
        cmocka_unit_test(a_new_low_on_a_higher_delta_is_bullish),
        cmocka_unit_test(rules_out_of_range_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
