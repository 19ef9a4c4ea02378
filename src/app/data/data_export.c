// SPDX-License-Identifier: Apache-2.0
#include "app/data/data_export.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/timestamp.h"

struct row_writer {
    FILE *stream;
    const volatile sig_atomic_t *stop;
    int price_decimals;
    int qty_decimals;
};

static int stream_write(FILE *stream, const char *name, const struct tape *tape,
                        struct data_export *export);
static bool is_stopped(const struct row_writer *writer);
static bool is_done(const struct row_writer *writer);
static int file_write(const char *path, const struct tape *tape, struct data_export *export);
static int file_replace(const char *path, const struct tape *tape, struct data_export *export);
static void rows_write(const struct row_writer *writer, const struct tape *tape,
                       struct data_export *export);
static void bar_write(const struct row_writer *writer, const struct tape_bars *bars, uint64_t row);
static void decimal_write(FILE *stream, int64_t mantissa, int decimals);
static void time_write(FILE *stream, int64_t ns);
static void bars_write(const struct row_writer *writer, const struct tape_bars *bars,
                       struct data_export *export);
static void trades_write(const struct row_writer *writer, const struct tape_trades *trades,
                         struct data_export *export);
static void quotes_write(const struct row_writer *writer, const struct tape_quotes *quotes,
                         struct data_export *export);
static void feed_write(const struct row_writer *writer, const struct tape_feed *feed,
                       struct data_export *export);
static void record_write(const struct row_writer *writer, const struct feed_record *record);

int data_export_csv(const struct tape *tape, struct data_export *data_export) {
    const char *path = data_export->output;
    if (path == NULL) return stream_write(stdout, "standard output", tape, data_export);
    struct stat status;
    bool there = stat(path, &status) == 0;
    if (there && !S_ISREG(status.st_mode)) return file_write(path, tape, data_export);
    char *followed = there ? realpath(path, NULL) : NULL; // a link goes on to name the new file
    int rc = file_replace(followed != NULL ? followed : path, tape, data_export);
    free(followed);
    return rc;
}

// A pipe or a device: what went into it cannot be taken back.
static int file_write(const char *path, const struct tape *tape, struct data_export *export) {
    FILE *stream = fopen(path, "w");
    if (stream == NULL) return ERR_SET(ERR_IO, "cannot create %s: %s", path, strerror(errno));
    int rc = stream_write(stream, path, tape, export);
    if (fclose(stream) != 0 && rc == 0)
        rc = ERR_SET(ERR_IO, "cannot write %s: %s", path, strerror(errno));
    return rc;
}

static int file_replace(const char *path, const struct tape *tape, struct data_export *export) {
    char temporary[PATH_MAX];
    int len = snprintf(temporary, sizeof temporary, "%s.%ld.tmp", path, (long)getpid());
    if (len < 0 || (size_t)len >= sizeof temporary)
        return ERR_SET(ERR_ARGUMENT, "a file's name of %zu bytes", strlen(path));
    FILE *stream = fopen(temporary, "w");
    if (stream == NULL) return ERR_SET(ERR_IO, "cannot create %s: %s", path, strerror(errno));
    int rc = stream_write(stream, path, tape, export);
    if (rc == 0) rc = io_sync(fileno(stream), path);
    if (fclose(stream) != 0 && rc == 0)
        rc = ERR_SET(ERR_IO, "cannot write %s: %s", path, strerror(errno));
    if (rc == 0) rc = io_rename(temporary, path);
    if (rc < 0) (void)unlink(temporary); // the story is that of the first failure
    return rc;
}

static int stream_write(FILE *stream, const char *name, const struct tape *tape,
                        struct data_export *export) {
    const struct instrument *instrument = &tape_meta(tape)->instrument;
    struct row_writer writer = {stream, export->stop, instrument->price_decimals,
                                instrument->qty_decimals};
    rows_write(&writer, tape, export);
    if (is_stopped(&writer)) return ERR_SET(ERR_INTERRUPTED, "the export was interrupted");
    if (fflush(stream) != 0 || ferror(stream))
        return ERR_SET(ERR_IO, "cannot write %s: %s", name, strerror(errno));
    return 0;
}

static bool is_stopped(const struct row_writer *writer) {
    return writer->stop != NULL && *writer->stop != 0;
}

// A full disk does not become less full with more rows.
static bool is_done(const struct row_writer *writer) {
    return is_stopped(writer) || ferror(writer->stream);
}

static void rows_write(const struct row_writer *writer, const struct tape *tape,
                       struct data_export *export) {
    uint32_t kind = tape_series_of(tape)->kind;
    fputs(kind == TAPE_TRADES   ? "time,price,quantity,trade_id,side\n"
          : kind == TAPE_QUOTES ? "time,bid,bid_quantity,ask,ask_quantity\n"
          : kind == TAPE_FEED   ? "receipt,venue,kind,side,price,quantity,id,flags\n"
                                : "time,open,high,low,close,volume\n",
          writer->stream);
    for (uint32_t i = 0; i < tape_partition_count(tape); i++) {
        if (kind == TAPE_TRADES) {
            struct tape_trades trades = tape_trades(tape, i);
            trades_write(writer, &trades, export);
        } else if (kind == TAPE_QUOTES) {
            struct tape_quotes quotes = tape_quotes(tape, i);
            quotes_write(writer, &quotes, export);
        } else if (kind == TAPE_FEED) {
            struct tape_feed feed = tape_feed(tape, i);
            feed_write(writer, &feed, export);
        } else {
            struct tape_bars bars = tape_bars(tape, i);
            bars_write(writer, &bars, export);
        }
    }
}

static void bars_write(const struct row_writer *writer, const struct tape_bars *bars,
                       struct data_export *export) {
    for (uint64_t row = 0; row < bars->count; row++) {
        if (is_done(writer)) return;
        if (bars->open_ns[row] < export->from_ns || bars->open_ns[row] >= export->to_ns) continue;
        bar_write(writer, bars, row);
        export->rows++;
    }
}

static void bar_write(const struct row_writer *writer, const struct tape_bars *bars, uint64_t row) {
    time_write(writer->stream, bars->open_ns[row]);
    decimal_write(writer->stream, bars->open[row], writer->price_decimals);
    decimal_write(writer->stream, bars->high[row], writer->price_decimals);
    decimal_write(writer->stream, bars->low[row], writer->price_decimals);
    decimal_write(writer->stream, bars->close[row], writer->price_decimals);
    decimal_write(writer->stream, bars->volume[row], writer->qty_decimals);
    putc('\n', writer->stream);
}

static void trades_write(const struct row_writer *writer, const struct tape_trades *trades,
                         struct data_export *export) {
    for (uint64_t row = 0; row < trades->count; row++) {
        if (is_done(writer)) return;
        if (trades->ts_ns[row] < export->from_ns || trades->ts_ns[row] >= export->to_ns) continue;
        time_write(writer->stream, trades->ts_ns[row]);
        decimal_write(writer->stream, trades->price[row], writer->price_decimals);
        decimal_write(writer->stream, trades->qty[row], writer->qty_decimals);
        fprintf(writer->stream, ",%" PRIu64 ",%s\n", (uint64_t)trades->trade_id[row],
                trades->side[row] > 0   ? "buy"
                : trades->side[row] < 0 ? "sell"
                                        : "");
        export->rows++;
    }
}

static void quotes_write(const struct row_writer *writer, const struct tape_quotes *quotes,
                         struct data_export *export) {
    for (uint64_t row = 0; row < quotes->count; row++) {
        if (is_done(writer)) return;
        if (quotes->ts_ns[row] < export->from_ns || quotes->ts_ns[row] >= export->to_ns) continue;
        time_write(writer->stream, quotes->ts_ns[row]);
        decimal_write(writer->stream, quotes->bid[row], writer->price_decimals);
        decimal_write(writer->stream, quotes->bid_qty[row], writer->qty_decimals);
        decimal_write(writer->stream, quotes->ask[row], writer->price_decimals);
        decimal_write(writer->stream, quotes->ask_qty[row], writer->qty_decimals);
        putc('\n', writer->stream);
        export->rows++;
    }
}

static void feed_write(const struct row_writer *writer, const struct tape_feed *feed,
                       struct data_export *export) {
    for (uint64_t row = 0; row < feed->count; row++) {
        if (is_done(writer)) return;
        struct feed_record record = tape_feed_record(feed, row);
        if (record.receipt_ns < export->from_ns || record.receipt_ns >= export->to_ns) continue;
        record_write(writer, &record);
        export->rows++;
    }
}

// Which status or fault it is stands in the quantity's column.
static void record_write(const struct row_writer *writer, const struct feed_record *record) {
    enum feed_kind kind = feed_kind_of(record->what);
    int side = feed_side_of(record->what), flags = feed_flags_of(record->what);
    time_write(writer->stream, record->receipt_ns);
    putc(',', writer->stream);
    time_write(writer->stream, record->venue_ns);
    fprintf(writer->stream, ",%s,%s", feed_kind_name(kind),
            side > 0   ? "buy"
            : side < 0 ? "sell"
                       : "");
    decimal_write(writer->stream, record->price, writer->price_decimals);
    if (feed_has_amount(record->what))
        decimal_write(writer->stream, record->qty, writer->qty_decimals);
    else
        fprintf(writer->stream, ",%s",
                kind == FEED_STATUS ? feed_status_name((enum feed_status)record->qty)
                                    : feed_fault_name((enum feed_fault)record->qty));
    fprintf(writer->stream, ",%" PRIu64 ",%s%s%s\n", record->id,
            (flags & FEED_LAST) != 0 ? "L" : "", (flags & FEED_HIDDEN) != 0 ? "H" : "",
            (flags & FEED_CROSS) != 0 ? "C" : "");
}

static void decimal_write(FILE *stream, int64_t mantissa, int decimals) {
    char buf[DECIMAL_TEXT_SIZE];
    decimal_print_short(buf, sizeof buf, mantissa, decimals);
    putc(',', stream);
    fputs(buf, stream);
}

static void time_write(FILE *stream, int64_t ns) {
    char buf[TIMESTAMP_TEXT_SIZE];
    timestamp_print(buf, sizeof buf, ns);
    fputs(buf, stream);
}
