// SPDX-License-Identifier: Apache-2.0
// Import: files of others' formats into the tape (edge/store/tape.h).
//
// Nothing is silently dropped, guessed or rounded. A row that cannot be is reported with file,
// line, field and reason, counted by kind and left out; what is odd but true (a gap) is counted and
// kept; what was guessed is told. Prices and quantities keep every digit: a series takes as many
// decimals as its data have, up to a limit; the digits beyond it are rounded half to even and
// counted.
//
// All series of an import are written first and committed last, so a failure leaves every tape as
// it was.
#ifndef FULMAR_EDGE_STORE_IMPORT_H
#define FULMAR_EDGE_STORE_IMPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"
#include "edge/store/tape.h"
#include "edge/store/tape_writer.h"

// Kinds are counted apart; a row has the first that applies, in this order. Names are in
// import_fault_name.
enum import_fault {
    IMPORT_SYNTAX, // a quote that does not close, too few or too many fields, text where a number is due
    IMPORT_MISSING,      // a field that the row needs is blank
    IMPORT_BAD_TIME,     // not a time, or one that does not exist
    IMPORT_NON_FINITE,   // nan, inf
    IMPORT_OVERFLOW,     // a number outside the range of its type
    IMPORT_BAD_PRICE,    // zero or negative
    IMPORT_BAD_VOLUME,   // negative
    IMPORT_HIGH_LOW,     // high < low
    IMPORT_OUTSIDE,      // open or close outside [low, high]
    IMPORT_CROSSED,      // bid > ask
    IMPORT_SUSPICIOUS,   // the source itself marks the row as suspect
    IMPORT_DUPLICATE,    // equal to the row before
    IMPORT_CONFLICT,     // of the row before's time, with other values
    IMPORT_OUT_OF_ORDER, // against the file's direction of time
    IMPORT_SYMBOL,       // a symbol that is blank or too long
    IMPORT_FAULT_COUNT
};

// Odd but kept.
enum import_note {
    IMPORT_GAP,          // the next bar opens later than the frame says (tape_is_gap)
    IMPORT_ROUNDED,      // a number had more decimals than the series keeps
    IMPORT_OFF_CALENDAR, // a daily bar on a date without a session: it closes at the next 00:00 UTC
    IMPORT_UNKNOWN_ORDER,  // a feed changes an order that it never added
    IMPORT_TWICE_ADDED,    // a feed adds an order that is there
    IMPORT_BESIDE,         // a message that a feed has no record for
    IMPORT_OLD_NEWS,       // a message on what was before the recording, or heard already: not kept
    IMPORT_OFF_MARKET,     // a trade that was none of the market's (an insurance fund's): not kept
    IMPORT_FEED_GAP,       // a feed's messages are missing
    IMPORT_BOOK_CROSSED,   // a feed's bids reach its asks
    IMPORT_BOOK_WRONG,     // a book is another than its checksum or picture says
    IMPORT_BOOK_RIGHT,     // ... and how often it is what they say
    IMPORT_BOOK_EXPLAINED, // ... but for what is explained: order_levels.h, lobster_check.h
    IMPORT_NOTE_COUNT
};

const char *import_fault_name(enum import_fault fault); // "high_below_low", ...
const char *import_note_name(enum import_note note);    // "gap", ...

struct import_options {
    const char *tape;     // root directory
    const char *format;   // an importer's name; NULL: sniffed
    const char *symbol;   // NULL: from the file's columns, entries or name
    const char *venue;    // NULL: the format's own, or "LOCAL"
    const char *currency; // NULL: guessed from symbol and calendar
    const char *map;      // columns: "time=0,open=1,..." by index or header name; NULL: sniffed
    const char *zone;   // of times that carry none (market/zone.h); NULL: the format's own, or UTC
    int calendar;       // enum calendar_id; -1: guessed
    int asset;          // enum asset_class; -1: guessed
    int payoff;         // enum payoff; -1: the format's own, or linear
    int64_t multiplier; // contract size at multiplier_decimals; 0: the format's own, or 1
    int32_t multiplier_decimals;
    uint32_t frame_s;     // 0: the most frequent spacing
    int price_decimals;   // -1: as the data have, at most IMPORT_PRICE_DECIMALS_MAX
    int qty_decimals;     // -1: as the data have, at most IMPORT_QTY_DECIMALS_MAX
    bool adjusted;        // prices are adjusted for splits or dividends
    bool strict;          // stop at the first fault
    bool replace;         // new rows win over conflicting ones on the tape
    bool dry_run;         // do all but the commit
    uint32_t samples_max; // how many faults to describe
    // Called now and then with bytes done and bytes in all; NULL: not wanted. False stops: ERR_INTERRUPTED.
    bool (*progress)(void *self, uint64_t done, uint64_t total);
    void *progress_self;
};
enum { IMPORT_PRICE_DECIMALS_MAX = 10, IMPORT_QTY_DECIMALS_MAX = 8, IMPORT_SAMPLES = 10 };

void import_options_init(struct import_options *ret_options, const char *tape);

struct import_series_report {
    struct tape_series series;
    uint64_t rows;     // of the files, this series'
    uint64_t accepted; // sound ones among them
    struct tape_added_counts added;
    int64_t first_ns; // opens of the first and the last accepted row
    int64_t last_ns;
};

struct import_report {
    uint64_t files;
    uint64_t bytes_read; // of the files as they are
    uint64_t bytes_text; // unpacked
    uint64_t rows;       // data rows
    uint64_t accepted;   // rows that are sound (a row of a matrix: all its cells)
    uint64_t faults[IMPORT_FAULT_COUNT];
    uint64_t notes[IMPORT_NOTE_COUNT];
    int64_t gap_longest_ns;
    struct tape_added_counts added; // over all series
    struct import_series_report *series;
    uint32_t series_count;
    struct text samples; // a line for each of the first faults: "file:line: field: reason"
    struct text guesses; // a line for each thing that was not said and had to be assumed
    bool committed;
};

// Imports files, in the order given. On failure nothing is committed and the report tells how far
// it came; it is valid either way and ends with import_report_fini. ERR_NOT_FOUND, ERR_IO,
// ERR_CORRUPT and ERR_TRUNCATED (archives), ERR_PARSE (strict), ERR_ARGUMENT (options that do not
// fit the file), ERR_UNSUPPORTED (no importer knows the file), ERR_EXISTS, ERR_STATE
// (tape_writer_open).
int import_run(const struct import_options *options, const char *const *paths, size_t count,
               struct import_report *ret_report) MUST_USE;
void import_report_fini(struct import_report *report);

// The table of importers: name and one line of help each; NULL past the last.
struct importer_info {
    const char *name;
    const char *help;
};
const struct importer_info *import_format_get(size_t index);

#endif
