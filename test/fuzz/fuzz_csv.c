// SPDX-License-Identifier: Apache-2.0
// Any bytes as a CSV file. The first byte chooses format and options. Whatever comes: no row is lost from the
// count, and what is committed is a sound tape that takes the same file again without a change.
#include "fuzz_kit.h"

#include <string.h>

#include "base/check.h"
#include "edge/store/import.h"

static void options_choose(unsigned choice, const char *tape, struct import_options *options) {
    static const char *const FORMATS[] = {NULL, "csv", "bitfinex", "binance"};
    static const char *const MAPS[] = {NULL, "time=0,close=1",
                                       "time=0,open=1,close=2,high=3,low=4"};
    import_options_init(options, tape);
    options->format = FORMATS[choice & 3];
    options->map = MAPS[(choice >> 2) % 3];
    if ((choice & 16) != 0) options->symbol = "X";
    if ((choice & 32) != 0) options->frame_s = 60;
    if ((choice & 64) != 0) options->calendar = CALENDAR_XNYS;
    if ((choice & 128) != 0) options->price_decimals = 4;
    options->replace = true;
}

static void report_check(const struct import_report *report, int rc) {
    uint64_t faults = 0, accepted = 0;
    for (int i = 0; i < IMPORT_FAULT_COUNT; i++) faults += report->faults[i];
    for (uint32_t i = 0; i < report->series_count; i++) accepted += report->series[i].accepted;
    CHECK(report->accepted == accepted);
    if (rc < 0) return;
    CHECK(report->rows == report->accepted + faults);
    CHECK(report->committed);
    CHECK(report->added.rows + report->added.duplicates + report->added.conflicts == accepted);
}

static int verify(void *self, const struct tape_series *series) {
    struct tape *tape;
    CHECK(tape_open(self, series, &tape) == 0);
    CHECK(tape_verify(tape) == 0);
    tape_close(tape);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct import_options options;
    struct import_report report;
    if (size == 0) return 0;
    const char *path = fuzz_file("x.csv", data + 1, size - 1);
    char tape[256];
    strcpy(tape, fuzz_empty_dir("tape"));
    options_choose(data[0], tape, &options);
    int rc = import_run(&options, &path, 1, &report);
    report_check(&report, rc);
    import_report_fini(&report);
    if (rc < 0) return 0;
    struct tape_visitor visitor = {verify, tape};
    CHECK(tape_list(tape, &visitor) == 0);
    CHECK(import_run(&options, &path, 1, &report) == 0);
    CHECK(report.added.rows == 0 && report.added.conflicts == 0);
    import_report_fini(&report);
    return 0;
}
