// SPDX-License-Identifier: Apache-2.0
// The ledger against a naive twin under random fills, splits, dividends, cash, rates and marks.
//
// The twin keeps what happened to each position as a list and works the position out anew from the beginning each
// time: lots in a plain array, products in 128 bits with a division of its own. Cash it adds up on the side. After
// every event ledger_check runs, and every number of the position touched and of all balances is compared.
#include "harness.h"

#include "base/prng.h"
#include "ledger/ledger.h"

enum { USD, EUR, BTC, CURRENCIES };
enum { INSTRUMENTS = 7, STRATEGIES = 3, HAPPENINGS_MAX = 512, LOTS_MAX = 4096 };

struct kind {
    const char *symbol;
    uint32_t currency;
    int32_t price_decimals;
    int32_t qty_decimals;
    int64_t multiplier;
    int32_t multiplier_decimals;
    int64_t lot;
    int64_t price; // where it starts
    bool inverse;
};
static const struct kind kinds[INSTRUMENTS] = {
    {"STK", USD, 2, 0, 1, 0, 1, 4321, false},        {"FUT", USD, 2, 0, 50, 0, 1, 410025, false},
    {"COIN", USD, 2, 8, 1, 0, 1000, 3012345, false}, {"AKT", EUR, 4, 0, 1, 0, 10, 123456, false},
    {"ALT", BTC, 8, 3, 25, 1, 1, 654321, false},     {"PERP", BTC, 1, 0, 100, 0, 1, 617003, true},
    {"ODD", EUR, 3, 2, 25, 1, 5, 12345, true},
};
static const int32_t money_decimals[CURRENCIES] = {2, 2, 8};

struct happening {
    bool is_split;
    int64_t qty; // signed
    int64_t price;
    int64_t numerator;
    int64_t denominator;
};

struct history {
    struct happening happenings[HAPPENINGS_MAX];
    int count;
};

struct twin_lot {
    int64_t qty;
    int128_t cost;
};

struct twin_position {
    int64_t qty;
    int128_t cost_average, cost_fifo, realised_average, realised_fifo;
    int128_t cash; // paid and received for it, fractions of splits included
    struct twin_lot lots[HAPPENINGS_MAX];
    int lot_count;
};

struct world {
    struct arena wiring, state;
    struct instruments instruments;
    struct ledger *ledger;
    struct prng prng;
    struct history histories[STRATEGIES][INSTRUMENTS];
    int64_t price[INSTRUMENTS];
    int64_t mark[INSTRUMENTS];
    int128_t
        other_cash[CURRENCIES]; // what no position's history tells: deposits, fees, dividends, ...
    int128_t capital[CURRENCIES];
    int128_t fees[CURRENCIES];
    int64_t rate[CURRENCIES]; // at 4 decimals, 0 unknown
};

static int64_t between(struct world *world, int64_t low, int64_t high) {
    return low + (int64_t)prng_below(&world->prng, (uint64_t)(high - low + 1));
}

// Half to even, by the definition: the nearer integer, the even one of two equally near.
static int128_t naive_round(int128_t a, int128_t b) {
    int128_t low = a / b;
    if (a % b != 0 && a < 0) low--;
    int128_t twice = 2 * (a - low * b);
    if (twice > b || (twice == b && low % 2 != 0)) low++;
    return low;
}

static int128_t power_of_ten(int n) {
    int128_t power = 1;
    while (n-- > 0) power *= 10;
    return power;
}

static int128_t naive_money(const struct kind *kind, int128_t price, int128_t qty) {
    if (kind->inverse) {
        int gained = money_decimals[kind->currency] + kind->price_decimals - kind->qty_decimals -
                     kind->multiplier_decimals;
        int128_t owed = qty * kind->multiplier;
        if (gained < 0) return -naive_round(owed, price * power_of_ten(-gained));
        return price > 0 ? -naive_round(owed * power_of_ten(gained), price) : 0;
    }
    int lost = kind->price_decimals + kind->qty_decimals + kind->multiplier_decimals -
               money_decimals[kind->currency];
    int128_t product = price * qty * kind->multiplier;
    return lost < 0 ? product * power_of_ten(-lost) : naive_round(product, power_of_ten(lost));
}

static int64_t size_of(int64_t qty) {
    return qty < 0 ? -qty : qty;
}

static int sign_of(int64_t qty) {
    return qty < 0 ? -1 : 1;
}

static void twin_open(struct twin_position *twin, int64_t qty, int128_t cost) {
    twin->qty += qty;
    twin->cost_average += cost;
    twin->cost_fifo += cost;
    twin->lots[twin->lot_count++] = (struct twin_lot){qty, cost};
}

static void twin_close(struct twin_position *twin, int64_t size, int128_t signed_proceeds) {
    int128_t average = naive_round(twin->cost_average * size, size_of(twin->qty));
    int128_t fifo = 0;
    int64_t left = size;
    int gone = 0;
    for (int i = 0; i < twin->lot_count && left > 0; i++) {
        struct twin_lot *lot = &twin->lots[i];
        int64_t part = size_of(lot->qty) < left ? size_of(lot->qty) : left;
        int128_t cost = naive_round(lot->cost * part, size_of(lot->qty));
        fifo += cost;
        lot->cost -= cost;
        lot->qty -= sign_of(lot->qty) * part;
        left -= part;
        gone += lot->qty == 0;
    }
    memmove(twin->lots, twin->lots + gone, (size_t)(twin->lot_count - gone) * sizeof twin->lots[0]);
    twin->lot_count -= gone;
    twin->qty -= sign_of(twin->qty) * size;
    twin->cost_average -= average;
    twin->cost_fifo -= fifo;
    twin->realised_average += signed_proceeds - average;
    twin->realised_fifo += signed_proceeds - fifo;
}

static void twin_fill(struct twin_position *twin, const struct kind *kind,
                      const struct happening *fill) {
    int side = sign_of(fill->qty);
    int64_t size = size_of(fill->qty);
    int128_t all = naive_money(kind, fill->price, size);
    twin->cash -= side * all;
    if (twin->qty == 0 || sign_of(twin->qty) == side) {
        twin_open(twin, fill->qty, side * all);
        return;
    }
    int64_t closing = size < size_of(twin->qty) ? size : size_of(twin->qty);
    int128_t proceeds = naive_money(kind, fill->price, closing);
    twin_close(twin, closing, -side * proceeds);
    if (size > closing) twin_open(twin, side * (size - closing), side * (all - proceeds));
}

static void twin_split(struct twin_position *twin, const struct kind *kind,
                       const struct happening *split) {
    if (twin->qty == 0) return;
    struct twin_lot made[HAPPENINGS_MAX];
    int made_count = 0;
    int128_t carried = 0;
    int128_t before = 0;
    int128_t after = 0;
    for (int i = 0; i < twin->lot_count; i++) {
        before += size_of(twin->lots[i].qty);
        carried += twin->lots[i].cost;
        int128_t exact_in_lots = before * split->numerator / split->denominator / kind->lot;
        int64_t qty = (int64_t)(exact_in_lots * kind->lot - after);
        if (qty == 0) continue;
        after += qty;
        made[made_count++] = (struct twin_lot){sign_of(twin->qty) * qty, carried};
        carried = 0;
    }
    if (made_count > 0) made[made_count - 1].cost += carried;
    int128_t missing = before * split->numerator - after * split->denominator;
    int lost = kind->price_decimals + kind->qty_decimals + kind->multiplier_decimals -
               money_decimals[kind->currency];
    int128_t up = lost < 0 ? power_of_ten(-lost) : 1;
    int128_t down = lost < 0 ? 1 : power_of_ten(lost);
    int128_t paid =
        naive_round(missing * split->price * kind->multiplier * up, split->numerator * down);
    twin->cash += sign_of(twin->qty) * paid;
    twin->qty = sign_of(twin->qty) * (int64_t)after;
    memcpy(twin->lots, made, (size_t)made_count * sizeof made[0]);
    twin->lot_count = made_count;
    if (after != 0) return;
    twin->realised_average -= twin->cost_average;
    twin->realised_fifo -= twin->cost_fifo;
    twin->cost_average = twin->cost_fifo = 0;
}

static void twin_of(const struct world *world, uint32_t s, uint32_t i,
                    struct twin_position *ret_twin) {
    const struct history *history = &world->histories[s][i];
    memset(ret_twin, 0, sizeof *ret_twin);
    for (int h = 0; h < history->count; h++) {
        const struct happening *happening = &history->happenings[h];
        if (happening->is_split)
            twin_split(ret_twin, &kinds[i], happening);
        else
            twin_fill(ret_twin, &kinds[i], happening);
    }
}

static void compare_position(const struct world *world, uint32_t s, uint32_t i,
                             const struct twin_position *twin) {
    const struct position *position = ledger_position(world->ledger, s, i);
    assert_int_equal(position->qty.m, twin->qty);
    assert_true(position->cost_average.m == twin->cost_average);
    assert_true(position->cost_fifo.m == twin->cost_fifo);
    assert_true(position->realised_average.m == twin->realised_average);
    assert_true(position->realised_fifo.m == twin->realised_fifo);
    assert_true(position->value.m == naive_money(&kinds[i], world->mark[i], twin->qty));
}

static int128_t naive_converted(const struct world *world, uint32_t c, int128_t amount) {
    if (c == USD) return amount;
    return naive_round(amount * world->rate[c], power_of_ten(4 + money_decimals[c] - 2));
}

static void compare(const struct world *world) {
    static struct twin_position twin;
    int128_t cash[CURRENCIES];
    int128_t value[CURRENCIES] = {0};
    int128_t gross[CURRENCIES] = {0};
    memcpy(cash, world->other_cash, sizeof cash);
    uint32_t held = 0;
    for (uint32_t i = 0; i < INSTRUMENTS; i++) {
        int64_t quantity = 0;
        int128_t sum = 0;
        for (uint32_t s = 0; s < STRATEGIES; s++) {
            twin_of(world, s, i, &twin);
            compare_position(world, s, i, &twin);
            cash[kinds[i].currency] += twin.cash;
            sum += naive_money(&kinds[i], world->mark[i], twin.qty);
            quantity += twin.qty;
        }
        value[kinds[i].currency] += sum;
        gross[kinds[i].currency] += sum < 0 ? -sum : sum;
        assert_int_equal(ledger_quantity(world->ledger, i).m, quantity);
        held += quantity != 0;
    }
    assert_int_equal(ledger_position_count(world->ledger), held);
    int128_t equity = 0;
    int128_t all_gross = 0;
    for (uint32_t c = 0; c < CURRENCIES; c++) {
        assert_true(ledger_balance(world->ledger, ACCOUNT_CASH, c).m == cash[c]);
        assert_true(ledger_balance(world->ledger, ACCOUNT_CAPITAL, c).m == -world->capital[c]);
        assert_true(ledger_balance(world->ledger, ACCOUNT_FEES, c).m == world->fees[c]);
        equity += naive_converted(world, c, cash[c] + value[c]);
        all_gross += naive_converted(world, c, gross[c]);
    }
    assert_true(ledger_equity(world->ledger).m == equity);
    assert_true(ledger_gross_value(world->ledger).m == all_gross);
}

static void remember(struct world *world, uint32_t s, uint32_t i, struct happening happening) {
    struct history *history = &world->histories[s][i];
    assert_true(history->count < HAPPENINGS_MAX);
    history->happenings[history->count++] = happening;
}

static void random_fill(struct world *world) {
    uint32_t i = (uint32_t)between(world, 0, INSTRUMENTS - 1);
    uint32_t s = (uint32_t)between(world, 0, STRATEGIES - 1);
    const struct position *position = ledger_position(world->ledger, s, i);
    int64_t qty = between(world, 1, 300) * kinds[i].lot;
    // Now and then exactly flat, or a little of a large position.
    if (position->qty.m != 0 && between(world, 0, 4) == 0) qty = size_of(position->qty.m);
    if (position->qty.m != 0 && between(world, 0, 4) == 0) qty = kinds[i].lot;
    int side = between(world, 0, 1) ? 1 : -1;
    struct ledger_fill fill = {
        .strategy = s,
        .instrument = i,
        .side = side,
        .fee_currency = (uint32_t)between(world, 0, CURRENCIES - 1),
        .qty = QTY(qty),
        .price = PRICE(world->price[i]),
        .fee = between(world, -50, 200),
        .ts_ns = 1,
    };
    struct ledger_result result;
    int64_t before = position->qty.m;
    assert_int_equal(ledger_fill(world->ledger, &fill, &result), 0);
    assert_int_equal(result.position.m, before + side * qty);
    int128_t traded = naive_money(&kinds[i], world->price[i], qty);
    assert_true(result.notional.m == (traded < 0 ? -traded : traded));
    if (world->mark[i] == 0) world->mark[i] = world->price[i];
    remember(world, s, i, (struct happening){.qty = side * qty, .price = world->price[i]});
    world->other_cash[fill.fee_currency] -= fill.fee;
    world->fees[fill.fee_currency] += fill.fee;
}

static void random_mark(struct world *world) {
    uint32_t i = (uint32_t)between(world, 0, INSTRUMENTS - 1);
    int64_t step = world->price[i] / 20 + 1;
    world->price[i] += between(world, -step, step);
    if (world->price[i] < 1) world->price[i] = 1;
    world->mark[i] = world->price[i];
    ledger_mark(world->ledger, i, PRICE(world->price[i]));
}

static void random_split(struct world *world) {
    static const int64_t ratios[][2] = {{2, 1}, {3, 2}, {7, 1}, {1, 8}, {1, 10}, {2, 3}};
    uint32_t i = (uint32_t)between(world, 0, INSTRUMENTS - 1);
    const int64_t *ratio = ratios[between(world, 0, 5)];
    int64_t after = (int64_t)naive_round((int128_t)world->price[i] * ratio[1], ratio[0]);
    if (after < 10 || after > 100000000) return; // stay in a range where splits mean something
    union event event;
    event_init(&event, EVENT_SPLIT, i, 1);
    event.split.numerator = ratio[0];
    event.split.denominator = ratio[1];
    event.split.price = PRICE(world->price[i]);
    assert_int_equal(ledger_apply(world->ledger, &event), kinds[i].inverse ? ERR_ARGUMENT : 0);
    if (kinds[i].inverse) return;
    struct happening split = {
        .is_split = true, .numerator = ratio[0], .denominator = ratio[1], .price = world->price[i]};
    for (uint32_t s = 0; s < STRATEGIES; s++) remember(world, s, i, split);
    if (world->mark[i] != 0)
        world->mark[i] = (int64_t)naive_round((int128_t)world->mark[i] * ratio[1], ratio[0]);
    if (world->mark[i] == 0 && ledger_quantity(world->ledger, i).m != 0) world->mark[i] = 1;
    world->price[i] = after;
}

static void random_dividend(struct world *world) {
    uint32_t i = (uint32_t)between(world, 0, INSTRUMENTS - 1);
    union event event;
    event_init(&event, EVENT_DIVIDEND, i, 1);
    event.dividend.amount = between(world, 0, 12345);
    event.dividend.decimals = 4;
    if (kinds[i].inverse) {
        assert_int_equal(ledger_apply(world->ledger, &event), ERR_ARGUMENT);
        return;
    }
    int lost = 4 + kinds[i].qty_decimals - money_decimals[kinds[i].currency];
    for (uint32_t s = 0; s < STRATEGIES; s++) {
        int128_t product =
            (int128_t)event.dividend.amount * ledger_position(world->ledger, s, i)->qty.m;
        world->other_cash[kinds[i].currency] +=
            lost < 0 ? product * power_of_ten(-lost) : naive_round(product, power_of_ten(lost));
    }
    assert_int_equal(ledger_apply(world->ledger, &event), 0);
}

static void random_cash(struct world *world) {
    union event event;
    bool named = between(world, 0, 1);
    uint32_t instrument = named ? (uint32_t)between(world, 0, INSTRUMENTS - 1) : INSTRUMENT_NONE;
    event_init(&event, EVENT_CASH, instrument, 1);
    event.cash.reason = (uint32_t)between(world, CASH_DEPOSIT, CASH_REASON_END - 1);
    event.cash.currency = (uint32_t)between(world, 0, CURRENCIES - 1);
    event.cash.strategy = between(world, 0, 1) ? STRATEGY_NONE : 1;
    int64_t amount = between(world, -100000, 100000);
    if (event.cash.reason == CASH_DEPOSIT) amount = size_of(amount);
    if (event.cash.reason == CASH_WITHDRAWAL) amount = -size_of(amount);
    event.cash.amount = MONEY(amount);
    assert_int_equal(ledger_apply(world->ledger, &event), 0);
    world->other_cash[event.cash.currency] += amount;
    if (event.cash.reason == CASH_DEPOSIT || event.cash.reason == CASH_WITHDRAWAL)
        world->capital[event.cash.currency] += amount;
}

static void random_rate(struct world *world) {
    union event event;
    event_init(&event, EVENT_RATE, INSTRUMENT_NONE, 1);
    event.rate.currency = between(world, 0, 1) ? EUR : BTC;
    event.rate.decimals = 4;
    event.rate.rate = event.rate.currency == EUR ? between(world, 9000, 13000)
                                                 : between(world, 100000000, 700000000);
    assert_int_equal(ledger_apply(world->ledger, &event), 0);
    world->rate[event.rate.currency] = event.rate.rate;
}

static void world_open(struct world *world, enum cost_method method, uint64_t seed) {
    memset(world, 0, sizeof *world);
    prng_seed(&world->prng, seed);
    assert_ok(arena_init(&world->wiring, 1 << 16));
    assert_ok(instruments_init(&world->instruments, &world->wiring, INSTRUMENTS, CURRENCIES));
    static const char *const codes[] = {"USD", "EUR", "BTC"};
    for (uint32_t c = 0; c < CURRENCIES; c++)
        assert_int_equal(instruments_add_currency(&world->instruments, codes[c], money_decimals[c]),
                         (int)c);
    for (uint32_t i = 0; i < INSTRUMENTS; i++) {
        const struct kind *kind = &kinds[i];
        struct instrument made;
        instrument_defaults(&made, ASSET_EQUITY, kind->symbol, kind->currency);
        made.price_decimals = kind->price_decimals;
        made.qty_decimals = kind->qty_decimals;
        made.multiplier = kind->multiplier;
        made.multiplier_decimals = kind->multiplier_decimals;
        made.lot = made.qty_min = QTY(kind->lot);
        if (kind->inverse) made.payoff = PAYOFF_INVERSE;
        assert_ok(instruments_add(&world->instruments, &made));
        world->price[i] = kind->price;
    }
    struct ledger_config config = {.instruments = &world->instruments,
                                   .strategy_count = STRATEGIES,
                                   .account_currency = USD,
                                   .lot_max = LOTS_MAX,
                                   .method = method};
    size_t wiring;
    size_t state;
    ledger_memory(&config, &wiring, &state);
    assert_true(wiring <= 1 << 15);
    assert_ok(arena_init(&world->state, state));
    world->ledger = ledger_new(&world->wiring, &world->state, &config);
    assert_non_null(world->ledger);
}

static void happen(struct world *world) {
    int64_t dice = between(world, 0, 99);
    if (dice < 55)
        random_fill(world);
    else if (dice < 80)
        random_mark(world);
    else if (dice < 85)
        random_split(world);
    else if (dice < 90)
        random_dividend(world);
    else if (dice < 95)
        random_cash(world);
    else
        random_rate(world);
}

static void the_ledger_equals_its_twin(enum cost_method method) {
    static struct world world;
    for (uint64_t seed = 1; seed <= 12; seed++) {
        world_open(&world, method, seed);
        for (int step = 0; step < 400; step++) {
            happen(&world);
            ledger_check(world.ledger);
            compare(&world);
        }
        assert_int_equal(ledger_marks_refused(world.ledger), 0);
        arena_fini(&world.wiring);
        arena_fini(&world.state);
    }
}

static void the_ledger_equals_its_twin_by_average_cost(void **state) {
    the_ledger_equals_its_twin(COST_AVERAGE);
}

static void the_ledger_equals_its_twin_by_fifo(void **state) {
    the_ledger_equals_its_twin(COST_FIFO);
}

// Everything sold, what is left is what was put in, earned and paid: to the last unit.
static void a_liquidated_account_holds_exactly_its_cash(void **state) {
    static struct world world;
    for (uint64_t seed = 100; seed < 120; seed++) {
        world_open(&world, seed & 1 ? COST_FIFO : COST_AVERAGE, seed);
        for (int step = 0; step < 250; step++) happen(&world);
        for (uint32_t i = 0; i < INSTRUMENTS; i++)
            for (uint32_t s = 0; s < STRATEGIES; s++) {
                int64_t qty = ledger_position(world.ledger, s, i)->qty.m;
                if (qty == 0) continue;
                struct ledger_fill fill = {.strategy = s,
                                           .instrument = i,
                                           .side = -sign_of(qty),
                                           .qty = QTY(size_of(qty)),
                                           .price = PRICE(world.price[i])};
                struct ledger_result result;
                assert_int_equal(ledger_fill(world.ledger, &fill, &result), 0);
                remember(&world, s, i, (struct happening){.qty = -qty, .price = world.price[i]});
            }
        ledger_check(world.ledger);
        compare(&world);
        for (uint32_t c = 0; c < CURRENCIES; c++)
            assert_true(ledger_balance(world.ledger, ACCOUNT_INVENTORY, c).m == 0);
        assert_int_equal(ledger_lots_free(world.ledger), LOTS_MAX);
        assert_true(ledger_gross_value(world.ledger).m == 0);
        arena_fini(&world.wiring);
        arena_fini(&world.state);
    }
}

// The state is bytes: the same events give the same bytes wherever they lie, and a copy of them goes on alike.
static void the_same_events_make_the_same_bytes(void **state) {
    static struct world one;
    static struct world other;
    world_open(&one, COST_FIFO, 77);
    world_open(&other, COST_FIFO, 77);
    for (int step = 0; step < 150; step++) happen(&one);
    memcpy(other.state.base, one.state.base, one.state.used);
    other.prng = one.prng;
    memcpy(other.histories, one.histories, sizeof one.histories);
    memcpy(other.price, one.price, sizeof one.price);
    memcpy(other.mark, one.mark, sizeof one.mark);
    for (int step = 0; step < 150; step++) {
        happen(&one);
        happen(&other);
        assert_memory_equal(one.state.base, other.state.base, one.state.used);
    }
    ledger_check(other.ledger);
    struct world *const worlds[] = {&one, &other};
    for (int i = 0; i < 2; i++) {
        arena_fini(&worlds[i]->wiring);
        arena_fini(&worlds[i]->state);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_ledger_equals_its_twin_by_average_cost),
        cmocka_unit_test(the_ledger_equals_its_twin_by_fifo),
        cmocka_unit_test(the_same_events_make_the_same_bytes),
        cmocka_unit_test(a_liquidated_account_holds_exactly_its_cash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
