// SPDX-License-Identifier: Apache-2.0
// Both sides are one code: a side's own coordinate x is the tick for bids and its negative for asks, so that
// the best is always the greatest.
#include "market/book_l2.h"

#include <string.h>

#include "base/check.h"
#include "base/err.h"
#include "base/hash.h"

#define NONE INT64_MIN

enum { WORD = 64 };

// Invariants: base is a multiple of WORD; x is near when base <= x < base + window; a side that has a best has it near.
// far is sorted by x and holds no x that is near.
struct book_l2_side {
    int64_t best;  // x, or NONE
    int64_t reach; // the least x stored since there was no best; INT64_MAX: none
    int64_t base;
    uint32_t near_count;
    uint32_t far_count;
};

size_t book_l2_size(const struct book_l2_config *config) {
    size_t side = config->window * sizeof(int64_t) + config->window / WORD * sizeof(uint64_t) +
                  config->level_max * sizeof(struct book_l2_level);
    return 2 * (side + sizeof(struct book_l2_side)) + 8 * 64;
}

static void side_reset(struct book_l2_side *side) {
    *side = (struct book_l2_side){.best = NONE, .reach = INT64_MAX};
}

int book_l2_init(struct book_l2 *book, struct arena *arena, const struct book_l2_config *config) {
    if (config->window < 256 || config->window > 1 << 24 || config->window & (config->window - 1))
        return ERR_SET(ERR_ARGUMENT, "a book's window is a power of two from 256 to 2^24, not %u",
                       config->window);
    if (config->level_max == 0) return ERR_SET(ERR_ARGUMENT, "a book holds at least one level");
    *book = (struct book_l2){.window = config->window, .level_max = config->level_max};
    book->sides = ARENA_NEW(arena, struct book_l2_side, 2);
    if (!book->sides) return ERR_NOMEM;
    for (int s = 0; s < 2; s++) {
        side_reset(&book->sides[s]);
        book->near_qty[s] = ARENA_NEW(arena, int64_t, config->window);
        book->near_mask[s] = ARENA_NEW(arena, uint64_t, config->window / WORD);
        book->far[s] = ARENA_NEW(arena, struct book_l2_level, config->level_max);
        if (!book->near_qty[s] || !book->near_mask[s] || !book->far[s]) return ERR_NOMEM;
    }
    return 0;
}

static inline bool is_near(const struct book_l2 *book, int s, int64_t x) {
    return (uint64_t)x - (uint64_t)book->sides[s].base < book->window;
}

static inline uint32_t slot_of(const struct book_l2 *book, int64_t x) {
    return (uint32_t)x & (book->window - 1);
}

// The first far level whose x is not below.
static uint32_t far_find(const struct book_l2 *book, int s, int64_t x) {
    uint32_t low = 0, high = book->sides[s].far_count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (book->far[s][middle].tick < x)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool far_holds(const struct book_l2 *book, int s, uint32_t i, int64_t x) {
    return i < book->sides[s].far_count && book->far[s][i].tick == x;
}

static void far_insert(struct book_l2 *book, int s, uint32_t i, int64_t x, int64_t qty) {
    struct book_l2_level *at = book->far[s] + i;
    memmove(at + 1, at, (book->sides[s].far_count++ - i) * sizeof *at);
    *at = (struct book_l2_level){x, qty};
}

static void far_remove(struct book_l2 *book, int s, uint32_t i) {
    struct book_l2_level *at = book->far[s] + i;
    memmove(at, at + 1, (--book->sides[s].far_count - i) * sizeof *at);
}

static int64_t far_put(struct book_l2 *book, int s, int64_t x, int64_t qty) {
    uint32_t i = far_find(book, s, x);
    if (!far_holds(book, s, i, x)) {
        if (qty > 0) far_insert(book, s, i, x, qty);
        return 0;
    }
    int64_t previous = book->far[s][i].qty;
    if (qty > 0)
        book->far[s][i].qty = qty;
    else
        far_remove(book, s, i);
    return previous;
}

static inline int64_t near_put(struct book_l2 *book, int s, int64_t x, int64_t qty) {
    uint32_t slot = slot_of(book, x);
    int64_t previous = book->near_qty[s][slot];
    book->near_qty[s][slot] = qty;
    uint64_t bit = (uint64_t)1 << (slot % WORD), *word = &book->near_mask[s][slot / WORD];
    *word = qty > 0 ? *word | bit : *word & ~bit;
    book->sides[s].near_count += (uint32_t)(qty > 0) - (uint32_t)(previous > 0);
    return previous;
}

// The greatest x stored near that is not above `x`, itself near; NONE.
static int64_t near_below(const struct book_l2 *book, int s, int64_t x) {
    const int64_t base = book->sides[s].base;
    uint64_t word = book->near_mask[s][slot_of(book, x) / WORD];
    word &= ~(uint64_t)0 >> (WORD - 1 - (x & (WORD - 1)));
    for (int64_t first = x & -(int64_t)WORD;; first -= WORD) {
        if (word) return first + WORD - 1 - __builtin_clzll(word);
        if (first == base) return NONE;
        word = book->near_mask[s][slot_of(book, first - WORD) / WORD];
    }
}

// The greatest x stored that is below `x`; NONE. What is near lies above or below what is far on that side.
static int64_t below(const struct book_l2 *book, int s, int64_t x) {
    const struct book_l2_side *side = &book->sides[s];
    uint32_t i = far_find(book, s, x);
    int64_t far = i > 0 ? book->far[s][i - 1].tick : NONE, near = NONE;
    int64_t last = side->base + book->window - 1;
    if (x > side->base) near = near_below(book, s, x - 1 < last ? x - 1 : last);
    return far > near ? far : near;
}

// Moves the window so that `x` is near with three quarters of it below.
static void recentre(struct book_l2 *book, int s, int64_t x) {
    struct book_l2_side *side = &book->sides[s];
    int64_t base = (x - (int64_t)(book->window - book->window / 4)) & -(int64_t)WORD;
    for (int64_t first = side->base; first < side->base + book->window; first += WORD) {
        uint64_t word = book->near_mask[s][slot_of(book, first) / WORD];
        if (first >= base && first < base + book->window) continue;
        for (; word; word &= word - 1) {
            int64_t leaving = first + __builtin_ctzll(word);
            int64_t qty = near_put(book, s, leaving, 0);
            far_insert(book, s, far_find(book, s, leaving), leaving, qty);
        }
    }
    side->base = base;
    uint32_t from = far_find(book, s, base), to = far_find(book, s, base + book->window);
    for (uint32_t i = from; i < to; i++)
        near_put(book, s, book->far[s][i].tick, book->far[s][i].qty);
    memmove(book->far[s] + from, book->far[s] + to, (side->far_count - to) * sizeof *book->far[s]);
    side->far_count -= to - from;
}

// The window follows a best that leaves its upper three quarters.
static void follow(struct book_l2 *book, int s) {
    const struct book_l2_side *side = &book->sides[s];
    if ((uint64_t)side->best - (uint64_t)side->base - book->window / 4 >= book->window * 3 / 4)
        recentre(book, s, side->best);
}

static inline void set_best(struct book_l2 *book, int s, int64_t best) {
    book->sides[s].best = best;
    if (best != NONE) follow(book, s);
}

// `x` of side s is its new best: the other side's best moves behind it.
static void run_over(struct book_l2 *book, int s, int64_t x) {
    struct book_l2_side *other = &book->sides[!s];
    if (other->best == NONE || other->best < -x) return;
    int64_t best = below(book, !s, -x);
    set_best(book, !s, best >= other->reach ? best : NONE);
}

static void after_insert(struct book_l2 *book, int s, int64_t x) {
    struct book_l2_side *side = &book->sides[s];
    if (x > side->best) {
        set_best(book, s, x);
        run_over(book, s, x);
    }
    if (x < side->reach) side->reach = x;
}

static void after_delete(struct book_l2 *book, int s, int64_t x) {
    struct book_l2_side *side = &book->sides[s];
    if (x != side->best) return;
    int64_t best = below(book, s, x);
    if (best == NONE || best < side->reach) {
        side->best = NONE;
        side->reach = INT64_MAX;
    } else {
        set_best(book, s, best);
    }
}

// An x of side s in ticks. NONE has no mirror image among the numbers.
static inline int64_t tick_of(int s, int64_t x) {
    if (s == 0) return x;
    return x == NONE ? BOOK_L2_NO_ASK : -x;
}

static inline int64_t best_tick(const struct book_l2 *book, int s) {
    return tick_of(s, book->sides[s].best);
}

int book_l2_set(struct book_l2 *book, int side, int64_t tick, int64_t qty,
                struct book_l2_change *ret_change) {
    int s = side < 0;
    int64_t x = s ? -tick : tick;
    DCHECK(qty >= 0 && tick < INT64_MAX / 2 && tick > INT64_MIN / 2);
    if (qty > 0 && book->sides[s].near_count + book->sides[s].far_count >= book->level_max &&
        book_l2_qty(book, side, tick) == 0)
        return ERR_FULL;
    ret_change->best_before = best_tick(book, s);
    ret_change->previous =
        is_near(book, s, x) ? near_put(book, s, x, qty) : far_put(book, s, x, qty);
    if (qty > 0)
        after_insert(book, s, x);
    else
        after_delete(book, s, x);
    ret_change->best_after = best_tick(book, s);
    return 0;
}

void book_l2_clear(struct book_l2 *book, int side) {
    for (int s = 0; s < 2; s++) {
        if (side != 0 && s != (side < 0)) continue;
        for (uint32_t word = 0; word < book->window / WORD; word++) {
            if (!book->near_mask[s][word]) continue;
            memset(book->near_qty[s] + word * WORD, 0, WORD * sizeof(int64_t));
            book->near_mask[s][word] = 0;
        }
        memset(book->far[s], 0, book->sides[s].far_count * sizeof *book->far[s]);
        side_reset(&book->sides[s]);
    }
}

int64_t book_l2_best_bid(const struct book_l2 *book) {
    return best_tick(book, 0);
}

int64_t book_l2_best_ask(const struct book_l2 *book) {
    return best_tick(book, 1);
}

static int64_t qty_of(const struct book_l2 *book, int s, int64_t x) {
    if (is_near(book, s, x)) return book->near_qty[s][slot_of(book, x)];
    uint32_t i = far_find(book, s, x);
    return far_holds(book, s, i, x) ? book->far[s][i].qty : 0;
}

int64_t book_l2_qty(const struct book_l2 *book, int side, int64_t tick) {
    return qty_of(book, side < 0, side < 0 ? -tick : tick);
}

uint32_t book_l2_count(const struct book_l2 *book, int side) {
    const struct book_l2_side *of = &book->sides[side < 0];
    return of->near_count + of->far_count;
}

int64_t book_l2_next(const struct book_l2 *book, int side, int64_t tick) {
    int s = side < 0;
    return tick_of(s, below(book, s, s ? -tick : tick));
}

// The least x stored of a side that has a level.
static int64_t least_of(const struct book_l2 *book, int s) {
    const struct book_l2_side *side = &book->sides[s];
    int64_t first = side->base;
    if (side->far_count > 0 && book->far[s][0].tick < first) return book->far[s][0].tick;
    if (side->near_count == 0) return book->far[s][0].tick;
    while (book->near_mask[s][slot_of(book, first) / WORD] == 0) first += WORD;
    return first + __builtin_ctzll(book->near_mask[s][slot_of(book, first) / WORD]);
}

bool book_l2_is_plain(const struct book_l2 *book, int side) {
    int s = side < 0;
    if (book_l2_count(book, side) == 0) return true;
    int64_t best = book->sides[s].best;
    return best != NONE && below(book, s, INT64_MAX) == best &&
           least_of(book, s) >= book->sides[s].reach;
}

uint32_t book_l2_levels(const struct book_l2 *book, int side, struct book_l2_level *ret_levels,
                        uint32_t max) {
    int s = side < 0;
    uint32_t count = 0;
    for (int64_t x = book->sides[s].best; x != NONE && count < max; x = below(book, s, x))
        ret_levels[count++] = (struct book_l2_level){tick_of(s, x), qty_of(book, s, x)};
    return count;
}

// The multiple of `ticks` that is not below x.
static int64_t round_up(int64_t x, int64_t ticks) {
    int64_t rest = x % ticks;
    return rest > 0 ? x + ticks - rest : x - rest;
}

uint32_t book_l2_buckets(const struct book_l2 *book, int side, int64_t ticks,
                         struct book_l2_level *ret_levels, uint32_t max) {
    int s = side < 0;
    uint32_t count = 0;
    for (int64_t x = book->sides[s].best; x != NONE; x = below(book, s, x)) {
        int64_t tick = tick_of(s, round_up(x, ticks));
        if (count == 0 || ret_levels[count - 1].tick != tick) {
            if (count == max) break;
            ret_levels[count++] = (struct book_l2_level){tick, 0};
        }
        ret_levels[count - 1].qty += qty_of(book, s, x);
    }
    return count;
}

// Of the levels a sum, so that the order in which they are met does not matter.
uint64_t book_l2_hash(const struct book_l2 *book) {
    uint64_t hash = 0;
    for (int s = 0; s < 2; s++) {
        const struct book_l2_side *side = &book->sides[s];
        uint64_t sum = 0;
        for (int64_t x = below(book, s, INT64_MAX); x != NONE; x = below(book, s, x)) {
            const int64_t level[2] = {x, qty_of(book, s, x)};
            sum += hash64(0, level, sizeof level);
        }
        const uint64_t whole[3] = {(uint64_t)side->best, (uint64_t)side->reach, sum};
        hash = hash64(hash, whole, sizeof whole);
    }
    return hash;
}

void book_l2_check(const struct book_l2 *book) {
    for (int s = 0; s < 2; s++) {
        const struct book_l2_side *side = &book->sides[s];
        uint32_t near = 0;
        for (uint32_t slot = 0; slot < book->window; slot++) {
            bool marked = book->near_mask[s][slot / WORD] >> (slot % WORD) & 1;
            CHECK(marked == (book->near_qty[s][slot] > 0) && book->near_qty[s][slot] >= 0);
            near += marked;
        }
        CHECK(near == side->near_count && near + side->far_count <= book->level_max);
        for (uint32_t i = 0; i < side->far_count; i++) {
            CHECK(book->far[s][i].qty > 0 && !is_near(book, s, book->far[s][i].tick));
            CHECK(i == 0 || book->far[s][i].tick > book->far[s][i - 1].tick);
        }
        CHECK(side->base % WORD == 0);
        if (side->best == NONE) continue;
        CHECK(is_near(book, s, side->best) && qty_of(book, s, side->best) > 0);
        CHECK(side->reach <= side->best);
    }
    const struct book_l2_side *bids = &book->sides[0], *asks = &book->sides[1];
    CHECK(bids->best == NONE || asks->best == NONE || bids->best < -asks->best);
}
