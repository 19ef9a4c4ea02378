// SPDX-License-Identifier: Apache-2.0
#include "market/action.h"

#include <string.h>

#include "base/check.h"
#include "base/timestamp.h"

// Splits are simple fractions. Factors of six significant digits place one within 1 / 200,000 of itself.
enum { SPLIT_TOLERANCE = 200000 };

struct fraction {
    int128_t numerator;
    int128_t denominator;
};

static int factor_check(const struct actions *actions, const struct factor *factor);
static int items_derive(struct actions *actions, const struct factor *row,
                        const struct factor *next);
static int dividend_derive(const struct factor *row, const struct factor *next,
                           int64_t *ret_amount);
static struct fraction split_derive(int64_t split_factor, int64_t next_factor);
static struct fraction simplest_between(struct fraction low, struct fraction high);
static struct fraction factor_at(const struct actions *actions, int32_t date,
                                 enum adjust_flags flags);
static struct fraction fraction_reduce(struct fraction fraction);
static int fraction_scale(int64_t value, struct fraction fraction, int64_t *ret_value);

int actions_init(struct actions *actions, struct arena *arena, enum calendar_id calendar,
                 uint32_t factor_max, uint32_t symbol_max) {
    struct actions made = {
        .factors = ARENA_NEW(arena, struct factor, factor_max),
        .symbols = ARENA_NEW(arena, struct symbol_span, symbol_max),
        .items = ARENA_NEW(arena, struct action, 2 * (size_t)factor_max),
        .factor_max = factor_max,
        .symbol_max = symbol_max,
        .calendar = calendar,
    };
    if (made.factors == NULL || made.symbols == NULL || made.items == NULL)
        return ERR_APPEND(ERR_NOMEM, "while making room for %u adjustment factors", factor_max);
    *actions = made;
    return 0;
}

int actions_add_factor(struct actions *actions, const struct factor *factor) {
    TRY(factor_check(actions, factor));
    uint32_t count = actions->factor_count;
    if (count > 0) TRY(items_derive(actions, &actions->factors[count - 1], factor));
    struct session ex;
    calendar_next_session((enum calendar_id)actions->calendar, factor->date, &ex);
    actions->factors[count] = *factor;
    actions->factors[count].until = ex.date - 1;
    actions->factor_count++;
    return 0;
}

int actions_add_symbol(struct actions *actions, int32_t date, const char *symbol) {
    size_t len = strlen(symbol);
    if (len == 0 || len >= SYMBOL_SIZE)
        return ERR_SET(ERR_ARGUMENT, "symbol '%s' must have 1 to %d characters", symbol,
                       SYMBOL_SIZE - 1);
    uint32_t count = actions->symbol_count;
    if (count > 0 && date <= actions->symbols[count - 1].date)
        return ERR_SET(ERR_ARGUMENT, "symbol %s: its date does not come after the one before",
                       symbol);
    if (count == actions->symbol_max)
        return ERR_SET(ERR_FULL, "no room for symbol %s: the limit is %u", symbol,
                       actions->symbol_max);
    struct symbol_span *span = &actions->symbols[actions->symbol_count++];
    *span = (struct symbol_span){.date = date};
    memcpy(span->symbol, symbol, len);
    return 0;
}

const char *actions_symbol_at(const struct actions *actions, int32_t date) {
    if (actions->symbol_count == 0 || date < actions->symbols[0].date) return NULL;
    for (uint32_t i = 0; i < actions->symbol_count; i++)
        if (date <= actions->symbols[i].date) return actions->symbols[i].symbol;
    return NULL;
}

bool actions_delisted(const struct actions *actions, int32_t *ret_date) {
    if (actions->symbol_count == 0) return false;
    int32_t date = actions->symbols[actions->symbol_count - 1].date;
    if (date >= ACTIONS_STILL_LISTED) return false;
    *ret_date = date;
    return true;
}

int actions_adjust_price(const struct actions *actions, int32_t date, int32_t as_of,
                         enum adjust_flags flags, price_t price, price_t *ret_price) {
    CHECK(as_of >= date);
    struct fraction then = factor_at(actions, date, flags);
    struct fraction now = factor_at(actions, as_of, flags);
    struct fraction ratio = fraction_reduce((struct fraction){then.numerator, now.numerator});
    int64_t adjusted = 0;
    TRY(fraction_scale(price.m, ratio, &adjusted));
    ret_price->m = adjusted > 0 ? adjusted : 1;
    return 0;
}

int actions_adjust_bar(const struct actions *actions, int32_t as_of, enum adjust_flags flags,
                       struct bar *bar) {
    int32_t date = calendar_day_of((enum calendar_id)actions->calendar, bar->open_ns);
    struct bar made = *bar;
    TRY(actions_adjust_price(actions, date, as_of, flags, bar->open, &made.open));
    TRY(actions_adjust_price(actions, date, as_of, flags, bar->high, &made.high));
    TRY(actions_adjust_price(actions, date, as_of, flags, bar->low, &made.low));
    TRY(actions_adjust_price(actions, date, as_of, flags, bar->close, &made.close));
    enum adjust_flags splits = flags & ADJUST_SPLITS;
    struct fraction then = factor_at(actions, date, splits);
    struct fraction now = factor_at(actions, as_of, splits);
    struct fraction ratio = fraction_reduce((struct fraction){now.numerator, then.numerator});
    TRY(fraction_scale(bar->volume.m, ratio, &made.volume.m));
    made.flags |= BAR_ADJUSTED;
    *bar = made;
    return 0;
}

static int factor_check(const struct actions *actions, const struct factor *factor) {
    const int64_t one = decimal_pow10(FACTOR_DECIMALS);
    if (factor->price_factor <= 0 || factor->price_factor > 10 * one)
        return ERR_SET(ERR_ARGUMENT, "price_factor must be above 0 and at most 10");
    if (factor->split_factor <= 0 || factor->split_factor > 1000000 * one)
        return ERR_SET(ERR_ARGUMENT, "split_factor must be above 0 and at most 1000000");
    if (factor->reference_price < 0 ||
        factor->reference_price > 1000000000 * decimal_pow10(ACTION_DECIMALS))
        return ERR_SET(ERR_ARGUMENT, "reference_price must be in 0..1000000000");
    uint32_t count = actions->factor_count;
    if (count > 0 && factor->date <= actions->factors[count - 1].date)
        return ERR_SET(ERR_ARGUMENT, "date does not come after the one of the row before");
    if (count == actions->factor_max)
        return ERR_SET(ERR_FULL, "no room for a further row of factors: the limit is %u", count);
    return 0;
}

// Adds what happened on the ex-date between two rows.
static int items_derive(struct actions *actions, const struct factor *row,
                        const struct factor *next) {
    struct action action = {.date = row->until + 1, .previous_close = row->reference_price};
    int64_t amount = 0;
    TRY(dividend_derive(row, next, &amount));
    if (amount > 0) {
        action.kind = ACTION_DIVIDEND;
        action.amount = amount;
        actions->items[actions->item_count++] = action;
    }
    struct fraction split = split_derive(row->split_factor, next->split_factor);
    if (split.numerator != split.denominator) {
        action.kind = ACTION_SPLIT;
        action.amount = 0;
        action.numerator = (int64_t)split.numerator;
        action.denominator = (int64_t)split.denominator;
        actions->items[actions->item_count++] = action;
    }
    return 0;
}

// The shortest decimal among the dividends that round to these two factors; 0 when they may be the same.
static int dividend_derive(const struct factor *row, const struct factor *next,
                           int64_t *ret_amount) {
    const int128_t half_unit = decimal_pow10(FACTOR_DECIMALS - FACTOR_DIGITS) / 2;
    int128_t fall = (int128_t)next->price_factor - row->price_factor;
    if (fall < -2 * half_unit)
        return ERR_SET(ERR_CORRUPT, "price_factor falls to the next row: no dividend does that");
    if (fall <= 2 * half_unit) return 0;
    if (row->reference_price == 0)
        return ERR_SET(ERR_CORRUPT, "price_factor changes, and the row before has no "
                                    "reference_price to tell the dividend from");
    int128_t low = row->reference_price * (fall - 2 * half_unit);
    int128_t high = row->reference_price * (fall + 2 * half_unit);
    int128_t one = decimal_pow10(ACTION_DECIMALS);
    for (int decimals = 0; decimals <= ACTION_DECIMALS; decimals++) {
        int128_t step = one / decimal_pow10(decimals);
        int128_t amount = step * decimal_div_round(row->reference_price * fall,
                                                   step * next->price_factor, ROUND_HALF_EVEN);
        bool inside = amount * (next->price_factor - half_unit) >= low &&
                      amount * (next->price_factor + half_unit) <= high;
        if (amount > 0 && (inside || decimals == ACTION_DECIMALS)) {
            *ret_amount = (int64_t)amount;
            return 0;
        }
    }
    return 0;
}

static struct fraction split_derive(int64_t split_factor, int64_t next_factor) {
    int128_t denominator = (int128_t)split_factor * SPLIT_TOLERANCE;
    struct fraction low = {(int128_t)next_factor * (SPLIT_TOLERANCE - 1), denominator};
    struct fraction high = {(int128_t)next_factor * (SPLIT_TOLERANCE + 1), denominator};
    struct fraction split = simplest_between(low, high);
    // Several numerators may do for that denominator: the nearest.
    split.numerator =
        decimal_div_round(next_factor * split.denominator, split_factor, ROUND_HALF_EVEN);
    return split;
}

// The fraction of least denominator in [low, high], 0 < low < high: the node of the Stern-Brocot tree
// where the two part (Graham, Knuth and Patashnik, Concrete Mathematics, section 4.5).
static struct fraction simplest_between(struct fraction low, struct fraction high) {
    int128_t whole = low.numerator / low.denominator;
    if (whole * low.denominator == low.numerator) return (struct fraction){whole, 1};
    if (high.numerator / high.denominator > whole) return (struct fraction){whole + 1, 1};
    struct fraction low_rest = {low.denominator, low.numerator - whole * low.denominator};
    struct fraction high_rest = {high.denominator, high.numerator - whole * high.denominator};
    struct fraction rest = simplest_between(high_rest, low_rest);
    return (struct fraction){whole * rest.numerator + rest.denominator, rest.numerator};
}

// The factor that holds on a date, as a mantissa at the decimals of both kinds together.
static struct fraction factor_at(const struct actions *actions, int32_t date,
                                 enum adjust_flags flags) {
    const int64_t one = decimal_pow10(FACTOR_DECIMALS);
    uint32_t low = 0, high = actions->factor_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (actions->factors[middle].until < date)
            low = middle + 1;
        else
            high = middle;
    }
    struct fraction none = {(int128_t)one * one, (int128_t)one * one};
    if (low == actions->factor_count) return none;
    const struct factor *row = &actions->factors[low];
    int128_t dividends = flags & ADJUST_DIVIDENDS ? row->price_factor : one;
    int128_t splits = flags & ADJUST_SPLITS ? row->split_factor : one;
    return (struct fraction){dividends * splits, none.denominator};
}

static struct fraction fraction_reduce(struct fraction fraction) {
    int128_t a = fraction.numerator, b = fraction.denominator;
    while (b != 0) {
        int128_t rest = a % b;
        a = b;
        b = rest;
    }
    return (struct fraction){fraction.numerator / a, fraction.denominator / a};
}

static int fraction_scale(int64_t value, struct fraction fraction, int64_t *ret_value) {
    int128_t product;
    if (__builtin_mul_overflow((int128_t)value, fraction.numerator, &product))
        return ERR_SET(ERR_RANGE, "a price or volume overflows on adjustment");
    int128_t scaled = decimal_div_round(product, fraction.denominator, ROUND_HALF_EVEN);
    if (decimal_narrow(scaled, ret_value) < 0)
        return ERR_SET(ERR_RANGE, "a price or volume overflows on adjustment");
    return 0;
}
