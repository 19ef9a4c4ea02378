// SPDX-License-Identifier: Apache-2.0
#include "orders.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/prng.h"
#include "edge/store/itch.h"
#include "market/book_l3.h"

enum { YOUNG = 512, START_PRICE = 1000000, LEVELS = 1 << 16 };

struct stream {
    struct prng prng;
    struct arena arena;
    struct book_l3 book;
    uint64_t *live; // numbers, the youngest last; some have been executed since
    uint32_t live_count;
    uint32_t live_target;
    uint64_t next_id;
    int64_t mid;
    struct feed_record *records;
    uint64_t count;
};

static void say(struct stream *stream, enum feed_kind kind, int side, int64_t price, int64_t qty,
                uint64_t id, int flags) {
    struct feed_record record = {.venue_ns = (int64_t)stream->count * 1000,
                                 .receipt_ns = (int64_t)stream->count * 1000,
                                 .price = price,
                                 .qty = qty,
                                 .id = id,
                                 .what = feed_what(kind, side, flags)};
    (void)book_l3_apply(&stream->book, &record);
    stream->records[stream->count++] = record;
}

// Near the touch more often than far from it, and never over it.
static int64_t price_near(struct stream *stream, int side) {
    struct book_l3_level other;
    uint64_t bits = prng_next(&stream->prng);
    int64_t depth = 1 + 2 * __builtin_ctzll(bits | INT64_C(1) << 40) + (int64_t)(bits >> 41 & 7);
    int64_t price = stream->mid - side * depth;
    if (book_l3_best(&stream->book, -side, &other) && (price - other.price) * side >= 0)
        price = other.price - side;
    return price;
}

static void add(struct stream *stream) {
    uint64_t bits = prng_next(&stream->prng);
    int side = (bits & 1) != 0 ? 1 : -1;
    stream->live[stream->live_count++] = stream->next_id;
    say(stream, FEED_ADD, side, price_near(stream, side), 100 * (1 + (int64_t)(bits >> 8 & 7)),
        stream->next_id++, FEED_LAST);
}

static void execute(struct stream *stream) {
    int side = prng_below(&stream->prng, 2) == 0 ? 1 : -1;
    struct book_l3_level best;
    struct book_l3_order first = {0};
    if (!book_l3_best(&stream->book, side, &best)) return;
    (void)book_l3_orders(&stream->book, side, best.price, &first, 1);
    int64_t qty = prng_below(&stream->prng, 2) == 0 ? first.qty : (first.qty + 1) / 2;
    say(stream, FEED_EXECUTE, side, best.price, qty, first.id, FEED_LAST);
}

// Two of three of the youngest.
static void change(struct stream *stream, uint64_t pick) {
    struct prng *prng = &stream->prng;
    uint32_t young = stream->live_count < YOUNG ? stream->live_count : YOUNG;
    uint64_t at = prng_below(prng, 3) < 2 ? stream->live_count - 1 - prng_below(prng, young)
                                          : prng_below(prng, stream->live_count);
    struct book_l3_order order;
    uint64_t *place = &stream->live[at];
    if (!book_l3_order(&stream->book, *place, &order)) { // executed
        *place = stream->live[--stream->live_count];
    } else if (pick < 780) {
        say(stream, FEED_DELETE, order.side, 0, 0, order.id, FEED_LAST);
        *place = stream->live[--stream->live_count];
    } else if (pick < 960) {
        say(stream, FEED_DELETE, order.side, 0, 0, order.id, 0);
        *place = stream->next_id;
        say(stream, FEED_ADD, order.side, price_near(stream, order.side), order.qty,
            stream->next_id++, FEED_LAST);
    } else if (order.qty > 1) {
        say(stream, FEED_REDUCE, order.side, 0, order.qty / 2, order.id, FEED_LAST);
    }
}

int bench_orders(uint64_t seed, uint64_t count, uint32_t live, struct feed_record *ret_records) {
    struct stream stream = {.records = ret_records, .live_target = live, .mid = START_PRICE};
    const struct book_l3_config config = {2 * live, LEVELS};
    stream.next_id = 1;
    stream.live = malloc(2 * (size_t)live * sizeof *stream.live);
    if (stream.live == NULL || arena_init(&stream.arena, 1 << 28) < 0) {
        free(stream.live);
        return -1;
    }
    int rc = book_l3_init(&stream.book, &stream.arena, &config);
    prng_seed(&stream.prng, seed);
    while (rc == 0 && stream.count + 2 <= count) {
        uint64_t pick = prng_below(&stream.prng, 1000);
        bool few = stream.live_count < stream.live_target;
        if (pick == 0) stream.mid += prng_below(&stream.prng, 2) == 0 ? 1 : -1;
        if (stream.live_count < stream.live_target / 2 || pick < (few ? 480u : 420u))
            add(&stream);
        else if (pick >= 950)
            execute(&stream);
        else
            change(&stream, prng_below(&stream.prng, 1000));
    }
    while (rc == 0 && stream.count < count) add(&stream);
    free(stream.live);
    arena_fini(&stream.arena);
    return rc;
}

uint8_t *bench_orders_itch(const struct feed_record *records, uint64_t count, size_t *ret_size,
                           uint64_t *ret_messages) {
    static const uint8_t TYPES[FEED_KIND_END] = {
        [FEED_ADD] = 'A', [FEED_REDUCE] = 'X', [FEED_DELETE] = 'D', [FEED_EXECUTE] = 'E'};
    uint8_t *bytes = malloc((count + 1) * (ITCH_FRAME + ITCH_SIZE_MAX));
    size_t size = 0;
    *ret_messages = 0;
    for (uint64_t i = 0; bytes != NULL && i < count; i++) {
        const struct feed_record *r = &records[i];
        struct itch_message m = {
            .type = TYPES[feed_kind_of(r->what)], .locate = 1, .time_ns = (uint64_t)r->receipt_ns};
        uint32_t qty = (uint32_t)r->qty, price = (uint32_t)r->price;
        if (m.type == 'A') {
            m.add = (struct itch_add){
                r->id, feed_side_of(r->what) > 0 ? 'B' : 'S', qty, {"BENCH  "}, price};
            m.add.stock.at[7] = ' ';
        }
        if (m.type == 'X') m.cancel = (struct itch_cancel){r->id, qty};
        if (m.type == 'E') m.executed = (struct itch_executed){r->id, qty, i};
        if (m.type == 'D') m.delete = (struct itch_delete){r->id};
        if (m.type == 'D' && feed_flags_of(r->what) == 0 && i + 1 < count) {
            m.type = 'U';
            m.replace =
                (struct itch_replace){r->id, r[1].id, (uint32_t)r[1].qty, (uint32_t)r[1].price};
            i++;
        }
        size += itch_write(&m, bytes + size);
        ++*ret_messages;
    }
    *ret_size = size;
    return bytes;
}
