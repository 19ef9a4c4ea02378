// SPDX-License-Identifier: Apache-2.0
#include "sim/matching/matching.h"

#include <string.h>

#include "base/hash.h"
#include "sim/matching/matching_state.h"

enum { LINE = 64, WORD_BITS = 64, PERCENT = 100, TIERS = 3 };
static const int64_t PRICE_BOUND = INT64_C(1) << 62;

static const char *fault_of(const struct matching_config *config);
static void wire(struct matching *m, const struct matching_config *config);
static size_t part_size(size_t count, size_t size);
static uint64_t map_slots(uint32_t max);
static void quote_of(const struct matching *m, uint32_t ladder, uint32_t at,
                     struct matching_quote *ret_quote);
static void order_of(const struct matching *m, uint32_t slot, struct matching_order *ret_order);

size_t matching_size(const struct matching_config *config) {
    struct matching m;
    if (fault_of(config) != NULL) return 0;
    wire(&m, config);
    return m.size;
}

int matching_init(struct matching *matching, struct arena *arena,
                  const struct matching_config *config) {
    const char *fault = fault_of(config);
    if (fault != NULL) return ERR_SET(ERR_ARGUMENT, "a matching engine's %s", fault);
    struct matching m;
    wire(&m, config);
    uint32_t levels = m.ticks + 2, owners = config->owner_max;
    size_t nodes = config->order_max + (size_t)1;
    m.state = arena_alloc(arena, part_size(1, sizeof *m.state), LINE);
    m.nodes = arena_alloc(arena, part_size(nodes, sizeof *m.nodes), LINE);
    m.terms = arena_alloc(arena, part_size(nodes, sizeof *m.terms), LINE);
    m.levels = arena_alloc(arena, part_size((size_t)LADDERS * levels, sizeof *m.levels), LINE);
    m.owners = arena_alloc(arena, part_size((size_t)2 * owners, sizeof *m.owners), LINE);
    if (!m.state || !m.nodes || !m.terms || !m.levels || !m.owners) return ERR_NOMEM;
    for (int tier = 0; tier < TIERS; tier++) {
        size_t words = (size_t)LADDERS * m.words[tier];
        m.bits[tier] = arena_alloc(arena, part_size(words, sizeof *m.bits[tier]), LINE);
        if (m.bits[tier] == NULL) return ERR_NOMEM;
    }
    TRY(map_init(&m.by_id, arena, config->order_max));
    for (uint32_t i = 1; i < config->order_max; i++) m.nodes[i].next = i + 1;
    for (uint32_t i = 0; i <= config->order_max; i++) m.nodes[i].place = PLACE_NONE;
    for (uint32_t i = 0; i < LADDERS; i++) m.state->best[i] = empty_best(&m, i);
    m.state->free = 1;
    m.state->phase = config->phase;
    m.state->now_ns = INT64_MIN;
    *matching = m;
    return 0;
}

// What is wrong with it, and what would be right; NULL: nothing.
static const char *fault_of(const struct matching_config *c) {
    if (c->tick <= 0) return "tick is to be above 0";
    if (c->price_min <= -PRICE_BOUND || c->price_max >= PRICE_BOUND || c->price_min > c->price_max)
        return "prices are to be from price_min to price_max, within 2^62 of 0";
    if (c->price_min % c->tick != 0 || c->price_max % c->tick != 0)
        return "price_min and price_max are to be multiples of the tick";
    if ((c->price_max - c->price_min) / c->tick >= MATCHING_TICKS_MAX)
        return "range of prices is above 2^22 ticks; take a narrower one or a larger tick";
    if (c->reference_price != 0 &&
        (c->reference_price < c->price_min || c->reference_price > c->price_max ||
         c->reference_price % c->tick != 0))
        return "reference_price is to be 0 or one of its prices";
    if (c->order_max == 0 || c->order_max > MATCHING_ORDERS_MAX)
        return "order_max is to be 1 to 2^24";
    if (c->owner_max == 0 || c->owner_max > MATCHING_OWNERS_MAX)
        return "owner_max is to be 1 to 2^20";
    if (c->lot <= 0 || c->lot > INT64_MAX / 4 / c->order_max)
        return "lot is to be above 0, and small against 2^63 / order_max";
    if (c->algorithm >= MATCHING_ALGORITHM_COUNT) return "algorithm is none";
    if (c->stp == MATCHING_STP_DEFAULT || c->stp >= MATCHING_STP_COUNT)
        return "stp is to be none, newest, oldest, both or decrement";
    if (c->phase >= MATCHING_PHASE_COUNT) return "phase is none";
    if (c->top_percent > PERCENT || c->fifo_percent > PERCENT)
        return "top_percent and fifo_percent are to be 0 to 100";
    if (c->top_max < 0 || c->min_allocation < 0 || c->top_max % c->lot != 0)
        return "top_max is to be 0 or lots, min_allocation 0 or more";
    if (c->collar < 0) return "collar is to be 0 or more";
    return NULL;
}

static void wire(struct matching *m, const struct matching_config *config) {
    *m = (struct matching){.config = *config};
    m->ticks = (uint32_t)((config->price_max - config->price_min) / config->tick) + 1;
    m->qty_max = INT64_MAX / 4 / config->order_max;
    uint32_t items = m->ticks + 2;
    size_t nodes = config->order_max + (size_t)1;
    m->size = part_size(1, sizeof *m->state) + part_size(nodes, sizeof *m->nodes) +
              part_size(nodes, sizeof *m->terms) +
              part_size((size_t)LADDERS * items, sizeof *m->levels) +
              part_size((size_t)2 * config->owner_max, sizeof *m->owners) +
              map_slots(config->order_max) * sizeof(struct map_slot);
    for (int tier = 0; tier < TIERS; tier++) {
        items = (items + WORD_BITS - 1) / WORD_BITS;
        m->words[tier] = items;
        m->size += part_size((size_t)LADDERS * items, sizeof *m->bits[tier]);
    }
}

// In whole lines, so that the parts follow each other without gaps that would differ.
static size_t part_size(size_t count, size_t size) {
    return (count * size + LINE - 1) / LINE * LINE;
}

// As base/map.h has them.
static uint64_t map_slots(uint32_t max) {
    uint64_t count = 1;
    while (count < (uint64_t)max + max / 3 + 1) count *= 2;
    return count;
}

void matching_apply(struct matching *m, const struct matching_command *command,
                    struct matching_sink *sink) {
    struct matching_state *state = m->state;
    CHECK(sink->max > 0 && sink->count <= sink->max);
    m->sink = sink;
    if (command->time_ns > state->now_ns) state->now_ns = command->time_ns;
    if (UNLIKELY(state->timed.first != 0)) matching_order_expire(m);
    switch (command->kind) {
    case MATCHING_NEW:
        matching_order_new(m, command);
        break;
    case MATCHING_CANCEL:
        matching_order_cancel(m, command);
        break;
    case MATCHING_REPLACE:
        matching_order_replace(m, command);
        break;
    case MATCHING_MASS_CANCEL:
        matching_order_mass_cancel(m, command);
        break;
    case MATCHING_PHASE:
        matching_auction_phase(m, command);
        break;
    case MATCHING_CLOCK:
        break;
    default:
        matching_event_refused(m, MATCHING_REJECTED, command, REASON_BAD_ORDER);
        break;
    }
    if (UNLIKELY(state->triggered.first != 0)) matching_stop_run(m);
    if (UNLIKELY(m->config.report != 0)) {
        matching_auction_indicate(m);
        matching_event_levels(m);
    }
    m->sink = NULL;
}

void matching_copy(struct matching *to, const struct matching *from) {
    CHECK(to->size == from->size && memcmp(&to->config, &from->config, sizeof to->config) == 0);
    memcpy(to->state, from->state, from->size);
    to->by_id.count = to->state->live;
}

bool matching_best(const struct matching *m, int side, struct matching_quote *ret_quote) {
    return matching_levels(m, side, ret_quote, 1) == 1;
}

static void quote_of(const struct matching *m, uint32_t ladder, uint32_t at,
                     struct matching_quote *ret_quote) {
    const struct matching_level *level = level_get(m, ladder, at);
    bool market = !level_has_price(m, at);
    *ret_quote = (struct matching_quote){market ? 0 : price_of(m, at), level->shown, level->total,
                                         level->count - level->hidden_count, market};
}

uint32_t matching_levels(const struct matching *m, int side, struct matching_quote *ret_quotes,
                         uint32_t max) {
    uint32_t ladder = ladder_of(side), at = m->state->best[ladder], count = 0;
    for (; at != empty_best(m, ladder) && count < max; at = matching_book_behind(m, ladder, at))
        if (LIKELY(level_get(m, ladder, at)->shown > 0))
            quote_of(m, ladder, at, &ret_quotes[count++]);
    return count;
}

static void order_of(const struct matching *m, uint32_t slot, struct matching_order *ret_order) {
    const struct matching_node *node = &m->nodes[slot];
    const struct matching_terms *terms = &m->terms[slot];
    bool priced = level_has_price(m, terms->limit);
    bool in_book = place_is_level(node->place) && place_ladder(node->place) <= ASKS;
    *ret_order = (struct matching_order){.order_id = node->id,
                                         .price = priced ? price_of(m, terms->limit) : 0,
                                         .stop_price = terms->stop,
                                         .leaves = node->leaves,
                                         .shown = in_book ? node->shown : 0,
                                         .filled = node->filled,
                                         .owner = node->owner,
                                         .side = node->side,
                                         .type = node->type,
                                         .tif = node->tif,
                                         .in_book = in_book};
}

bool matching_order_find(const struct matching *m, uint64_t order_id,
                         struct matching_order *ret_order) {
    uint32_t slot = matching_book_find(m, order_id);
    if (slot != 0) order_of(m, slot, ret_order);
    return slot != 0;
}

uint32_t matching_orders(const struct matching *m, int side, struct matching_order *ret_orders,
                         uint32_t max) {
    uint32_t ladder = ladder_of(side), at = m->state->best[ladder], count = 0;
    for (; at != empty_best(m, ladder); at = matching_book_behind(m, ladder, at)) {
        for (uint32_t slot = level_get(m, ladder, at)->first; slot != 0;
             slot = m->nodes[slot].next) {
            if (count == max) return count;
            order_of(m, slot, &ret_orders[count++]);
        }
    }
    return count;
}

uint32_t matching_order_count(const struct matching *m) {
    return m->state->live;
}

enum matching_phase matching_phase(const struct matching *m) {
    return (enum matching_phase)m->state->phase;
}

bool matching_last(const struct matching *m, int64_t *ret_price) {
    if (m->state->has_last) *ret_price = m->state->last;
    return m->state->has_last;
}

struct matching_totals matching_totals(const struct matching *m) {
    const struct matching_state *state = m->state;
    uint64_t gone = 2 * state->traded + state->canceled;
    return (struct matching_totals){state->accepted, state->traded, state->canceled,
                                    state->accepted - gone, state->trades};
}
