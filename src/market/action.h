// SPDX-License-Identifier: Apache-2.0
// Corporate actions of one company's stock, as tables in date order: splits, cash dividends, renames, the
// delisting. Everything is point in time: a question names a date and gets what was true on it.
//
// The tables come from adjustment factors, the form in which vendors keep them. A row says: to compare a
// raw price of this date, or of one after the row before, with today's, multiply it by price_factor
// (dividends) and by split_factor (splits). Factors change between a row's date, the last day of the
// old ones, and the next session, the ex-date. From two rows i and n = i + 1 and the raw close on
// row i's date follow
//     new shares for one old one = split_factor_n / split_factor_i
//     dividend per old share     = reference_price_i x (1 - price_factor_i / price_factor_n)
// which undoes how factors are made (CRSP's method, in the form of QuantConnect Lean's factor files).
// Factors are rounded, so what follows is an interval: of it the simplest fraction and the shortest
// decimal are taken, 2/1 and not 200001/100000, 0.205 and not 0.204998. Where a day has both, the
// dividend belongs to the old shares and comes first.
//
// Filled at start-up, read-only afterwards; memory comes from the arena and lives as long.
#ifndef FULMAR_MARKET_ACTION_H
#define FULMAR_MARKET_ACTION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "market/bar.h"
#include "market/calendar.h"
#include "market/instrument.h"

enum {
    FACTOR_DECIMALS = 12, // of price_factor and split_factor
    ACTION_DECIMALS = 6,  // of reference prices and dividends
    FACTOR_DIGITS = 7     // decimals to which vendors round price factors
};

struct factor {
    int32_t date;            // the last session they hold for
    int32_t until;           // the day before the ex-date; set by actions_add_factor
    int64_t price_factor;    // in (0, 10]
    int64_t split_factor;    // in (0, 1,000,000]
    int64_t reference_price; // raw close on the date, in [0, 1,000,000,000]; 0: not known
};

struct symbol_span {
    int32_t date; // the last one it holds for
    uint32_t reserved;
    char symbol[SYMBOL_SIZE];
};

enum action_kind { ACTION_DIVIDEND, ACTION_SPLIT };

struct action {
    int32_t date;           // ex-date: the first session it holds for
    uint32_t kind;          // enum action_kind
    int64_t numerator;      // SPLIT: new shares
    int64_t denominator;    // SPLIT: for so many old ones
    int64_t amount;         // DIVIDEND: cash per old share
    int64_t previous_close; // raw; 0: not known
};

struct actions {
    struct factor *factors;
    struct symbol_span *symbols;
    struct action *items; // by date, a dividend before a split
    uint32_t factor_count, factor_max;
    uint32_t symbol_count, symbol_max;
    uint32_t item_count;
    uint32_t calendar; // enum calendar_id
};

// A last symbol that holds until this date or later belongs to a stock that is still listed.
#define ACTIONS_STILL_LISTED date_from_civil(2050, 12, 31)

// Empty tables with room for so many rows. ERR_NOMEM.
int actions_init(struct actions *actions, struct arena *arena, enum calendar_id calendar,
                 uint32_t factor_max, uint32_t symbol_max) MUST_USE;

// Appends a row; dates rise strictly. ERR_ARGUMENT names the field that is outside its range or a date
// that does not rise, ERR_CORRUPT two rows that no dividend explains (a price factor that falls, or a
// dividend without a reference price), ERR_FULL. The actions between it and the row before are added
// to `items`.
int actions_add_factor(struct actions *actions, const struct factor *factor) MUST_USE;

// Appends the symbol that was valid from the day after the one before until `date`; the first row's date is the
// listing's. ERR_ARGUMENT, ERR_FULL.
int actions_add_symbol(struct actions *actions, int32_t date, const char *symbol) MUST_USE;

// The symbol on a date; NULL before the listing and after the delisting.
const char *actions_symbol_at(const struct actions *actions, int32_t date);

// The last date of trading of a stock that is no longer listed; false while it is, or when no symbols
// are known.
bool actions_delisted(const struct actions *actions, int32_t *ret_date);

enum adjust_flags { ADJUST_SPLITS = 1, ADJUST_DIVIDENDS = 2, ADJUST_ALL = 3 };

// A raw price of `date` as a chart drawn on `as_of` (>= date) shows it, rounded half to even and at
// least 1: actions with an ex-date in (date, as_of] are applied backward. INT32_MAX: all known ones.
// ERR_RANGE on overflow. For research and charts: the engine sees raw prices and the actions as events.
int actions_adjust_price(const struct actions *actions, int32_t date, int32_t as_of,
                         enum adjust_flags flags, price_t price, price_t *ret_price) MUST_USE;

// The same for a bar: prices as above, volume by splits alone and half to even; sets BAR_ADJUSTED.
// The bar's date is the one its open_ns belongs to.
int actions_adjust_bar(const struct actions *actions, int32_t as_of, enum adjust_flags flags,
                       struct bar *bar) MUST_USE;

#endif
