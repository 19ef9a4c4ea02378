// SPDX-License-Identifier: Apache-2.0
#include "edge/store/import_stream.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/check.h"
#include "edge/store/book_checksum.h"
#include "edge/store/order_levels.h"
#include "market/feed_book.h"

struct import_stream {
    struct arena arena;
    struct feed_book book;
    uint64_t last;      // number of the latest change; 0: not known
    uint64_t first;     // of the chain of changes without a gap that ends there
    uint64_t picture;   // number of a picture that no change has followed yet
    int price_decimals; // that the book's ticks are in
    int qty_decimals;
    struct book_checksum checksum;
    bool broken; // a gap is to be told
    bool crossed;
    bool begun;                  // a message of levels has come since the connection opened
    struct order_levels *orders; // NULL: not a feed of orders
    bool compared;               // with a picture, at least once
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
static int depth_keep(struct import_job *job, struct import_target *target,
                      const struct wire_message *message, int64_t receipt_ns);
static int orders_take(struct import_job *job, struct import_target *target,
                       const struct wire_message *message, int64_t receipt_ns);
static int top_compare(struct import_job *job, struct import_target *target,
                       const struct wire_message *message, int64_t receipt_ns);
static void side_sort(struct book_l2_level *levels, uint32_t count, int side);
static int by_price(const void *a, const void *b);
static void scale_keep(struct import_target *target);
static int64_t message_ns(const struct wire_message *message, int64_t receipt_ns);

void import_stream_close(struct import_stream *stream) {
    if (stream == NULL) return;
    order_levels_close(stream->orders);
    arena_fini(&stream->arena);
    free(stream);
}

int import_stream_take(struct import_job *job, struct import_target *target,
                       const struct wire_message *message, int64_t receipt_ns) {
    struct import_stream *stream;
    TRY(stream_get(target, &stream));
    if (message->kind == WIRE_ORDERS) return orders_take(job, target, message, receipt_ns);
    if (message->kind == WIRE_TOP) return top_compare(job, target, message, receipt_ns);
    if (is_old(stream, message)) {
        import_note(job, target, IMPORT_OLD_NEWS);
        return 0;
    }
    struct wire_message begun = *message;
    if (message->first_is_picture && message->kind == WIRE_DIFF &&
        (!stream->begun || stream->broken)) {
        begun.kind = WIRE_PICTURE;
        message = &begun;
    }
    bool picture = message->kind == WIRE_PICTURE;
    uint64_t missed = gap_find(stream, message);
    if (missed > 0 && !picture) TRY(fault_take(job, target, message, receipt_ns, FEED_GAP, missed));
    TRY(items_take(job, target, message, receipt_ns));
    if (missed > 0 && picture) // the picture is older than the changes that are known
        TRY(fault_take(job, target, message, receipt_ns, FEED_GAP, missed));
    if (!picture && message->kind != WIRE_DIFF) return 0;
    stream->begun = true;
    if (message->depth > 0) TRY(depth_keep(job, target, message, receipt_ns));
    return book_check(job, target, message, receipt_ns);
}

int import_stream_break(struct import_target *target) {
    if (target->stream != NULL && target->stream->begun) target->stream->broken = true;
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
    if (message->anew) {
        stream->last = message->last;
        stream->first = message->last + 1;
        return 0;
    }
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
        struct feed_record record = {
            .venue_ns = item->venue_ns != WIRE_NO_TIME ? item->venue_ns : venue_ns,
            .receipt_ns = receipt_ns,
            .price = values[0],
            .qty = values[1],
            .id = item->id != 0 ? item->id : message->last,
            .what =
                feed_what(message->kind == WIRE_PICTURE ? FEED_SNAPSHOT : feed_kind_of(item->what),
                          feed_side_of(item->what), last ? FEED_LAST : 0)};
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
    scale_keep(target);
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
    struct book_checksum *form = &stream->checksum;
    form->price_decimals = stream->price_decimals;
    form->qty_decimals = stream->qty_decimals;
    if (message->price_places > form->price_places) form->price_places = message->price_places;
    if (message->qty_places > form->qty_places) form->qty_places = message->qty_places;
    if (!stream->book.synced) return 0;
    if (message->checked) {
        if (book_checksum_of(form, &stream->book.l2) != message->checksum)
            return fault_take(job, target, message, receipt_ns, FEED_CHECKSUM, 1);
        import_note(job, target, IMPORT_BOOK_RIGHT);
    }
    uint32_t levels = feed_book_crossed(&stream->book);
    bool told = stream->crossed;
    stream->crossed = levels > 0;
    if (levels == 0 || told) return 0;
    return fault_take(job, target, message, receipt_ns, FEED_CROSSED, levels);
}

// Levels beyond the depth that the venue keeps for its reader are not told when they change: they are gone.
static int depth_keep(struct import_job *job, struct import_target *target,
                      const struct wire_message *message, int64_t receipt_ns) {
    struct import_stream *stream = target->stream;
    for (int side = 1; side >= -1; side -= 2) {
        uint32_t count = book_l2_count(&stream->book.l2, side);
        if (count <= message->depth) continue;
        struct book_l2_level *levels = stream->book.scratch;
        count = book_l2_levels(&stream->book.l2, side, levels, stream->book.l2.level_max);
        for (uint32_t i = message->depth; i < count; i++) {
            struct feed_record gone = {.venue_ns = message_ns(message, receipt_ns),
                                       .receipt_ns = receipt_ns,
                                       .price = levels[i].tick,
                                       .what = feed_what(FEED_LEVEL, side, FEED_LAST)};
            job->report->rows++;
            target->file_rows++;
            TRY(record_take(job, target, &gone));
        }
    }
    return 0;
}

// Single orders: as they are told, and summed up by price to compare with pictures.
static int orders_take(struct import_job *job, struct import_target *target,
                       const struct wire_message *message, int64_t receipt_ns) {
    struct import_stream *stream = target->stream;
    if (stream->orders == NULL) TRY(order_levels_open(&stream->orders));
    for (uint32_t i = 0; i < message->count; i++) {
        const struct wire_item *item = &message->items[i];
        int64_t values[2];
        enum feed_kind kind = feed_kind_of(item->what);
        struct number numbers[2] = {{item->price.m, item->price.frac, NUMBER_OK},
                                    {item->qty.m, item->qty.frac, NUMBER_OK}};
        job->report->rows++;
        target->file_rows++;
        TRY(import_feed_place(job, target, numbers, values));
        if (values[0] == INT64_MIN) {
            TRY(import_reject(job, target, IMPORT_OVERFLOW, NULL, NULL, 0));
            continue;
        }
        struct feed_record record = {.venue_ns = message_ns(message, receipt_ns),
                                     .receipt_ns = receipt_ns,
                                     .price = kind == FEED_DELETE ? 0 : values[0],
                                     .qty = values[1],
                                     .id = item->id,
                                     .what = item->what | feed_what(0, 0, FEED_LAST)};
        uint64_t accepted = target->file_accepted;
        TRY(record_take(job, target, &record));
        if (target->file_accepted == accepted ||
            order_levels_apply(stream->orders, item->what, item->id, values[0], values[1]))
            continue;
        if (kind == FEED_ADD)
            import_note(job, target, IMPORT_TWICE_ADDED);
        else
            TRY(fault_take(job, target, message, receipt_ns, FEED_UNKNOWN_ORDER, item->id));
    }
    return 0;
}

// The venue's own picture of the best levels. order_levels.h has what may explain that it differs.
static int top_compare(struct import_job *job, struct import_target *target,
                       const struct wire_message *message, int64_t receipt_ns) {
    struct import_stream *stream = target->stream;
    struct book_l2_level sides[2][ORDER_PICTURE_MAX];
    const struct book_l2_level *levels[2] = {sides[0], sides[1]};
    uint32_t counts[2] = {0}, levels_differ;
    if (stream->orders == NULL) TRY(order_levels_open(&stream->orders));
    for (uint32_t pass = 0; pass < 2; pass++) { // the first settles how many decimals there are
        for (uint32_t i = 0; i < message->count; i++) {
            const struct wire_item *item = &message->items[i];
            struct number numbers[2] = {{item->price.m, item->price.frac, NUMBER_OK},
                                        {item->qty.m, item->qty.frac, NUMBER_OK}};
            int s = feed_side_of(item->what) < 0;
            int64_t values[2];
            TRY(import_feed_place(job, target, numbers, values));
            if (pass == 0 || values[0] == INT64_MIN || counts[s] == ORDER_PICTURE_MAX) continue;
            sides[s][counts[s]++] = (struct book_l2_level){.tick = values[0], .qty = values[1]};
        }
        scale_keep(target);
    }
    for (int s = 0; s < 2; s++) side_sort(sides[s], counts[s], s ? -1 : 1);
    bool first = !stream->compared;
    stream->compared = true;
    enum order_picture picture =
        order_levels_compare(stream->orders, levels, counts, &levels_differ);
    if (first) return 0;
    if (picture == ORDER_PICTURE_DIFFERS)
        return fault_take(job, target, message, receipt_ns, FEED_CHECKSUM, levels_differ);
    import_note(job, target,
                picture == ORDER_PICTURE_EQUAL ? IMPORT_BOOK_RIGHT : IMPORT_BOOK_EXPLAINED);
    return 0;
}

// From the best outwards.
static void side_sort(struct book_l2_level *levels, uint32_t count, int side) {
    qsort(levels, count, sizeof *levels, by_price);
    for (uint32_t i = 0; side > 0 && i < count / 2; i++) {
        struct book_l2_level level = levels[i];
        levels[i] = levels[count - 1 - i];
        levels[count - 1 - i] = level;
    }
}

static int by_price(const void *a, const void *b) {
    const struct book_l2_level *x = a, *y = b;
    return (x->tick > y->tick) - (x->tick < y->tick);
}

// The series' decimals may have grown: book and orders follow.
static void scale_keep(struct import_target *target) {
    struct import_stream *stream = target->stream;
    if (LIKELY(stream->price_decimals == target->price_decimals &&
               stream->qty_decimals == target->qty_decimals))
        return;
    int64_t price_factor = decimal_pow10(target->price_decimals - stream->price_decimals);
    int64_t qty_factor = decimal_pow10(target->qty_decimals - stream->qty_decimals);
    feed_book_scale(&stream->book, price_factor, qty_factor);
    if (stream->orders != NULL) order_levels_scale(stream->orders, price_factor, qty_factor);
    stream->price_decimals = target->price_decimals;
    stream->qty_decimals = target->qty_decimals;
}

static int64_t message_ns(const struct wire_message *message, int64_t receipt_ns) {
    return message->venue_ns != WIRE_NO_TIME ? message->venue_ns : receipt_ns;
}
