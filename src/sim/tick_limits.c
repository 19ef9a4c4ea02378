// SPDX-License-Identifier: Apache-2.0
#include "sim/tick_limits.h"

#include "base/check.h"
#include "sim/tick_state.h"

struct tick_limits tick_limits_preset(enum tick_limits_preset preset) {
    static const struct tick_limits presets[TICK_LIMITS_PRESET_COUNT] = {
        [TICK_LIMITS_BINANCE_SPOT] = {.rates = {{50, 10}, {160000, 86400}},
                                      .open_max = 200,
                                      .stop_max = 5,
                                      .band_up = 4 * (int64_t)MODEL_PARTS,
                                      .band_down = MODEL_PARTS / 10 * 8,
                                      .notional_min = 10},
        [TICK_LIMITS_BINANCE_USDM] = {.rates = {{300, 10}, {1200, 60}},
                                      .open_max = 200,
                                      .stop_max = 100,
                                      .band_up = MODEL_PARTS / 100 * 15,
                                      .band_down = MODEL_PARTS / 100 * 15,
                                      .notional_min = 5},
        [TICK_LIMITS_BINANCE_COINM] = {.rates = {{6000, 60}},
                                       .open_max = 200,
                                       .band_up = MODEL_PARTS / 100 * 15,
                                       .band_down = MODEL_PARTS / 100 * 15},
    };
    CHECK(preset < TICK_LIMITS_PRESET_COUNT);
    return presets[preset];
}

static int64_t floor_div(int64_t a, int64_t b) {
    return a / b - (a % b < 0);
}

enum order_reason tick_limit_rate(struct tick_exchange *x) {
    const struct tick_limits *limits = &x->config.limits;
    for (int i = 0; i < TICK_RATE_RULES; i++) {
        struct tick_rate_state *rate = &x->state->rates[i];
        if (limits->rates[i].most == 0) continue;
        int64_t window =
            floor_div(x->state->now_ns, (int64_t)limits->rates[i].window_s * 1000000000);
        if (window != rate->window) *rate = (struct tick_rate_state){.window = window};
        if (rate->used >= limits->rates[i].most) {
            x->state->counts.rate_limited++;
            return REASON_RATE_LIMIT;
        }
    }
    for (int i = 0; i < TICK_RATE_RULES; i++) x->state->rates[i].used++;
    return REASON_NONE;
}

// Twice the middle of the book, in ticks; 0: there is none.
static int64_t middle_twice(const struct tick_exchange *x) {
    int64_t bid = book_l2_best_bid(&x->book), ask = book_l2_best_ask(&x->book);
    return bid == BOOK_L2_NO_BID || ask == BOOK_L2_NO_ASK ? 0 : bid + ask;
}

static bool out_of_band(const struct tick_exchange *x, int32_t side, int64_t price) {
    const struct tick_limits *limits = &x->config.limits;
    int64_t most = side > 0 ? limits->band_up : limits->band_down, middle = middle_twice(x);
    if (most == 0 || middle == 0) return false;
    int128_t bound = (int128_t)middle * (MODEL_PARTS + side * most);
    int128_t asked = (int128_t)2 * (price / x->tick) * MODEL_PARTS;
    return side > 0 ? asked > bound : asked < bound;
}

// What inverse contracts stand for, in the currency that they are quoted in.
static double face_value(const struct tick_exchange *x, int64_t qty) {
    const struct instrument *instrument = x->instrument;
    return tick_units(x, qty) *
           decimal_to_double(instrument->multiplier, instrument->multiplier_decimals);
}

static bool too_small(const struct tick_exchange *x, const struct order_spec *spec, int64_t price,
                      int64_t qty) {
    double least = x->config.limits.notional_min;
    if (spec->flags & ORDER_REDUCE_ONLY) return false;
    if (least > 0 && instrument_is_inverse(x->instrument) && face_value(x, qty) < least)
        return true;
    if (price == 0) price = middle_twice(x) * x->tick / 2;
    if (price == 0) return false;
    money_t value = sim_account_size(&x->account, x->config.instrument, PRICE(price), QTY(qty));
    if (value.m < x->instrument->notional_min) return true;
    int decimals = x->config.instruments->currencies[x->instrument->currency].decimals;
    return !instrument_is_inverse(x->instrument) && money_to_double(value, decimals) < least;
}

enum order_reason tick_limit_order(const struct tick_exchange *x, const struct order_spec *spec) {
    const struct tick_limits *limits = &x->config.limits;
    const struct tick_state *state = x->state;
    bool stop = spec->type == ORDER_STOP || spec->type == ORDER_STOP_LIMIT;
    uint32_t open = state->sides[0].count + state->sides[1].count + state->stop_count;
    if (limits->open_max > 0 && open >= limits->open_max) return REASON_FULL;
    if (stop && limits->stop_max > 0 && state->stop_count >= limits->stop_max) return REASON_FULL;
    return tick_limit_change(x, spec, spec->limit_price.m, spec->qty.m);
}

enum order_reason tick_limit_change(const struct tick_exchange *x, const struct order_spec *spec,
                                    int64_t limit_price, int64_t qty) {
    if (limit_price != 0 && out_of_band(x, spec->side, limit_price)) return REASON_PRICE_BAND;
    return too_small(x, spec, limit_price, qty) ? REASON_MIN_NOTIONAL : REASON_NONE;
}

void tick_limits_describe(const struct tick_limits *limits, int64_t resilience_ns,
                          struct text *out) {
    const char *between = "";
    text_printf(out, "limits\t");
    for (int i = 0; i < TICK_RATE_RULES; i++)
        if (limits->rates[i].most > 0) {
            text_printf(out, "%s%u requests in %u s", between, limits->rates[i].most,
                        limits->rates[i].window_s);
            between = ", ";
        }
    if (limits->open_max > 0) {
        text_printf(out, "%s%u orders open", between, limits->open_max);
        if (limits->stop_max > 0) text_printf(out, ", %u of them stops", limits->stop_max);
        between = ", ";
    }
    if (limits->band_up > 0 || limits->band_down > 0) {
        text_printf(out, "%sbuys to %g %% above the middle, sells to %g %% below", between,
                    (double)limits->band_up / 1e7, (double)limits->band_down / 1e7);
        between = ", ";
    }
    if (limits->notional_min > 0)
        text_printf(out, "%sworth at least %g", between, limits->notional_min);
    else if (between[0] == '\0')
        text_printf(out, "none beyond tick and lot");
    text_printf(out, "\nimpact\twhat ours take of a level is gone for ours ");
    if (resilience_ns > 0)
        text_printf(out, "until %g s after they last did, or until it shows less\n",
                    (double)resilience_ns / 1e9);
    else
        text_printf(out, "until it shows less by itself\n");
}
