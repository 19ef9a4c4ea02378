// SPDX-License-Identifier: Apache-2.0
// Whether a new order may come in.
#include "sim/matching/matching_state.h"

static bool fields_good(const struct matching *m, const struct matching_command *c);
static bool type_good(const struct matching_command *c);
static bool tif_good(const struct matching *m, const struct matching_command *c);
static bool sizes_good(const struct matching *m, const struct matching_command *c);
static bool prices_good(const struct matching *m, const struct matching_command *c,
                        uint32_t *ret_reason);
static uint32_t phase_reason(const struct matching *m, const struct matching_command *c);

static inline bool has_limit(const struct matching_command *c) {
    return c->type == ORDER_LIMIT || c->type == ORDER_STOP_LIMIT;
}
static inline bool at_once(const struct matching_command *c) {
    return c->tif == TIF_IOC || c->tif == TIF_FOK;
}
static inline bool stays(const struct matching_command *c) {
    return c->tif == TIF_GTC || c->tif == TIF_DAY || c->tif == TIF_GTD;
}

// Of several faults the first here is told.
bool matching_order_command_good(const struct matching *m, const struct matching_command *c,
                                 uint32_t *ret_reason) {
    *ret_reason = REASON_BAD_ORDER;
    if (!fields_good(m, c) || !type_good(c) || !tif_good(m, c) || !sizes_good(m, c)) return false;
    if (!prices_good(m, c, ret_reason)) return false;
    *ret_reason = REASON_DUPLICATE_ID;
    if (matching_book_find(m, c->order_id) != 0) return false;
    *ret_reason = phase_reason(m, c);
    if (*ret_reason != REASON_NONE) return false;
    *ret_reason = REASON_FULL;
    bool gone = m->state->phase == MATCHING_CONTINUOUS && (at_once(c) || c->type == ORDER_MARKET) &&
                c->tif != TIF_AT_CLOSE;
    if (m->state->free == 0 && !gone) return false;
    *ret_reason = REASON_POST_ONLY_WOULD_TAKE;
    if ((c->flags & MATCHING_POST_ONLY) == 0) return true;
    uint32_t level;
    CHECK(level_of(m, c->price, &level));
    return !crosses(c->side, level, m->state->best[ladder_of(-c->side)]);
}

static bool fields_good(const struct matching *m, const struct matching_command *c) {
    return c->order_id != 0 && c->owner < m->config.owner_max && (c->side == 1 || c->side == -1) &&
           c->type < ORDER_TYPE_COUNT && c->tif < TIF_COUNT && c->stp < MATCHING_STP_COUNT &&
           (c->flags & ~(uint32_t)(MATCHING_POST_ONLY | MATCHING_HIDDEN)) == 0;
}

// What each type takes for its time in force.
static bool type_good(const struct matching_command *c) {
    if ((c->flags & MATCHING_POST_ONLY) != 0 && (c->type != ORDER_LIMIT || !stays(c))) return false;
    if ((c->flags & MATCHING_HIDDEN) != 0 && (!has_limit(c) || !stays(c))) return false;
    switch (c->type) {
    case ORDER_MARKET:
        return c->tif != TIF_GTD;
    case ORDER_LIMIT:
        return true;
    case ORDER_MARKET_ON_CLOSE:
        return c->tif == TIF_GTC || c->tif == TIF_DAY;
    default:
        return stays(c);
    }
}

static bool tif_good(const struct matching *m, const struct matching_command *c) {
    return c->tif == TIF_GTD ? c->expire_ns > m->state->now_ns : c->expire_ns == 0;
}

static bool sizes_good(const struct matching *m, const struct matching_command *c) {
    int64_t lot = m->config.lot;
    if (c->qty <= 0 || c->qty > m->qty_max || c->qty % lot != 0) return false;
    if (c->display_qty < 0 || c->display_qty > c->qty || c->display_qty % lot != 0) return false;
    if (c->display_qty > 0 && (!has_limit(c) || !stays(c))) return false;
    if (c->display_qty > 0 && (c->flags & MATCHING_HIDDEN) != 0) return false;
    if (c->display_qty > 0 && (c->qty - 1) / c->display_qty >= MATCHING_SLICES_MAX) return false;
    if (c->min_qty < 0 || c->min_qty > c->qty || c->min_qty % lot != 0) return false;
    return c->min_qty == 0 || c->tif == TIF_IOC;
}

static bool price_good(const struct matching *m, int64_t price, uint32_t *ret_reason) {
    uint32_t level;
    bool within = price >= m->config.price_min && price <= m->config.price_max;
    *ret_reason = within ? REASON_BAD_ORDER : REASON_PRICE_BAND;
    return level_of(m, price, &level);
}

static bool prices_good(const struct matching *m, const struct matching_command *c,
                        uint32_t *ret_reason) {
    bool trails = c->type == ORDER_TRAILING_STOP;
    bool stop = c->type == ORDER_STOP || c->type == ORDER_STOP_LIMIT;
    if (!has_limit(c) && c->price != 0) return false;
    if (!stop && !trails && c->stop_price != 0) return false;
    if (!trails && c->trail != 0) return false;
    if (trails && (c->trail <= 0 || c->trail % m->config.tick != 0)) return false;
    if (trails && c->trail > m->config.price_max - m->config.price_min) return false;
    if (has_limit(c) && !price_good(m, c->price, ret_reason)) return false;
    bool stops = stop || (trails && c->stop_price != 0);
    return !stops || price_good(m, c->stop_price, ret_reason);
}

static uint32_t phase_reason(const struct matching *m, const struct matching_command *c) {
    uint32_t phase = m->state->phase;
    if (phase == MATCHING_CLOSED) return REASON_MARKET_CLOSED;
    if (phase == MATCHING_HALTED) return REASON_HALTED;
    bool opens = phase == MATCHING_PRE_OPEN || phase == MATCHING_OPENING_CALL;
    if (c->tif == TIF_AT_OPEN && !opens) return REASON_PHASE;
    bool now = at_once(c) || (c->flags & MATCHING_POST_ONLY) != 0;
    return now && phase_collects(phase) ? REASON_PHASE : REASON_NONE;
}
