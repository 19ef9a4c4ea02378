// SPDX-License-Identifier: Apache-2.0
// What a target becomes and what fills do: the integers that engine, ledger and venue would have.
#include <math.h>

#include "base/check.h"
#include "research/sweep/lane_state.h"

// A first guess of a value is off by 2^11 at most: so often this fits into 62 bits (lanes_mark.c).
#define POWER_MAX ((int64_t)1 << 50)

static void look_at_bars(struct lane_machine *machine, int64_t *ret_most) {
    const struct log *log = machine->config->log;
    machine->volume_ns = INT64_MAX;
    *ret_most = 1;
    for (size_t at = 0; at < log->size;) {
        const struct bar_event *event = (const void *)log_event(log, at);
        if (event->bar.high.m > *ret_most) *ret_most = event->bar.high.m;
        if (event->bar.volume.m > 0 && machine->volume_ns == INT64_MAX)
            machine->volume_ns = event->header.ts_ns;
        at = log_next(&event->header, at);
    }
}

void lane_machine_init(struct lane_machine *machine, const struct trial_config *config) {
    const struct engine_config *engine = config->engine;
    const struct instrument *instrument = &engine->instruments->items[0];
    struct notional_scale scale = instrument_scale(engine->instruments, 0);
    int64_t most;
    *machine = (struct lane_machine){.config = config, .instrument = instrument};
    notional_init(&machine->notional, &scale);
    look_at_bars(machine, &most);
    machine->power = machine->notional.lost > 0 ? (int64_t)machine->notional.power : 1;
    machine->inverse = 1 / (double)machine->power;
    int128_t unit = (int128_t)most * (int128_t)machine->notional.factor;
    machine->price_max = most < INT64_MAX / 2 ? 2 * most : INT64_MAX;
    machine->scalar = machine->power > POWER_MAX;
    machine->unit = (double)machine->notional.factor * machine->inverse;
    int128_t room =
        (int128_t)LANES_AMOUNT_MAX * machine->power; // of a product: values keep 62 bits
    int128_t qty_max = unit > 0 ? room / unit / 2 : 0;
    machine->qty_max = qty_max < LANES_AMOUNT_MAX ? (int64_t)qty_max : LANES_AMOUNT_MAX;
    machine->money_decimals = engine->instruments->currencies[engine->account_currency].decimals;
    machine->lot_value = decimal_to_double(instrument->lot.m, instrument->qty_decimals) *
                         decimal_to_double(instrument->multiplier, instrument->multiplier_decimals);
    machine->volume_parts = model_parts(config->sim->params[SIM_VOLUME_SHARE]);
    machine->band = engine->risk->enabled[risk_rule_find("price_band")]
                        ? engine->risk->params[risk_rule_find("price_band")][0]
                        : INFINITY;
    machine->order_units_max = engine->risk->enabled[risk_rule_find("order_size")]
                                   ? engine->risk->params[risk_rule_find("order_size")][0]
                                   : INFINITY;
}

// What a fill takes: a price, and how much of the bar's volume was taken before it.
struct take {
    int64_t price;
    int64_t qty; // signed
    int64_t before;
    bool unknown_volume;
};

// Slippage and rounding to the tick against us, as sim/fill.c has them.
static int64_t taken_price(const struct lane_machine *machine, const struct bar *bar,
                           const struct take *take) {
    const struct sim_config *sim = machine->config->sim;
    int64_t tick = machine->instrument->tick.m;
    struct slip_view view = {
        .price = PRICE(take->price),
        .tick = PRICE(tick),
        .qty = QTY(take->qty < 0 ? -take->qty : take->qty),
        .volume = take->unknown_volume ? QTY(0) : bar->volume,
        .before = QTY(take->before),
    };
    int side = take->qty < 0 ? -1 : 1;
    int128_t moved =
        (int128_t)take->price + (int128_t)side * sim->slip->offset(&view, sim->slip_params);
    int64_t ticks = (int64_t)decimal_div_round(moved, tick, side > 0 ? ROUND_CEIL : ROUND_FLOOR);
    return ticks < 1 ? tick : ticks * tick;
}

// The fee of a fill that its order's sums have already; it joins them.
static int64_t fee_of(const struct lane_machine *machine, struct order_so_far *order, int64_t value,
                      int64_t size) {
    const struct sim_config *sim = machine->config->sim;
    order->value += value;
    order->qty += size;
    struct fee_view view = {
        .order_value = MONEY(order->value),
        .order_qty = QTY(order->qty),
        .order_fees = order->fees,
        .value = MONEY(value),
        .qty = QTY(size),
        .money_decimals = machine->money_decimals,
        .qty_decimals = machine->instrument->qty_decimals,
        .liquidity = LIQUIDITY_TAKER,
    };
    int64_t fee = sim->fee->fee(&view, sim->fee_params);
    order->fees += fee;
    return fee;
}

// How much a bar's volume allows, in whole lots; INT64_MAX: anything.
static int64_t room_of(const struct lane_machine *machine, const struct bar *bar,
                       bool *ret_unknown) {
    *ret_unknown = (bar->flags & (BAR_CLOSE_ONLY | BAR_QUOTE)) != 0;
    if (*ret_unknown || machine->volume_parts == 0) return INT64_MAX;
    if (bar->volume.m == 0 && bar->close_ns <= machine->volume_ns) return INT64_MAX;
    return (int64_t)((int128_t)bar->volume.m * machine->volume_parts / MODEL_PARTS);
}

static void book(const struct lane_machine *machine, struct lane *lane, const struct bar *bar,
                 const struct take *take) {
    int64_t qty = take->qty, size = qty < 0 ? -qty : qty;
    int64_t price = taken_price(machine, bar, take);
    if (price > machine->price_max) {
        lane->left = true;
        return;
    }
    int64_t value = lane_worth(machine, price, size);
    int64_t fee = fee_of(machine, &lane->so_far, value, size);
    int64_t closed = score_closing(&lane->position, qty);
    struct score_fill fill = {
        .ts_ns = bar->close_ns,
        .qty = qty,
        .price = price,
        .fee = fee,
        .value = MONEY(value),
        .closing = MONEY(closed == size ? value : lane_worth(machine, price, closed)),
        .closed = closed,
    };
    score_fill(&lane->score, &lane->position, &fill);
    lane->cash -= (qty < 0 ? -value : value) + fee;
    lane->qty += qty;
    lane->left |= lane->cash > LANES_AMOUNT_MAX || lane->cash < -LANES_AMOUNT_MAX;
}

// The order meets a bar at its open; how much was filled. A rest waits for the next bar.
static int64_t fill_order(const struct lane_machine *machine, struct lane *lane,
                          const struct bar *bar) {
    int64_t left = lane->order, size = left < 0 ? -left : left;
    struct take take = {.price = bar->open.m};
    int64_t room = room_of(machine, bar, &take.unknown_volume);
    if (size > room) size = room - room % machine->instrument->lot.m;
    if (size == 0) return 0;
    take.qty = left < 0 ? -size : size;
    lane->order = left - take.qty;
    book(machine, lane, bar, &take);
    return size;
}

void lane_fill(const struct lane_machine *machine, struct lane *lane, const struct bar *bar) {
    (void)fill_order(machine, lane, bar);
}

// The stop is reached: what the bar's volume does not allow of it goes on as a market order.
static void take_stop(const struct lane_machine *machine, struct lane *lane, const struct bar *bar,
                      int64_t before) {
    struct take take = {.before = before};
    int64_t size = lane->qty, room = room_of(machine, bar, &take.unknown_volume);
    if (room != INT64_MAX && size > room - before)
        size = (room - before) - (room - before) % machine->instrument->lot.m;
    // What is through the stop at the open has no better price than that; an entry of this bar has it too.
    take.price = bar->open.m < lane->stop_price ? bar->open.m : lane->stop_price;
    take.qty = -size;
    lane->order = size - lane->qty;
    lane->stops = false;
    lane->stopping = lane->order != 0;
    lane->so_far = (struct order_so_far){0};
    if (size > 0) book(machine, lane, bar, &take);
}

void lane_meet(const struct lane_machine *machine, struct lane *lane, const struct bar *bar) {
    int64_t before = lane->order != 0 ? fill_order(machine, lane, bar) : 0;
    if (lane->order == 0) lane->stopping = false;
    if (lane->qty == 0 && lane->order == 0) lane->stops = false;
    if (!lane->stops || lane->qty == 0 || lane->left) return;
    if (bar->low.m > lane->stop_price) {
        // It moved while nothing was bought yet: the venue hears of it after the first fill.
        if (before > 0 && !isnan(lane->stop)) lane_protect(machine, lane, bar, lane->stop);
    } else if (lane->order != 0) {
        lane->left = true; // two orders at work
    } else {
        take_stop(machine, lane, bar, before);
    }
}

// The quantity that a fraction of the equity buys, as engine/engine_target.c has it; false: beyond what is sure.
static bool target_quantity(const struct lane_machine *machine, int64_t equity,
                            const struct bar *bar, double weight, int64_t *ret_qty) {
    double worth = money_to_double(MONEY(equity), machine->money_decimals);
    double price = decimal_to_double(bar->close.m, machine->instrument->price_decimals);
    double value = machine->lot_value * price;
    double fraction = machine->config->engine->strategies[0].sizing_params[0] * weight;
    double lots = worth > 0 ? floor(fraction * worth / value) : 0;
    if (!(lots >= 0 && lots <= (double)(machine->qty_max / machine->instrument->lot.m)))
        return false;
    *ret_qty = (int64_t)lots * machine->instrument->lot.m;
    return true;
}

// Whether the venue would take the order: what it adds is paid for, at the last price.
static bool is_paid(const struct lane_machine *machine, const struct lane *lane, int64_t held,
                    const struct bar *bar, int64_t order) {
    if (order < 0) return true;
    int64_t needs = held + lane_worth(machine, bar->close.m, order);
    double units = decimal_to_double(order, machine->instrument->qty_decimals);
    return needs <= lane->cash + held && units <= machine->order_units_max;
}

void lane_decide(const struct lane_machine *machine, struct lane *lane, const struct bar *bar,
                 double weight) {
    int64_t want = 0, held = lane_worth(machine, bar->close.m, lane->qty);
    if (weight > 0 && !target_quantity(machine, lane->cash + held, bar, weight, &want)) {
        lane->left = true;
        return;
    }
    lane->weight = weight;
    int64_t order = want - lane->qty, least = machine->instrument->qty_min.m;
    int64_t pending = lane->order, change = order - pending;
    // What is on its way the other way is taken back, if the change is not less than that.
    bool turns = (pending > 0 && change <= -pending) || (pending < 0 && change >= -pending);
    if (pending != 0 && !turns) {
        lane->left = true;
        return;
    }
    lane->order = 0;
    if (order == 0 || (order < least && -order < least && want != 0)) return;
    if ((order < 0 ? -order : order) < least || !is_paid(machine, lane, held, bar, order)) {
        lane->left = true;
        return;
    }
    lane->order = order;
    lane->so_far = (struct order_so_far){0};
}

// A price at a tick, as engine/engine_target.c has that of a sell stop; 0: none.
static int64_t stop_tick(const struct instrument *instrument, double price) {
    double tick = decimal_to_double(instrument->tick.m, instrument->price_decimals);
    double ticks = price / tick, nearest = floor(ticks + 0.5);
    if (!(price > 0) || !(ticks < (double)(INT64_MAX / instrument->tick.m))) return 0;
    if (fabs(ticks - nearest) < 1e-6) ticks = nearest;
    return (int64_t)floor(ticks) * instrument->tick.m;
}

void lane_protect(const struct lane_machine *machine, struct lane *lane, const struct bar *bar,
                  double stop) {
    int64_t price = stop_tick(machine->instrument, stop), last = bar->close.m;
    double distance = fabs((double)(price - last)) / (double)last;
    lane->stop = stop;
    if (price <= 0 || price >= last || distance > machine->band) lane->left = true;
    lane->stop_price = price;
    lane->stops = true;
}
