// SPDX-License-Identifier: Apache-2.0
// Any bytes as a capture of orders: ITCH, DBN or LOBSTER by the first byte. What reaches the tape verifies, and a
// small book takes all of it and keeps its invariants.
#include "fuzz_kit.h"

#include <string.h>

#include "base/check.h"
#include "edge/store/import.h"
#include "edge/store/tape.h"
#include "market/book_l3.h"

static int replay(void *self, const struct tape_series *series) {
    const struct book_l3_config config = {.order_max = 64, .level_max = 24};
    struct tape *tape;
    struct arena arena;
    struct book_l3 book;
    CHECK(tape_open(self, series, &tape) == 0);
    CHECK(tape_verify(tape) == 0);
    CHECK(arena_init(&arena, 1 << 16) == 0);
    CHECK(book_l3_init(&book, &arena, &config) == 0);
    uint32_t partitions = series->kind == TAPE_FEED ? tape_partition_count(tape) : 0;
    for (uint32_t p = 0; p < partitions; p++) {
        struct tape_feed feed = tape_feed(tape, p);
        for (uint64_t row = 0; row < feed.count; row++) {
            struct feed_record record = tape_feed_record(&feed, row);
            (void)book_l3_apply(&book, &record);
        }
        book_l3_check(&book);
    }
    arena_fini(&arena);
    tape_close(tape);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    enum { FORMATS = 3, LOBSTER = 2 };
    static const char *const NAMES[FORMATS] = {"itch", "dbn", "lobster"};
    static const char *const PATHS[FORMATS] = {"20200130.itch", "x.dbn",
                                               "X_2020-01-30_0_1_message_1.csv"};
    struct import_options options;
    struct import_report report;
    if (size == 0) return 0;
    int format = data[0] % FORMATS;
    data++, size--;
    const uint8_t *blank = memmem(data, size, "\n\n", 2); // the order book file behind the messages
    if (format == LOBSTER && blank != NULL) {
        fuzz_file("X_2020-01-30_0_1_orderbook_1.csv", blank + 2, (size_t)(data + size - blank - 2));
        size = (size_t)(blank - data) + 1;
    }
    const char *path = fuzz_file(PATHS[format], data, size);
    const char *tape = fuzz_empty_dir("tape");
    import_options_init(&options, tape);
    options.format = NAMES[format];
    int rc = import_run(&options, &path, 1, &report);
    CHECK(report.committed == (rc == 0));
    import_report_fini(&report);
    const struct tape_visitor visitor = {replay, (void *)tape};
    CHECK(tape_list(tape, &visitor) == 0);
    return 0;
}
