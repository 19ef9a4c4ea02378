// SPDX-License-Identifier: Apache-2.0
#include "market/feed_book.h"

#include "base/check.h"

static void level_set(struct feed_book *book, const struct feed_record *record);
static void passed_note(struct feed_book *book, int side, int64_t tick);
static bool is_wrong(const struct feed_book *book, int64_t side, int64_t tick);
static void picture_begin(struct feed_book *book, const struct feed_record *record);
static void picture_end(struct feed_book *book);
static void side_put(struct feed_book *book, int side, const struct book_l2_level *levels,
                     uint32_t count, int64_t price_factor, int64_t qty_factor);

int feed_book_init(struct feed_book *book, struct arena *arena,
                   const struct feed_book_config *config) {
    uint32_t kept = config->kept_max;
    if (kept == 0 || (kept & (kept - 1)) != 0)
        return ERR_SET(ERR_ARGUMENT, "%u changes to keep is no power of two", kept);
    *book = (struct feed_book){.kept_max = kept};
    TRY(book_l2_init(&book->l2, arena, &config->l2));
    book->kept = ARENA_NEW(arena, struct feed_record, kept);
    book->scratch = ARENA_NEW(arena, struct book_l2_level, (size_t)2 * config->l2.level_max);
    return book->kept == NULL || book->scratch == NULL ? ERR_NOMEM : 0;
}

size_t feed_book_size(const struct feed_book_config *config) {
    return book_l2_size(&config->l2) + config->kept_max * sizeof(struct feed_record) +
           2 * config->l2.level_max * sizeof(struct book_l2_level) + 256;
}

void feed_book_apply(struct feed_book *book, const struct feed_record *record) {
    switch (feed_kind_of(record->what)) {
    case FEED_LEVEL:
        book->kept[book->kept_count++ & (book->kept_max - 1)] = *record;
        if (record->id == 0 || record->id > book->picture_id) level_set(book, record);
        break;
    case FEED_SNAPSHOT:
        if (!book->in_picture) picture_begin(book, record);
        level_set(book, record);
        if ((feed_flags_of(record->what) & FEED_LAST) != 0) picture_end(book);
        break;
    case FEED_CLEAR:
        book_l2_clear(&book->l2, feed_side_of(record->what));
        book->synced = book->in_picture = false;
        book->passed_count = 0;
        book->picture_id = 0;
        break;
    case FEED_FAULT:
        if (record->qty != FEED_GAP) break;
        book->synced = false;
        book->kept_count = 0;
        break;
    default:
        break;
    }
}

uint32_t feed_book_crossed(struct feed_book *book) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < book->passed_count; i++)
        if (is_wrong(book, book->passed[i].side, book->passed[i].tick))
            book->passed[count++] = book->passed[i];
    book->passed_count = count;
    return count;
}

void feed_book_scale(struct feed_book *book, int64_t price_factor, int64_t qty_factor) {
    uint32_t max = book->l2.level_max;
    uint32_t bids = book_l2_levels(&book->l2, 1, book->scratch, max);
    uint32_t asks = book_l2_levels(&book->l2, -1, book->scratch + max, max);
    book_l2_clear(&book->l2, 0);
    side_put(book, 1, book->scratch, bids, price_factor, qty_factor);
    side_put(book, -1, book->scratch + max, asks, price_factor, qty_factor);
    for (uint32_t i = 0; i < book->passed_count; i++) book->passed[i].tick *= price_factor;
    for (uint32_t i = 0; i < book->kept_max && i < book->kept_count; i++) {
        book->kept[i].price *= price_factor;
        book->kept[i].qty *= qty_factor;
    }
}

static void level_set(struct feed_book *book, const struct feed_record *record) {
    struct book_l2_change change;
    int side = feed_side_of(record->what);
    if (record->qty > 0) passed_note(book, side, record->price);
    if (book_l2_set(&book->l2, side, record->price, record->qty, &change) < 0) book->dropped++;
    book->venue_ns = record->venue_ns;
    book->receipt_ns = record->receipt_ns;
}

// The levels of the other side that a level at `tick` runs over.
static void passed_note(struct feed_book *book, int side, int64_t tick) {
    struct book_l2_level over[FEED_BOOK_PASSED_MAX];
    int64_t best = side > 0 ? book_l2_best_ask(&book->l2) : book_l2_best_bid(&book->l2);
    bool none = best == BOOK_L2_NO_ASK || best == BOOK_L2_NO_BID;
    if (LIKELY(none || (side > 0 ? tick < best : tick > best))) return;
    uint32_t count = book_l2_levels(&book->l2, -side, over, FEED_BOOK_PASSED_MAX);
    for (uint32_t i = 0; i < count; i++) {
        if (side > 0 ? over[i].tick > tick : over[i].tick < tick) return;
        if (book->passed_count == FEED_BOOK_PASSED_MAX) return;
        book->passed[book->passed_count].tick = over[i].tick;
        book->passed[book->passed_count++].side = -side;
    }
}

static bool is_wrong(const struct feed_book *book, int64_t side, int64_t tick) {
    if (book_l2_qty(&book->l2, (int)side, tick) == 0) return false;
    int64_t bid = book_l2_best_bid(&book->l2), ask = book_l2_best_ask(&book->l2);
    return side > 0 ? ask != BOOK_L2_NO_ASK && tick >= ask : bid != BOOK_L2_NO_BID && tick <= bid;
}

static void picture_begin(struct feed_book *book, const struct feed_record *record) {
    book_l2_clear(&book->l2, 0);
    book->in_picture = true;
    book->passed_count = 0;
    book->picture_id = record->id;
}

static void picture_end(struct feed_book *book) {
    book->in_picture = false;
    book->synced = true;
    if (book->picture_id == 0) return;
    uint64_t first = book->kept_count > book->kept_max ? book->kept_count - book->kept_max : 0;
    for (uint64_t i = first; i < book->kept_count; i++) {
        const struct feed_record *record = &book->kept[i & (book->kept_max - 1)];
        if (record->id > book->picture_id) level_set(book, record);
    }
}

static void side_put(struct feed_book *book, int side, const struct book_l2_level *levels,
                     uint32_t count, int64_t price_factor, int64_t qty_factor) {
    struct book_l2_change change;
    for (uint32_t i = 0; i < count; i++)
        book->dropped += book_l2_set(&book->l2, side, levels[i].tick * price_factor,
                                     levels[i].qty * qty_factor, &change) < 0;
}
