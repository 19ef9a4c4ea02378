// SPDX-License-Identifier: Apache-2.0
// From a target's weight to a quantity: the method's fraction of the equity, scaled, in whole lots.
#include <math.h>

#include "base/check.h"
#include "engine/engine_state.h"

static const struct instrument *instrument_of(const struct engine *engine,
                                              const struct slot *slot) {
    return &engine->config.instruments->items[slot->instrument];
}

static double strategy_equity(const struct engine *engine, uint32_t strategy) {
    return money_to_double(ledger_strategy_equity(engine->ledger, strategy),
                           engine->money_decimals);
}

// What one lot costs at the last price, in account money; NaN when that is not known.
static double lot_value(const struct engine *engine, const struct slot *slot) {
    const struct instrument *instrument = instrument_of(engine, slot);
    const struct board_row *row = &engine->board.rows[slot->instrument];
    double price = decimal_to_double(row->last.m, instrument->price_decimals);
    double per_lot = engine->cache[slot->instrument].value_per_lot;
    double value = instrument_is_inverse(instrument) ? per_lot / price : per_lot * price;
    if (instrument->currency == engine->config.account_currency)
        return row->last.m > 0 ? value : NAN;
    int32_t decimals = engine->config.instruments->currencies[instrument->currency].decimals;
    money_t unit = MONEY((int128_t)decimal_pow10(decimals)), converted;
    if (ledger_convert(engine->ledger, unit, instrument->currency, &converted) < 0) return NAN;
    return value * money_to_double(converted, engine->money_decimals);
}

// Harmonic mean of the volatilities of the strategy's instruments that are known.
static double volatility_mean(const struct engine *engine, const struct slot *slot) {
    const struct engine_strategy_config *config = &engine->config.strategies[slot->strategy];
    double sum = 0, count = 0;
    for (uint32_t i = 0; i < config->instrument_count; i++) {
        uint32_t cell = slot->strategy * engine->config.instruments->count + config->instruments[i];
        const struct slot *other = &engine->slots[engine->slot_of[cell]];
        double volatility = signal_value(engine->signals, other->volatility);
        if (!(volatility > 0)) continue;
        sum += 1 / volatility;
        count++;
    }
    return sum > 0 ? count / sum : NAN;
}

// How far the strategy's equity is below its peak, as a part of that; NaN where peaks are not kept.
static double drawdown(const struct engine *engine, uint32_t strategy, double equity) {
    double peak = engine->peaks != NULL ? engine->peaks[strategy] : NAN;
    if (!(peak > 0)) return NAN;
    return equity < peak ? 1 - equity / peak : 0;
}

void engine_size_watch(struct engine *engine, uint32_t strategy) {
    double equity = strategy_equity(engine, strategy);
    if (equity > engine->peaks[strategy]) engine->peaks[strategy] = equity;
}

double engine_size_fraction(const struct engine *engine, const struct slot *slot,
                            const struct strategy_target *target) {
    const struct engine_strategy_config *config = &engine->config.strategies[slot->strategy];
    const struct strategy_state *stats = &engine->strategies[slot->strategy];
    const struct board_row *row = &engine->board.rows[slot->instrument];
    struct sizing_view view = {
        .price = decimal_to_double(row->last.m, instrument_of(engine, slot)->price_decimals) *
                 slot->state->factor,
        .inverse = instrument_is_inverse(instrument_of(engine, slot)),
        .equity = strategy_equity(engine, slot->strategy),
        .volatility = slot->volatility < 0 ? NAN : signal_value(engine->signals, slot->volatility),
        .volatility_mean = NAN,
        .shares = config->strategy->scope == SCOPE_UNIVERSE ? 1 : config->instrument_count,
        .trades = (uint32_t)stats->trades,
        .trade_return_mean = stats->return_mean,
        .trade_return_var = stats->trades > 1 ? stats->return_m2 / (double)(stats->trades - 1) : 0,
    };
    if (config->sizing->reads_volatility) view.volatility_mean = volatility_mean(engine, slot);
    if (config->size_scale == NULL)
        return config->sizing->fraction(&view, config->sizing_params, target);
    struct strategy_target scaled = *target;
    scaled.confidence = size_scale(config->size_scale, target->confidence,
                                   drawdown(engine, slot->strategy, view.equity));
    return config->sizing->fraction(&view, config->sizing_params, &scaled);
}

// Whether a quantity is worth what the venue asks for at least, at the last price.
static bool has_notional(const struct engine *engine, const struct slot *slot, int64_t qty) {
    const struct instrument *instrument = instrument_of(engine, slot);
    if (instrument->notional_min == 0) return true;
    price_t price = engine->board.rows[slot->instrument].last;
    money_t value;
    if (ledger_size(engine->ledger, slot->instrument, price, QTY(qty < 0 ? -qty : qty), &value) < 0)
        return true;
    return value.m >= instrument->notional_min;
}

bool engine_size_quantity(const struct engine *engine, const struct slot *slot, double fraction,
                          int64_t *ret_qty) {
    if (fraction == 0) {
        *ret_qty = 0;
        return true;
    }
    double equity = strategy_equity(engine, slot->strategy);
    double lots = equity > 0 ? floor(fabs(fraction) * equity / lot_value(engine, slot)) : 0;
    if (!(lots >= 0 && lots < 4e18 / (double)instrument_of(engine, slot)->lot.m)) return false;
    int64_t qty = (int64_t)lots * instrument_of(engine, slot)->lot.m;
    if (!has_notional(engine, slot, qty)) qty = 0;
    *ret_qty = fraction < 0 ? -qty : qty;
    return true;
}

bool engine_size_is_worth(const struct engine *engine, const struct slot *slot, int64_t delta) {
    int64_t qty = delta < 0 ? -delta : delta;
    return qty > 0 && qty >= instrument_of(engine, slot)->qty_min.m &&
           has_notional(engine, slot, qty);
}

int engine_size_init(struct engine *engine, struct arena *state) {
    const struct engine_config *config = &engine->config;
    bool any = false;
    for (uint32_t s = 0; s < config->strategy_count; s++) {
        const double *scale = config->strategies[s].size_scale;
        if (scale == NULL) continue;
        TRY(params_check(size_scale_params, SCALE_COUNT, "the scale of sizes", scale));
        const char *wrong = size_scale_fault(scale);
        if (wrong != NULL) return ERR_SET(ERR_ARGUMENT, "scale of sizes: %s", wrong);
        any = any || size_scale_reads_peak(scale);
    }
    if (!any) return 0;
    engine->peaks = ARENA_NEW(state, double, config->strategy_count);
    return engine->peaks != NULL ? 0 : engine_full("peaks");
}
