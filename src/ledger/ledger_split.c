// SPDX-License-Identifier: Apache-2.0
// Splits. Quantities are cut to whole lots of the instrument by running totals, so that the parts of a sum
// still sum up; costs do not move.
#include "base/check.h"
#include "ledger/ledger.h"
#include "ledger/ledger_state.h"
#include "ledger/muldiv.h"

struct ratio {
    int64_t numerator;
    int64_t denominator;
    int64_t lot;
};

// What a split makes of one position.
struct outcome {
    struct position after;
    money_t cash;    // for the fraction of a lot, signed
    money_t written; // booked cost of a position of which nothing remains
};

static struct ratio ratio_of(const struct ledger *ledger, const struct split_event *split);
static int whole_lots(const struct ratio *ratio, int64_t size, int64_t *ret_size);
static int split_price(const struct ratio *ratio, price_t price, price_t *ret_price);
static int plan_all(const struct ledger *ledger, const struct split_event *split, price_t mark);
static int plan_position(const struct ledger *ledger, const struct split_event *split, price_t mark,
                         const struct position *before, struct outcome *ret_outcome);
static int plan_quantities(const struct ratio *ratio, const struct position *before,
                           struct position *after);
static int plan_lots(const struct ledger *ledger, const struct ratio *ratio,
                     const struct position *position);
static int cash_in_lieu(const struct ledger_unit *unit, const struct split_event *split,
                        int64_t before, int64_t after, money_t *ret_cash);
static void book(struct ledger *ledger, const struct split_event *split, uint32_t strategy,
                 struct outcome *outcome);
static void book_lots(struct ledger *ledger, const struct ratio *ratio, struct position *position);

int ledger_split(struct ledger *ledger, const struct split_event *split) {
    uint32_t instrument = split->header.instrument;
    if (instrument >= ledger->instrument_count || split->numerator <= 0 ||
        split->denominator <= 0 || split->price.m <= 0 ||
        ledger->units[instrument].notional.scale.inverse)
        return ERR_ARGUMENT;
    struct ratio ratio = ratio_of(ledger, split);
    price_t mark = ledger->rows[instrument].mark;
    if (mark.m > 0) TRY(split_price(&ratio, mark, &mark));
    TRY(plan_all(ledger, split, mark));
    for (uint32_t s = 0; s < ledger->strategy_count; s++) {
        struct outcome outcome;
        const struct position *before = ledger_position_at(ledger, s, instrument);
        CHECK(plan_position(ledger, split, mark, before, &outcome) == 0);
        book(ledger, split, s, &outcome);
    }
    ledger->rows[instrument].mark = mark;
    return 0;
}

static struct ratio ratio_of(const struct ledger *ledger, const struct split_event *split) {
    return (struct ratio){.numerator = split->numerator,
                          .denominator = split->denominator,
                          .lot = ledger->units[split->header.instrument].lot.m};
}

static int whole_lots(const struct ratio *ratio, int64_t size, int64_t *ret_size) {
    int128_t lots = (int128_t)size * ratio->numerator / ((int128_t)ratio->denominator * ratio->lot);
    if (lots > INT64_MAX / ratio->lot) return ERR_RANGE;
    *ret_size = (int64_t)lots * ratio->lot;
    return 0;
}

// A price stays one: at least the smallest.
static int split_price(const struct ratio *ratio, price_t price, price_t *ret_price) {
    int128_t exact;
    TRY(muldiv(price.m, ratio->denominator, ratio->numerator, &exact));
    return decimal_narrow(exact > 0 ? exact : 1, &ret_price->m);
}

static int plan_all(const struct ledger *ledger, const struct split_event *split, price_t mark) {
    uint32_t instrument = split->header.instrument;
    struct ratio ratio = ratio_of(ledger, split);
    const struct ledger_currency *currency =
        &ledger->currencies[ledger->units[instrument].currency];
    if (!ledger_balance_fits(currency->balance[ACCOUNT_ADJUSTMENT])) return ERR_RANGE;
    int128_t total = 0;
    for (uint32_t s = 0; s < ledger->strategy_count; s++) {
        const struct position *before = ledger_position_at(ledger, s, instrument);
        struct outcome outcome;
        TRY(plan_position(ledger, split, mark, before, &outcome));
        TRY(plan_lots(ledger, &ratio, before));
        if (!ledger_position_fits(ledger, s, instrument)) return ERR_RANGE;
        total += outcome.after.qty.m;
    }
    return total > INT64_MAX || total < -INT64_MAX ? ERR_RANGE : 0;
}

static int plan_position(const struct ledger *ledger, const struct split_event *split, price_t mark,
                         const struct position *before, struct outcome *ret_outcome) {
    const struct ledger_unit *unit = &ledger->units[split->header.instrument];
    struct ratio ratio = ratio_of(ledger, split);
    struct outcome outcome = {.after = *before};
    struct position *after = &outcome.after;
    TRY(plan_quantities(&ratio, before, after));
    if (before->qty.m == 0) {
        *ret_outcome = outcome;
        return 0;
    }
    TRY(cash_in_lieu(unit, split, before->qty.m, after->qty.m, &outcome.cash));
    after->income = money_add(after->income, outcome.cash);
    if (after->qty.m == 0) {
        outcome.written = before->cost;
        after->realised = money_sub(after->realised, before->cost);
        after->realised_average = money_sub(after->realised_average, before->cost_average);
        after->realised_fifo = money_sub(after->realised_fifo, before->cost_fifo);
        after->cost = after->cost_average = after->cost_fifo = MONEY(0);
        after->opened_ns = 0;
    }
    TRY(ledger_notional(unit, mark, after->qty, &after->value));
    TRY(ledger_entry(unit, after->cost, after->qty, &after->entry));
    *ret_outcome = outcome;
    return 0;
}

// The larger of bought and sold is cut like the position itself; the other is what is between them.
static int plan_quantities(const struct ratio *ratio, const struct position *before,
                           struct position *after) {
    bool is_short = before->qty.m < 0;
    int64_t size;
    int64_t major;
    TRY(whole_lots(ratio, is_short ? -before->qty.m : before->qty.m, &size));
    TRY(whole_lots(ratio, is_short ? before->sold.m : before->bought.m, &major));
    after->qty = QTY(is_short ? -size : size);
    after->bought = QTY(is_short ? major - size : major);
    after->sold = QTY(is_short ? major : major - size);
    return 0;
}

static int plan_lots(const struct ledger *ledger, const struct ratio *ratio,
                     const struct position *position) {
    for (uint32_t at = position->lot_first; at != LEDGER_NONE; at = ledger->lots[at].next) {
        price_t price;
        TRY(split_price(ratio, ledger->lots[at].price, &price));
    }
    return 0;
}

// What is missing to the exact new quantity, counted in old units at the old price.
static int cash_in_lieu(const struct ledger_unit *unit, const struct split_event *split,
                        int64_t before, int64_t after, money_t *ret_cash) {
    int128_t missing = (int128_t)before * split->numerator - (int128_t)after * split->denominator;
    int128_t price = (int128_t)split->price.m * unit->notional.scale.multiplier;
    int128_t divisor = split->numerator;
    const int128_t max = (int128_t)INT64_MAX << 64;
    int lost = unit->notional.lost;
    int128_t power = muldiv_pow10(lost < 0 ? -lost : lost);
    int128_t *scaled = lost < 0 ? &price : &divisor;
    if (missing == 0) {
        *ret_cash = MONEY(0);
        return 0;
    }
    if (*scaled > max / power) return ERR_RANGE;
    *scaled *= power;
    money_t cash;
    TRY(muldiv(price, missing, divisor, &cash.m));
    if (!ledger_amount_fits(cash)) return ERR_RANGE;
    *ret_cash = cash;
    return 0;
}

static void book(struct ledger *ledger, const struct split_event *split, uint32_t strategy,
                 struct outcome *outcome) {
    uint32_t instrument = split->header.instrument;
    uint32_t c = ledger->units[instrument].currency;
    struct ratio ratio = ratio_of(ledger, split);
    struct ledger_currency *currency = &ledger->currencies[c];
    book_lots(ledger, &ratio, &outcome->after);
    ledger_enter(currency, ACCOUNT_CASH, ACCOUNT_ADJUSTMENT, outcome->cash);
    ledger_enter(currency, ACCOUNT_REALISED, ACCOUNT_INVENTORY, outcome->written);
    ledger_share_at(ledger, strategy, c)->realised.m += outcome->cash.m - outcome->written.m;
    ledger_put_position(ledger, strategy, instrument, &outcome->after);
}

// A lot of which nothing is left gives its cost to the next that stays, or to the last one that did.
static void book_lots(struct ledger *ledger, const struct ratio *ratio, struct position *position) {
    int64_t total_before = 0;
    int64_t total_after = 0;
    money_t carried = MONEY(0);
    uint32_t kept = LEDGER_NONE;
    uint32_t next;
    uint32_t at = position->lot_first;
    position->lot_first = LEDGER_NONE;
    for (; at != LEDGER_NONE; at = next) {
        struct lot *lot = &ledger->lots[at];
        bool is_short = lot->qty.m < 0;
        int64_t total;
        next = lot->next;
        total_before += is_short ? -lot->qty.m : lot->qty.m;
        CHECK(whole_lots(ratio, total_before, &total) == 0);
        int64_t size = total - total_after;
        total_after = total;
        carried = money_add(carried, lot->cost);
        if (size == 0) {
            ledger_lot_free(ledger, at);
            continue;
        }
        CHECK(split_price(ratio, lot->price, &lot->price) == 0);
        lot->qty = QTY(is_short ? -size : size);
        lot->cost = carried;
        lot->next = LEDGER_NONE;
        carried = MONEY(0);
        if (kept == LEDGER_NONE)
            position->lot_first = at;
        else
            ledger->lots[kept].next = at;
        kept = at;
    }
    position->lot_last = kept;
    if (kept != LEDGER_NONE) ledger->lots[kept].cost = money_add(ledger->lots[kept].cost, carried);
}
