// SPDX-License-Identifier: Apache-2.0
// One pre-trade check of every rule: an account with a hundred positions and open orders on twenty of them, 250 returns
// of each. Before each order the price of one instrument has moved; exposure, value at risk and expected shortfall
// follow that one. Limits let most orders through, so that most meet every rule; a second gate that starts from nothing
// at each order, and looks at every instrument itself, has to say the same.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/prng.h"
#include "bench.h"
#include "quant/math/sample.h"
#include "risk/gate.h"

enum { HELD = 100, ROWS = 250, WORKED = 20, SAMPLES = 30, CHECKS = 5000, COMPARED = 500 };

struct account {
    struct arena arena;
    struct instruments instruments;
    struct board board;
    struct orders orders;
    struct ledger *ledger;
    struct risk_config config;
    struct risk_view view;
    struct prng prng;
};

static int add_instruments(struct account *account) {
    TRY(instruments_init(&account->instruments, &account->arena, HELD, 1));
    int usd = instruments_add_currency(&account->instruments, "USD", 2);
    for (int i = 0; i < HELD; i++) {
        struct instrument one;
        char symbol[8];
        snprintf(symbol, sizeof symbol, "S%02d", i);
        instrument_defaults(&one, i % 4 == 0 ? ASSET_CRYPTO : ASSET_EQUITY, symbol, (uint32_t)usd);
        one.price_decimals = 2;
        one.qty_decimals = 0;
        one.tick = PRICE(1);
        one.lot = one.qty_min = QTY(1);
        one.calendar = CALENDAR_24_7;
        if (instruments_add(&account->instruments, &one) < 0) return -1;
    }
    return 0;
}

// Every rule that looks at orders is on. 1,000,000.00 of equity in positions of about 5,000.00.
static void set_limits(struct risk_config *config) {
    risk_config_defaults(config);
    for (uint32_t i = 0; i < risk_rule_count(); i++)
        config->enabled[i] = risk_rule_at(i)->check != NULL;
    config->params[risk_rule_find("message_rate")][0] = 1000;
    config->params[risk_rule_find("intraday_margin")][0] = 19700101;
    config->params[risk_rule_find("position_count")][0] = 200;
    config->params[risk_rule_find("correlation")][0] = 0.9;
    config->params[risk_rule_find("var_limit")][0] = 0.02;
    config->params[risk_rule_find("es_limit")][0] = 0.025;
}

static int fill_positions(struct account *account) {
    for (uint32_t i = 0; i < HELD; i++) {
        account->board.rows[i].last = PRICE(1000 + 37 * (int64_t)i);
        struct ledger_fill fill = {.instrument = i,
                                   .side = i % 5 == 0 ? -1 : 1,
                                   .qty = QTY(500000 / account->board.rows[i].last.m),
                                   .price = account->board.rows[i].last};
        struct ledger_result result;
        TRY(ledger_fill(account->ledger, &fill, &result));
        struct order_spec spec = {.instrument = i,
                                  .side = 1,
                                  .type = ORDER_LIMIT,
                                  .qty = QTY(10),
                                  .limit_price = PRICE(fill.price.m - 10)};
        if (i % (HELD / WORKED) == 0 && orders_submit(&account->orders, &spec, 0) < 0) return -1;
    }
    return 0;
}

static int open_account(struct account *account) {
    memset(account, 0, sizeof *account);
    prng_seed(&account->prng, 5);
    TRY(arena_init(&account->arena, 1 << 26));
    TRY(add_instruments(account));
    TRY(board_init(&account->board, &account->arena, HELD));
    struct orders_config orders = {&account->instruments, 256, HELD, 1};
    TRY(orders_init(&account->orders, &account->arena, &orders));
    struct ledger_config ledger = {
        .instruments = &account->instruments, .strategy_count = 1, .lot_max = 4096};
    account->ledger = ledger_new(&account->arena, &account->arena, &ledger);
    if (account->ledger == NULL) return -1;
    set_limits(&account->config);
    account->view = (struct risk_view){.instruments = &account->instruments,
                                       .board = &account->board,
                                       .ledger = account->ledger,
                                       .orders = &account->orders,
                                       .equity = MONEY(100000000),
                                       .equity_day = MONEY(100000000),
                                       .equity_peak = MONEY(100000000),
                                       .money_decimals = 2,
                                       .strategy_count = 1};
    return fill_positions(account);
}

static void move_price(struct account *account, uint32_t instrument) {
    struct board_row *row = &account->board.rows[instrument];
    int64_t price = (int64_t)((double)row->last.m * (1 + 0.01 * sample_normal(&account->prng)));
    row->last = PRICE(price > 500 ? price : 500);
    row->ts_ns = account->view.now_ns;
    board_touch(&account->board, instrument);
}

static int open_gate(struct account *account, struct risk_gate *gate, struct arena *arena) {
    struct risk_setup setup = {
        .config = &account->config, .instrument_count = HELD, .strategy_count = 1};
    TRY(arena_init(arena, 1 << 26));
    return risk_gate_init(gate, arena, arena, &setup);
}

// Days of prices that all gates hear of.
static void play_days(struct account *account, struct risk_gate *const *gates, int count) {
    for (int day = 0; day <= ROWS; day++) {
        account->view.now_ns += INT64_C(86400) * 1000000000;
        for (uint32_t i = 0; i < HELD; i++) move_price(account, i);
        for (int k = 0; k < count; k++) risk_gate_time(gates[k], &account->view);
    }
}

static struct risk_order next_order(struct account *account, struct order_spec *spec) {
    uint32_t instrument = (uint32_t)prng_below(&account->prng, HELD);
    account->view.now_ns += 2000000000;
    account->board.rows[instrument].ts_ns = account->view.now_ns;
    int64_t position = ledger_quantity(account->ledger, instrument).m;
    *spec = (struct order_spec){.instrument = instrument,
                                .side = position > 0 ? 1 : -1, // raises
                                .type = ORDER_MARKET,
                                .purpose = PURPOSE_TARGET,
                                .qty = QTY(1 + (int64_t)prng_below(&account->prng, 100))};
    const struct order_exposure *working = &account->orders.exposure[instrument];
    price_t last = account->board.rows[instrument].last;
    return (struct risk_order){.spec = spec,
                               .reference = last,
                               .position = QTY(position),
                               .working = spec->side > 0 ? working->buy : working->sell,
                               .notional = MONEY(last.m * spec->qty.m)};
}

static int64_t ask(struct account *account, struct risk_gate *gate,
                   const struct risk_order *order) {
    struct risk_result result;
    uint32_t rule;
    enum risk_verdict verdict = risk_gate_check(gate, &account->view, order, &rule, &result);
    return verdict == RISK_ALLOW ? order->spec->qty.m : verdict == RISK_SHRINK ? result.qty.m : 0;
}

// The same order to a gate that has valued and weighed nothing yet.
static int compare(struct account *account, struct risk_gate *kept, struct bench_row *row) {
    int same = 0, whole = 0, none = 0;
    for (int i = 0; i < COMPARED; i++) {
        struct risk_gate anew;
        struct arena arena;
        struct order_spec spec;
        move_price(account, (uint32_t)prng_below(&account->prng, HELD));
        struct risk_order order = next_order(account, &spec);
        TRY(open_gate(account, &anew, &arena));
        for (uint32_t m = 0; m < anew.model_count; m++) {
            const struct risk_model *from = &kept->models[m];
            struct risk_model *to = &anew.models[m];
            for (uint32_t r = 0; r < ROWS; r++) {
                double returns[HELD];
                for (uint32_t j = 0; j < HELD; j++) returns[j] = from->slots[j * ROWS + r];
                TRY(live_var_row(&to->state->live, to->slots, returns));
            }
            memcpy(to->known, from->known, HELD * sizeof *to->known);
            memcpy(to->products, from->products, sizeof(double) * HELD * HELD);
            memcpy(to->squares, from->squares, sizeof(double) * HELD);
        }
        int64_t left = ask(account, kept, &order);
        same += left == ask(account, &anew, &order);
        whole += left == spec.qty.m;
        none += left == 0;
        arena_fini(&arena);
    }
    snprintf(
        row->result_check, sizeof row->result_check,
        "%d positions, %d returns, %u rules; of %d orders %d pass, %d are refused; a gate that "
        "starts from nothing says the same of %d",
        HELD, ROWS, kept->check_count, COMPARED, whole, none, same);
    if (same != COMPARED) fprintf(stderr, "risk_check: %s\n", row->result_check);
    return same == COMPARED ? 0 : BENCH_DIFFERS;
}

static int run(struct bench_row *row) {
    static struct account account;
    struct risk_gate gate;
    struct arena arena;
    uint8_t digest[SHA256_SIZE];
    row->unit = "us";
    TRY(open_account(&account));
    TRY(open_gate(&account, &gate, &arena));
    risk_exposure_follow(&gate.exposure, &account.board, &account.orders, account.ledger);
    play_days(&account, (struct risk_gate *[]){&gate}, 1);
    sha256(gate.models[0].slots, HELD * ROWS * sizeof(double), digest);
    sha256_print(row->input_sha256, digest);
    for (int s = 0; s <= SAMPLES; s++) {
        double seconds = 0;
        for (int i = 0; i < CHECKS; i += 50) { // what makes the orders is not timed
            struct order_spec specs[50];
            struct risk_order orders[50];
            uint32_t moved[50];
            for (int k = 0; k < 50; k++) {
                orders[k] = next_order(&account, &specs[k]);
                moved[k] = (uint32_t)prng_below(&account.prng, HELD);
            }
            double start = bench_now();
            for (int k = 0; k < 50; k++) {
                account.board.rows[moved[k]].last.m += k % 2 == 0 ? 3 : -3;
                board_touch(&account.board, moved[k]);
                (void)ask(&account, &gate, &orders[k]);
            }
            seconds += bench_now() - start;
        }
        if (s > 0) row->samples[row->count++] = seconds / CHECKS * 1e6; // the first warms up
    }
    int rc = compare(&account, &gate, row);
    arena_fini(&arena);
    arena_fini(&account.arena);
    return rc;
}

const struct bench bench_risk_check = {
    .name = "risk_check",
    .summary = "A pre-trade check of all rules, a hundred positions, VaR and ES kept up to date.",
    .run = run,
};
