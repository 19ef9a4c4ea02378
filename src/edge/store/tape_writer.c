// SPDX-License-Identifier: Apache-2.0
#include "edge/store/tape_writer.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/check.h"
#include "base/io.h"
#include "edge/store/tape_commit.h"
#include "edge/store/tape_merge.h"
#include "edge/store/tape_partition.h"
#include "market/bar.h"

enum { BARS_TEXT_SIZE = 64 };

static int writer_start(struct tape_writer *writer, const char *root, bool replace);
static int writer_lock(struct tape_writer *writer);
static int meta_join(struct tape_writer *writer, const struct tape_meta *meta);
static int bars_refuse(const struct tape_writer *writer, uint32_t flags);
static void bars_print(uint32_t flags, char buf[BARS_TEXT_SIZE]);
static enum tape_added row_judge(const struct tape_writer *writer, const int64_t *row);
static bool row_equals_last(const struct tape_writer *writer, const int64_t *row);
static int segment_begin(struct tape_writer *writer, const int64_t *row);
static void rows_reverse(struct tape_rows *rows);
static void magnitudes_note(struct tape_writer *writer);

int tape_writer_open(const char *root, const struct tape_series *series,
                     const struct tape_meta *meta, bool replace, struct tape_writer **ret_writer) {
    struct tape_writer *writer = calloc(1, sizeof *writer);
    if (writer == NULL) return ERR_SET(ERR_NOMEM, "no memory for a tape writer");
    writer->lock_fd = -1;
    writer->series = *series;
    tape_rows_init(&writer->rows, series->kind);
    int rc = writer_start(writer, root, replace);
    if (rc == 0) rc = meta_join(writer, meta);
    if (rc < 0) {
        tape_writer_close(writer);
        return rc;
    }
    *ret_writer = writer;
    return 0;
}

void tape_writer_close(struct tape_writer *writer) {
    if (writer == NULL) return;
    if (writer->lock_fd >= 0) {
        tape_sweep(writer);
        (void)close(writer->lock_fd);
    }
    tape_rows_fini(&writer->rows);
    tape_manifest_fini(&writer->old);
    tape_manifest_fini(&writer->next);
    free(writer->pending);
    free(writer->imports);
    free(writer);
}

void tape_writer_segment(struct tape_writer *writer, bool falling) {
    writer->segment_starts = true;
    writer->next_falling = falling;
}

int tape_writer_add(struct tape_writer *writer, const int64_t *row) {
    if (UNLIKELY(writer->segment_starts)) TRY(segment_begin(writer, row));
    if (LIKELY(writer->has_last)) {
        enum tape_added verdict = row_judge(writer, row);
        if (UNLIKELY(verdict != TAPE_ADDED)) return verdict;
    }
    if (UNLIKELY(row[0] < writer->key.lo_ns || row[0] >= writer->key.hi_ns)) {
        TRY(tape_writer_flush(writer));
        writer->key = tape_key_of(&writer->series, row[0]);
    }
    struct tape_rows *rows = &writer->rows;
    if (UNLIKELY(rows->count == rows->cap)) TRY(tape_rows_reserve(rows, rows->count + 1));
    for (uint32_t i = 0; i < rows->column_count; i++) {
        rows->column[i][rows->count] = row[i];
        writer->last[i] = row[i];
    }
    rows->count++;
    writer->has_last = true;
    return TAPE_ADDED;
}

int tape_writer_add_feed(struct tape_writer *writer, const struct feed_record *record) {
    CHECK(feed_record_valid(record));
    int64_t row[] = {record->receipt_ns, record->venue_ns,    record->price,
                     record->qty,        (int64_t)record->id, record->what};
    return tape_writer_add(writer, row);
}

int tape_writer_price_decimals(const struct tape_writer *writer) {
    return writer->price_decimals;
}

int tape_writer_qty_decimals(const struct tape_writer *writer) {
    return writer->qty_decimals;
}

int tape_writer_raise(struct tape_writer *writer, int price_decimals, int qty_decimals) {
    int price_steps = price_decimals - writer->price_decimals;
    int qty_steps = qty_decimals - writer->qty_decimals;
    CHECK(price_steps >= 0 && qty_steps >= 0);
    CHECK(price_decimals <= DECIMALS_MAX && qty_decimals <= DECIMALS_MAX);
    if (writer->price_most > INT64_MAX / decimal_pow10(price_steps) ||
        writer->qty_most > INT64_MAX / decimal_pow10(qty_steps))
        return ERR_RANGE;
    int rc = tape_rows_rescale(&writer->rows, writer->series.kind, price_steps, qty_steps);
    if (rc < 0) {
        err_clear();
        return rc;
    }
    for (uint32_t i = 0; i < writer->rows.column_count; i++) {
        if ((tape_price_columns(writer->series.kind) >> i & 1) != 0)
            writer->last[i] *= decimal_pow10(price_steps);
        if ((tape_qty_columns(writer->series.kind) >> i & 1) != 0)
            writer->last[i] *= decimal_pow10(qty_steps);
    }
    writer->price_most *= decimal_pow10(price_steps);
    writer->qty_most *= decimal_pow10(qty_steps);
    writer->price_decimals = price_decimals;
    writer->qty_decimals = qty_decimals;
    return 0;
}

int tape_writer_note_import(struct tape_writer *writer, const struct tape_import *import) {
    struct tape_import *grown =
        realloc(writer->imports, (writer->import_count + 1) * sizeof *grown);
    if (grown == NULL) return ERR_SET(ERR_NOMEM, "no memory for a tape writer");
    writer->imports = grown;
    writer->imports[writer->import_count++] = *import;
    return 0;
}

int tape_writer_flush(struct tape_writer *writer) {
    if (writer->rows.count == 0) return 0;
    if (writer->falling) rows_reverse(&writer->rows);
    magnitudes_note(writer);
    TRY(tape_pending_put(writer));
    writer->rows.count = 0;
    return 0;
}

static int writer_start(struct tape_writer *writer, const char *root, bool replace) {
    writer->replace = replace;
    writer->price_decimals = 0;
    TRY(tape_series_path(root, &writer->series, writer->dir));
    TRY(io_make_dirs(writer->dir));
    TRY(writer_lock(writer));
    int rc = tape_manifest_read(writer->dir, &writer->old);
    if (rc == ERR_NOT_FOUND) {
        err_clear();
        writer->fresh = true;
        return 0;
    }
    return rc;
}

static int writer_lock(struct tape_writer *writer) {
    TRY(io_open(writer->dir, O_RDONLY | O_DIRECTORY, 0, &writer->lock_fd));
    if (flock(writer->lock_fd, LOCK_EX | LOCK_NB) == 0) return 0;
    int rc = io_close(writer->lock_fd, writer->dir);
    writer->lock_fd = -1;
    TRY(rc);
    return ERR_SET(ERR_STATE, "another import is writing to %s; wait for its end", writer->dir);
}

// What the old manifest says stands; what it does not know comes from the import.
static int meta_join(struct tape_writer *writer, const struct tape_meta *meta) {
    const struct instrument *given = &meta->instrument;
    writer->meta = *meta;
    writer->tick_decimals = given->price_decimals;
    writer->lot_decimals = given->qty_decimals;
    writer->price_decimals = given->price_decimals;
    writer->qty_decimals = given->qty_decimals;
    if (writer->fresh) return 0;
    const struct tape_meta *old = &writer->old.meta;
    const char *differs =
        old->instrument.asset != given->asset                               ? "asset class"
        : old->instrument.calendar != given->calendar                       ? "calendar"
        : memcmp(old->currency, meta->currency, sizeof old->currency) != 0  ? "currency"
        : old->instrument.payoff != given->payoff                           ? "payoff"
        : old->instrument.multiplier != given->multiplier                   ? "multiplier"
        : old->instrument.multiplier_decimals != given->multiplier_decimals ? "multiplier"
                                                                            : NULL;
    if (differs != NULL)
        return ERR_SET(ERR_EXISTS,
                       "the tape in %s has another %s than this import: give the same, "
                       "or another --symbol, --venue or --tape",
                       writer->dir, differs);
    if (old->bar_flags != meta->bar_flags) return bars_refuse(writer, meta->bar_flags);
    if (given->tick.m == 0 && old->instrument.tick.m > 1) {
        writer->meta.instrument.tick = old->instrument.tick;
        writer->tick_decimals = old->instrument.price_decimals;
    }
    if (given->lot.m == 0 && old->instrument.lot.m > 1) {
        writer->meta.instrument.lot = old->instrument.lot;
        writer->meta.instrument.qty_min = old->instrument.qty_min;
        writer->lot_decimals = old->instrument.qty_decimals;
    }
    if (writer->price_decimals < old->instrument.price_decimals)
        writer->price_decimals = old->instrument.price_decimals;
    if (writer->qty_decimals < old->instrument.qty_decimals)
        writer->qty_decimals = old->instrument.qty_decimals;
    return 0;
}

static int bars_refuse(const struct tape_writer *writer, uint32_t flags) {
    uint32_t held = writer->old.meta.bar_flags;
    char held_text[BARS_TEXT_SIZE], text[BARS_TEXT_SIZE];
    const char *remedy = "";
    bars_print(held, held_text);
    bars_print(flags, text);
    if (((held ^ flags) & BAR_ADJUSTED) != 0)
        remedy = (flags & BAR_ADJUSTED) != 0 ? ", or leave out --adjusted" : ", or --adjusted";
    return ERR_SET(ERR_EXISTS,
                   "the tape in %s holds %s; this import brings %s: give another --venue, --symbol "
                   "or --tape%s",
                   writer->dir, held_text, text, remedy);
}

static void bars_print(uint32_t flags, char buf[BARS_TEXT_SIZE]) {
    const char *form = (flags & BAR_QUOTE) != 0        ? "bars of mid prices"
                       : (flags & BAR_CLOSE_ONLY) != 0 ? "closes only"
                                                       : "bars of open, high, low and close";
    snprintf(buf, BARS_TEXT_SIZE, "%s, %s", form,
             (flags & BAR_ADJUSTED) != 0 ? "adjusted" : "not adjusted");
}

static enum tape_added row_judge(const struct tape_writer *writer, const int64_t *row) {
    uint32_t kind = writer->series.kind;
    uint32_t known = tape_known_column(kind);
    bool ticks = kind != TAPE_BARS && kind != TAPE_MIDS;
    int64_t step = row[0] - writer->last[0];
    int64_t known_step = row[known] - writer->last[known];
    if (writer->falling) {
        step = -step;
        known_step = -known_step;
    }
    if (step < 0 || known_step < 0) return TAPE_OUT_OF_ORDER;
    if (step > 0) return TAPE_ADDED;
    bool equal = row_equals_last(writer, row);
    if (!ticks) return equal ? TAPE_DUPLICATE : TAPE_CONFLICT;
    return equal && kind == TAPE_TRADES && row[3] != 0 ? TAPE_DUPLICATE : TAPE_ADDED;
}

static bool row_equals_last(const struct tape_writer *writer, const int64_t *row) {
    return memcmp(writer->last, row, writer->rows.column_count * sizeof *row) == 0;
}

// A file that goes on where the one before ended shares its partition in memory; any other begins a
// run of its own, which is merged on the way to the disk.
static int segment_begin(struct tape_writer *writer, const int64_t *row) {
    writer->segment_starts = false;
    bool goes_on = writer->has_last && writer->falling == writer->next_falling &&
                   (writer->falling ? row[0] < writer->last[0] : row[0] > writer->last[0]);
    if (goes_on) return 0;
    TRY(tape_writer_flush(writer));
    writer->key = tape_key_of(&writer->series, row[0]);
    writer->falling = writer->next_falling;
    writer->has_last = false;
    return 0;
}

static void rows_reverse(struct tape_rows *rows) {
    for (uint32_t i = 0; i < rows->column_count; i++) {
        int64_t *column = rows->column[i];
        for (uint64_t lo = 0, hi = rows->count - 1; lo < hi; lo++, hi--) {
            int64_t kept = column[lo];
            column[lo] = column[hi];
            column[hi] = kept;
        }
    }
}

static void magnitudes_note(struct tape_writer *writer) {
    for (uint32_t i = 0; i < writer->rows.column_count; i++) {
        bool price = (tape_price_columns(writer->series.kind) >> i & 1) != 0;
        bool qty = (tape_qty_columns(writer->series.kind) >> i & 1) != 0;
        if (!price && !qty) continue;
        int64_t *most = price ? &writer->price_most : &writer->qty_most;
        for (uint64_t k = 0; k < writer->rows.count; k++)
            if (writer->rows.column[i][k] > *most) *most = writer->rows.column[i][k];
    }
}
