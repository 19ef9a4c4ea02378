// SPDX-License-Identifier: Apache-2.0
#include "app/data_export.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/timestamp.h"

struct row_writer {
    FILE *stream;
    int price_decimals;
    int qty_decimals;
};

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

int data_export_csv(const struct tape *tape, struct data_export *data_export) {
    const struct instrument *instrument = &tape_meta(tape)->instrument;
    struct row_writer writer = {stdout, instrument->price_decimals, instrument->qty_decimals};
    const char *name = data_export->output == NULL ? "standard output" : data_export->output;
    if (data_export->output != NULL) writer.stream = fopen(data_export->output, "w");
    if (writer.stream == NULL)
        return ERR_SET(ERR_IO, "cannot create %s: %s", name, strerror(errno));
    rows_write(&writer, tape, data_export);
    bool failed = fflush(writer.stream) != 0 || ferror(writer.stream);
    int reason = errno;
    if (data_export->output != NULL && fclose(writer.stream) != 0 && !failed) {
        failed = true;
        reason = errno;
    }
    return failed ? ERR_SET(ERR_IO, "cannot write %s: %s", name, strerror(reason)) : 0;
}

static void rows_write(const struct row_writer *writer, const struct tape *tape,
                       struct data_export *export) {
    uint32_t kind = tape_series_of(tape)->kind;
    fputs(kind == TAPE_TRADES   ? "time,price,quantity,trade_id,side\n"
          : kind == TAPE_QUOTES ? "time,bid,bid_quantity,ask,ask_quantity\n"
                                : "time,open,high,low,close,volume\n",
          writer->stream);
    for (uint32_t i = 0; i < tape_partition_count(tape); i++) {
        if (kind == TAPE_TRADES) {
            struct tape_trades trades = tape_trades(tape, i);
            trades_write(writer, &trades, export);
        } else if (kind == TAPE_QUOTES) {
            struct tape_quotes quotes = tape_quotes(tape, i);
            quotes_write(writer, &quotes, export);
        } else {
            struct tape_bars bars = tape_bars(tape, i);
            bars_write(writer, &bars, export);
        }
    }
}

static void bars_write(const struct row_writer *writer, const struct tape_bars *bars,
                       struct data_export *export) {
    for (uint64_t row = 0; row < bars->count; row++) {
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
