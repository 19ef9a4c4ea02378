// SPDX-License-Identifier: Apache-2.0
#include "store_kit.h"

#include "base/timestamp.h"
#include "edge/store/tape_partition.h"

static void rows_fill(struct tape_rows *rows, uint64_t count) {
    tape_rows_init(rows, TAPE_BARS);
    assert_ok(tape_rows_reserve(rows, count));
    for (uint64_t i = 0; i < count; i++) {
        int64_t row[7];
        kit_bar((int64_t)i, 1000 + (int64_t)(i * 7919 % 501), row);
        for (int c = 0; c < 7; c++) rows->column[c][i] = row[c];
    }
    rows->count = count;
}

static const char *partition_write(const struct kit *kit, uint64_t count) {
    static char name[TAPE_FILE_SIZE];
    struct tape_series series = kit_series("A/B/bar-1m");
    struct tape_rows rows;
    struct tape_header header;
    rows_fill(&rows, count);
    assert_ok(tape_partition_write(kit->dir, "2020-01", &series, 2, 3, &rows, name, &header));
    assert_int_equal(header.count, count);
    tape_rows_fini(&rows);
    return kit_path(kit, name);
}

static void a_partition_reads_back_row_by_row(void **state) {
    for (uint64_t count = 1; count < 40; count += 13) {
        struct tape_map map;
        struct tape_rows rows;
        const char *path = partition_write(*state, count);
        rows_fill(&rows, count);
        assert_ok(tape_map_open(path, &map));
        assert_ok(tape_map_verify(&map, path));
        assert_int_equal(map.header->price_decimals, 2);
        assert_int_equal(map.header->qty_decimals, 3);
        assert_int_equal(map.size, tape_file_bytes(TAPE_BARS, count));
        for (uint32_t c = 0; c < 7; c++) {
            assert_int_equal((uintptr_t)tape_map_column(&map, c) % TAPE_COLUMN_ALIGN, 0);
            assert_memory_equal(tape_map_column(&map, c), rows.column[c], count * sizeof(int64_t));
        }
        tape_map_close(&map);
        tape_rows_fini(&rows);
    }
}

static void equal_rows_are_one_file(void **state) {
    char first[KIT_PATH_SIZE];
    snprintf(first, sizeof first, "%s", partition_write(*state, 5));
    assert_string_equal(partition_write(*state, 5), first);
    assert_string_not_equal(partition_write(*state, 6), first);
}

static void a_torn_file_of_that_name_is_written_again(void **state) {
    const char *path = partition_write(*state, 50);
    struct tape_map map;
    assert_int_equal(truncate(path, TAPE_HEADER_SIZE + 100), 0);
    assert_int_equal(tape_map_open(path, &map), ERR_CORRUPT);
    path = partition_write(*state, 50);
    assert_ok(tape_map_open(path, &map));
    assert_ok(tape_map_verify(&map, path));
    tape_map_close(&map);
}

// A flip anywhere in the header or in a column's rows is found; the padding between means nothing.
static void every_flipped_byte_is_found(void **state) {
    struct kit *kit = *state;
    char *data;
    size_t size;
    const char *path = partition_write(kit, 20);
    assert_ok(io_read_file(path, 1 << 20, &data, &size));
    size_t column = 20 * sizeof(int64_t);
    size_t stride = (column + TAPE_COLUMN_ALIGN - 1) / TAPE_COLUMN_ALIGN * TAPE_COLUMN_ALIGN;
    for (size_t at = 0; at < size; at++) {
        bool header = at < sizeof(struct tape_header);
        bool rows = at >= TAPE_HEADER_SIZE && (at - TAPE_HEADER_SIZE) % stride < column;
        if (!header && !rows) continue;
        struct tape_map map;
        data[at] ^= 0x10;
        const char *flipped = kit_write(kit, "flipped", data, size);
        int rc = tape_map_open(flipped, &map);
        if (rc == 0) {
            rc = tape_map_verify(&map, flipped);
            tape_map_close(&map);
        }
        if (rc != ERR_CORRUPT && rc != ERR_UNSUPPORTED) fail_msg("byte %zu: %s", at, err_name(rc));
        data[at] ^= 0x10;
    }
    free(data);
}

static void every_truncation_is_found(void **state) {
    const char *path = partition_write(*state, 20);
    for (off_t size = (off_t)tape_file_bytes(TAPE_BARS, 20) - 1; size >= 0; size -= 97) {
        struct tape_map map;
        assert_int_equal(truncate(path, size), 0);
        assert_int_equal(tape_map_open(path, &map), ERR_CORRUPT);
    }
}

static void more_decimals_multiply_prices_and_quantities_alone(void **state) {
    struct tape_rows rows;
    rows_fill(&rows, 3);
    int64_t open_ns = rows.column[0][2], price = rows.column[3][2];
    assert_ok(tape_rows_rescale(&rows, TAPE_BARS, 2, 1));
    assert_int_equal(rows.column[0][2], open_ns);
    assert_int_equal(rows.column[3][2], price * 100);
    assert_int_equal(rows.column[6][2], 100);
    assert_int_equal(tape_rows_rescale(&rows, TAPE_BARS, 17, 0), ERR_RANGE);
    assert_int_equal(rows.column[3][2], price * 100);
    tape_rows_fini(&rows);
}

static void partitions_are_days_months_or_everything(void **state) {
    static const struct {
        const char *series, *time, *key, *lo, *hi;
    } ROWS[] = {
        {"A/B/trade", "2020-02-29T23:59:59.999Z", "2020-02-29", "2020-02-29", "2020-03-01"},
        {"A/B/quote", "1969-12-31T23:59:59Z", "1969-12-31", "1969-12-31", "1970-01-01"},
        {"A/B/bar-1s", "2020-02-29T00:00:00Z", "2020-02-29", "2020-02-29", "2020-03-01"},
        {"A/B/bar-1m", "2020-12-31T23:59:00Z", "2020-12", "2020-12-01", "2021-01-01"},
        {"A/B/bar-30m", "1969-12-31T23:30:00Z", "1969-12", "1969-12-01", "1970-01-01"},
        {"A/B/mid-5m", "1968-01-01T00:00:00Z", "1968-01", "1968-01-01", "1968-02-01"},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct tape_series series = kit_series(ROWS[i].series);
        int64_t ns, lo_ns, hi_ns;
        char name[16];
        assert_ok(timestamp_parse(ROWS[i].time, strlen(ROWS[i].time), &ns));
        assert_ok(timestamp_parse(ROWS[i].lo, strlen(ROWS[i].lo), &lo_ns));
        assert_ok(timestamp_parse(ROWS[i].hi, strlen(ROWS[i].hi), &hi_ns));
        struct tape_key key = tape_key_of(&series, ns);
        tape_key_print(&series, key.number, name);
        assert_string_equal(name, ROWS[i].key);
        assert_int_equal(key.lo_ns, lo_ns);
        assert_int_equal(key.hi_ns, hi_ns);
        assert_int_equal(tape_key_of(&series, hi_ns).number, key.number + 1);
    }
    struct tape_series daily = kit_series("A/B/bar-1d");
    assert_int_equal(tape_key_of(&daily, 0).number, tape_key_of(&daily, INT64_MAX / 2).number);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_partition_reads_back_row_by_row, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(equal_rows_are_one_file, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(a_torn_file_of_that_name_is_written_again, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(every_flipped_byte_is_found, kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(every_truncation_is_found, kit_setup, kit_teardown),
        cmocka_unit_test(more_decimals_multiply_prices_and_quantities_alone),
        cmocka_unit_test(partitions_are_days_months_or_everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
