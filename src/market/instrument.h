// SPDX-License-Identifier: Apache-2.0
// What can be traded and how it is counted: instruments and currencies, each a table addressed by
// index.
//
// The tables are filled at start-up, before the arena is sealed, and are read-only afterwards. An
// instrument's index is its identity inside a run; (venue, symbol) is its identity outside.
#ifndef FULMAR_MARKET_INSTRUMENT_H
#define FULMAR_MARKET_INSTRUMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/decimal.h"

enum { SYMBOL_SIZE = 32, VENUE_NAME_SIZE = 16, CURRENCY_CODE_SIZE = 8 };

enum asset_class {
    ASSET_EQUITY,
    ASSET_CRYPTO,
    ASSET_FOREX,
    ASSET_FUTURE,
    ASSET_INDEX, // not tradable for real; its bars can be
    ASSET_CLASS_COUNT
};

// Rows of market/calendar.c; the values stand in tapes and journals and never change.
enum calendar_id {
    CALENDAR_24_7 = 0, // every instant; days end at 00:00 UTC
    CALENDAR_XNYS = 1, // New York Stock Exchange
    CALENDAR_XNSE = 2, // National Stock Exchange of India
    CALENDAR_COUNT
};

// What a position earns when the price moves; the values stand in tapes and journals and never change.
enum payoff {
    PAYOFF_LINEAR = 0, // quantity x multiplier x (exit - entry)
    PAYOFF_INVERSE =
        1, // quantity x multiplier x (1 / entry - 1 / exit), in the coin that is priced
    PAYOFF_COUNT
};

struct currency {
    char code[CURRENCY_CODE_SIZE]; // ISO 4217 or the venue's ("BTC"), NUL-padded
    int32_t decimals;              // of money_t in this currency, fine enough for fees and funding
    int32_t reserved;
};

struct instrument {
    char symbol[SYMBOL_SIZE];    // NUL-padded
    char venue[VENUE_NAME_SIZE]; // NUL-padded
    price_t tick;                // smallest price step, > 0
    qty_t lot;                   // smallest quantity step, > 0
    qty_t qty_min;               // smallest order quantity, >= lot
    int64_t notional_min;        // smallest order value, at the currency's decimals; 0 = none
    int64_t multiplier;          // contract size, mantissa at multiplier_decimals, > 0
    int32_t multiplier_decimals;
    int32_t price_decimals;
    int32_t qty_decimals;
    uint32_t currency; // of its money: what it is quoted and settled in; of an inverse contract the
                       // coin it is settled in, while its multiplier is in what it is quoted in
    uint32_t asset;    // enum asset_class
    uint32_t calendar; // enum calendar_id
    uint32_t payoff;   // enum payoff
    uint32_t reserved;
};
_Static_assert(sizeof(struct instrument) == 120, "hashed as bytes");

struct instruments {
    struct instrument *items;
    struct currency *currencies;
    uint32_t count;
    uint32_t max;
    uint32_t currency_count;
    uint32_t currency_max;
};

int instruments_init(struct instruments *instruments, struct arena *arena, uint32_t max,
                     uint32_t currency_max) MUST_USE;

// Adds a currency, or finds the one of that code (whose decimals must agree: ERR_ARGUMENT). Returns
// its index; ERR_FULL.
int instruments_add_currency(struct instruments *instruments, const char *code,
                             int32_t decimals) MUST_USE;

// Checks every field against the ranges above and copies it in. Returns its index; ERR_ARGUMENT,
// ERR_EXISTS, ERR_FULL.
int instruments_add(struct instruments *instruments, const struct instrument *instrument) MUST_USE;

const struct instrument *instruments_get(const struct instruments *instruments, uint32_t index);

// The index of (venue, symbol), of any venue when venue is NULL; -1 when there is none.
int instruments_find(const struct instruments *instruments, const char *venue, const char *symbol);

// Fills an instrument with its asset class's usual steps: equities 4 price decimals, tick 0.0001,
// whole shares, CALENDAR_XNYS; crypto and forex 8 and 8 decimals, CALENDAR_24_7; futures 4 and 0; index
// as equities. The caller overrides what it knows better.
void instrument_defaults(struct instrument *ret_instrument, enum asset_class asset,
                         const char *symbol, uint32_t currency);

static inline bool instrument_is_inverse(const struct instrument *instrument) {
    return instrument->payoff == PAYOFF_INVERSE;
}

// The scale of what a quantity of this instrument is worth in its own currency.
struct notional_scale instrument_scale(const struct instruments *instruments, uint32_t index);

const char *asset_class_name(enum asset_class asset);
int asset_class_find(const char *name);      // -1
const char *payoff_name(enum payoff payoff); // "linear", "inverse"
int payoff_find(const char *name);           // -1

#endif
