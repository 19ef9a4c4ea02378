// SPDX-License-Identifier: Apache-2.0
#include "market/book_l3.h"

#include <string.h>

#include "base/check.h"
#include "base/hash.h"

// How many records ahead book_l3_apply_run fetches the slot of an order, then the order, then its level.
enum { AHEAD_SLOT = 12, AHEAD_ORDER = 8, AHEAD_LEVEL = 4 };
enum { POOL_MAX = 1 << 30, LINE = 64 };
enum { NEAR = 16 }; // levels from the best that are looked at one by one
static const int64_t PRICE_BOUND = INT64_C(1) << 62;

static int index_init(struct book_l3_index *index, struct arena *arena, uint32_t max);
static inline uint32_t print_of(uint64_t key);
static inline uint32_t home_of(const struct book_l3_index *index, uint32_t print);
static inline void index_put(struct book_l3_index *index, uint32_t print, uint32_t value);
static inline void index_remove(struct book_l3_index *index, uint32_t hole);
static inline uint32_t order_slot(const struct book_l3 *book, uint64_t id);
static inline uint32_t level_print(int side, int64_t price);
static inline uint32_t level_slot(const struct book_l3 *book, int side, int64_t price);
static enum book_l3_outcome apply(struct book_l3 *book, const struct feed_record *record);
static inline enum book_l3_outcome add(struct book_l3 *book, const struct feed_record *record);
static inline enum book_l3_outcome modify(struct book_l3 *book, const struct feed_record *record);
static inline enum book_l3_outcome take(struct book_l3 *book, const struct feed_record *record,
                                        bool all);
static void clear(struct book_l3 *book, int side);
static inline uint32_t level_get(struct book_l3 *book, int side, int64_t price);
static uint32_t level_new(struct book_l3 *book, int side, int64_t price);
static void level_end(struct book_l3 *book, uint32_t at);
static inline uint32_t rank_of(const struct book_l3_ladder *ladder, int64_t key);
static inline int64_t key_of(int side, int64_t price);
static inline void link_last(struct book_l3 *book, uint32_t at, uint32_t level);
static inline void unlink_order(struct book_l3 *book, uint32_t at);
static inline void order_end(struct book_l3 *book, uint32_t slot);
static inline bool in_range(const struct book_l3 *book, const struct feed_record *record);
static void check_side(const struct book_l3 *book, int side, uint32_t *orders);
static void check_level(const struct book_l3 *book, uint32_t at);

const char *book_l3_outcome_name(enum book_l3_outcome outcome) {
    static const char *const names[BOOK_L3_OUTCOME_END] = {
        [BOOK_L3_APPLIED] = "applied",
        [BOOK_L3_CROSSED] = "crossed",
        [BOOK_L3_BESIDE] = "beside",
        [BOOK_L3_UNKNOWN] = "unknown_order",
        [BOOK_L3_DUPLICATE] = "duplicate_order",
        [BOOK_L3_EXCESS] = "excess",
        [BOOK_L3_FULL] = "full",
        [BOOK_L3_RANGE] = "range",
    };
    return outcome < BOOK_L3_OUTCOME_END ? names[outcome] : NULL;
}

int book_l3_init(struct book_l3 *book, struct arena *arena, const struct book_l3_config *config) {
    uint32_t orders = config->order_max, levels = config->level_max;
    if (orders == 0 || orders > POOL_MAX || levels == 0 || levels > POOL_MAX)
        return ERR_SET(ERR_ARGUMENT, "a book of %u orders at %u prices: each is 1 to 2^30", orders,
                       levels);
    struct book_l3 made = {.config = *config, .qty_max = INT64_MAX / orders};
    made.orders = arena_alloc(arena, (orders + (size_t)1) * sizeof *made.orders, LINE);
    made.levels = arena_alloc(arena, (levels + (size_t)1) * sizeof *made.levels, LINE);
    if (made.orders == NULL || made.levels == NULL) return ERR_NOMEM;
    TRY(index_init(&made.order_index, arena, orders));
    TRY(index_init(&made.level_index, arena, levels));
    for (int i = 0; i < 2; i++) {
        struct book_l3_ladder *ladder = &made.ladders[i];
        ladder->keys = ARENA_NEW(arena, int64_t, levels + (size_t)1);
        ladder->levels = ARENA_NEW(arena, uint32_t, levels + (size_t)1);
        if (ladder->keys == NULL || ladder->levels == NULL) return ERR_NOMEM;
        ladder->keys[0] = INT64_MIN;
    }
    for (uint32_t i = 1; i < orders; i++) made.orders[i].next = i + 1;
    for (uint32_t i = 1; i < levels; i++) made.levels[i].first = i + 1;
    made.order_free = made.level_free = 1;
    *book = made;
    return 0;
}

enum book_l3_outcome book_l3_apply(struct book_l3 *book, const struct feed_record *record) {
    enum book_l3_outcome outcome = apply(book, record);
    book->outcomes[outcome]++;
    return outcome;
}

void book_l3_apply_run(struct book_l3 *book, const struct feed_record *records, uint64_t count) {
    const struct book_l3_index *index = &book->order_index;
    for (uint64_t i = 0; i < count; i++) {
        if (LIKELY(i + AHEAD_SLOT < count)) {
            uint32_t home = home_of(index, print_of(records[i + AHEAD_SLOT].id));
            __builtin_prefetch(&index->slots[home], 1);
            home = home_of(index, print_of(records[i + AHEAD_ORDER].id));
            __builtin_prefetch(&book->orders[index->slots[home].value], 1);
            home = home_of(index, print_of(records[i + AHEAD_LEVEL].id));
            const struct book_l3_node *order = &book->orders[index->slots[home].value];
            __builtin_prefetch(&book->levels[order->level], 1);
            __builtin_prefetch(&book->orders[order->prev], 1);
            __builtin_prefetch(&book->orders[order->next], 1);
        }
        book->outcomes[apply(book, &records[i])]++;
    }
}

uint64_t book_l3_outcomes(const struct book_l3 *book, enum book_l3_outcome outcome) {
    CHECK(outcome < BOOK_L3_OUTCOME_END);
    return book->outcomes[outcome];
}

bool book_l3_order(const struct book_l3 *book, uint64_t id, struct book_l3_order *ret_order) {
    uint32_t at = book->order_index.slots[order_slot(book, id)].value;
    if (at == 0) return false;
    const struct book_l3_node *order = &book->orders[at];
    const struct book_l3_queue *level = &book->levels[order->level];
    struct book_l3_order found = {
        .id = id, .price = level->price, .qty = order->qty, .side = level->side};
    for (uint32_t ahead = order->prev; ahead != 0; ahead = book->orders[ahead].prev) {
        found.qty_ahead += book->orders[ahead].qty;
        found.orders_ahead++;
    }
    *ret_order = found;
    return true;
}

bool book_l3_level_find(const struct book_l3 *book, int side, int64_t price,
                        struct book_l3_level *ret_level) {
    uint32_t at = book->level_index.slots[level_slot(book, side, price)].value;
    if (at == 0) return false;
    const struct book_l3_queue *level = &book->levels[at];
    *ret_level = (struct book_l3_level){level->price, level->qty, level->count, 0};
    return true;
}

bool book_l3_level_of(const struct book_l3 *book, int side, uint64_t id,
                      struct book_l3_level *ret_level) {
    uint32_t at = book->order_index.slots[order_slot(book, id)].value;
    const struct book_l3_queue *level = &book->levels[book->orders[at].level];
    if (at == 0 || level->side != side) return false;
    *ret_level = (struct book_l3_level){level->price, level->qty, level->count, 0};
    return true;
}

uint32_t book_l3_levels(const struct book_l3 *book, int side, struct book_l3_level *ret_levels,
                        uint32_t max) {
    const struct book_l3_ladder *ladder = &book->ladders[side < 0];
    uint32_t count = ladder->count < max ? ladder->count : max;
    for (uint32_t i = 0; i < count; i++) {
        const struct book_l3_queue *level = &book->levels[ladder->levels[ladder->count - i]];
        ret_levels[i] = (struct book_l3_level){level->price, level->qty, level->count, 0};
    }
    return count;
}

uint32_t book_l3_buckets(const struct book_l3 *book, int side, int64_t width,
                         struct book_l3_level *ret_levels, uint32_t max) {
    CHECK(width > 0 && width <= PRICE_BOUND);
    const struct book_l3_ladder *ladder = &book->ladders[side < 0];
    uint32_t count = 0;
    for (uint32_t i = ladder->count; i > 0; i--) {
        const struct book_l3_queue *level = &book->levels[ladder->levels[i]];
        int64_t past = level->price % width; // toward 0
        int64_t price = level->price - past;
        if (side > 0 && past > 0) price += width;
        if (side < 0 && past < 0) price -= width;
        bool same = count > 0 && ret_levels[count - 1].price == price;
        if (!same && count == max) break;
        if (!same) ret_levels[count++] = (struct book_l3_level){.price = price};
        struct book_l3_level *bucket = &ret_levels[count - 1];
        bucket->qty += level->qty;
        bucket->count += level->count;
    }
    return count;
}

uint32_t book_l3_orders(const struct book_l3 *book, int side, int64_t price,
                        struct book_l3_order *ret_orders, uint32_t max) {
    uint32_t at = book->level_index.slots[level_slot(book, side, price)].value, count = 0;
    int64_t qty_ahead = 0;
    if (at == 0) return 0;
    for (uint32_t next = book->levels[at].first; next != 0 && count < max; count++) {
        const struct book_l3_node *order = &book->orders[next];
        ret_orders[count] =
            (struct book_l3_order){order->id, price, order->qty, qty_ahead, count, side};
        qty_ahead += order->qty;
        next = order->next;
    }
    return count;
}

uint32_t book_l3_order_count(const struct book_l3 *book) {
    return book->order_count;
}

uint32_t book_l3_level_count(const struct book_l3 *book, int side) {
    return book->ladders[side < 0].count;
}

uint64_t book_l3_hash(const struct book_l3 *book) {
    uint64_t hash = 0;
    for (int i = 0; i < 2; i++) {
        const struct book_l3_ladder *ladder = &book->ladders[i];
        for (uint32_t rank = ladder->count; rank > 0; rank--) {
            const struct book_l3_queue *level = &book->levels[ladder->levels[rank]];
            for (uint32_t at = level->first; at != 0; at = book->orders[at].next) {
                const struct book_l3_node *order = &book->orders[at];
                const int64_t row[] = {level->side, level->price, (int64_t)order->id, order->qty};
                hash = hash64(hash, row, sizeof row);
            }
        }
    }
    return hash;
}

void book_l3_check(const struct book_l3 *book) {
    uint32_t orders = 0, free_orders = 0, free_levels = 0;
    check_side(book, 1, &orders);
    check_side(book, -1, &orders);
    CHECK(orders == book->order_count);
    CHECK(book->level_count == book->ladders[0].count + book->ladders[1].count);
    for (uint32_t at = book->order_free; at != 0; at = book->orders[at].next) free_orders++;
    for (uint32_t at = book->level_free; at != 0; at = book->levels[at].first) free_levels++;
    CHECK(orders + free_orders == book->config.order_max);
    CHECK(book->level_count + free_levels == book->config.level_max);
    CHECK(book->orders[0].level == 0 && book->levels[0].count == 0);
}

static void check_side(const struct book_l3 *book, int side, uint32_t *orders) {
    const struct book_l3_ladder *ladder = &book->ladders[side < 0];
    CHECK(ladder->keys[0] == INT64_MIN);
    for (uint32_t rank = 1; rank <= ladder->count; rank++) {
        const struct book_l3_queue *level = &book->levels[ladder->levels[rank]];
        CHECK(ladder->keys[rank] > ladder->keys[rank - 1]);
        CHECK(ladder->keys[rank] == key_of(side, level->price));
        CHECK(level->side == side);
        check_level(book, ladder->levels[rank]);
        *orders += level->count;
    }
}

static void check_level(const struct book_l3 *book, uint32_t at) {
    const struct book_l3_queue *level = &book->levels[at];
    uint32_t count = 0, last = 0;
    int64_t qty = 0;
    CHECK(book->level_index.slots[level_slot(book, level->side, level->price)].value == at);
    for (uint32_t next = level->first; next != 0; next = book->orders[next].next) {
        const struct book_l3_node *order = &book->orders[next];
        CHECK(order->prev == last && order->level == at && order->qty > 0);
        CHECK(book->order_index.slots[order_slot(book, order->id)].value == next);
        qty += order->qty;
        last = next;
        count++;
    }
    CHECK(count > 0 && count == level->count && qty == level->qty && last == level->last);
}

static enum book_l3_outcome apply(struct book_l3 *book, const struct feed_record *record) {
    DCHECK(feed_record_valid(record));
    enum book_l3_outcome outcome;
    switch (feed_kind_of(record->what)) {
    case FEED_ADD:
        outcome = add(book, record);
        break;
    case FEED_MODIFY:
        outcome = modify(book, record);
        break;
    case FEED_REDUCE:
    case FEED_EXECUTE:
        outcome = take(book, record, false);
        break;
    case FEED_DELETE:
        outcome = take(book, record, true);
        break;
    case FEED_CLEAR:
        outcome = BOOK_L3_APPLIED;
        clear(book, feed_side_of(record->what));
        break;
    default:
        return BOOK_L3_BESIDE;
    }
    bool whole = (feed_flags_of(record->what) & FEED_LAST) != 0;
    if (UNLIKELY(book_l3_is_crossed(book)) && whole && outcome == BOOK_L3_APPLIED)
        return BOOK_L3_CROSSED;
    return outcome;
}

static inline enum book_l3_outcome add(struct book_l3 *book, const struct feed_record *record) {
    int side = feed_side_of(record->what);
    if (UNLIKELY(!in_range(book, record))) return BOOK_L3_RANGE;
    struct book_l3_index *index = &book->order_index;
    uint32_t slot = order_slot(book, record->id), at = book->order_free;
    if (UNLIKELY(index->slots[slot].value != 0)) return BOOK_L3_DUPLICATE;
    if (UNLIKELY(at == 0)) return BOOK_L3_FULL;
    uint32_t level = level_get(book, side, record->price);
    if (UNLIKELY(level == 0)) return BOOK_L3_FULL;
    struct book_l3_node *order = &book->orders[at];
    book->order_free = order->next;
    book->order_count++;
    index->slots[slot] = (struct book_l3_slot){print_of(record->id), at};
    order->id = record->id;
    order->qty = record->qty;
    link_last(book, at, level);
    return BOOK_L3_APPLIED;
}

static inline enum book_l3_outcome modify(struct book_l3 *book, const struct feed_record *record) {
    uint32_t at = book->order_index.slots[order_slot(book, record->id)].value;
    struct book_l3_node *order = &book->orders[at];
    struct book_l3_queue *level = &book->levels[order->level];
    int side = feed_side_of(record->what);
    if (UNLIKELY(at == 0 || level->side != side)) return BOOK_L3_UNKNOWN;
    if (UNLIKELY(!in_range(book, record))) return BOOK_L3_RANGE;
    bool stays = level->price == record->price;
    if (stays && record->qty <= order->qty) {
        level->qty -= order->qty - record->qty;
        order->qty = record->qty;
        return BOOK_L3_APPLIED;
    }
    uint32_t target = order->level;
    if (!stays) {
        bool frees = level->count == 1;
        target = level_slot(book, side, record->price);
        target = book->level_index.slots[target].value;
        if (UNLIKELY(target == 0 && book->level_free == 0 && !frees)) return BOOK_L3_FULL;
    }
    uint32_t old = order->level;
    unlink_order(book, at);
    if (!stays && level->count == 0) level_end(book, old);
    order->qty = record->qty;
    link_last(book, at, target != 0 ? target : level_new(book, side, record->price));
    return BOOK_L3_APPLIED;
}

static inline enum book_l3_outcome take(struct book_l3 *book, const struct feed_record *record,
                                        bool all) {
    uint32_t slot = order_slot(book, record->id);
    uint32_t at = book->order_index.slots[slot].value;
    struct book_l3_node *order = &book->orders[at];
    struct book_l3_queue *level = &book->levels[order->level];
    if (UNLIKELY(at == 0 || level->side != feed_side_of(record->what))) return BOOK_L3_UNKNOWN;
    if (!all && record->qty < order->qty) {
        order->qty -= record->qty;
        level->qty -= record->qty;
        return BOOK_L3_APPLIED;
    }
    bool excess = !all && record->qty > order->qty;
    order_end(book, slot);
    return UNLIKELY(excess) ? BOOK_L3_EXCESS : BOOK_L3_APPLIED;
}

static void clear(struct book_l3 *book, int side) {
    for (int i = 0; i < 2; i++) {
        const struct book_l3_ladder *ladder = &book->ladders[i];
        if ((side > 0 && i == 1) || (side < 0 && i == 0)) continue;
        while (ladder->count > 0) {
            uint32_t first = book->levels[ladder->levels[ladder->count]].first;
            order_end(book, order_slot(book, book->orders[first].id));
        }
    }
}

// A price within 2^62 of 0 leaves room for the keys of empty sides; quantities so bounded cannot overflow together.
static inline bool in_range(const struct book_l3 *book, const struct feed_record *record) {
    return record->qty <= book->qty_max && record->price < PRICE_BOUND &&
           record->price > -PRICE_BOUND;
}

static inline void order_end(struct book_l3 *book, uint32_t slot) {
    uint32_t at = book->order_index.slots[slot].value;
    struct book_l3_node *order = &book->orders[at];
    uint32_t level = order->level;
    unlink_order(book, at);
    if (book->levels[level].count == 0) level_end(book, level);
    index_remove(&book->order_index, slot);
    order->next = book->order_free;
    order->level = 0;
    book->order_free = at;
    book->order_count--;
}

// Order 0 takes the writes to neighbours that are not there.
static inline void unlink_order(struct book_l3 *book, uint32_t at) {
    struct book_l3_node *order = &book->orders[at];
    struct book_l3_queue *level = &book->levels[order->level];
    uint32_t prev = order->prev, next = order->next;
    book->orders[prev].next = next;
    book->orders[next].prev = prev;
    level->first = prev == 0 ? next : level->first;
    level->last = next == 0 ? prev : level->last;
    level->qty -= order->qty;
    level->count--;
}

static inline void link_last(struct book_l3 *book, uint32_t at, uint32_t level_at) {
    struct book_l3_node *order = &book->orders[at];
    struct book_l3_queue *level = &book->levels[level_at];
    order->level = level_at;
    order->prev = level->last;
    order->next = 0;
    book->orders[level->last].next = at;
    level->first = level->last == 0 ? at : level->first;
    level->last = at;
    level->qty += order->qty;
    level->count++;
}

// 0: the pool is used up.
static inline uint32_t level_get(struct book_l3 *book, int side, int64_t price) {
    uint32_t at = book->level_index.slots[level_slot(book, side, price)].value;
    return LIKELY(at != 0) ? at : level_new(book, side, price);
}

static uint32_t level_new(struct book_l3 *book, int side, int64_t price) {
    uint32_t at = book->level_free;
    if (at == 0) return 0;
    struct book_l3_queue *level = &book->levels[at];
    book->level_free = level->first;
    book->level_count++;
    *level = (struct book_l3_queue){.price = price, .side = side};
    index_put(&book->level_index, level_print(side, price), at);
    struct book_l3_ladder *ladder = &book->ladders[side < 0];
    int64_t key = key_of(side, price);
    uint32_t rank = rank_of(ladder, key) + 1, moved = ladder->count + 1 - rank;
    memmove(&ladder->keys[rank + 1], &ladder->keys[rank], moved * sizeof *ladder->keys);
    memmove(&ladder->levels[rank + 1], &ladder->levels[rank], moved * sizeof *ladder->levels);
    ladder->keys[rank] = key;
    ladder->levels[rank] = at;
    ladder->count++;
    return at;
}

static void level_end(struct book_l3 *book, uint32_t at) {
    struct book_l3_queue *level = &book->levels[at];
    int side = level->side;
    struct book_l3_ladder *ladder = &book->ladders[side < 0];
    uint32_t rank = rank_of(ladder, key_of(side, level->price)) + 1, moved = ladder->count - rank;
    memmove(&ladder->keys[rank], &ladder->keys[rank + 1], moved * sizeof *ladder->keys);
    memmove(&ladder->levels[rank], &ladder->levels[rank + 1], moved * sizeof *ladder->levels);
    ladder->count--;
    index_remove(&book->level_index, level_slot(book, side, level->price));
    level->first = book->level_free;
    book->level_free = at;
    book->level_count--;
}

// How many levels are worse than the key.
static inline uint32_t rank_of(const struct book_l3_ladder *ladder, int64_t key) {
    uint32_t high = ladder->count, near = high > NEAR ? high - NEAR : 0, low = 0;
    while (high > near && ladder->keys[high] >= key) high--;
    if (high > near) return high;
    while (low < high) {
        uint32_t middle = low + (high - low + 1) / 2;
        if (ladder->keys[middle] < key)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

static inline int64_t key_of(int side, int64_t price) {
    return side < 0 ? ~price : price;
}

// Half of the slots stay empty, so that probes are short.
static int index_init(struct book_l3_index *index, struct arena *arena, uint32_t max) {
    uint64_t count = 2;
    while (count < 2 * (uint64_t)max) count *= 2;
    index->slots = arena_alloc(arena, count * sizeof *index->slots, LINE);
    if (index->slots == NULL) return ERR_NOMEM;
    index->mask = (uint32_t)(count - 1);
    index->shift = 32 - (uint32_t)__builtin_ctzll(count);
    return 0;
}

// The upper half of the product with 2^64 over the golden ratio (Knuth, The Art of Computer Programming 3, 6.4).
static inline uint32_t print_of(uint64_t key) {
    return (uint32_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 32);
}

static inline uint32_t home_of(const struct book_l3_index *index, uint32_t print) {
    return print >> index->shift;
}

static inline void index_put(struct book_l3_index *index, uint32_t print, uint32_t value) {
    uint32_t at = home_of(index, print);
    while (index->slots[at].value != 0) at = (at + 1) & index->mask;
    index->slots[at] = (struct book_l3_slot){print, value};
}

// Each later slot of the run moves into the hole unless its home lies between the two. A print tells its home, so
// that nothing but the slots is read.
static inline void index_remove(struct book_l3_index *index, uint32_t hole) {
    struct book_l3_slot *slots = index->slots;
    for (uint32_t at = (hole + 1) & index->mask; slots[at].value != 0;
         at = (at + 1) & index->mask) {
        uint32_t from_home = (at - home_of(index, slots[at].print)) & index->mask;
        uint32_t from_hole = (at - hole) & index->mask;
        if (from_home < from_hole) continue;
        slots[hole] = slots[at];
        hole = at;
    }
    slots[hole] = (struct book_l3_slot){0};
}

// The slot of an order, or the empty one where it would be put.
static inline uint32_t order_slot(const struct book_l3 *book, uint64_t id) {
    const struct book_l3_index *index = &book->order_index;
    uint32_t print = print_of(id), at = home_of(index, print);
    for (; index->slots[at].value != 0; at = (at + 1) & index->mask)
        if (index->slots[at].print == print && book->orders[index->slots[at].value].id == id) break;
    return at;
}

static inline uint32_t level_print(int side, int64_t price) {
    return print_of((uint64_t)price << 1 | (side < 0));
}

static inline uint32_t level_slot(const struct book_l3 *book, int side, int64_t price) {
    const struct book_l3_index *index = &book->level_index;
    uint32_t print = level_print(side, price), at = home_of(index, print);
    for (; index->slots[at].value != 0; at = (at + 1) & index->mask) {
        const struct book_l3_queue *level = &book->levels[index->slots[at].value];
        if (index->slots[at].print == print && level->price == price && level->side == side) break;
    }
    return at;
}
