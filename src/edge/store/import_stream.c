// SPDX-License-Identifier: Apache-2.0
#include "edge/store/import_stream.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/check.h"
#include "market/feed_book.h"

struct import_stream {
    struct arena arena;
    struct feed_book book;
    uint64_t last;      // number of the latest change; 0: not known
    uint64_t first;     // of the chain of changes without a gap that ends there
    uint64_t picture;   // number of a picture that no change has followed yet
    int price_decimals; // that the book's ticks are in
    int qty_decimals;
    bool broken; // a gap is to be told
    bool crossed;
};

static const struct feed_book_config BOOK = {{.window = 4096, .level_max = 1 << 16}, 1 << 14};

static int stream_get(struct import_target *target, struct import_stream **ret_stream);
static bool is_old(struct import_stream *stream, const struct wire_message *message);
static uint64_t gap_find(struct import_stream *stream, const struct wire_message *message);
static uint64_t diff_gap(struct import_stream *stream, const struct wire_message *message);
static uint64_t picture_gap(struct import_stream *stream, const struct wire_message *message);
static int items_take(struct import_job *job, struct import_target *target,
                      const struct wire_message *message, int64_t receipt_ns);
static int record_take(struct import_job *job, struct import_target *target,
                       const struct feed_record *record);
static int fault_take(struct import_job *job, struct import_target *target,
                      const struct wire_message *message, int64_t receipt_ns, enum feed_fault fault,
                      uint64_t extent);
static int book_check(struct import_job *job, struct import_target *target,
                      const struct wire_message *message, int64_t receipt_ns);
static int64_t message_ns(const struct wire_message *message, int64_t receipt_ns);

void import_stream_close(struct import_stream *stream) {
    if (stream == NULL) return;
    arena_fini(&stream->arena);
    free(stream);
}

int import_stream_take(struct import_job *job, struct import_target *target,
                       const struct wire_message *message, int64_t receipt_ns) {
    struct import_stream *stream;
    TRY(stream_get(target, &stream));
    if (is_old(stream, message)) {
        import_note(job, target, IMPORT_OLD_NEWS);
        return 0;
    }
    bool picture = message->kind == WIRE_PICTURE;
    uint64_t missed = gap_find(stream, message);
    if (missed > 0 && !picture) TRY(fault_take(job, target, message, receipt_ns, FEED_GAP, missed));
    TRY(items_take(job, target, message, receipt_ns));
    if (missed > 0 && picture) // the picture is older than the changes that are known
        TRY(fault_take(job, target, message, receipt_ns, FEED_GAP, missed));
    if (!picture && message->kind != WIRE_DIFF) return 0;
    return book_check(job, target, message, receipt_ns);
}

int import_stream_break(struct import_target *target) {
    if (target->stream != NULL) target->stream->broken = true;
    return 0;
}

static int stream_get(struct import_target *target, struct import_stream **ret_stream) {
    if (target->stream == NULL) {
        struct import_stream *stream = calloc(1, sizeof *stream);
        if (stream == NULL) return ERR_SET(ERR_NOMEM, "no memory for a feed");
        int rc = arena_init(&stream->arena, feed_book_size(&BOOK));
        if (rc == 0) rc = feed_book_init(&stream->book, &stream->arena, &BOOK);
        if (rc < 0) {
            import_stream_close(stream);
            return rc;
        }
        stream->price_decimals = target->price_decimals;
        stream->qty_decimals = target->qty_decimals;
        target->stream = stream;
    }
    *ret_stream = target->stream;
    return 0;
}

// A change that the chain has passed already: a message that came twice, or late.
static bool is_old(struct import_stream *stream, const struct wire_message *message) {
    return message->kind == WIRE_DIFF && message->last != 0 && message->last <= stream->last &&
           !stream->broken;
}

// How much is missing before the message, at least 1; 0: nothing that is known of.
static uint64_t gap_find(struct import_stream *stream, const struct wire_message *message) {
    uint64_t missed = 0;
    if (message->kind != WIRE_DIFF && message->kind != WIRE_PICTURE) return 0;
    if (stream->broken) {
        stream->broken = false;
        stream->last = stream->first = stream->picture = 0;
        missed = message->kind == WIRE_DIFF; // a picture makes good what was lost
    }
    if (message->last == 0) return missed;
    uint64_t more =
        message->kind == WIRE_DIFF ? diff_gap(stream, message) : picture_gap(stream, message);
    return more > missed ? more : missed;
}

static uint64_t diff_gap(struct import_stream *stream, const struct wire_message *message) {
    uint64_t start = message->previous != 0 ? message->previous + 1 : message->first;
    uint64_t missed = 0;
    if (stream->last != 0) {
        bool follows = start == stream->last + 1;
        // Futures number other things in between: how many changes are missing is not told.
        if (!follows) missed = message->previous != 0 ? 1 : message->first - stream->last - 1;
        if (missed == 0 && !follows) missed = 1;
    } else if (stream->picture != 0 && start > stream->picture + 1) {
        missed = message->previous != 0 ? 1 : start - stream->picture - 1;
    }
    if (stream->last == 0 || missed > 0) stream->first = start;
    stream->last = message->last;
    stream->picture = 0;
    return missed;
}

static uint64_t picture_gap(struct import_stream *stream, const struct wire_message *message) {
    if (stream->last == 0) {
        stream->picture = message->last;
        return 0;
    }
    return stream->first > message->last + 1 ? stream->first - message->last - 1 : 0;
}

static int items_take(struct import_job *job, struct import_target *target,
                      const struct wire_message *message, int64_t receipt_ns) {
    int64_t venue_ns = message_ns(message, receipt_ns);
    for (uint32_t i = 0; i < message->count; i++) {
        const struct wire_item *item = &message->items[i];
        int64_t values[2];
        job->report->rows++;
        target->file_rows++;
        if (item->what == 0) {
            import_note(job, target, IMPORT_OFF_MARKET);
            continue;
        }
        struct number numbers[2] = {{item->price.m, item->price.frac, NUMBER_OK},
                                    {item->qty.m, item->qty.frac, NUMBER_OK}};
        TRY(import_feed_place(job, target, numbers, values));
        if (UNLIKELY(values[0] == INT64_MIN)) {
            TRY(import_reject(job, target, IMPORT_OVERFLOW, NULL, NULL, 0));
            continue;
        }
        bool last = i + 1 == message->count;
        struct feed_record record = {.venue_ns =
                                         item->venue_ns != WIRE_NO_TIME ? item->venue_ns : venue_ns,
                                     .receipt_ns = receipt_ns,
                                     .price = values[0],
                                     .qty = values[1],
                                     .id = item->id != 0 ? item->id : message->last,
                                     .what = item->what | feed_what(0, 0, last ? FEED_LAST : 0)};
        TRY(record_take(job, target, &record));
    }
    return 0;
}

// On the tape and, if it stands there, in the book.
static int record_take(struct import_job *job, struct import_target *target,
                       const struct feed_record *record) {
    struct import_stream *stream = target->stream;
    uint64_t accepted = target->file_accepted;
    TRY(import_feed(job, target, record));
    if (target->file_accepted == accepted) return 0;
    if (UNLIKELY(stream->price_decimals != target->price_decimals ||
                 stream->qty_decimals != target->qty_decimals)) {
        feed_book_scale(&stream->book,
                        decimal_pow10(target->price_decimals - stream->price_decimals),
                        decimal_pow10(target->qty_decimals - stream->qty_decimals));
        stream->price_decimals = target->price_decimals;
        stream->qty_decimals = target->qty_decimals;
    }
    feed_book_apply(&stream->book, record);
    return 0;
}

static int fault_take(struct import_job *job, struct import_target *target,
                      const struct wire_message *message, int64_t receipt_ns, enum feed_fault fault,
                      uint64_t extent) {
    static const enum import_note NOTES[FEED_FAULT_END] = {[FEED_GAP] = IMPORT_FEED_GAP,
                                                           [FEED_CHECKSUM] = IMPORT_BOOK_WRONG,
                                                           [FEED_CROSSED] = IMPORT_BOOK_CROSSED,
                                                           [FEED_UNKNOWN_ORDER] =
                                                               IMPORT_UNKNOWN_ORDER};
    struct feed_record record = {.venue_ns = message_ns(message, receipt_ns),
                                 .receipt_ns = receipt_ns,
                                 .qty = fault,
                                 .id = extent,
                                 .what = feed_what(FEED_FAULT, 0, FEED_LAST)};
    import_note(job, target, NOTES[fault]);
    job->report->rows++;
    target->file_rows++;
    return record_take(job, target, &record);
}

static int book_check(struct import_job *job, struct import_target *target,
                      const struct wire_message *message, int64_t receipt_ns) {
    struct import_stream *stream = target->stream;
    if (!stream->book.synced) return 0;
    uint32_t levels = feed_book_crossed(&stream->book);
    bool told = stream->crossed;
    stream->crossed = levels > 0;
    if (levels == 0 || told) return 0;
    return fault_take(job, target, message, receipt_ns, FEED_CROSSED, levels);
}

static int64_t message_ns(const struct wire_message *message, int64_t receipt_ns) {
    return message->venue_ns != WIRE_NO_TIME ? message->venue_ns : receipt_ns;
}
