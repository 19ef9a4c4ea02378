// SPDX-License-Identifier: Apache-2.0
// Scratch directories, files and imports for the tests of the tape.
#ifndef FULMAR_TEST_STORE_KIT_H
#define FULMAR_TEST_STORE_KIT_H

#include "harness.h"

#include <ftw.h>
#include <inttypes.h>

#include "base/io.h"
#include "edge/store/import.h"
#include "edge/store/tape.h"
#include "edge/store/tape_writer.h"

enum { KIT_PATH_SIZE = 4096 };

// One scratch directory a test.
struct kit {
    char dir[64];
    char tape[128];
};

static inline int kit_remove_one(const char *path, const struct stat *status, int kind,
                                 struct FTW *walk) {
    (void)status;
    (void)kind;
    (void)walk;
    return remove(path);
}

static inline int kit_setup(void **state) {
    struct kit *kit = calloc(1, sizeof *kit);
    snprintf(kit->dir, sizeof kit->dir, "/tmp/fulmar_store_XXXXXX");
    if (mkdtemp(kit->dir) == NULL) return -1;
    snprintf(kit->tape, sizeof kit->tape, "%s/tape", kit->dir);
    *state = kit;
    return 0;
}

static inline int kit_teardown(void **state) {
    struct kit *kit = *state;
    nftw(kit->dir, kit_remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(kit);
    return 0;
}

// The path of a file in the scratch directory; static storage, four calls deep.
static inline const char *kit_path(const struct kit *kit, const char *name) {
    static char path[4][KIT_PATH_SIZE];
    static int turn;
    turn = (turn + 1) % 4;
    snprintf(path[turn], KIT_PATH_SIZE, "%s/%s", kit->dir, name);
    return path[turn];
}

static inline const char *kit_write(const struct kit *kit, const char *name, const void *data,
                                    size_t size) {
    const char *path = kit_path(kit, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
    return path;
}

static inline const char *kit_text(const struct kit *kit, const char *name, const char *text) {
    return kit_write(kit, name, text, strlen(text));
}

// Imports one file; asserts the result.
static inline void kit_import(const struct kit *kit, const char *path,
                              const struct import_options *given, int expected,
                              struct import_report *ret_report) {
    struct import_options options;
    if (given != NULL)
        options = *given;
    else
        import_options_init(&options, kit->tape);
    int rc = import_run(&options, &path, 1, ret_report);
    if (rc != expected)
        fail_msg("%s: %s, not %s: %s", path, err_name(rc), err_name(expected), err_story());
}

static inline struct tape_series kit_series(const char *name) {
    struct tape_series series;
    assert_ok(tape_series_parse(name, &series));
    return series;
}

static inline struct tape *kit_open(const struct kit *kit, const char *name) {
    struct tape_series series = kit_series(name);
    struct tape *tape;
    assert_ok(tape_open(kit->tape, &series, &tape));
    return tape;
}

// A crypto series' meta at the given decimals.
static inline struct tape_meta kit_meta(int price_decimals, int qty_decimals) {
    struct tape_meta meta = {.currency = "USD"};
    instrument_defaults(&meta.instrument, ASSET_CRYPTO, "X", UINT32_MAX);
    meta.instrument.price_decimals = price_decimals;
    meta.instrument.qty_decimals = qty_decimals;
    meta.instrument.tick = PRICE(0);
    meta.instrument.lot = meta.instrument.qty_min = QTY(0);
    return meta;
}

// A minute bar that opens `minute` minutes after 2020-01-31T23:58Z, all prices `price`.
static inline void kit_bar(int64_t minute, int64_t price, int64_t ret_row[7]) {
    int64_t open_ns = INT64_C(1580515080000000000) + minute * INT64_C(60000000000);
    int64_t row[7] = {
        open_ns, open_ns + INT64_C(60000000000), price, price + 2, price - 2, price + 1, 10};
    memcpy(ret_row, row, sizeof row);
}

static inline struct tape_writer *kit_writer(const struct kit *kit, const char *name,
                                             bool replace) {
    struct tape_series series = kit_series(name);
    struct tape_meta meta = kit_meta(2, 0);
    struct tape_writer *writer;
    assert_ok(tape_writer_open(kit->tape, &series, &meta, replace, &writer));
    return writer;
}

// Adds bars [from, to) of kit_bar with price = 1000 + minute.
static inline void kit_add(struct tape_writer *writer, int64_t from, int64_t to) {
    for (int64_t minute = from; minute < to; minute++) {
        int64_t row[7];
        kit_bar(minute, 1000 + minute, row);
        assert_int_equal(tape_writer_add(writer, row), TAPE_ADDED);
    }
}

static inline struct tape_added_counts kit_commit(struct tape_writer *writer) {
    struct tape_added_counts counts;
    assert_ok(tape_writer_prepare(writer, &counts));
    assert_ok(tape_writer_commit(writer));
    tape_writer_close(writer);
    return counts;
}

#endif
