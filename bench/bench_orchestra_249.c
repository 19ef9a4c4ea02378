// SPDX-License-Identifier: Apache-2.0
// Twelve strategies on 249 US stocks in one account, five years of days, their targets netted, capital moved among
// them by risk parity, with the default risk rules: tapes opened, engine and venue built, every day run, and the report
// written. The import is not in the time.
//
// Held against it: final equity by the fills alone (cash less what was paid, positions at the last closes), the
// report's own ledger, its attribution, whose rows add up to the profit, and what was allocated of the account's fills.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/run/run.h"
#include "app/run/run_report.h"
#include "base/io.h"
#include "bench.h"
#include "panel.h"
#include "research/backtest.h"

enum { SAMPLES = 5, SYMBOLS_MAX = 512, ORDERS_MAX = 1 << 20 };

static const char config_text[] =
    "name: orchestra_249\n"
    "capital: \"10000000\"\n"
    "netting: net\n"
    "allocation: {model: risk_parity}\n"
    "strategies:\n"
    "- {strategy: sma_cross, params: [fast=10, slow=40]}\n"
    "- {strategy: sma_cross, params: [fast=20, slow=100, sides=both]}\n"
    "- {strategy: sma_cross, params: [fast=50, slow=200]}\n"
    "- {strategy: momentum, params: [lookback=60, sides=both]}\n"
    "- {strategy: momentum, params: [lookback=120]}\n"
    "- {strategy: mean_reversion, params: [window=20, sides=both]}\n"
    "- {strategy: mean_reversion, params: [window=40, sides=both]}\n"
    "- {strategy: volatility_breakout, params: [channel=20, sides=both]}\n"
    "- {strategy: volatility_breakout, params: [channel=55]}\n"
    "- {strategy: cross_momentum, params: [lookback=252, skip=21, hold=20, rebalance=21]}\n"
    "- {strategy: cross_momentum, params: [lookback=126, skip=21, hold=40, rebalance=21]}\n"
    "- {strategy: cross_momentum, params: [lookback=63, skip=5, hold=30, rebalance=10]}\n"
    "fees:\n"
    "  model: per_share\n"
    "venue: [allow_short=on]\n";

struct tap {
    struct run_report *report;
    struct run *run;
    int8_t *sides[16]; // [strategy, the account last][sequence]
    uint64_t fills;
    uint64_t allocations;
    uint64_t crossed;
    uint64_t account_orders;
    int64_t open[SYMBOLS_MAX]; // of the account's fills, not allocated yet
    int128_t cash;             // of 1e-8
    int64_t positions[SYMBOLS_MAX];
};

struct outcome {
    double seconds;
    uint64_t inputs, state_hash;
    money_t equity, difference;
    int128_t by_fills, attributed;
    bool whole; // nothing of a fill is left
};

static int8_t *side_of(struct tap *tap, uint64_t id) {
    static int8_t none;
    uint64_t sequence = order_id_sequence(id);
    return sequence < ORDERS_MAX ? &tap->sides[order_id_strategy(id)][sequence] : &none;
}

static void see_fill(struct tap *tap, const struct order_event *fill) {
    const struct instrument *instrument = &tap->run->instruments.items[fill->header.instrument];
    int64_t unit = decimal_pow10(instrument->price_decimals + instrument->qty_decimals);
    int128_t product = (int128_t)fill->price.m * fill->qty.m * 100000000;
    int32_t side = *side_of(tap, fill->order_id);
    tap->fills++;
    tap->cash -= side * decimal_div_round(product, unit, ROUND_HALF_EVEN) + fill->fee;
    tap->positions[fill->header.instrument] += side * fill->qty.m;
    if (order_id_strategy(fill->order_id) == tap->run->strategy_count)
        tap->open[fill->header.instrument] += side * fill->qty.m;
}

static void see_allocation(struct tap *tap, const struct allocation_event *event) {
    tap->allocations++;
    tap->crossed += event->order_id == 0;
    // What crosses inside adds up to nothing.
    tap->open[event->header.instrument] -= event->side * event->qty.m;
}

static int put(void *self, const struct event_header *event) {
    struct tap *tap = self;
    if (event->kind == EVENT_SUBMIT) {
        const struct submit_event *submit = (const void *)event;
        *side_of(tap, submit->order_id) = (int8_t)submit->spec.side;
        tap->account_orders += submit->spec.strategy == tap->run->strategy_count;
    } else if (event->kind == EVENT_ORDER_FILLED) {
        see_fill(tap, (const void *)event);
    } else if (event->kind == EVENT_ALLOCATION) {
        see_allocation(tap, (const void *)event);
    } else if (event->kind == EVENT_CASH) {
        struct cash_event cash;
        memcpy(&cash, event, sizeof cash);
        tap->cash += cash.amount.m;
    }
    struct event_sink sink = run_report_observer(tap->report).events;
    return sink.put(sink.self, event);
}

// The sum of the last column of the attribution.
static int add_up(const struct report *report, int128_t *ret_sum) {
    struct text text;
    text_init(&text, REPORT_TEXT_MAX);
    int rc = report_csv(report, "attribution", &text);
    *ret_sum = 0;
    const char *line = rc == 0 ? strchr(text_string(&text), '\n') : NULL;
    while (line != NULL && line[1] != '\0') {
        const char *end = strchr(line + 1, '\r'), *cell = end;
        int64_t value;
        while (cell[-1] != ',') cell--;
        if (decimal_parse(cell, (size_t)(end - cell), 8, &value) < 0) rc = -1;
        *ret_sum += value;
        line = strchr(line + 1, '\n');
    }
    text_fini(&text);
    return rc;
}

static int write_report(const struct report *report, struct outcome *outcome) {
    char path[256];
    struct text page;
    snprintf(path, sizeof path, "%s/orchestra.html", bench_directory());
    text_init(&page, REPORT_TEXT_MAX);
    report_html(report, &page);
    outcome->difference = report_difference(report);
    int rc = text_error(&page) < 0 ? -1 : io_write_file(path, text_string(&page), page.len);
    text_fini(&page);
    return rc;
}

static void settle(const struct tap *tap, struct outcome *outcome) {
    const struct board *board = engine_board(tap->run->engine);
    outcome->by_fills = tap->cash;
    outcome->whole = true;
    for (uint32_t i = 0; i < tap->run->instruments.count; i++) {
        const struct instrument *instrument = &tap->run->instruments.items[i];
        int64_t unit = decimal_pow10(instrument->price_decimals + instrument->qty_decimals);
        outcome->by_fills += decimal_div_round(
            (int128_t)tap->positions[i] * board->rows[i].last.m * 100000000, unit, ROUND_HALF_EVEN);
        outcome->whole = outcome->whole && tap->open[i] == 0;
    }
}

static int run_and_report(struct run *run, struct tap *tap, struct outcome *outcome) {
    struct backtest_config backtest = {.source = run->source,
                                       .capital = run->capital,
                                       .account_currency = run->engine_config.account_currency,
                                       .observer = run_report_observer(tap->report)};
    backtest.observer.events = (struct event_sink){put, tap};
    backtest.observer.bars = NULL; // the tap sees event by event
    struct backtest_result result;
    int rc = backtest_run(&run->wiring, run->engine, run->exchange, &backtest, &result);
    if (rc == 0) rc = run_report_finish(tap->report, &result);
    if (rc == 0) rc = write_report(run_report_get(tap->report), outcome);
    if (rc < 0) return rc;
    outcome->equity = result.equity;
    outcome->inputs = result.inputs;
    outcome->state_hash = result.state_hash;
    return 0;
}

static int run_once(const char *tape, struct tap *tap, struct outcome *outcome) {
    struct run_config *config;
    struct run *run;
    int8_t *sides[16];
    memcpy(sides, tap->sides, sizeof sides);
    *tap = (struct tap){.report = NULL};
    memcpy(tap->sides, sides, sizeof sides);
    double start = bench_now();
    if (panel_config("orchestra_249", config_text, tape, &config) < 0 ||
        run_open(config, tape, &run) < 0)
        return -1;
    tap->run = run;
    int rc = run_report_new(run, tape, &tap->report);
    if (rc == 0) rc = run_and_report(run, tap, outcome);
    outcome->seconds = bench_now() - start;
    if (rc == 0) rc = add_up(run_report_get(tap->report), &outcome->attributed);
    if (rc == 0) settle(tap, outcome);
    run_report_free(tap->report);
    run_close(run);
    return rc;
}

static int check(const struct tap *tap, const struct outcome *outcome, bool repeated,
                 struct bench_row *row) {
    char a[DECIMAL_TEXT_SIZE], b[DECIMAL_TEXT_SIZE], c[DECIMAL_TEXT_SIZE];
    int128_t capital = (int128_t)10000000 * 100000000;
    decimal_print(a, sizeof a, outcome->equity.m, 8);
    decimal_print(b, sizeof b, outcome->by_fills, 8);
    decimal_print(c, sizeof c, outcome->attributed, 8);
    bool same = outcome->by_fills == outcome->equity.m && outcome->difference.m == 0 && repeated &&
                outcome->attributed == outcome->equity.m - capital && outcome->whole &&
                tap->account_orders > 0 && tap->crossed > 0;
    snprintf(row->result_check, sizeof row->result_check,
             "12 strategies, %" PRIu64 " events, %" PRIu64 " fills, %" PRIu64
             " orders of the account, %" PRIu64 " allocations, %" PRIu64
             " of them crossed inside: final equity %s, by the fills alone %s, attributed %s, "
             "report's own ledger differs by %s, state hash %s in every run: %s",
             outcome->inputs, tap->fills, tap->account_orders, tap->allocations, tap->crossed, a, b,
             c, outcome->difference.m == 0 ? "0" : "MORE THAN 0", repeated ? "equal" : "DIFFERENT",
             same ? "holds" : "DOES NOT HOLD");
    if (!same) fprintf(stderr, "orchestra_249: %s\n", row->result_check);
    return same ? 0 : -1;
}

static int measure(const char *tape, struct tap *tap, struct bench_row *row) {
    struct outcome first = {0}, outcome = {0};
    bool repeated = true;
    for (int i = 0; i <= SAMPLES; i++) {
        if (run_once(tape, tap, &outcome) < 0) {
            fprintf(stderr, "orchestra_249: %s\n", err_story());
            return -1;
        }
        if (i == 0)
            first = outcome; // and warms up
        else
            row->samples[row->count++] = outcome.seconds;
        repeated = repeated && first.state_hash == outcome.state_hash;
    }
    return check(tap, &outcome, repeated, row);
}

static int run(struct bench_row *row) {
    static struct tap tap;
    char tape[256];
    const char *path = panel_path();
    row->unit = "s";
    if (path == NULL) return -1;
    snprintf(tape, sizeof tape, "%s/orchestra", bench_directory());
    for (int i = 0; i < 16; i++)
        if ((tap.sides[i] = calloc(ORDERS_MAX, 1)) == NULL) return -1;
    int rc = panel_import(path, tape);
    if (rc >= 0) rc = measure(tape, &tap, row);
    for (int i = 0; i < 16; i++) free(tap.sides[i]);
    char *text = panel_load(path, row->input_sha256);
    if (text == NULL) return -1;
    free(text);
    bench_remove(tape);
    return rc;
}

const struct bench bench_orchestra_249 = {
    .name = "orchestra_249",
    .summary = "12 strategies x 249 stocks x 5 years of days, netted, to the written report",
    .run = run,
};
