// SPDX-License-Identifier: Apache-2.0
// Any bytes as a packed file: unpacked block by block, and imported as one of Lean's zips.
#include "fuzz_kit.h"

#include <string.h>

#include "base/check.h"
#include "edge/store/import.h"
#include "edge/store/import_input.h"

static const uint64_t TEXT_MAX = 1 << 26; // enough of what a few bytes can unpack to

// Blocks end in a newline but for an entry's last one, and zeros follow it.
static void unpack(const char *path) {
    struct import_input *input;
    if (import_input_open(path, &input) < 0) return;
    while (import_input_next_entry(input) == 0) {
        const char *data;
        size_t size;
        char end = '\n'; // of the block before
        while (import_input_bytes_text(input) <= TEXT_MAX &&
               import_input_read(input, &data, &size) == 0) {
            CHECK(size > 0 && size <= INPUT_BLOCK_SIZE);
            CHECK(end == '\n');
            end = data[size - 1];
        }
        if (import_input_bytes_text(input) > TEXT_MAX) break;
    }
    import_input_close(input);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const PATHS[] = {
        "equity/usa/minute/spy/20131007_trade.zip", "equity/usa/tick/ibm/20131007_quote.zip",
        "forex/oanda/daily/eurusd.zip", "future/cme/minute/es/20131007_quote.zip"};
    struct import_options options;
    struct import_report report;
    if (size == 0) return 0;
    const char *path = fuzz_file(PATHS[data[0] & 3], data + 1, size - 1);
    unpack(path);
    import_options_init(&options, fuzz_empty_dir("tape"));
    options.format = "lean";
    int rc = import_run(&options, &path, 1, &report);
    CHECK(report.committed == (rc == 0));
    import_report_fini(&report);
    return 0;
}
