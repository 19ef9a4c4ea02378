// SPDX-License-Identifier: Apache-2.0
#include "sim/account.h"

#include "base/check.h"
#include "base/timestamp.h"

static int make_notionals(struct sim_account *account, struct arena *wiring);
static void set_net(struct sim_account *account, uint32_t instrument, int64_t qty);
static void add_traded(struct sim_account *account, uint32_t currency, money_t value,
                       int64_t ts_ns);
static void roll_traded(struct sim_account *account, int64_t ts_ns);
static money_t sum_in_account(const struct sim_account *account, size_t offset);
static money_t magnitude(money_t amount);
static bool owes(const struct sim_account *account, uint32_t instrument, int64_t qty);

int sim_account_init(struct sim_account *account, struct arena *wiring, struct arena *state,
                     const struct instruments *instruments, uint32_t strategy_count,
                     uint32_t currency) {
    *account = (struct sim_account){
        .cash = ARENA_NEW(state, struct sim_cash, instruments->currency_count),
        .holdings = ARENA_NEW(state, struct sim_holding, instruments->count),
        .quantities = ARENA_NEW(state, qty_t, (size_t)instruments->count * strategy_count),
        .state = ARENA_NEW(state, struct sim_account_state, 1),
        .instruments = instruments,
        .strategy_count = strategy_count,
        .currency = currency,
    };
    if (account->cash == NULL || account->holdings == NULL || account->quantities == NULL ||
        account->state == NULL)
        return ERR_APPEND(ERR_NOMEM, "while making the simulated venue's account");
    TRY(make_notionals(account, wiring));
    account->state->stale_first = INSTRUMENT_NONE;
    account->state->traded_day = INT32_MIN / 2;
    account->cash[currency].rate = 1;
    account->cash[currency].rate_known = 1;
    return 0;
}

money_t sim_account_notional(const struct sim_account *account, uint32_t instrument, price_t price,
                             qty_t qty) {
    money_t value;
    int rc = notional_value(&account->notionals[instrument], price, qty, &value);
    CHECK(rc == 0);
    return value;
}

money_t sim_account_size(const struct sim_account *account, uint32_t instrument, price_t price,
                         qty_t qty) {
    return magnitude(sim_account_notional(account, instrument, price, qty));
}

void sim_account_add_cash(struct sim_account *account, uint32_t currency, money_t amount) {
    struct sim_cash *cash = &account->cash[currency];
    bool below = cash->cash.m < 0;
    cash->cash = money_add(cash->cash, amount);
    bool below_now = cash->cash.m < 0;
    account->state->overdrawn += (uint32_t)below_now - (uint32_t)below;
}

void sim_account_fill(struct sim_account *account, uint32_t strategy, uint32_t instrument,
                      int32_t side, qty_t qty, price_t price, int64_t fee, int64_t ts_ns) {
    CHECK(qty.m > 0 && price.m > 0 && (side == 1 || side == -1));
    uint32_t currency = account->instruments->items[instrument].currency;
    money_t value = sim_account_notional(account, instrument, price, qty);
    sim_account_add_cash(account, currency, MONEY(-side * value.m - fee));
    qty_t *mine = sim_account_quantity(account, strategy, instrument);
    mine->m += side * qty.m;
    set_net(account, instrument, account->holdings[instrument].qty.m + side * qty.m);
    add_traded(account, currency, magnitude(value), ts_ns);
}

int sim_account_allocate(struct sim_account *account, const struct allocation_event *allocation) {
    uint32_t instrument = allocation->header.instrument;
    int64_t qty = allocation->side * allocation->qty.m;
    uint32_t from = order_id_strategy(allocation->order_id);
    if (allocation->strategy >= account->strategy_count || from >= account->strategy_count)
        return ERR_ARGUMENT;
    sim_account_quantity(account, allocation->strategy, instrument)->m += qty;
    if (allocation->order_id != 0) sim_account_quantity(account, from, instrument)->m -= qty;
    return 0;
}

void sim_account_set_quantity(struct sim_account *account, uint32_t strategy, uint32_t instrument,
                              qty_t qty) {
    qty_t *mine = sim_account_quantity(account, strategy, instrument);
    int64_t net = account->holdings[instrument].qty.m + qty.m - mine->m;
    *mine = qty;
    set_net(account, instrument, net);
}

void sim_account_stale(struct sim_account *account, uint32_t instrument) {
    struct sim_holding *holding = &account->holdings[instrument];
    if (holding->stale) return;
    holding->stale = 1;
    holding->stale_next = account->state->stale_first;
    account->state->stale_first = instrument;
}

uint32_t sim_account_settle(struct sim_account *account) {
    uint32_t instrument = account->state->stale_first;
    if (instrument == INSTRUMENT_NONE) return INSTRUMENT_NONE;
    struct sim_holding *holding = &account->holdings[instrument];
    account->state->stale_first = holding->stale_next;
    holding->stale = 0;
    holding->stale_next = 0;
    money_t value = {0};
    if (holding->qty.m != 0)
        value = sim_account_notional(account, instrument, holding->mark, holding->qty);
    const struct instrument *item = &account->instruments->items[instrument];
    struct sim_cash *cash = &account->cash[item->currency];
    money_t before = holding->value;
    cash->value.m += value.m - before.m;
    cash->gross.m += magnitude(value).m - magnitude(before).m;
    if (instrument_is_inverse(item))
        cash->margined.m += value.m - before.m;
    else
        cash->shorts.m += (value.m < 0 ? -value.m : 0) - (before.m < 0 ? -before.m : 0);
    holding->value = value;
    return instrument;
}

void sim_account_set_required(struct sim_account *account, uint32_t instrument, money_t required) {
    struct sim_holding *holding = &account->holdings[instrument];
    struct sim_cash *cash = &account->cash[account->instruments->items[instrument].currency];
    cash->required.m += required.m - holding->required.m;
    holding->required = required;
}

money_t sim_account_equity(const struct sim_account *account) {
    money_t cash = sum_in_account(account, offsetof(struct sim_cash, cash));
    return money_add(cash, sum_in_account(account, offsetof(struct sim_cash, value)));
}

money_t sim_account_gross(const struct sim_account *account) {
    return sum_in_account(account, offsetof(struct sim_cash, gross));
}

money_t sim_account_required(const struct sim_account *account) {
    return sum_in_account(account, offsetof(struct sim_cash, required));
}

int sim_account_convert(const struct sim_account *account, money_t amount, uint32_t currency,
                        money_t *ret_money) {
    const struct sim_cash *cash = &account->cash[currency];
    if (currency == account->currency) {
        *ret_money = amount;
        return 0;
    }
    if (!cash->rate_known) return ERR_NOT_FOUND;
    const struct currency *table = account->instruments->currencies;
    int128_t product;
    if (__builtin_mul_overflow(amount.m, (int128_t)cash->rate, &product)) return ERR_RANGE;
    return decimal_rescale(product, table[currency].decimals + cash->rate_decimals,
                           table[account->currency].decimals, ROUND_HALF_EVEN, &ret_money->m);
}

void sim_account_set_rate(struct sim_account *account, const struct rate_event *event) {
    CHECK(event->currency < account->instruments->currency_count && event->rate > 0);
    CHECK(event->decimals >= 0 && event->decimals <= DECIMALS_MAX);
    struct sim_cash *cash = &account->cash[event->currency];
    cash->rate = event->rate;
    cash->rate_decimals = event->decimals;
    cash->rate_known = 1;
}

void sim_account_volumes(struct sim_account *account, int64_t ts_ns, double *ret_30d,
                         double *ret_total) {
    roll_traded(account, ts_ns);
    int decimals = account->instruments->currencies[account->currency].decimals;
    *ret_30d = money_to_double(account->state->traded_window, decimals);
    *ret_total = money_to_double(account->state->traded_total, decimals);
}

void sim_account_check(const struct sim_account *account) {
    uint32_t shorts = 0;
    for (uint32_t i = 0; i < account->instruments->count; i++) {
        int64_t sum = 0;
        for (uint32_t s = 0; s < account->strategy_count; s++)
            sum += sim_account_quantity(account, s, i)->m;
        CHECK(sum == account->holdings[i].qty.m);
        shorts += owes(account, i, sum);
    }
    CHECK(shorts == account->state->shorts);
    uint32_t overdrawn = 0;
    for (uint32_t c = 0; c < account->instruments->currency_count; c++) {
        struct sim_cash sum = {0};
        for (uint32_t i = 0; i < account->instruments->count; i++) {
            if (account->instruments->items[i].currency != c) continue;
            const struct sim_holding *holding = &account->holdings[i];
            sum.value = money_add(sum.value, holding->value);
            sum.gross = money_add(sum.gross, magnitude(holding->value));
            sum.required = money_add(sum.required, holding->required);
            if (instrument_is_inverse(&account->instruments->items[i]))
                sum.margined = money_add(sum.margined, holding->value);
            else if (holding->value.m < 0)
                sum.shorts = money_sub(sum.shorts, holding->value);
        }
        const struct sim_cash *cash = &account->cash[c];
        CHECK(sum.value.m == cash->value.m && sum.gross.m == cash->gross.m);
        CHECK(sum.required.m == cash->required.m);
        CHECK(sum.shorts.m == cash->shorts.m && sum.margined.m == cash->margined.m);
        overdrawn += cash->cash.m < 0;
    }
    CHECK(overdrawn == account->state->overdrawn);
}

static int make_notionals(struct sim_account *account, struct arena *wiring) {
    const struct instruments *instruments = account->instruments;
    struct notional *notionals = ARENA_NEW(wiring, struct notional, instruments->count);
    if (notionals == NULL)
        return ERR_APPEND(ERR_NOMEM, "while making the simulated venue's account");
    for (uint32_t i = 0; i < instruments->count; i++) {
        struct notional_scale scale = instrument_scale(instruments, i);
        notional_init(&notionals[i], &scale);
    }
    account->notionals = notionals;
    return 0;
}

// Whether a position's value is below zero.
static bool owes(const struct sim_account *account, uint32_t instrument, int64_t qty) {
    return instrument_is_inverse(&account->instruments->items[instrument]) ? qty > 0 : qty < 0;
}

static void set_net(struct sim_account *account, uint32_t instrument, int64_t qty) {
    struct sim_holding *holding = &account->holdings[instrument];
    bool owed = owes(account, instrument, holding->qty.m);
    account->state->shorts += (uint32_t)owes(account, instrument, qty) - (uint32_t)owed;
    holding->qty = QTY(qty);
    sim_account_stale(account, instrument);
}

static void add_traded(struct sim_account *account, uint32_t currency, money_t value,
                       int64_t ts_ns) {
    money_t converted;
    if (sim_account_convert(account, value, currency, &converted) != 0) return;
    roll_traded(account, ts_ns);
    struct sim_account_state *state = account->state;
    money_t *today = &state->traded[(uint32_t)state->traded_day % SIM_VOLUME_DAYS];
    *today = money_add(*today, converted);
    state->traded_window = money_add(state->traded_window, converted);
    state->traded_total = money_add(state->traded_total, converted);
}

// Forgets the days that the window has left behind.
static void roll_traded(struct sim_account *account, int64_t ts_ns) {
    struct sim_account_state *state = account->state;
    int32_t day = date_of_ns(ts_ns);
    if (day <= state->traded_day) return;
    int32_t steps = day - state->traded_day;
    if (steps > SIM_VOLUME_DAYS) steps = SIM_VOLUME_DAYS;
    for (int32_t i = 0; i < steps; i++) {
        money_t *gone = &state->traded[(uint32_t)(day - i) % SIM_VOLUME_DAYS];
        state->traded_window = money_sub(state->traded_window, *gone);
        *gone = MONEY(0);
    }
    state->traded_day = day;
}

static money_t sum_in_account(const struct sim_account *account, size_t offset) {
    money_t sum = {0};
    for (uint32_t c = 0; c < account->instruments->currency_count; c++) {
        const money_t *part = (const void *)((const char *)&account->cash[c] + offset);
        money_t converted;
        if (part->m == 0 || sim_account_convert(account, *part, c, &converted) != 0) continue;
        sum = money_add(sum, converted);
    }
    return sum;
}

static money_t magnitude(money_t amount) {
    return amount.m < 0 ? money_neg(amount) : amount;
}
