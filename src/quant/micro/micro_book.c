// SPDX-License-Identifier: Apache-2.0
#include "quant/micro/micro_book.h"

#include <string.h>

#include "base/check.h"

enum { BLOCK = 8 };
_Static_assert(MICRO_DEPTH % BLOCK == 0, "whole blocks");

static const int64_t NONE[2] = {MICRO_NO_BID, MICRO_NO_ASK};

static void fill(struct micro_side *side, int s, uint32_t from, uint32_t to);
static bool is_behind(const struct micro_side *side, int s, int64_t price);
static void changes_find(struct micro_view *view, int s);
static uint32_t find(const struct micro_side *side, int s, int64_t price);
static void touch(struct micro_view *view, int s, uint32_t from, uint32_t to);
static void insert(struct micro_side *side, uint32_t at, int64_t price, int64_t qty);
static void drop(struct micro_side *side, int s, uint32_t at);
static void refill(struct micro_book *book, const struct micro_source *source, int s);
static void watch_crossing(struct micro_book *book, int s, int64_t price);
static void from_prices(struct micro_book *book, const struct book_l2 *l2, int s);
static void from_orders(struct micro_book *book, const struct book_l3 *l3, int s);

void micro_book_init(struct micro_book *book, uint32_t levels, double price_unit, double qty_unit) {
    CHECK(levels >= 1 && levels <= MICRO_LEVELS_MAX);
    memset(book, 0, sizeof *book);
    book->view.levels = levels;
    book->view.price_unit = price_unit;
    book->view.qty_unit = qty_unit;
    book->begun = 1;
    for (int s = 0; s < 2; s++) {
        fill(&book->view.now[s], s, 0, MICRO_DEPTH);
        fill(&book->view.before[s], s, 0, MICRO_DEPTH);
        book->stale[s] = 1;
        book->view.from[s] = MICRO_DEPTH;
    }
}

void micro_book_level(struct micro_book *book, int side, int64_t price, int64_t qty) {
    int s = side < 0;
    struct micro_side *of = &book->view.now[s];
    // Most changes are far away: worse than the best of their side, they run nothing over.
    if (!book->stale[s] && is_behind(of, s, price)) return;
    if (qty > MICRO_QTY_MAX) qty = MICRO_QTY_MAX;
    if (qty > 0) watch_crossing(book, s, price);
    if (book->stale[s]) return;
    uint32_t at = find(of, s, price);
    if (at < of->count && of->price[at] == price) {
        if (qty > 0) {
            of->qty[at] = qty;
            touch(&book->view, s, at, at + 1);
            return;
        }
        drop(of, s, at);
        if (of->more && of->count < book->view.levels) book->stale[s] = 1;
    } else {
        if (qty == 0) return;
        if (UNLIKELY(at == 0 && book->unsafe[s])) { // what was run over may come back with it
            book->stale[s] = 1;
            return;
        }
        if (at == MICRO_DEPTH) {
            of->more = 1;
            return;
        }
        insert(of, at, price, qty);
    }
    touch(&book->view, s, at, MICRO_DEPTH);
}

void micro_book_stale(struct micro_book *book, int side) {
    for (int s = 0; s < 2; s++)
        if (side == 0 || s == (side < 0)) book->stale[s] = 1;
}

void micro_book_begin(struct micro_book *book) {
    micro_book_stale(book, 0);
    book->begun = 1;
    book->unsafe[0] = book->unsafe[1] = 0;
}

void micro_book_commit(struct micro_book *book, const struct micro_source *source, int64_t now_ns) {
    struct micro_view *view = &book->view;
    book->by_order = source->l3 != NULL;
    for (int s = 0; s < 2; s++) {
        if (UNLIKELY(book->stale[s])) refill(book, source, s);
        if (UNLIKELY(book->unsafe[s]) && source->l2 != NULL)
            book->unsafe[s] = !book_l2_is_plain(source->l2, s ? -1 : 1);
        if (view->to[s] > view->levels) view->to[s] = view->levels;
        changes_find(view, s);
    }
    if (now_ns > view->now_ns) view->now_ns = now_ns;
    view->begun = book->begun;
    view->changes++;
    book->begun = 0;
}

void micro_book_settle(struct micro_book *book) {
    struct micro_view *view = &book->view;
    for (int s = 0; s < 2; s++) {
        struct micro_side *before = &view->before[s];
        const struct micro_side *now = &view->now[s];
        for (uint32_t i = view->from[s]; i < view->to[s]; i++) {
            before->price[i] = now->price[i];
            before->qty[i] = now->qty[i];
        }
        before->count = now->count;
        view->from[s] = MICRO_DEPTH;
        view->to[s] = 0;
        view->changed_count[s] = 0;
    }
    view->begun = 0;
}

// Empties the places [from, to).
static void fill(struct micro_side *side, int s, uint32_t from, uint32_t to) {
    for (uint32_t i = from; i < to; i++) {
        side->price[i] = NONE[s];
        side->qty[i] = 0;
    }
}

// Behind what is kept of a side that has more: changes there are not seen.
static bool is_behind(const struct micro_side *side, int s, int64_t price) {
    if (!side->more) return false;
    int64_t last = side->price[side->count - 1];
    return s ? price > last : price < last;
}

// What differs within the levels that changed, before and after, from the best outwards.
static void changes_find(struct micro_view *view, int s) {
    const struct micro_side *now = &view->now[s], *before = &view->before[s];
    struct micro_change *changes = view->changed[s];
    uint32_t i = view->from[s], j = i, to = view->to[s], count = 0;
    while (i < to && j < to) {
        // Places without a level hold a price that is worse than any.
        int64_t a = now->price[i], b = before->price[j];
        if (a == b) {
            changes[count] = (struct micro_change){a, before->qty[j], now->qty[i]};
            count += before->qty[j++] != now->qty[i++];
        } else if (s ? a < b : a > b) {
            changes[count++] = (struct micro_change){a, 0, now->qty[i++]};
        } else {
            changes[count++] = (struct micro_change){b, before->qty[j++], 0};
        }
    }
    for (; i < to && now->price[i] != NONE[s]; i++)
        changes[count++] = (struct micro_change){now->price[i], 0, now->qty[i]};
    for (; j < to && before->price[j] != NONE[s]; j++)
        changes[count++] = (struct micro_change){before->price[j], before->qty[j], 0};
    view->changed_count[s] = count;
}

// The first place whose price is not better: how many are, by blocks of eight and within one. Without branches, because
// where changes are is hard to foretell, and with no comparison that waits for another. Places behind the last hold a
// price worse than any.
static uint32_t find(const struct micro_side *side, int s, int64_t price) {
    const int64_t turned =
        -(int64_t)s; // of asks all bits are: the higher is then the better of both sides
    uint32_t blocks = 0, at = 0;
    for (uint32_t i = BLOCK - 1; i < MICRO_DEPTH; i += BLOCK)
        blocks += (side->price[i] ^ turned) > (price ^ turned);
    if (UNLIKELY(blocks == MICRO_DEPTH / BLOCK)) return MICRO_DEPTH;
    const int64_t *block = side->price + (size_t)blocks * BLOCK;
    for (uint32_t i = 0; i < BLOCK - 1; i++) at += (block[i] ^ turned) > (price ^ turned);
    return blocks * BLOCK + at;
}

static void touch(struct micro_view *view, int s, uint32_t from, uint32_t to) {
    if (from < view->from[s]) view->from[s] = from;
    if (to > view->to[s]) view->to[s] = to;
}

static void insert(struct micro_side *side, uint32_t at, int64_t price, int64_t qty) {
    if (side->count == MICRO_DEPTH) {
        side->count--;
        side->more = 1;
    }
    size_t size = (side->count - at) * sizeof *side->price;
    memmove(side->price + at + 1, side->price + at, size);
    memmove(side->qty + at + 1, side->qty + at, size);
    side->price[at] = price;
    side->qty[at] = qty;
    side->count++;
}

static void drop(struct micro_side *side, int s, uint32_t at) {
    side->count--;
    size_t size = (side->count - at) * sizeof *side->price;
    memmove(side->price + at, side->price + at + 1, size);
    memmove(side->qty + at, side->qty + at + 1, size);
    fill(side, s, side->count, side->count + 1);
}

static void refill(struct micro_book *book, const struct micro_source *source, int s) {
    struct micro_side *side = &book->view.now[s];
    side->count = side->more = 0;
    if (source->l2 != NULL) from_prices(book, source->l2, s);
    if (source->l3 != NULL) from_orders(book, source->l3, s);
    fill(side, s, side->count, MICRO_DEPTH);
    touch(&book->view, s, 0, MICRO_DEPTH);
    book->stale[s] = 0;
}

static void from_prices(struct micro_book *book, const struct book_l2 *l2, int s) {
    struct book_l2_level levels[MICRO_DEPTH];
    struct micro_side *side = &book->view.now[s];
    side->count = book_l2_levels(l2, s ? -1 : 1, levels, MICRO_DEPTH);
    for (uint32_t i = 0; i < side->count; i++) {
        side->price[i] = levels[i].tick;
        side->qty[i] = levels[i].qty < MICRO_QTY_MAX ? levels[i].qty : MICRO_QTY_MAX;
    }
    if (side->count == MICRO_DEPTH)
        side->more = book_l2_next(l2, s ? -1 : 1, side->price[MICRO_DEPTH - 1]) != NONE[s];
    book->unsafe[s] = 1; // until it is known not to be
}

static void from_orders(struct micro_book *book, const struct book_l3 *l3, int s) {
    struct book_l3_level levels[MICRO_DEPTH];
    struct micro_side *side = &book->view.now[s];
    side->count = book_l3_levels(l3, s ? -1 : 1, levels, MICRO_DEPTH);
    for (uint32_t i = 0; i < side->count; i++) {
        side->price[i] = levels[i].price;
        side->qty[i] = levels[i].qty < MICRO_QTY_MAX ? levels[i].qty : MICRO_QTY_MAX;
    }
    side->more = book_l3_level_count(l3, s ? -1 : 1) > side->count;
    book->unsafe[s] = 0; // by order, sides do not know of each other
}

// A book by price passes over what the other side has run over. Such levels come back, without a word, with a better
// one: until they are gone each new best is a question to the book.
static void watch_crossing(struct micro_book *book, int s, int64_t price) {
    struct micro_side *other = &book->view.now[!s];
    int64_t best = other->price[0];
    if (LIKELY(book->stale[!s] || (s ? price > best : price < best)) || book->by_order) return;
    uint32_t over = 0;
    while (over < other->count && (s ? other->price[over] >= price : other->price[over] <= price))
        over++;
    if (book->unsafe[!s] || book->unsafe[s] || over == other->count) {
        book->stale[!s] = 1;
        return;
    }
    size_t size = (other->count - over) * sizeof *other->price;
    memmove(other->price, other->price + over, size);
    memmove(other->qty, other->qty + over, size);
    other->count -= over;
    fill(other, !s, other->count, other->count + over);
    touch(&book->view, !s, 0, MICRO_DEPTH);
    book->unsafe[!s] = 1;
    if (other->more && other->count < book->view.levels) book->stale[!s] = 1;
}
