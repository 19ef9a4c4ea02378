// SPDX-License-Identifier: Apache-2.0
#include "store_kit.h"

#include "base/prng.h"
#include "base/timestamp.h"
#include "edge/store/pyramid.h"

#define START INT64_C(1580515080000000000) // 2020-01-31T23:58Z: what is written spans partitions

static struct pyramid_row got[PYRAMID_ROWS_MAX], want[PYRAMID_ROWS_MAX];

static struct tape_meta meta_of(const struct kit *kit) {
    (void)kit;
    return kit_meta(2, 3);
}

// Trades at random instants, several of them at once now and then, over some days.
static void write_trades(const struct kit *kit, int count, uint64_t seed) {
    struct tape_series series = kit_series("A/B/trade");
    struct tape_meta meta = meta_of(kit);
    struct tape_writer *writer;
    struct prng prng;
    int64_t at = START, price = 100000;
    prng_seed(&prng, seed);
    assert_ok(tape_writer_open(kit->tape, &series, &meta, false, &writer));
    for (int i = 0; i < count; i++) {
        at += prng_below(&prng, 4) == 0 ? 0 : (int64_t)prng_below(&prng, 20 * NS_PER_S);
        price += (int64_t)prng_below(&prng, 21) - 10;
        int64_t row[5] = {at, price, 1 + (int64_t)prng_below(&prng, 5000), i, 1};
        assert_int_equal(tape_writer_add(writer, row), TAPE_ADDED);
    }
    kit_commit(writer);
}

static void take(struct pyramid_row *row, int64_t at, int64_t price, int64_t qty) {
    if (row->rows++ == 0) {
        row->first_ns = at;
        row->open = row->high = row->low = price;
    }
    if (price > row->high) row->high = price;
    if (price < row->low) row->low = price;
    row->last_ns = at;
    row->close = price;
    row->volume += qty;
}

// The same by looking at every row.
static int read_slowly(const struct tape *tape, int64_t from, int64_t to, int count) {
    int64_t width = pyramid_width(from, to, count);
    int done = 0;
    for (uint32_t p = 0; p < tape_partition_count(tape); p++) {
        struct tape_trades trades = tape_trades(tape, p);
        for (uint64_t i = 0; i < trades.count; i++) {
            int64_t at = trades.ts_ns[i];
            if (at < from || at >= to) continue;
            int64_t begin = from + (at - from) / width * width;
            if (done == 0 || want[done - 1].from_ns != begin)
                want[done++] = (struct pyramid_row){.from_ns = begin};
            take(&want[done - 1], at, trades.price[i], trades.qty[i]);
        }
    }
    return done;
}

static void compare(const struct tape *tape, const struct pyramid *pyramid, int64_t from,
                    int64_t to, int count) {
    int rows = pyramid_read(pyramid, from, to, count, got);
    assert_int_equal(rows, read_slowly(tape, from, to, count));
    for (int i = 0; i < rows; i++)
        if (memcmp(&got[i], &want[i], sizeof got[i]) != 0)
            fail_msg("stretch %d of %d in [%ld, %ld) by %d differs", i, rows, (long)from, (long)to,
                     count);
}

static void a_stretch_is_what_its_rows_are(void **state) {
    write_trades(*state, 30000, 1);
    struct tape *tape = kit_open(*state, "A/B/trade");
    struct pyramid *pyramid;
    struct prng prng;
    prng_seed(&prng, 2);
    assert_ok(pyramid_open(tape, &pyramid));
    int64_t first = tape_first_ns(tape), length = tape_last_ns(tape) - first;
    assert_true(tape_partition_count(tape) > 2);
    compare(tape, pyramid, first, first + length + 1, 1);
    compare(tape, pyramid, first - 5, first + length + 5, PYRAMID_ROWS_MAX);
    compare(tape, pyramid, first + length, first + length + 1, 1);
    for (int i = 0; i < 60; i++) {
        int64_t from = first - 100 + (int64_t)prng_below(&prng, (uint64_t)length);
        int64_t to = from + 1 + (int64_t)prng_below(&prng, (uint64_t)(length / (1 + i * i)));
        compare(tape, pyramid, from, to, 1 + (int)prng_below(&prng, 1500));
    }
    pyramid_close(pyramid);
    tape_close(tape);
}

static void rows_before_an_instant_are_counted_through_partitions(void **state) {
    write_trades(*state, 9000, 3);
    struct tape *tape = kit_open(*state, "A/B/trade");
    struct pyramid *pyramid;
    assert_ok(pyramid_open(tape, &pyramid));
    uint64_t row = 0;
    for (uint32_t p = 0; p < tape_partition_count(tape); p++) {
        struct tape_trades trades = tape_trades(tape, p);
        for (uint64_t i = 0; i < trades.count; i++, row++) {
            bool repeats = i > 0 && trades.ts_ns[i - 1] == trades.ts_ns[i];
            if (!repeats) assert_int_equal(pyramid_rows_before(pyramid, trades.ts_ns[i]), row);
        }
    }
    assert_int_equal(pyramid_rows_before(pyramid, INT64_MIN), 0);
    assert_int_equal(pyramid_rows_before(pyramid, INT64_MAX), row);
    pyramid_close(pyramid);
    tape_close(tape);
}

static void it_is_built_once_and_again_for_what_was_added(void **state) {
    struct kit *kit = *state;
    write_trades(kit, 9000, 4);
    struct tape *tape = kit_open(kit, "A/B/trade");
    struct pyramid *pyramid;
    assert_ok(pyramid_open(tape, &pyramid));
    assert_true(pyramid_was_built(pyramid));
    pyramid_close(pyramid);
    assert_ok(pyramid_open(tape, &pyramid));
    assert_false(pyramid_was_built(pyramid));
    pyramid_close(pyramid);
    int64_t last = tape_last_ns(tape);
    tape_close(tape);
    struct tape_series series = kit_series("A/B/trade");
    struct tape_meta meta = meta_of(kit);
    struct tape_writer *writer;
    assert_ok(tape_writer_open(kit->tape, &series, &meta, false, &writer));
    int64_t row[5] = {last + NS_PER_DAY, 7, 8, 9, 1};
    assert_int_equal(tape_writer_add(writer, row), TAPE_ADDED);
    kit_commit(writer);
    tape = kit_open(kit, "A/B/trade");
    assert_ok(pyramid_open(tape, &pyramid));
    assert_true(pyramid_was_built(pyramid));
    compare(tape, pyramid, tape_first_ns(tape), tape_last_ns(tape) + 1, 700);
    pyramid_close(pyramid);
    tape_close(tape);
}

// Whatever byte of the file is another one, the file is not believed.
static void a_damaged_file_is_made_anew(void **state) {
    struct kit *kit = *state;
    write_trades(kit, 5000, 5);
    struct tape *tape = kit_open(kit, "A/B/trade");
    struct pyramid *pyramid;
    assert_ok(pyramid_open(tape, &pyramid));
    pyramid_close(pyramid);
    const char *path = kit_path(kit, "tape/A/B/trade/pyramid.bin");
    char *data;
    size_t size;
    assert_ok(io_read_file(path, 1 << 26, &data, &size));
    for (size_t at = 0; at < size + 2; at += at < 80 ? 1 : size / 40) {
        size_t write = at < size ? size : at == size ? size - 1 : size - 64;
        if (at < size) data[at] ^= 0x10;
        assert_ok(io_write_file(path, data, write));
        if (at < size) data[at] ^= 0x10;
        assert_ok(pyramid_open(tape, &pyramid));
        assert_true(pyramid_was_built(pyramid));
        compare(tape, pyramid, tape_first_ns(tape), tape_last_ns(tape) + 1, 50);
        pyramid_close(pyramid);
    }
    free(data);
    tape_close(tape);
}

static void bars_have_their_own_extremes(void **state) {
    struct kit *kit = *state;
    struct tape_writer *writer = kit_writer(kit, "A/B/bar-1m", false);
    kit_add(writer, 0, 100);
    kit_commit(writer);
    struct tape *tape = kit_open(kit, "A/B/bar-1m");
    struct pyramid *pyramid;
    assert_ok(pyramid_open(tape, &pyramid));
    assert_int_equal(pyramid_read(pyramid, START, START + 100 * NS_PER_MIN, 2, got), 2);
    // kit_bar: open p, high p + 2, low p - 2, close p + 1, volume 10, p = 1000 + minute.
    assert_int_equal(got[1].open, 1050);
    assert_int_equal(got[1].high, 1101);
    assert_int_equal(got[1].low, 1048);
    assert_int_equal(got[1].close, 1100);
    assert_int_equal(got[1].rows, 50);
    assert_true(got[1].volume == 500);
    pyramid_close(pyramid);
    tape_close(tape);
}

static void quotes_are_drawn_by_their_middle(void **state) {
    struct kit *kit = *state;
    struct tape_series series = kit_series("A/B/quote");
    struct tape_meta meta = meta_of(kit);
    struct tape_writer *writer;
    const int64_t rows[4][5] = {{START, 100, 1, 103, 1},
                                {START + 1, 104, 1, 0, 0},
                                {START + 2, 0, 0, 90, 1},
                                {START + 3, 101, 1, 102, 1}};
    assert_ok(tape_writer_open(kit->tape, &series, &meta, false, &writer));
    for (int i = 0; i < 4; i++) assert_int_equal(tape_writer_add(writer, rows[i]), TAPE_ADDED);
    kit_commit(writer);
    struct tape *tape = kit_open(kit, "A/B/quote");
    struct pyramid *pyramid;
    assert_ok(pyramid_open(tape, &pyramid));
    assert_int_equal(pyramid_read(pyramid, START, START + 10, 1, got), 1);
    assert_int_equal(got[0].open, 101);
    assert_int_equal(got[0].high, 104);
    assert_int_equal(got[0].low, 90);
    assert_int_equal(got[0].close, 101);
    pyramid_close(pyramid);
    tape_close(tape);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_stretch_is_what_its_rows_are, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(rows_before_an_instant_are_counted_through_partitions,
                                        kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(it_is_built_once_and_again_for_what_was_added, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(a_damaged_file_is_made_anew, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(bars_have_their_own_extremes, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(quotes_are_drawn_by_their_middle, kit_setup, kit_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
