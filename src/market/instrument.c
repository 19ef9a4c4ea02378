// SPDX-License-Identifier: Apache-2.0
#include "market/instrument.h"

#include <string.h>

#include "base/check.h"

static const char *const asset_names[ASSET_CLASS_COUNT] = {
    [ASSET_EQUITY] = "equity", [ASSET_CRYPTO] = "crypto", [ASSET_FOREX] = "forex",
    [ASSET_FUTURE] = "future", [ASSET_INDEX] = "index",
};

static const char *const payoff_names[PAYOFF_COUNT] = {
    [PAYOFF_LINEAR] = "linear",
    [PAYOFF_INVERSE] = "inverse",
};

static int instrument_check(const struct instruments *instruments,
                            const struct instrument *instrument);
static bool name_padded(const char *name, size_t size);

int instruments_init(struct instruments *instruments, struct arena *arena, uint32_t max,
                     uint32_t currency_max) {
    CHECK(max <= INT32_MAX && currency_max <= INT32_MAX);
    struct instrument *items = ARENA_NEW(arena, struct instrument, max);
    struct currency *currencies = ARENA_NEW(arena, struct currency, currency_max);
    if (items == NULL || currencies == NULL)
        return ERR_APPEND(ERR_NOMEM, "while making room for %u instruments and %u currencies", max,
                          currency_max);
    *instruments = (struct instruments){
        .items = items, .currencies = currencies, .max = max, .currency_max = currency_max};
    return 0;
}

int instruments_add_currency(struct instruments *instruments, const char *code, int32_t decimals) {
    size_t len = strlen(code);
    if (len == 0 || len >= CURRENCY_CODE_SIZE)
        return ERR_SET(ERR_ARGUMENT, "currency code '%s' must have 1 to %d characters", code,
                       CURRENCY_CODE_SIZE - 1);
    if (decimals < 0 || decimals > DECIMALS_MAX)
        return ERR_SET(ERR_ARGUMENT, "currency %s: %d decimals are outside 0..%d", code, decimals,
                       DECIMALS_MAX);
    for (uint32_t i = 0; i < instruments->currency_count; i++) {
        const struct currency *known = &instruments->currencies[i];
        if (strcmp(known->code, code) != 0) continue;
        if (known->decimals != decimals)
            return ERR_SET(ERR_ARGUMENT, "currency %s has %d decimals already, not %d", code,
                           known->decimals, decimals);
        return (int)i;
    }
    if (instruments->currency_count == instruments->currency_max)
        return ERR_SET(ERR_FULL, "no room for currency %s: the limit is %u", code,
                       instruments->currency_max);
    struct currency *currency = &instruments->currencies[instruments->currency_count];
    *currency = (struct currency){.decimals = decimals};
    memcpy(currency->code, code, len);
    return (int)instruments->currency_count++;
}

int instruments_add(struct instruments *instruments, const struct instrument *instrument) {
    TRY(instrument_check(instruments, instrument));
    if (instruments_find(instruments, instrument->venue, instrument->symbol) >= 0)
        return ERR_SET(ERR_EXISTS, "instrument %s of venue '%s' exists already", instrument->symbol,
                       instrument->venue);
    if (instruments->count == instruments->max)
        return ERR_SET(ERR_FULL, "no room for instrument %s: the limit is %u", instrument->symbol,
                       instruments->max);
    instruments->items[instruments->count] = *instrument;
    return (int)instruments->count++;
}

const struct instrument *instruments_get(const struct instruments *instruments, uint32_t index) {
    CHECK(index < instruments->count);
    return &instruments->items[index];
}

int instruments_find(const struct instruments *instruments, const char *venue, const char *symbol) {
    for (uint32_t i = 0; i < instruments->count; i++) {
        const struct instrument *item = &instruments->items[i];
        if (strcmp(item->symbol, symbol) != 0) continue;
        if (venue == NULL || strcmp(item->venue, venue) == 0) return (int)i;
    }
    return -1;
}

void instrument_defaults(struct instrument *ret_instrument, enum asset_class asset,
                         const char *symbol, uint32_t currency) {
    CHECK((unsigned)asset < ASSET_CLASS_COUNT);
    bool whole = asset == ASSET_EQUITY || asset == ASSET_INDEX || asset == ASSET_FUTURE;
    bool exchange = asset == ASSET_EQUITY || asset == ASSET_INDEX;
    struct instrument made = {
        .tick = PRICE(1),
        .lot = QTY(1),
        .qty_min = QTY(1),
        .multiplier = 1,
        .price_decimals = whole ? 4 : 8,
        .qty_decimals = whole ? 0 : 8,
        .currency = currency,
        .asset = asset,
        .calendar = exchange ? CALENDAR_XNYS : CALENDAR_24_7,
    };
    // A symbol that does not fit loses its NUL here, and instruments_add refuses it by that.
    memcpy(made.symbol, symbol, strnlen(symbol, SYMBOL_SIZE));
    *ret_instrument = made;
}

struct notional_scale instrument_scale(const struct instruments *instruments, uint32_t index) {
    const struct instrument *item = instruments_get(instruments, index);
    return (struct notional_scale){
        .multiplier = item->multiplier,
        .price_decimals = item->price_decimals,
        .qty_decimals = item->qty_decimals,
        .multiplier_decimals = item->multiplier_decimals,
        .money_decimals = instruments->currencies[item->currency].decimals,
        .inverse = instrument_is_inverse(item),
    };
}

const char *asset_class_name(enum asset_class asset) {
    return (unsigned)asset < ASSET_CLASS_COUNT ? asset_names[asset] : NULL;
}

int asset_class_find(const char *name) {
    for (int i = 0; i < ASSET_CLASS_COUNT; i++)
        if (strcmp(asset_names[i], name) == 0) return i;
    return -1;
}

const char *payoff_name(enum payoff payoff) {
    return (unsigned)payoff < PAYOFF_COUNT ? payoff_names[payoff] : NULL;
}

int payoff_find(const char *name) {
    for (int i = 0; i < PAYOFF_COUNT; i++)
        if (strcmp(payoff_names[i], name) == 0) return i;
    return -1;
}

static int instrument_check(const struct instruments *instruments,
                            const struct instrument *instrument) {
    if (instrument->symbol[0] == '\0' || !name_padded(instrument->symbol, SYMBOL_SIZE))
        return ERR_SET(ERR_ARGUMENT, "symbol '%.*s' must have 1 to %d characters and NUL padding",
                       SYMBOL_SIZE - 1, instrument->symbol, SYMBOL_SIZE - 1);
    const char *symbol = instrument->symbol;
    if (!name_padded(instrument->venue, VENUE_NAME_SIZE))
        return ERR_SET(ERR_ARGUMENT, "%s: venue '%.*s' must have at most %d characters", symbol,
                       VENUE_NAME_SIZE - 1, instrument->venue, VENUE_NAME_SIZE - 1);
    const struct {
        const char *field;
        int64_t value, min, max;
    } ranges[] = {
        {"tick", instrument->tick.m, 1, INT64_MAX},
        {"lot", instrument->lot.m, 1, INT64_MAX},
        {"qty_min", instrument->qty_min.m, instrument->lot.m, INT64_MAX},
        {"notional_min", instrument->notional_min, 0, INT64_MAX},
        {"multiplier", instrument->multiplier, 1, INT64_MAX},
        {"multiplier_decimals", instrument->multiplier_decimals, 0, DECIMALS_MAX},
        {"price_decimals", instrument->price_decimals, 0, DECIMALS_MAX},
        {"qty_decimals", instrument->qty_decimals, 0, DECIMALS_MAX},
        {"currency", instrument->currency, 0, (int64_t)instruments->currency_count - 1},
        {"asset", instrument->asset, 0, ASSET_CLASS_COUNT - 1},
        {"calendar", instrument->calendar, 0, CALENDAR_COUNT - 1},
        {"payoff", instrument->payoff, 0, PAYOFF_COUNT - 1},
        {"reserved", instrument->reserved, 0, 0},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
        if (ranges[i].value < ranges[i].min || ranges[i].value > ranges[i].max)
            return ERR_SET(ERR_ARGUMENT, "%s: %s %lld is outside %lld..%lld", symbol,
                           ranges[i].field, (long long)ranges[i].value, (long long)ranges[i].min,
                           (long long)ranges[i].max);
    return 0;
}

// Tables are hashed as bytes: nothing may stand after the NUL.
static bool name_padded(const char *name, size_t size) {
    size_t len = strnlen(name, size);
    if (len == size) return false;
    for (size_t i = len; i < size; i++)
        if (name[i] != '\0') return false;
    return true;
}
