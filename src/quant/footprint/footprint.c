// SPDX-License-Identifier: Apache-2.0
#include "quant/footprint/footprint.h"

#include "base/check.h"

static struct volume_at_price *cells_of(struct footprint *self, uint32_t which) {
    return (struct volume_at_price *)((unsigned char *)self->cells +
                                      which * VOLUME_AT_PRICE_BYTES(self->config.rows_max));
}

static const struct volume_at_price *cells_of_const(const struct footprint *self, uint32_t which) {
    return (const struct volume_at_price *)((const unsigned char *)self->cells +
                                            which * VOLUME_AT_PRICE_BYTES(self->config.rows_max));
}

int footprint_init(struct footprint *self, const struct footprint_config *config) {
    uint32_t extended = config->flags & FOOTPRINT_EXTENDED ? RESAMPLE_EXTENDED : 0;
    if (config->kind >= FOOTPRINT_KIND_COUNT)
        return ERR_SET(ERR_ARGUMENT, "there is no kind %u of footprint bars", config->kind);
    if (config->limit < 1) return ERR_SET(ERR_ARGUMENT, "a bar's limit is above 0");
    if (config->kind == FOOTPRINT_TIME && config->limit > UINT32_MAX)
        return ERR_SET(ERR_ARGUMENT, "a bar's frame is a month at most");
    *self = (struct footprint){.config = *config, .last_ns = INT64_MIN, .day_end_ns = INT64_MIN};
    if (config->kind == FOOTPRINT_TIME)
        TRY(resample_init(&self->frames, (enum calendar_id)config->calendar,
                          (uint32_t)config->limit, extended));
    TRY(resample_init(&self->days, (enum calendar_id)config->calendar, FRAME_DAY_S,
                      RESAMPLE_EXTENDED));
    TRY(volume_at_price_init(cells_of(self, 0), config->height, config->rows_max));
    // The place of the second depends on rows_max, which the first has checked.
    return volume_at_price_init(cells_of(self, 1), config->height, config->rows_max);
}

// Ends the bar in the making.
static void finish(struct footprint *self) {
    self->now ^= 1;
    self->bars[self->now].begun = 0;
    volume_at_price_clear(cells_of(self, self->now));
    self->count++;
}

// The bar in the making goes on: nothing has to be looked up.
static bool is_within(const struct footprint *self, int64_t now_ns) {
    const struct footprint_bar *bar = &self->bars[self->now];
    return self->config.kind != FOOTPRINT_TIME || (bar->begun && now_ns < bar->close_ns);
}

static bool is_over(const struct footprint *self, int64_t now_ns) {
    const struct footprint_bar *bar = &self->bars[self->now];
    return self->config.kind == FOOTPRINT_TIME && bar->begun && now_ns >= bar->close_ns;
}

// The frame or the moment at which a bar that begins with a trade at ts_ns opens and closes; false: in no session.
static bool times_of(const struct footprint *self, int64_t ts_ns, int64_t *ret_open,
                     int64_t *ret_close) {
    *ret_open = *ret_close = ts_ns;
    if (self->config.kind != FOOTPRINT_TIME) return true;
    return resample_frame(&self->frames, ts_ns, ret_open, ret_close);
}

// Takes the trade into the bar in the making, which it may begin.
static void bar_take(struct footprint *self, int64_t ts_ns, int64_t price, int64_t delta) {
    struct footprint_bar *bar = &self->bars[self->now];
    if (!bar->begun) {
        *bar = (struct footprint_bar){
            .open = price, .high = price, .low = price, .cumulative = self->cumulative, .begun = 1};
        (void)times_of(self, ts_ns, &bar->open_ns, &bar->close_ns);
    }
    if (self->config.kind != FOOTPRINT_TIME) bar->close_ns = ts_ns;
    bar->high = price > bar->high ? price : bar->high;
    bar->low = price < bar->low ? price : bar->low;
    bar->close = price;
    bar->delta_high = delta > bar->delta_high ? delta : bar->delta_high;
    bar->delta_low = delta < bar->delta_low ? delta : bar->delta_low;
    bar->cumulative = self->cumulative;
}

static bool is_reached(const struct footprint *self) {
    const struct footprint_bar *bar = &self->bars[self->now];
    const struct volume_at_price_cell *all = &cells_of_const(self, self->now)->all;
    int64_t delta = volume_at_price_delta(all), limit = self->config.limit;
    switch ((enum footprint_kind)self->config.kind) {
    case FOOTPRINT_VOLUME:
        return volume_at_price_sum(all) >= limit;
    case FOOTPRINT_TRADES:
        return all->trades >= limit;
    case FOOTPRINT_DELTA:
        return delta >= limit || delta <= -limit;
    case FOOTPRINT_RANGE:
        return bar->high - bar->low >= limit;
    case FOOTPRINT_TIME:
    case FOOTPRINT_KIND_COUNT:
        break;
    }
    return false;
}

static bool day_turns(const struct footprint *self, int64_t ts_ns) {
    return (self->config.flags & FOOTPRINT_SESSIONS) != 0 && ts_ns >= self->day_end_ns;
}

static void day_turn(struct footprint *self, int64_t ts_ns) {
    int64_t begin, end;
    self->day_end_ns = resample_frame(&self->days, ts_ns, &begin, &end) ? end : INT64_MIN;
}

// The quantity that a trade adds to the delta fits: volumes are checked to, and they are not less.
int footprint_trade(struct footprint *self, int64_t ts_ns, int64_t price, int64_t qty, int side) {
    int64_t begin, end, cumulative;
    if (price < 1 || qty < 1)
        return ERR_SET(ERR_ARGUMENT, "a trade's price and quantity are above 0");
    if (ts_ns < self->last_ns)
        return ERR_SET(ERR_ARGUMENT, "a trade is earlier than the one before");
    if (!is_within(self, ts_ns) && !times_of(self, ts_ns, &begin, &end)) {
        self->outside++;
        return 0;
    }
    bool turns = day_turns(self, ts_ns); // a new session's cumulative delta begins at 0
    if (__builtin_add_overflow(turns ? 0 : self->cumulative, side * qty, &cumulative))
        return ERR_SET(ERR_RANGE, "the cumulative delta does not fit 64 bits");
    int done = is_over(self, ts_ns);
    if (done) finish(self);
    struct volume_at_price *cells = cells_of(self, self->now);
    TRY(volume_at_price_add(cells, price, qty, side));
    self->last_ns = ts_ns;
    if (turns) day_turn(self, ts_ns);
    self->cumulative = cumulative;
    bar_take(self, ts_ns, price, volume_at_price_delta(&cells->all));
    if (!is_reached(self)) return done;
    finish(self);
    return 1;
}

int footprint_flush(struct footprint *self, int64_t now_ns) {
    bool begun = self->bars[self->now].begun != 0;
    if (!is_over(self, now_ns) && !(begun && now_ns == INT64_MAX)) return 0;
    finish(self);
    return 1;
}

struct footprint_view footprint_done(const struct footprint *self) {
    uint32_t which = self->now ^ 1;
    if (self->count == 0) return (struct footprint_view){0};
    return (struct footprint_view){&self->bars[which], cells_of_const(self, which)};
}

struct footprint_view footprint_making(const struct footprint *self) {
    if (!self->bars[self->now].begun) return (struct footprint_view){0};
    return (struct footprint_view){&self->bars[self->now], cells_of_const(self, self->now)};
}

const char *footprint_kind_name(enum footprint_kind kind) {
    static const char *const names[FOOTPRINT_KIND_COUNT] = {
        [FOOTPRINT_TIME] = "time",   [FOOTPRINT_VOLUME] = "volume", [FOOTPRINT_TRADES] = "trades",
        [FOOTPRINT_DELTA] = "delta", [FOOTPRINT_RANGE] = "range",
    };
    CHECK(kind < FOOTPRINT_KIND_COUNT);
    return names[kind];
}
