// SPDX-License-Identifier: Apache-2.0
#include "report/report.h"

#include <jansson.h>
#include <math.h>

#include "base/prng.h"
#include "runs.h"

static const char *const plain[RUN_INSTRUMENTS] = {"AAA", "BBB", "CCC"};

// Six days of one strategy (alpha) in one stock, closes at 21:00 UTC, dollars:
//
//   day         event                            close   cash      position   equity
//   2020-01-06  deposit 10,000                   50      10,000                10,000.00   the curve starts
//   2020-01-07  buy 100 at 50, fee 1             51       4,999    100         10,099.00
//   2020-01-08                                   49       4,999    100          9,899.00
//   2020-01-09  sell 100 at 52, fee 1            52      10,198      0         10,198.00
//   2020-01-10  sell 50 short at 52, fee 1       54      12,797    -50         10,097.00
//   2020-01-13  buy 80 at 53, fee 0.80           55       8,556.20  30         10,206.20
//
// The last fill covers 50 and opens 30: of its fee 0.80 x 50 / 80 = 0.50 is the short's.
static int64_t golden_close(int day) {
    static const int32_t dates[] = {18267, 18268, 18269, 18270, 18271, 18274};
    return date_to_ns(dates[day]) + 21 * NS_PER_HOUR;
}

static void golden_day(struct run *run, int day, int64_t high, int64_t low, int64_t close,
                       int64_t equity, int64_t gross) {
    run_bar(run, golden_close(day), 0, close, high, low, close);
    report_mark(run->report, golden_close(day), MONEY(equity), MONEY(gross));
}

static void golden_run(struct run *run, const char *const symbols[RUN_INSTRUMENTS]) {
    run_open(run, symbols);
    run->config.benchmark = "INDEX";
    run_start(run);
    static const double closes[] = {200, 202, 198, 204, 206, 205};
    for (int day = 0; day < 6; day++)
        assert_ok(report_benchmark(run->report, golden_close(day), closes[day]));
    run_deposit(run, golden_close(0), 1000000);
    report_mark(run->report, golden_close(0), MONEY(1000000), MONEY(0));
    golden_day(run, 0, 5050, 4950, 5000, 1000000, 0);
    run_trade(run, golden_close(1) - 6 * NS_PER_HOUR, 0, 0, 1, 100, 5000, 100);
    golden_day(run, 1, 5150, 4950, 5100, 1009900, 510000);
    golden_day(run, 2, 5100, 4800, 4900, 989900, 490000);
    run_trade(run, golden_close(3) - 6 * NS_PER_HOUR, 0, 0, -1, 100, 5200, 100);
    golden_day(run, 3, 5300, 4700, 5200, 1019800, 0);
    run_trade(run, golden_close(4) - 6 * NS_PER_HOUR, 0, 0, -1, 50, 5200, 100);
    golden_day(run, 4, 5450, 5150, 5400, 1009700, 270000);
    run_trade(run, golden_close(5) - 6 * NS_PER_HOUR, 0, 0, 1, 80, 5300, 80);
    golden_day(run, 5, 5500, 5200, 5500, 1020620, 165000);
    assert_ok(report_assume(run->report, "market\tFills at the open.\npath\tStop first.\n"));
    assert_ok(report_origin(run->report, "run id", "0123"));
    struct report_note note = {.ts_ns = golden_close(4),
                               .rule = "order_size",
                               .verdict = "veto",
                               .strategy = 1,
                               .instrument = 1,
                               .side = 1,
                               .qty_asked = QTY(5),
                               .limit = 3,
                               .value = 5};
    assert_ok(report_note(run->report, &note));
    assert_ok(report_end(run->report));
}

static void assert_near(double value, double expected) {
    if (!(fabs(value - expected) <= 1e-12 * fmax(1, fabs(expected))))
        fail_msg("%.17g, expected %.17g", value, expected);
}

static void assert_statistic(const struct run *run, const char *name, double expected) {
    double value = report_statistic(run->report, name);
    if (!(fabs(value - expected) <= 1e-12 * fmax(1, fabs(expected))))
        fail_msg("%s is %.17g, expected %.17g", name, value, expected);
}

static void the_small_run_has_the_numbers_worked_out_by_hand(void **state) {
    (void)state;
    struct run run;
    golden_run(&run, plain);
    assert_true(report_difference(run.report).m == 0);
    const double r[] = {10099. / 10000 - 1, 9899. / 10099 - 1, 10198. / 9899 - 1,
                        10097. / 10198 - 1, 10206.2 / 10097 - 1};
    double mean = 0, squares = 0, downside = 0;
    for (int i = 0; i < 5; i++) mean += r[i] / 5;
    for (int i = 0; i < 5; i++) squares += (r[i] - mean) * (r[i] - mean);
    for (int i = 0; i < 5; i++) downside += r[i] < 0 ? r[i] * r[i] / 5 : 0;
    double deviation = sqrt(squares / 4);

    assert_statistic(&run, "days", 5);
    assert_statistic(&run, "start_equity", 10000);
    assert_statistic(&run, "end_equity", 10206.2);
    assert_statistic(&run, "net_profit", 206.2);
    assert_statistic(&run, "total_return", 0.02062);
    assert_statistic(&run, "cagr", pow(1.02062, 252. / 5) - 1);
    assert_statistic(&run, "volatility", deviation * sqrt(252));
    assert_statistic(&run, "sharpe", mean / deviation * sqrt(252));
    assert_statistic(&run, "sortino", mean / sqrt(downside) * sqrt(252));
    assert_statistic(&run, "max_drawdown", 9899. / 10099 - 1);
    assert_statistic(&run, "calmar", (pow(1.02062, 252. / 5) - 1) / (200. / 10099));
    assert_statistic(&run, "best_day", r[2]);
    assert_statistic(&run, "worst_day", r[1]);
    assert_statistic(&run, "best_month", 0.02062);
    // Closed: +198.00 (200 less 1 + 1) and -51.50 (-50 less 1 + 0.50).
    assert_statistic(&run, "trades", 2);
    assert_statistic(&run, "open_trades", 1);
    assert_statistic(&run, "hit_rate", 0.5);
    assert_statistic(&run, "profit_factor", 198 / 51.5);
    assert_statistic(&run, "expectancy", 73.25);
    assert_statistic(&run, "average_win", 198);
    assert_statistic(&run, "average_loss", -51.5);
    assert_statistic(&run, "fees", 3.8);
    assert_statistic(&run, "traded", 5000 + 5200 + 2600 + 4240);
    // Marks: the deposit's and six closes; positions at four of them.
    assert_statistic(&run, "time_in_market", 4. / 7);
    assert_statistic(&run, "average_exposure",
                     (5100 / 10099. + 4900 / 9899. + 2700 / 10097. + 1650 / 10206.2) / 7);
    assert_statistic(&run, "benchmark_return", 205. / 200 - 1);
    assert_statistic(&run, "benchmark_max_drawdown", 198. / 202 - 1);
    run_close(&run);
}

static void the_small_run_lists_its_trades(void **state) {
    (void)state;
    struct run run;
    golden_run(&run, plain);
    const struct trades *trades = &run.report->trades;
    assert_int_equal(trades->count, 3);
    const struct trade *first = &trades->items[0], *second = &trades->items[1],
                       *last = &trades->items[2];
    assert_true(first->net.m == 19800 && first->gross.m == 20000 && first->fees.m == 200);
    assert_int_equal(first->side, 1);
    assert_int_equal(first->entry_ns, golden_close(1) - 6 * NS_PER_HOUR);
    assert_int_equal(first->exit_ns, golden_close(3) - 6 * NS_PER_HOUR);
    assert_int_equal(trade_entry_price(first).m, 5000);
    assert_int_equal(trade_exit_price(first).m, 5200);
    // The lowest of the two bars while it was held is 48, the best price the exit's 52.
    assert_near(trade_adverse(first), -0.04);
    assert_near(trade_favourable(first), 0.04);
    assert_true(second->net.m == -5150 && second->gross.m == -5000 && second->fees.m == 150);
    assert_int_equal(second->side, -1);
    assert_int_equal(trade_exit_price(second).m, 5300);
    assert_near(trade_adverse(second), 1 - 54.5 / 52);
    assert_int_equal(last->exit_ns, 0);
    assert_true(last->net.m == 5970 && last->open.m == 6000);
    assert_int_equal(last->peak_qty.m, 30);
    assert_int_equal(trade_entry_price(last).m, 5300);
    // Deepest drawdown: 10,099 to 9,899, back on the next day.
    const struct curve_drawdown *drawdown = &run.report->curve.drawdowns[0];
    assert_int_equal(drawdown->peak_ns, golden_close(1));
    assert_int_equal(drawdown->trough_ns, golden_close(2));
    assert_int_equal(drawdown->recovery_ns, golden_close(3));
    assert_int_equal(run.report->curve.drawdown_count, 2);
    run_close(&run);
}

static void strategies_stand_on_their_share_of_the_capital(void **state) {
    (void)state;
    struct run run;
    golden_run(&run, plain);
    struct text text;
    text_init(&text, 1 << 20);
    assert_ok(report_csv(run.report, "strategies", &text));
    // Alpha has 6,000 of the capital and all of the profit: 206.20 / 6,000 = 3.4367 %.
    assert_non_null(strstr(text_string(&text), "alpha,0.6,6206.20,206.20,0.0343666666666"));
    assert_non_null(strstr(text_string(&text), "beta,0.4,4000.00,0.00,0,0,0,,0,0,,,0.00,0.00"));
    text_fini(&text);
    run_close(&run);
}

static json_t *load(const struct report *report) {
    struct text text;
    json_error_t error;
    text_init(&text, REPORT_TEXT_MAX);
    report_json(report, &text);
    assert_ok(text_error(&text));
    json_t *json = json_loads(text_string(&text), JSON_REJECT_DUPLICATES, &error);
    if (json == NULL) fail_msg("line %d: %s", error.line, error.text);
    text_fini(&text);
    return json;
}

static void the_json_is_read_by_another_reader(void **state) {
    (void)state;
    struct run run;
    golden_run(&run, plain);
    json_t *json = load(run.report);
    json_t *statistics = json_object_get(json, "statistics");
    assert_true(json_number_value(json_object_get(statistics, "sharpe")) ==
                report_statistic(run.report, "sharpe"));
    assert_string_equal(json_string_value(json_object_get(statistics, "net_profit")), "206.20");
    assert_true(json_is_null(json_object_get(statistics, "psr")) ||
                json_is_number(json_object_get(statistics, "psr")));
    json_t *trades = json_object_get(json_object_get(json, "tables"), "trades");
    assert_int_equal(json_array_size(trades), 3);
    json_t *first = json_array_get(trades, 0);
    assert_string_equal(json_string_value(json_object_get(first, "entry_time")),
                        "2020-01-07T15:00:00Z");
    assert_string_equal(json_string_value(json_object_get(first, "net")), "198.00");
    assert_string_equal(json_string_value(json_object_get(json, "difference")), "0.00");
    assert_true(json_is_null(json_object_get(json_array_get(trades, 2), "exit_time")));
    json_decref(json);
    run_close(&run);
}

static void the_same_run_gives_the_same_bytes(void **state) {
    (void)state;
    struct text texts[2][2];
    for (int k = 0; k < 2; k++) {
        struct run run;
        golden_run(&run, plain);
        for (int i = 0; i < 2; i++) text_init(&texts[k][i], REPORT_TEXT_MAX);
        report_json(run.report, &texts[k][0]);
        report_html(run.report, &texts[k][1]);
        run_close(&run);
    }
    for (int i = 0; i < 2; i++) {
        assert_string_equal(text_string(&texts[0][i]), text_string(&texts[1][i]));
        for (int k = 0; k < 2; k++) text_fini(&texts[k][i]);
    }
}

// Tags of the page are closed in order; what stands in script and style is skipped.
static void assert_well_formed(const char *page) {
    const char *open[64];
    size_t lengths[64], depth = 0;
    static const char *const empty[] = {"meta", "line", "path", "rect", "input", "br", "text/"};
    for (const char *s = strchr(page, '<'); s != NULL; s = strchr(s + 1, '<')) {
        if (s[1] == '!') continue;
        bool closing = s[1] == '/';
        const char *name = s + 1 + closing;
        size_t length = strcspn(name, " \t\n/>");
        const char *end = strchr(s, '>');
        assert_non_null(end);
        bool is_empty = end[-1] == '/';
        for (size_t i = 0; i < sizeof empty / sizeof empty[0]; i++)
            is_empty |= strlen(empty[i]) == length && memcmp(empty[i], name, length) == 0;
        if (is_empty) continue;
        if (!closing) {
            assert_true(depth < 64);
            open[depth] = name;
            lengths[depth++] = length;
            bool raw = (length == 6 && memcmp(name, "script", 6) == 0) ||
                       (length == 5 && memcmp(name, "style", 5) == 0);
            if (raw) s = strstr(end, length == 6 ? "</script" : "</style") - 1;
            continue;
        }
        assert_true(depth > 0);
        depth--;
        if (lengths[depth] != length || memcmp(open[depth], name, length) != 0)
            fail_msg("</%.*s> closes <%.*s>", (int)length, name, (int)lengths[depth], open[depth]);
    }
    assert_int_equal(depth, 0);
}

static void a_hostile_name_stays_text(void **state) {
    (void)state;
    static const char *const hostile[RUN_INSTRUMENTS] = {"<script>alert(1)</script>", "\"'&<b>",
                                                         "\xff\xfe"};
    struct run run;
    golden_run(&run, hostile);
    struct text page;
    text_init(&page, REPORT_TEXT_MAX);
    run.report->config.title = "</title><script>alert(2)</script>";
    run.report->config.benchmark = "</script><img src=x onerror=alert(3)>";
    run.strategies[0].name = "<i>\"x\" onload='y'";
    report_html(run.report, &page);
    assert_ok(text_error(&page));
    assert_null(strstr(text_string(&page), "<script>alert"));
    assert_null(strstr(text_string(&page), "<img"));
    assert_null(strstr(text_string(&page), "<i>"));
    assert_non_null(strstr(text_string(&page), "&lt;script&gt;alert(1)"));
    assert_well_formed(text_string(&page));
    json_decref(load(run.report));
    text_fini(&page);
    run_close(&run);
}

static void a_page_needs_nothing_from_elsewhere(void **state) {
    (void)state;
    struct run run;
    golden_run(&run, plain);
    struct text page;
    text_init(&page, REPORT_TEXT_MAX);
    report_html(run.report, &page);
    static const char *const outside[] = {"http:", "https:", "//cdn",   "src=\"", "@import",
                                          "url(",  "fetch(", "XMLHttp", "import("};
    for (size_t i = 0; i < sizeof outside / sizeof outside[0]; i++) {
        const char *found = strstr(text_string(&page), outside[i]);
        if (found != NULL && memcmp(found, "url(#", 5) != 0)
            fail_msg("the page has '%s': %.60s", outside[i], found);
    }
    assert_well_formed(text_string(&page));
    text_fini(&page);
    run_close(&run);
}

static void an_empty_run_has_a_page_and_json(void **state) {
    (void)state;
    struct run run;
    run_open(&run, plain);
    run_start(&run);
    assert_ok(report_end(run.report));
    struct text text;
    text_init(&text, REPORT_TEXT_MAX);
    report_html(run.report, &text);
    report_summary(run.report, &text);
    assert_ok(text_error(&text));
    json_t *json = load(run.report);
    assert_true(json_is_null(json_object_get(json_object_get(json, "statistics"), "sharpe")));
    json_decref(json);
    text_fini(&text);
    run_close(&run);
}

// Random orders of two strategies in three stocks over 200 days, in parts, through zero, with dividends, splits,
// borrow fees, interest and a deposit.
static void random_order(struct run *run, struct prng *prng, int64_t now, uint32_t instrument,
                         int64_t price) {
    uint32_t strategy = (uint32_t)prng_below(prng, 2);
    int64_t qty = 2 + (int64_t)prng_below(prng, 50);
    int32_t side = prng_below(prng, 2) == 0 ? 1 : -1;
    uint64_t id = run_submit(run, now, strategy, instrument, side, qty, PURPOSE_TARGET);
    int64_t part = 1 + (int64_t)prng_below(prng, (uint64_t)qty - 1);
    run_fill(run, now, id, instrument, part, qty - part, price, 13);
    if (prng_below(prng, 3) > 0)
        run_fill(run, now, id, instrument, qty - part, 0, price + 1, 7);
    else
        run_answer(run, now, id, EVENT_ORDER_CANCELED, instrument, REASON_REQUESTED);
    run_cash(run, now, -5, CASH_BORROW_FEE, strategy, instrument);
}

// The price after it.
static int64_t random_action(struct run *run, struct prng *prng, int64_t now, uint32_t instrument,
                             int64_t price) {
    union event event;
    if (prng_below(prng, 20) == 0) {
        event_init(&event, EVENT_DIVIDEND, instrument, now);
        event.dividend.amount = 37;
        event.dividend.decimals = 2;
        assert_ok(report_put(run->report, &event.header));
    }
    if (prng_below(prng, 60) != 0) return price;
    bool reverse = prng_below(prng, 2) == 0;
    event_init(&event, EVENT_SPLIT, instrument, now);
    event.split.numerator = reverse ? 1 : 3;
    event.split.denominator = reverse ? 3 : 1;
    event.split.price = PRICE(price);
    assert_ok(report_put(run->report, &event.header));
    return reverse ? price * 3 : price / 3 + 100;
}

static void random_run(struct run *run, uint64_t seed) {
    struct prng prng;
    prng_seed(&prng, seed);
    run_open(run, plain);
    run->config.cost_method = seed % 2 == 0 ? COST_AVERAGE : COST_FIFO;
    run_start(run);
    int64_t prices[RUN_INSTRUMENTS] = {5000, 12000, 800};
    int64_t start = date_to_ns(18000) + 15 * NS_PER_HOUR;
    run_deposit(run, start, 100000000);
    report_mark(run->report, start, MONEY(100000000), MONEY(0));
    for (int day = 1; day <= 200; day++) {
        int64_t now = start + day * NS_PER_DAY;
        for (uint32_t i = 0; i < RUN_INSTRUMENTS; i++) {
            prices[i] += (int64_t)prng_below(&prng, 201) - 100;
            if (prices[i] < 100) prices[i] = 100;
            random_order(run, &prng, now, i, prices[i]);
            prices[i] = random_action(run, &prng, now, i, prices[i]);
            run_bar(run, now, i, prices[i], prices[i] + 50, prices[i] - 50, prices[i]);
            ledger_mark(run->report->ledger, i, PRICE(prices[i]));
        }
        run_cash(run, now, 3, CASH_INTEREST, STRATEGY_NONE, INSTRUMENT_NONE);
        if (day == 100) run_deposit(run, now, 500000);
        report_mark(run->report, now, ledger_equity(run->report->ledger),
                    ledger_gross_value(run->report->ledger));
    }
    assert_ok(report_end(run->report));
}

// What trades earned, what is open, what came while flat and the account's interest is all of the profit.
static void trades_and_income_add_up_to_the_equity(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct run run;
        random_run(&run, seed);
        assert_true(report_difference(run.report).m == 0);
        int128_t sum = 200 * 3, in_trades = 0, in_positions = 0, closed = 0;
        const struct trades *trades = &run.report->trades;
        assert_true(trades->count > 10);
        for (size_t i = 0; i < trades->count; i++) {
            const struct trade *trade = &trades->items[i];
            assert_true(trade->net.m ==
                        trade->gross.m - trade->fees.m + trade->income.m + trade->open.m);
            assert_true(trade->exit_ns == 0 || trade->open.m == 0);
            sum += trade->net.m;
            in_trades += trade->income.m;
            if (trade->exit_ns != 0) closed += trade->net.m;
        }
        for (uint32_t s = 0; s < RUN_STRATEGIES; s++)
            for (uint32_t i = 0; i < RUN_INSTRUMENTS; i++)
                in_positions += ledger_position(run.report->ledger, s, i)->income.m;
        sum += in_positions - in_trades;
        assert_true(sum == run.report->curve.last.equity.m - 100500000);
        assert_true(closed == trades->all.net.m);
        run_close(&run);
    }
}

static void a_contradicting_order_is_refused(void **state) {
    (void)state;
    struct run run;
    run_open(&run, plain);
    run_start(&run);
    run_submit(&run, 1, 0, 0, 1, 5, PURPOSE_TARGET);
    run.sequences[0] += 5;
    struct submit_event event = {
        .header = {.ts_ns = 2, .kind = EVENT_SUBMIT, .size = sizeof event},
        .order_id = order_id_make(0, 7),
        .spec = {.side = 1, .qty = QTY(1)},
    };
    assert_int_equal(report_put(run.report, &event.header), ERR_STATE);
    run_close(&run);
}

// What the venue closes by itself is booked to the strategy of its id.
static void a_venues_own_fill_closes_the_position(void **state) {
    (void)state;
    struct run run;
    run_open(&run, plain);
    run_start(&run);
    run_deposit(&run, 1, 1000000);
    report_mark(run.report, 1, MONEY(1000000), MONEY(0));
    run_trade(&run, 2, 1, 2, 1, 10, 1000, 0);
    run_fill(&run, 3, order_id_venue_make(1, 1), 2, 10, 0, 700, 0);
    report_mark(run.report, 4, MONEY(997000), MONEY(0));
    assert_ok(report_end(run.report));
    assert_int_equal(run.report->trades.count, 1);
    assert_string_equal(trade_end_name(run.report->trades.items[0].end), "venue");
    assert_true(run.report->trades.items[0].net.m == -3000);
    assert_true(report_difference(run.report).m == 0);
    run_close(&run);
}

static void a_wrong_equity_is_told(void **state) {
    (void)state;
    struct run run;
    run_open(&run, plain);
    run_start(&run);
    run_deposit(&run, 1, 1000000);
    report_mark(run.report, 1, MONEY(1000001), MONEY(0));
    assert_ok(report_end(run.report));
    assert_true(report_difference(run.report).m == -1);
    struct text page;
    text_init(&page, REPORT_TEXT_MAX);
    report_html(run.report, &page);
    assert_non_null(strstr(text_string(&page), "The books differ."));
    text_fini(&page);
    run_close(&run);
}

// A year of minutes and five thousand round trips on three stocks.
static void a_large_run_makes_a_page_below_two_megabytes(void **state) {
    (void)state;
    struct run run;
    run_open(&run, plain);
    run.config.benchmark = "INDEX";
    run_start(&run);
    int64_t start = date_to_ns(18000), equity = 100000000;
    run_deposit(&run, start, equity);
    report_mark(run.report, start, MONEY(equity), MONEY(0));
    struct prng prng;
    prng_seed(&prng, 7);
    for (int i = 1; i <= 1000000; i++) {
        int64_t now = start + i * 30 * NS_PER_S;
        uint32_t instrument = (uint32_t)(i / 64 % 3);
        int64_t price = 123456 + (int64_t)prng_below(&prng, 20000);
        if (i % 100 == 0) {
            bool buy = i / 100 % 2 != 0;
            instrument = (uint32_t)((i - 100) / 200 % 3);
            run_trade(&run, now, 0, instrument, buy ? 1 : -1, 3, price, 123);
        }
        struct bar bar = {.open_ns = now - 30 * NS_PER_S,
                          .close_ns = now,
                          .open = PRICE(price),
                          .high = PRICE(price + 100),
                          .low = PRICE(price - 100),
                          .close = PRICE(price + 50)};
        report_bar(run.report, instrument, &bar);
        equity += (int64_t)prng_below(&prng, 2001) - 1000;
        report_mark(run.report, now, MONEY(equity), MONEY(1000));
    }
    assert_ok(report_end(run.report));
    assert_int_equal(run.report->trades.count, 5000);
    struct text page;
    text_init(&page, REPORT_TEXT_MAX);
    report_html(run.report, &page);
    assert_ok(text_error(&page));
    print_message("the page has %zu bytes\n", page.len);
    assert_true(page.len < 2000000);
    assert_well_formed(text_string(&page));
    text_fini(&page);
    run_close(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_small_run_has_the_numbers_worked_out_by_hand),
        cmocka_unit_test(the_small_run_lists_its_trades),
        cmocka_unit_test(strategies_stand_on_their_share_of_the_capital),
        cmocka_unit_test(the_json_is_read_by_another_reader),
        cmocka_unit_test(the_same_run_gives_the_same_bytes),
        cmocka_unit_test(a_hostile_name_stays_text),
        cmocka_unit_test(a_page_needs_nothing_from_elsewhere),
        cmocka_unit_test(an_empty_run_has_a_page_and_json),
        cmocka_unit_test(trades_and_income_add_up_to_the_equity),
        cmocka_unit_test(a_contradicting_order_is_refused),
        cmocka_unit_test(a_venues_own_fill_closes_the_position),
        cmocka_unit_test(a_wrong_equity_is_told),
        cmocka_unit_test(a_large_run_makes_a_page_below_two_megabytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
