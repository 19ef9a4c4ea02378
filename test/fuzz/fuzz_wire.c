// SPDX-License-Identifier: Apache-2.0
// Any bytes as lines of a recorded feed: the first chooses the venue. Whatever comes: nothing is lost from the
// count, what is committed is a sound tape, and reading again adds nothing.
#include "fuzz_kit.h"

#include <string.h>

#include "base/check.h"
#include "edge/store/import.h"
#include "market/wire.h"

static int import(const char *path, const char *venue, const char *tape,
                  struct import_report *ret_report) {
    struct import_options options;
    import_options_init(&options, tape);
    options.format = "ws";
    options.venue = venue;
    options.symbol = "AB";
    return import_run(&options, &path, 1, ret_report);
}

static void tapes_check(const char *root, const struct import_report *report) {
    for (uint32_t i = 0; i < report->series_count; i++) {
        struct tape *tape;
        if (report->series[i].accepted == 0) continue;
        CHECK(tape_open(root, &report->series[i].series, &tape) == 0);
        CHECK(tape_verify(tape) == 0);
        CHECK(tape_count(tape) == report->series[i].accepted);
        tape_close(tape);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct import_report report;
    size_t dialects = 0;
    while (wire_dialect_at(dialects) != NULL) dialects++;
    if (size == 0) return 0;
    const char *venue = wire_dialect_at(data[0] % dialects)->name;
    const char *path = fuzz_file("feed.txt", data + 1, size - 1);
    const char *tape = fuzz_empty_dir("tape");
    int rc = import(path, venue, tape, &report);
    if (rc == 0) {
        uint64_t faults = 0;
        for (int i = 0; i < IMPORT_FAULT_COUNT; i++) faults += report.faults[i];
        CHECK(report.accepted + faults + report.notes[IMPORT_OFF_MARKET] == report.rows);
        tapes_check(tape, &report);
        import_report_fini(&report);
        CHECK(import(path, venue, tape, &report) == 0);
        CHECK(report.added.rows == 0 && report.added.conflicts == 0);
    }
    import_report_fini(&report);
    return 0;
}
