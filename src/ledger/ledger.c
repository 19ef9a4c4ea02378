// SPDX-License-Identifier: Apache-2.0
// Construction, marks and queries.
#include "ledger/ledger.h"

#include "base/check.h"
#include "ledger/ledger_state.h"
#include "ledger/muldiv.h"

enum { ALIGN_SLACK = 64, LOST_DECIMALS_MAX = 38 };

static const char *const account_names[ACCOUNT_COUNT] = {
    [ACCOUNT_CASH] = "cash",         [ACCOUNT_INVENTORY] = "inventory",
    [ACCOUNT_CAPITAL] = "capital",   [ACCOUNT_REALISED] = "realised",
    [ACCOUNT_FEES] = "fees",         [ACCOUNT_DIVIDENDS] = "dividends",
    [ACCOUNT_INTEREST] = "interest", [ACCOUNT_BORROW] = "borrow",
    [ACCOUNT_FUNDING] = "funding",   [ACCOUNT_ADJUSTMENT] = "adjustment",
};

static bool allocate(struct ledger *ledger, struct arena *wiring, struct arena *state);
static int lost_decimals(const struct notional_scale *scale);
static bool scales_fit(const struct instruments *instruments);
static void fill_tables(struct ledger *ledger, const struct instruments *instruments);
static money_t account_value(const struct ledger *ledger, money_t amount, uint32_t currency);
static __attribute__((noinline)) money_t equity_of_currencies(const struct ledger *ledger);
static inline bool mark_holders(const struct ledger *ledger, const struct ledger_unit *unit,
                                price_t price);
static __attribute__((noinline)) bool
mark_held(struct ledger *ledger, const struct ledger_unit *unit, price_t price, price_t before);
static __attribute__((noinline)) bool mark_slow(const struct ledger *ledger,
                                                const struct ledger_unit *unit, uint32_t strategy,
                                                price_t price);
static inline void row_value_add(const struct ledger_unit *unit, int128_t change);
static void holder_link(struct ledger *ledger, uint32_t strategy, uint32_t instrument);
static void holder_unlink(struct ledger *ledger, uint32_t strategy, uint32_t instrument);

struct ledger *ledger_new(struct arena *wiring, struct arena *state,
                          const struct ledger_config *config) {
    CHECK(config->account_currency < config->instruments->currency_count);
    CHECK(config->method == COST_AVERAGE || config->method == COST_FIFO);
    if (!scales_fit(config->instruments)) return NULL;
    struct ledger *ledger = ARENA_NEW(wiring, struct ledger, 1);
    if (ledger == NULL) return NULL;
    *ledger = (struct ledger){
        .instrument_count = config->instruments->count,
        .strategy_count = config->strategy_count,
        .currency_count = config->instruments->currency_count,
        .account_currency = config->account_currency,
        .lot_max = config->lot_max,
        .method = config->method,
    };
    if (!allocate(ledger, wiring, state)) {
        (void)ERR_APPEND(ERR_NOMEM, "while making a ledger of %u strategies and %u instruments",
                         ledger->strategy_count, ledger->instrument_count);
        return NULL;
    }
    fill_tables(ledger, config->instruments);
    return ledger;
}

void ledger_memory(const struct ledger_config *config, size_t *ret_wiring, size_t *ret_state) {
    size_t instruments = config->instruments->count;
    size_t currencies = config->instruments->currency_count;
    size_t strategies = config->strategy_count;
    *ret_wiring = sizeof(struct ledger) + instruments * sizeof(struct ledger_unit) +
                  currencies * sizeof(int32_t) + ALIGN_SLACK * 3;
    *ret_state =
        instruments * strategies * sizeof(struct position) +
        instruments * sizeof(struct ledger_row) + currencies * sizeof(struct ledger_currency) +
        (strategies + 1) * currencies * sizeof(struct ledger_share) + strategies * sizeof(money_t) +
        config->lot_max * sizeof(struct lot) + sizeof(struct ledger_counts) + ALIGN_SLACK * 7;
}

void ledger_set_budget(struct ledger *ledger, uint32_t strategy, money_t budget) {
    CHECK(strategy < ledger->strategy_count);
    ledger->budgets[strategy] = budget;
}

money_t ledger_budget(const struct ledger *ledger, uint32_t strategy) {
    CHECK(strategy < ledger->strategy_count);
    return ledger->budgets[strategy];
}

bool ledger_mark(struct ledger *ledger, uint32_t instrument, price_t price) {
    DCHECK(instrument < ledger->instrument_count);
    CHECK(price.m > 0);
    const struct ledger_unit *unit = &ledger->units[instrument];
    price_t before = unit->row->mark;
    unit->row->mark = price;
    bool moves = unit->row->holder_first != LEDGER_NONE && before.m != price.m;
    return moves && mark_held(ledger, unit, price, before);
}

uint64_t ledger_marks_refused(const struct ledger *ledger) {
    return ledger->counts->marks_refused;
}

const struct position *ledger_position(const struct ledger *ledger, uint32_t strategy,
                                       uint32_t instrument) {
    CHECK(strategy < ledger->strategy_count && instrument < ledger->instrument_count);
    return ledger_position_at(ledger, strategy, instrument);
}

void ledger_tell_quantities(struct ledger *ledger, struct touched *touched) {
    CHECK(touched == NULL || touched->count == ledger->instrument_count);
    ledger->touched = touched;
}

qty_t ledger_quantity(const struct ledger *ledger, uint32_t instrument) {
    CHECK(instrument < ledger->instrument_count);
    return ledger->rows[instrument].quantity;
}

uint32_t ledger_position_count(const struct ledger *ledger) {
    return ledger->counts->positions;
}

money_t ledger_equity(const struct ledger *ledger) {
    const struct ledger_currency *only = ledger->currencies;
    if (LIKELY(ledger->currency_count == 1))
        return money_add(only->balance[ACCOUNT_CASH], only->value);
    return equity_of_currencies(ledger);
}

money_t ledger_gross_value(const struct ledger *ledger) {
    if (LIKELY(ledger->currency_count == 1)) return ledger->currencies->gross;
    money_t sum = MONEY(0);
    for (uint32_t c = 0; c < ledger->currency_count; c++)
        sum = money_add(sum, account_value(ledger, ledger->currencies[c].gross, c));
    return sum;
}

struct strategy_account ledger_strategy_account(const struct ledger *ledger, uint32_t strategy) {
    CHECK(strategy < ledger->strategy_count);
    struct strategy_account account = {.budget = ledger->budgets[strategy]};
    for (uint32_t c = 0; c < ledger->currency_count; c++) {
        const struct ledger_share *share = ledger_share_at(ledger, strategy, c);
        account.realised = money_add(account.realised, account_value(ledger, share->realised, c));
        account.open = money_add(account.open, account_value(ledger, share->open, c));
    }
    return account;
}

money_t ledger_strategy_equity(const struct ledger *ledger, uint32_t strategy) {
    struct strategy_account account = ledger_strategy_account(ledger, strategy);
    return money_add(account.budget, money_add(account.realised, account.open));
}

money_t ledger_balance(const struct ledger *ledger, enum ledger_account account,
                       uint32_t currency) {
    CHECK((unsigned)account < ACCOUNT_COUNT && currency < ledger->currency_count);
    return ledger->currencies[currency].balance[account];
}

uint32_t ledger_lots_free(const struct ledger *ledger) {
    return ledger->counts->lots_free;
}

uint64_t ledger_lots_joined(const struct ledger *ledger) {
    return ledger->counts->lots_joined;
}

int ledger_value(const struct ledger *ledger, uint32_t instrument, price_t price, qty_t qty,
                 money_t *ret_value) {
    CHECK(instrument < ledger->instrument_count);
    return notional_value(&ledger->units[instrument].notional, price, qty, ret_value);
}

int ledger_size(const struct ledger *ledger, uint32_t instrument, price_t price, qty_t qty,
                money_t *ret_size) {
    CHECK(instrument < ledger->instrument_count);
    return notional_size(&ledger->units[instrument].notional, price, qty, ret_size);
}

int ledger_gain(const struct ledger *ledger, uint32_t instrument, price_t from, price_t to,
                qty_t qty, money_t *ret_gain) {
    CHECK(instrument < ledger->instrument_count);
    const struct notional *notional = &ledger->units[instrument].notional;
    if (!notional->scale.inverse)
        return notional_value(notional, PRICE(to.m - from.m), qty, ret_gain);
    money_t before, after;
    TRY(notional_value(notional, from, qty, &before));
    TRY(notional_value(notional, to, qty, &after));
    *ret_gain = money_sub(after, before);
    return 0;
}

int ledger_convert(const struct ledger *ledger, money_t amount, uint32_t currency,
                   money_t *ret_account_money) {
    CHECK(currency < ledger->currency_count);
    if (currency == ledger->account_currency) {
        *ret_account_money = amount;
        return 0;
    }
    const struct ledger_currency *from = &ledger->currencies[currency];
    if (!from->rate_known) return ERR_NOT_FOUND;
    int lost = from->rate_decimals + ledger->money_decimals[currency] -
               ledger->money_decimals[ledger->account_currency];
    int128_t rate = lost < 0 ? from->rate * muldiv_pow10(-lost) : from->rate;
    return muldiv(amount.m, rate, muldiv_pow10(lost < 0 ? 0 : lost), &ret_account_money->m);
}

const char *ledger_account_name(enum ledger_account account) {
    return (unsigned)account < ACCOUNT_COUNT ? account_names[account] : NULL;
}

// The price at which the quantity costs that many coins.
static int inverse_entry(const struct ledger_unit *unit, money_t cost, qty_t qty,
                         price_t *ret_price) {
    const struct notional_scale *scale = &unit->notional.scale;
    int128_t price;
    if (cost.m == 0) {
        *ret_price = PRICE(0);
        return 0;
    }
    int gained = scale->price_decimals + scale->money_decimals - scale->qty_decimals -
                 scale->multiplier_decimals;
    int128_t divisor = ledger_magnitude(cost.m);
    int128_t power = muldiv_pow10(gained < 0 ? -gained : gained);
    if (gained < 0 && __builtin_mul_overflow(divisor, power, &divisor)) return ERR_RANGE;
    TRY(muldiv(ledger_magnitude(qty.m) * scale->multiplier, gained < 0 ? 1 : power, divisor,
               &price));
    return decimal_narrow(price, &ret_price->m);
}

int ledger_entry(const struct ledger_unit *unit, money_t cost, qty_t qty, price_t *ret_price) {
    if (qty.m == 0) {
        *ret_price = PRICE(0);
        return 0;
    }
    if (unit->notional.scale.inverse) return inverse_entry(unit, cost, qty, ret_price);
    int lost = unit->notional.lost;
    int128_t units = ledger_magnitude(qty.m) * unit->notional.scale.multiplier;
    int128_t price;
    if (lost < 0) {
        int128_t limit = ((int128_t)INT64_MAX << 63) / muldiv_pow10(-lost);
        if (units > limit) return ERR_RANGE;
        units *= muldiv_pow10(-lost);
    }
    TRY(muldiv(ledger_magnitude(cost.m), muldiv_pow10(lost < 0 ? 0 : lost), units, &price));
    return decimal_narrow(price, &ret_price->m);
}

money_t ledger_cross(const struct ledger *ledger, money_t amount, uint32_t from, uint32_t to) {
    money_t money = amount;
    if (from == to) return amount;
    if (ledger_convert(ledger, amount, from, &money) < 0) return MONEY(0);
    if (to == ledger->account_currency) return money;
    const struct ledger_currency *currency = &ledger->currencies[to];
    if (!currency->rate_known) return MONEY(0);
    int gained = currency->rate_decimals + ledger->money_decimals[to] -
                 ledger->money_decimals[ledger->account_currency];
    int128_t rate = gained < 0 ? currency->rate * muldiv_pow10(-gained) : currency->rate;
    int128_t factor = muldiv_pow10(gained < 0 ? 0 : gained);
    return muldiv(money.m, factor, rate, &money.m) < 0 ? MONEY(0) : money;
}

void ledger_put_position(struct ledger *ledger, uint32_t strategy, uint32_t instrument,
                         const struct position *next) {
    struct position *position = ledger_position_at(ledger, strategy, instrument);
    struct ledger_row *row = &ledger->rows[instrument];
    const struct ledger_unit *unit = &ledger->units[instrument];
    struct ledger_share *share = ledger_share_at(ledger, strategy, unit->currency);
    int64_t qty = position->qty.m;
    int128_t value = next->value.m - position->value.m, cost = next->cost.m - position->cost.m;
    uint32_t holder_next = position->holder_next, holder_prev = position->holder_prev;
    *position = *next;
    position->holder_next = holder_next;
    position->holder_prev = holder_prev;
    if (qty == 0 && next->qty.m != 0) holder_link(ledger, strategy, instrument);
    if (qty != 0 && next->qty.m == 0) holder_unlink(ledger, strategy, instrument);
    bool was_flat = row->quantity.m == 0;
    if (ledger->touched != NULL) touched_add(ledger->touched, instrument);
    row->quantity.m += next->qty.m - qty;
    ledger->counts->positions += was_flat - (row->quantity.m == 0);
    share->open.m += value - cost;
    row_value_add(unit, value);
}

bool ledger_position_fits(const struct ledger *ledger, uint32_t strategy, uint32_t instrument) {
    const struct position *position = ledger_position_at(ledger, strategy, instrument);
    uint32_t c = ledger->units[instrument].currency;
    const struct ledger_currency *currency = &ledger->currencies[c];
    const struct ledger_share *share = ledger_share_at(ledger, strategy, c);
    return ledger_balance_fits(position->cost_average) &&
           ledger_balance_fits(position->cost_fifo) &&
           ledger_balance_fits(position->realised_average) &&
           ledger_balance_fits(position->realised_fifo) && ledger_balance_fits(position->fees) &&
           ledger_balance_fits(position->income) && ledger_balance_fits(share->realised) &&
           ledger_balance_fits(share->open) && ledger_balance_fits(currency->value) &&
           ledger_balance_fits(currency->gross) &&
           ledger_balance_fits(currency->balance[ACCOUNT_CASH]) &&
           ledger_balance_fits(currency->balance[ACCOUNT_INVENTORY]) &&
           ledger_balance_fits(currency->balance[ACCOUNT_REALISED]);
}

uint32_t ledger_lot_take(struct ledger *ledger) {
    struct ledger_counts *counts = ledger->counts;
    CHECK(counts->lots_free > 0);
    counts->lots_free--;
    uint32_t lot = counts->lot_free_first;
    if (lot == LEDGER_NONE) return counts->lots_used++;
    counts->lot_free_first = ledger->lots[lot].next;
    return lot;
}

void ledger_lot_free(struct ledger *ledger, uint32_t lot) {
    struct ledger_counts *counts = ledger->counts;
    ledger->lots[lot] = (struct lot){.next = counts->lot_free_first};
    counts->lot_free_first = lot;
    counts->lots_free++;
}

static bool allocate(struct ledger *ledger, struct arena *wiring, struct arena *state) {
    size_t instruments = ledger->instrument_count;
    size_t strategies = ledger->strategy_count;
    size_t currencies = ledger->currency_count;
    ledger->units = ARENA_NEW(wiring, struct ledger_unit, instruments);
    ledger->money_decimals = ARENA_NEW(wiring, int32_t, currencies);
    ledger->positions = ARENA_NEW(state, struct position, instruments * strategies);
    ledger->rows = ARENA_NEW(state, struct ledger_row, instruments);
    ledger->currencies = ARENA_NEW(state, struct ledger_currency, currencies);
    ledger->shares = ARENA_NEW(state, struct ledger_share, (strategies + 1) * currencies);
    ledger->budgets = ARENA_NEW(state, money_t, strategies);
    ledger->lots = ARENA_NEW(state, struct lot, ledger->lot_max);
    ledger->counts = ARENA_NEW(state, struct ledger_counts, 1);
    return ledger->units != NULL && ledger->money_decimals != NULL && ledger->positions != NULL &&
           ledger->rows != NULL && ledger->currencies != NULL && ledger->shares != NULL &&
           ledger->budgets != NULL && ledger->lots != NULL && ledger->counts != NULL;
}

static int lost_decimals(const struct notional_scale *scale) {
    return scale->price_decimals + scale->qty_decimals + scale->multiplier_decimals -
           scale->money_decimals;
}

static bool scales_fit(const struct instruments *instruments) {
    for (uint32_t i = 0; i < instruments->count; i++) {
        struct notional_scale scale = instrument_scale(instruments, i);
        if (lost_decimals(&scale) <= LOST_DECIMALS_MAX) continue;
        (void)ERR_SET(ERR_ARGUMENT,
                      "%s: the decimals of price, quantity and multiplier together exceed those "
                      "of its money by %d, more than %d",
                      instruments->items[i].symbol, lost_decimals(&scale), LOST_DECIMALS_MAX);
        return false;
    }
    return true;
}

static void fill_tables(struct ledger *ledger, const struct instruments *instruments) {
    for (uint32_t c = 0; c < ledger->currency_count; c++)
        ledger->money_decimals[c] = instruments->currencies[c].decimals;
    for (uint32_t i = 0; i < ledger->instrument_count; i++) {
        const struct instrument *instrument = instruments_get(instruments, i);
        struct notional_scale scale = instrument_scale(instruments, i);
        ledger->units[i] = (struct ledger_unit){.row = &ledger->rows[i],
                                                .positions = ledger_position_at(ledger, 0, i),
                                                .money = &ledger->currencies[instrument->currency],
                                                .lot = instrument->lot,
                                                .currency = instrument->currency};
        notional_init(&ledger->units[i].notional, &scale);
        ledger->rows[i].holder_first = LEDGER_NONE;
    }
    size_t count = (size_t)ledger->instrument_count * ledger->strategy_count;
    for (size_t i = 0; i < count; i++) {
        struct position *position = &ledger->positions[i];
        position->lot_first = position->lot_last = LEDGER_NONE;
        position->holder_next = position->holder_prev = LEDGER_NONE;
    }
    ledger->counts->lots_free = ledger->lot_max;
    ledger->counts->lot_free_first = LEDGER_NONE;
}

static money_t account_value(const struct ledger *ledger, money_t amount, uint32_t currency) {
    money_t value = MONEY(0);
    int rc = ledger_convert(ledger, amount, currency, &value);
    CHECK(rc == 0 || rc == ERR_NOT_FOUND);
    return value;
}

// Out of line, so that the account of one currency is two loads and an addition wherever it is asked for.
static money_t equity_of_currencies(const struct ledger *ledger) {
    money_t sum = MONEY(0);
    for (uint32_t c = 0; c < ledger->currency_count; c++) {
        const struct ledger_currency *currency = &ledger->currencies[c];
        money_t own = money_add(currency->balance[ACCOUNT_CASH], currency->value);
        sum = money_add(sum, account_value(ledger, own, c));
    }
    return sum;
}

// A position's value changes; the sums that it is in follow.
static inline void revalue(const struct ledger *ledger, const struct ledger_unit *unit,
                           uint32_t strategy, int128_t change) {
    unit->positions[strategy].value.m += change;
    ledger_share_at(ledger, strategy, unit->currency)->open.m += change;
    row_value_add(unit, change);
}

// Any value; out of line, so that it costs the quick case nothing.
static bool mark_slow(const struct ledger *ledger, const struct ledger_unit *unit,
                      uint32_t strategy, price_t price) {
    const struct position *position = &unit->positions[strategy];
    money_t value;
    if (ledger_notional(unit, price, position->qty, &value) < 0) return false;
    revalue(ledger, unit, strategy, value.m - position->value.m);
    return true;
}

static inline bool mark_holders(const struct ledger *ledger, const struct ledger_unit *unit,
                                price_t price) {
    uint32_t s = unit->row->holder_first;
    do {
        const struct position *position = &unit->positions[s];
        int64_t qty = position->qty.m;
        uint64_t size;
        if (LIKELY(notional_quick(&unit->notional, price.m, qty < 0 ? -qty : qty, &size)))
            revalue(ledger, unit, s,
                    (qty < 0 ? -(int128_t)size : (int128_t)size) - position->value.m);
        else if (!mark_slow(ledger, unit, s, price))
            return false;
        s = position->holder_next;
    } while (UNLIKELY(s != LEDGER_NONE));
    return true;
}

// Out of line: what nobody holds is marked without a stack frame.
static bool mark_held(struct ledger *ledger, const struct ledger_unit *unit, price_t price,
                      price_t before) {
    if (LIKELY(mark_holders(ledger, unit, price))) return true;
    CHECK(mark_holders(ledger, unit, before));
    unit->row->mark = before;
    ledger->counts->marks_refused++;
    return false;
}

static inline void row_value_add(const struct ledger_unit *unit, int128_t change) {
    money_t *value = &unit->row->value, *gross = &unit->money->gross;
    bool was_short = value->m < 0;
    value->m += change;
    unit->money->value.m += change;
    if (was_short == (value->m < 0))
        gross->m += was_short ? -change : change;
    else // through zero: the whole on the other side, less the whole on this one
        gross->m += was_short ? 2 * value->m - change : change - 2 * value->m;
}

static void holder_link(struct ledger *ledger, uint32_t strategy, uint32_t instrument) {
    struct ledger_row *row = &ledger->rows[instrument];
    struct position *position = ledger_position_at(ledger, strategy, instrument);
    position->holder_prev = LEDGER_NONE;
    position->holder_next = row->holder_first;
    if (row->holder_first != LEDGER_NONE)
        ledger_position_at(ledger, row->holder_first, instrument)->holder_prev = strategy;
    row->holder_first = strategy;
    row->holder_count++;
}

static void holder_unlink(struct ledger *ledger, uint32_t strategy, uint32_t instrument) {
    struct ledger_row *row = &ledger->rows[instrument];
    struct position *position = ledger_position_at(ledger, strategy, instrument);
    uint32_t next = position->holder_next;
    uint32_t prev = position->holder_prev;
    if (prev == LEDGER_NONE)
        row->holder_first = next;
    else
        ledger_position_at(ledger, prev, instrument)->holder_next = next;
    if (next != LEDGER_NONE) ledger_position_at(ledger, next, instrument)->holder_prev = prev;
    position->holder_next = position->holder_prev = LEDGER_NONE;
    row->holder_count--;
}
