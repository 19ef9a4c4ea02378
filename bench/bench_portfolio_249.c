// SPDX-License-Identifier: Apache-2.0
// 249 US stocks, five years of days, cross-sectional momentum: tapes opened, engine and venue built, every day
// run, and the report written as a page and as JSON. Time and peak memory are of all that; the import of the
// panel before it is not.
//
// The final equity is worked out once more from the fills alone: cash less what was paid, and positions at the
// last closes that the panel's text has.
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

enum { SAMPLES = 9, SYMBOLS_MAX = 512, ORDERS_MAX = 65536, PEAK_MIB_MAX = 200 };

static const char config_text[] = "name: portfolio_249\n"
                                  "capital: \"1000000\"\n"
                                  "strategies:\n"
                                  "- strategy: cross_momentum\n"
                                  "  params: [lookback=252, skip=21, hold=20, rebalance=21]\n"
                                  "  sizing: fixed_fraction\n"
                                  "  sizing_params: [fraction=0.95]\n"
                                  "fees:\n"
                                  "  model: per_share\n";

// What passes on its way to the report.
struct tap {
    struct run_report *report;
    const struct instruments *instruments;
    uint64_t orders[ORDERS_MAX]; // ids
    int32_t sides[ORDERS_MAX];
    uint32_t order_count;
    uint32_t fills;
    uint32_t strange; // fills of orders that were not seen
    int128_t cash;    // of 1e-8
    int64_t positions[SYMBOLS_MAX];
};

struct outcome {
    double seconds;
    uint64_t inputs;
    uint64_t state_hash;
    money_t equity;
    money_t difference; // of the report's ledger
    double peak_mib;
    uint8_t json[SHA256_SIZE];
};

// name, last sound close as text.
struct last_close {
    char symbol[16];
    char close[24];
};

static void see_fill(struct tap *tap, const struct order_event *fill) {
    uint32_t i = tap->order_count;
    while (i > 0 && tap->orders[i - 1] != fill->order_id) i--;
    tap->fills++;
    if (i == 0) {
        tap->strange++;
        return;
    }
    const struct instrument *instrument = &tap->instruments->items[fill->header.instrument];
    int64_t unit = decimal_pow10(instrument->price_decimals + instrument->qty_decimals);
    int128_t product = (int128_t)fill->price.m * fill->qty.m * 100000000;
    int32_t side = tap->sides[i - 1];
    tap->cash -= side * decimal_div_round(product, unit, ROUND_HALF_EVEN) + fill->fee;
    tap->positions[fill->header.instrument] += side * fill->qty.m;
}

static int put(void *self, const struct event_header *event) {
    struct tap *tap = self;
    if (event->kind == EVENT_SUBMIT && tap->order_count < ORDERS_MAX) {
        const struct submit_event *submit = (const void *)event;
        tap->orders[tap->order_count] = submit->order_id;
        tap->sides[tap->order_count++] = submit->spec.side;
    } else if (event->kind == EVENT_ORDER_FILLED) {
        see_fill(tap, (const void *)event);
    } else if (event->kind == EVENT_CASH) {
        tap->cash += ((const struct cash_event *)event)->amount.m;
    }
    struct event_sink sink = run_report_observer(tap->report).events;
    return sink.put(sink.self, event);
}

static int write_report(const struct report *report, struct outcome *outcome) {
    char path[256];
    struct text page, json;
    snprintf(path, sizeof path, "%s/portfolio.html", bench_directory());
    text_init(&page, REPORT_TEXT_MAX);
    text_init(&json, REPORT_TEXT_MAX);
    report_html(report, &page);
    report_json(report, &json);
    sha256(text_string(&json), json.len, outcome->json);
    outcome->difference = report_difference(report);
    int rc = text_error(&page) < 0 || text_error(&json) < 0
                 ? -1
                 : io_write_file(path, text_string(&page), page.len);
    text_fini(&page);
    text_fini(&json);
    return rc;
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
    *tap = (struct tap){.report = NULL};
    bench_peak_reset();
    double start = bench_now();
    if (panel_config("portfolio_249", config_text, tape, &config) < 0 ||
        run_open(config, tape, &run) < 0)
        return -1;
    tap->instruments = &run->instruments;
    int rc = run_report_new(run, tape, &tap->report);
    if (rc == 0) rc = run_and_report(run, tap, outcome);
    outcome->seconds = bench_now() - start;
    outcome->peak_mib = bench_peak_mib();
    run_report_free(tap->report);
    run_close(run);
    return rc;
}

// One row of the panel: date,open,high,low,close,volume,Name; blank or impossible rows are passed over.
static void see_row(struct last_close *closes, uint32_t *count, const char *line) {
    char date[16], symbol[16], text[4][24];
    double value[4];
    if (sscanf(line, "%15[^,],%23[^,],%23[^,],%23[^,],%23[^,],%*[^,],%15[^\r\n]", date, text[0],
               text[1], text[2], text[3], symbol) != 6)
        return;
    for (int i = 0; i < 4; i++) value[i] = strtod(text[i], NULL);
    bool sound = value[2] <= value[0] && value[0] <= value[1] && value[2] <= value[3] &&
                 value[3] <= value[1];
    if (!sound) return;
    if (*count == 0 || strcmp(closes[*count - 1].symbol, symbol) != 0) {
        if (*count == SYMBOLS_MAX) return;
        snprintf(closes[(*count)++].symbol, sizeof closes->symbol, "%s", symbol);
    }
    snprintf(closes[*count - 1].close, sizeof closes->close, "%s", text[3]);
}

// The panel lists one stock after the other, each in order of time.
static uint32_t read_closes(const char *text, struct last_close *closes) {
    uint32_t count = 0;
    char line[128];
    for (const char *at = strchr(text, '\n'); at != NULL && at[1] != '\0';
         at = strchr(at + 1, '\n')) {
        snprintf(line, sizeof line, "%.*s", (int)strcspn(at + 1, "\n"), at + 1);
        see_row(closes, &count, line);
    }
    return count;
}

static int64_t close_of(const struct last_close *closes, uint32_t count, const char *symbol) {
    for (uint32_t i = 0; i < count; i++)
        if (strcmp(closes[i].symbol, symbol) == 0)
            return (int64_t)(strtod(closes[i].close, NULL) * 1e8 + 0.5);
    return 0;
}

// Equity of the fills at the panel's last closes, in 1e-8. Instruments are in the order of the tape's names.
static int128_t recount(const struct tap *tap, const char *tape, const struct last_close *closes,
                        uint32_t count, uint32_t *ret_instruments) {
    struct run_config *config;
    struct run *run;
    int128_t equity = tap->cash;
    if (panel_config("portfolio_249", config_text, tape, &config) < 0 ||
        run_open(config, tape, &run) < 0)
        return 0;
    for (uint32_t i = 0; i < run->instruments.count; i++) {
        const struct instrument *instrument = &run->instruments.items[i];
        equity += (int128_t)tap->positions[i] * close_of(closes, count, instrument->symbol) /
                  decimal_pow10(instrument->qty_decimals);
    }
    *ret_instruments = run->instruments.count;
    run_close(run);
    return equity;
}

static int check(const char *tape, const char *text, const struct tap *tap,
                 const struct outcome *outcome, bool repeated, struct bench_row *row) {
    static struct last_close closes[SYMBOLS_MAX];
    char a[DECIMAL_TEXT_SIZE], b[DECIMAL_TEXT_SIZE];
    uint32_t instruments = 0;
    uint32_t count = read_closes(text, closes);
    int128_t equity = recount(tap, tape, closes, count, &instruments);
    decimal_print(a, sizeof a, outcome->equity.m, 8);
    decimal_print(b, sizeof b, equity, 8);
    bool same = equity == outcome->equity.m && tap->strange == 0 && tap->fills > 0 &&
                instruments == count && outcome->difference.m == 0 && repeated;
    bool small = outcome->peak_mib > 0 && outcome->peak_mib < PEAK_MIB_MAX;
    snprintf(row->result_check, sizeof row->result_check,
             "%" PRIu32 " stocks, %" PRIu64 " events, %" PRIu32
             " fills: final equity %s, by the fills alone %s, report's own ledger differs by %s; "
             "state hash and JSON %s in every run: %s; peak memory %.1f MiB, %s %d",
             instruments, outcome->inputs, tap->fills, a, b,
             outcome->difference.m == 0 ? "0" : "MORE THAN 0", repeated ? "equal" : "DIFFERENT",
             same ? "holds" : "DOES NOT HOLD", outcome->peak_mib, small ? "under" : "NOT UNDER",
             PEAK_MIB_MAX);
    if (!same || !small) fprintf(stderr, "portfolio_249: %s\n", row->result_check);
    return same && small ? 0 : -1;
}

static int measure(const char *tape, struct tap *tap, struct outcome *outcome, bool *ret_repeated,
                   struct bench_row *row) {
    struct outcome first = {0};
    *ret_repeated = true;
    for (int i = 0; i <= SAMPLES; i++) {
        if (run_once(tape, tap, outcome) < 0) {
            fprintf(stderr, "portfolio_249: %s\n", err_story());
            return -1;
        }
        if (i == 0)
            first = *outcome; // and warms up
        else
            row->samples[row->count++] = outcome->seconds;
        *ret_repeated = *ret_repeated && first.state_hash == outcome->state_hash &&
                        memcmp(first.json, outcome->json, sizeof first.json) == 0;
    }
    return 0;
}

static int run(struct bench_row *row) {
    static struct tap tap;
    struct outcome outcome = {0};
    char tape[256];
    bool repeated;
    const char *path = panel_path();
    row->unit = "s";
    if (path == NULL) return -1;
    snprintf(tape, sizeof tape, "%s/panel", bench_directory());
    if (panel_import(path, tape) < 0 || measure(tape, &tap, &outcome, &repeated, row) < 0)
        return -1;
    char *text = panel_load(path, row->input_sha256); // only now: it is no part of the peak
    if (text == NULL) return -1;
    int rc = check(tape, text, &tap, &outcome, repeated, row);
    free(text);
    bench_remove(tape);
    return rc;
}

const struct bench bench_portfolio_249 = {
    .name = "portfolio_249",
    .summary = "249 stocks x 5 years of days, cross-sectional momentum, to the written report",
    .run = run,
};
