// SPDX-License-Identifier: Apache-2.0
// The inside of an import, and the contract of an importer: one file a format, one line in
// edge/store/import_list.h.
#ifndef FULMAR_EDGE_STORE_IMPORT_JOB_H
#define FULMAR_EDGE_STORE_IMPORT_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "edge/store/import.h"
#include "edge/store/import_input.h"
#include "edge/store/import_number.h"
#include "edge/store/tape_writer.h"
#include "market/feed.h"

struct import_job;

struct importer {
    struct importer_info info;
    // How likely the file is of this format, 0 (not) to 100, from its path, its first entry's name and first block.
    int (*sniff)(const char *path, const char *entry, const char *data, size_t size);
    // Reads the input to its end, entry after entry. The first entry is open.
    int (*run)(struct import_job *job, struct import_input *input);
};

// What all rows of a series share.
struct import_spec {
    struct tape_series series;
    char currency[CURRENCY_CODE_SIZE];
    enum calendar_id calendar;
    enum asset_class asset;
    uint32_t bar_flags;
    int64_t multiplier; // 0: 1
    int32_t multiplier_decimals;
    enum payoff payoff;
};

// A series that this import fills.
struct import_target {
    struct import_spec spec;
    struct tape_writer *writer;
    struct import_series_report report;
    int64_t last_open_ns;
    int64_t frame_ns;
    int price_decimals; // the writer's
    int qty_decimals;
    int price_decimals_max;
    int qty_decimals_max;
    uint64_t file_rows; // of the file at hand
    uint64_t file_accepted;
    uint64_t file_faults[IMPORT_FAULT_COUNT];
    uint64_t file_notes[IMPORT_NOTE_COUNT];
    struct import_stream
        *stream;      // edge/store/import_stream.h; NULL: not a recorded feed of messages
    uint32_t segment; // of the job, when it was last asked for
    bool has_last;
};

struct import_job {
    const struct import_options *options;
    struct import_report *report;
    struct import_input *input;
    struct import_target **targets; // by age
    uint32_t *slots;                // open addressing over the names: index + 1, 0 empty
    uint32_t target_count;
    uint32_t slot_count;
    uint64_t line;    // of the entry at hand, from 1
    uint32_t segment; // counts entries
    bool falling;     // the entry at hand is newest first
    uint64_t bytes_total;
    uint64_t bytes_before; // of the files before this one
};

// A new entry begins: its rows may lie anywhere in time, newest first when `falling`.
void import_segment(struct import_job *job, bool falling);

// The target of a series, made on first use. ERR_FULL, and tape_writer_open's.
int import_target_get(struct import_job *job, const struct import_spec *spec,
                      struct import_target **ret_target) MUST_USE;

// One line of a bar file. time_ns is the row's own time stamp, already UTC; numbers are open, high,
// low, close, volume. Faults are reported and counted; a negative return stops the import.
struct import_bar_row {
    int64_t time_ns;
    struct number numbers[5];
};
int import_bar(struct import_job *job, struct import_target *target,
               const struct import_bar_row *row) MUST_USE;

// Quote bars: bid open, high, low, close, then ask; the mid prices become the bar.
int import_mid(struct import_job *job, struct import_target *target, int64_t time_ns,
               const struct number numbers[8]) MUST_USE;
// Trade: price, quantity.
int import_trade(struct import_job *job, struct import_target *target, int64_t ts_ns,
                 const struct number numbers[2], uint64_t trade_id, int side) MUST_USE;
// Quote: bid, bid quantity, ask, ask quantity; a price of 0 is no quote on that side.
int import_quote(struct import_job *job, struct import_target *target, int64_t ts_ns,
                 const struct number numbers[4]) MUST_USE;

// A record of a feed at the target's decimals: its kind, side and flags go together (feed_record_valid) but for a
// quantity that the kind may not have, which is a fault of the row.
int import_feed(struct import_job *job, struct import_target *target,
                const struct feed_record *record) MUST_USE;
// Price and quantity at the target's decimals, which grow for them. ret_values[0] INT64_MIN: one does not fit.
int import_feed_place(struct import_job *job, struct import_target *target,
                      const struct number numbers[2], int64_t ret_values[2]) MUST_USE;
// The same with price and quantity as numbers, for which the series' decimals grow; the record's own are not looked at.
int import_feed_numbers(struct import_job *job, struct import_target *target,
                        const struct feed_record *record, const struct number numbers[2]) MUST_USE;

// Counts a fault of the line at hand (target NULL: its series is not known) and describes it if it
// is among the first. `field` and the text [at, at + len) may be NULL. 0, or ERR_PARSE where the
// first fault stops the import.
int import_reject(struct import_job *job, struct import_target *target, enum import_fault fault,
                  const char *field, const char *at, size_t len) MUST_USE;
// target NULL: of no series.
void import_note(struct import_job *job, struct import_target *target, enum import_note note);

// Tells what had to be assumed: "calendar XNYS (daily bars on weekdays alone; --calendar)". Each
// text once.
void import_guess(struct import_job *job, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

// Fills in what the options say and, for what they leave open, the usual of the asset class.
struct import_hint {
    const char *venue;    // the format's own; NULL: unknown
    const char *symbol;   // from columns, entries or names; NULL: unknown
    const char *currency; // NULL: unknown
    int asset;            // -1: unknown
    int calendar;         // -1: unknown
    uint32_t kind;        // enum tape_kind
    uint32_t frame_s;
    uint32_t bar_flags;
};
// ERR_ARGUMENT: no symbol, or one that does not fit.
int import_spec_make(struct import_job *job, const struct import_hint *hint,
                     struct import_spec *ret_spec) MUST_USE;

// Whether to go on, after a block of text: the progress callback's word. ERR_INTERRUPTED.
int import_tick(struct import_job *job) MUST_USE;

#endif
