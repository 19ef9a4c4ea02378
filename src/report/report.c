// SPDX-License-Identifier: Apache-2.0
// The run report's life: what is handed in goes to the order machine, the ledger and the folds.
#include "report/report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/timestamp.h"
#include "ledger/budget.h"
#include "report/captured.h"
#include "report/print.h"
#include "report/report_state.h"

enum { ARENA_SLACK = 4096 };

// What figures mean, among the assumptions so that a reader of the JSON finds it too.
static const char conventions[] =
    "drawdowns\tThe maximum drawdown, the list of the deepest and the chart are over every mark. "
    "The "
    "drawdown column of the table of days, those of strategies and of the benchmark, and the ulcer "
    "and pain indices are at the ends of UTC days, and can be shallower.\n"
    "open trades\tTrades that are open at the end have their net and return at the last price; hit "
    "rate, expectancy and the like are of closed trades alone.\n";

static int build(struct report *report);
static int make_names(struct report *report);
static __attribute__((noinline)) int put_other(struct report *report,
                                               const struct event_header *header);
static __attribute__((noinline)) int roll_day(struct report *report, int64_t ts_ns);
static int put_submit(struct report *report, const struct submit_event *submit);
static int put_request(struct report *report, const struct event_header *event);
static int put_venue_report(struct report *report, const struct order_event *event);
static int put_allocation(struct report *report, const struct allocation_event *event);
static int put_budget(struct report *report, const struct budget_event *event);
static int put_money(struct report *report, const union event *event);
static int tell_folds(struct report *report, const struct fold_step *step);
static int end_day(struct report *report);
static void mark_ledger(struct report *report);
static money_t sum_balances(const struct report *report, enum ledger_account account);
static int add_line(struct report_lines *lines, const char *name, size_t name_len,
                    const char *value, size_t value_len);
static void free_lines(struct report_lines *lines);

struct report *report_new(const struct report_config *config) {
    struct report *report = calloc(1, sizeof *report);
    if (report == NULL) {
        (void)ERR_SET(ERR_NOMEM, "no memory for a report");
        return NULL;
    }
    report->config = *config;
    report->day_end_ns = INT64_MAX;
    curve_init(&report->curve);
    if (build(report) == 0) return report;
    report_free(report);
    return NULL;
}

void report_free(struct report *report) {
    if (report == NULL) return;
    for (size_t i = 0; report->folds != NULL && i < fold_count(); i++)
        if (report_has(report, i) && fold_at(i)->close != NULL) fold_at(i)->close(report->folds[i]);
    for (uint32_t i = 0; report->candles != NULL && i < report->config.instruments->count; i++)
        candles_fini(&report->candles[i]);
    free(report->folds);
    free(report->candles);
    free(report->shares_ppm);
    free(report->names);
    free(report->name_of);
    curve_fini(&report->curve);
    trades_fini(&report->trades);
    notes_fini(&report->notes);
    benchmark_fini(&report->benchmark);
    series_fini(&report->series);
    daily_fini(&report->daily);
    venue_side_free(report->venue_side);
    free_lines(&report->assumptions);
    free_lines(&report->origins);
    arena_fini(&report->wiring);
    arena_fini(&report->state);
    free(report);
}

static int build_machines(struct report *report) {
    const struct report_config *config = &report->config;
    struct ledger_config ledger = {.instruments = config->instruments,
                                   .strategy_count = config->strategy_count,
                                   .account_currency = config->account_currency,
                                   .lot_max = config->lot_max,
                                   .method = config->cost_method};
    struct orders_config orders = {.instruments = config->instruments,
                                   .max = config->order_max,
                                   .instrument_count = config->instruments->count,
                                   .strategy_count = config->strategy_count + 1};
    size_t wiring, state;
    ledger_memory(&ledger, &wiring, &state);
    state += orders_memory(&orders);
    state += config->instruments->count * sizeof(struct board_row);
    TRY(arena_init(&report->wiring, wiring + ARENA_SLACK));
    TRY(arena_init(&report->state, state + ARENA_SLACK));
    report->ledger = ledger_new(&report->wiring, &report->state, &ledger);
    if (report->ledger == NULL) return ERR_APPEND(ERR_NOMEM, "for a report");
    TRY(orders_init(&report->orders, &report->state, &orders));
    TRY(board_init(&report->board, &report->state, config->instruments->count));
    arena_seal(&report->wiring);
    arena_seal(&report->state);
    return 0;
}

static int build(struct report *report) {
    const struct report_config *config = &report->config;
    TRY(build_machines(report));
    TRY(notes_init(&report->notes));
    TRY(make_names(report));
    TRY(daily_init(&report->daily, config));
    struct trades_config trades = {.instruments = config->instruments,
                                   .ledger = report->ledger,
                                   .strategy_count = config->strategy_count,
                                   .account_currency = config->account_currency};
    TRY(trades_init(&report->trades, &trades));
    report->candles = calloc(config->instruments->count + 1, sizeof *report->candles);
    report->folds = calloc(fold_count(), sizeof *report->folds);
    report->shares_ppm = calloc(config->strategy_count + 1, sizeof *report->shares_ppm);
    if (report->candles == NULL || report->folds == NULL || report->shares_ppm == NULL)
        return ERR_SET(ERR_NOMEM, "no memory for a report's charts");
    for (uint32_t i = 0; i < config->instruments->count; i++) candles_init(&report->candles[i]);
    for (uint32_t s = 0; s < config->strategy_count; s++)
        report->shares_ppm[s] = config->strategies[s].share_ppm;
    if (config->step_ns > 0) {
        report->venue_side = venue_side_new(&report->config, report->ledger, &report->orders);
        if (report->venue_side == NULL)
            return ERR_SET(ERR_NOMEM, "no memory for the venue's side of a report");
    }
    report->view = (struct fold_view){
        .config = &report->config,
        .instruments = config->instruments,
        .ledger = report->ledger,
        .orders = &report->orders,
        .board = &report->board,
        .curve = &report->curve,
        .trades = &report->trades,
        .notes = &report->notes,
        .series = &report->series,
        .daily = &report->daily,
        .venue_side = report->venue_side,
        .instrument_names = report->name_of,
        .money_decimals = report_money_decimals(report),
    };
    for (size_t i = 0; i < fold_count(); i++) {
        if (!report_has(report, i)) continue;
        report->folds[i] = fold_at(i)->open(&report->view);
        if (report->folds[i] == NULL)
            return ERR_SET(ERR_NOMEM, "no memory for the report '%s'", fold_at(i)->name);
        if (fold_at(i)->put == NULL) continue;
        CHECK(report->putter_count < REPORT_PUTTERS_MAX);
        report->putters[report->putter_count++] =
            (struct report_putter){.put = fold_at(i)->put, .self = report->folds[i]};
    }
    return 0;
}

// The symbol; with its venue where another one has the same.
static int make_names(struct report *report) {
    const struct instruments *instruments = report->config.instruments;
    report->names = calloc(instruments->count + 1, sizeof *report->names);
    report->name_of = calloc(instruments->count + 1, sizeof *report->name_of);
    if (report->names == NULL || report->name_of == NULL)
        return ERR_SET(ERR_NOMEM, "no memory for %u names", instruments->count);
    for (uint32_t i = 0; i < instruments->count; i++) {
        const struct instrument *own = &instruments->items[i];
        bool twin = false;
        for (uint32_t k = 0; k < instruments->count && !twin; k++)
            twin = k != i && strncmp(own->symbol, instruments->items[k].symbol, SYMBOL_SIZE) == 0;
        snprintf(report->names[i], REPORT_NAME_SIZE, "%.*s%s%.*s", SYMBOL_SIZE, own->symbol,
                 twin ? "@" : "", twin ? VENUE_NAME_SIZE : 0, own->venue);
        report->name_of[i] = report->names[i];
    }
    return 0;
}

int32_t report_money_decimals(const struct report *report) {
    return report->config.instruments->currencies[report->config.account_currency].decimals;
}

const char *report_currency(const struct report *report) {
    return report->config.instruments->currencies[report->config.account_currency].code;
}

int report_money_digits(const struct report *report) {
    return print_money_digits(report_currency(report));
}

int report_put(void *self, const struct event_header *header) {
    struct report *report = self;
    if (UNLIKELY(header->ts_ns > report->day_end_ns)) TRY(roll_day(report, header->ts_ns));
    if (UNLIKELY(header->kind != EVENT_BAR)) return put_other(report, header);
    const struct bar_event *event = (const void *)header;
    report_bar(report, header->instrument, &event->bar);
    return 0;
}

// All but bars; out of line, so that what it keeps on the stack costs a bar nothing.
static int put_other(struct report *report, const struct event_header *header) {
    const union event *event = (const void *)header;
    switch (header->kind) {
    case EVENT_QUOTE:
        if (report->venue_side != NULL) venue_side_quote(report->venue_side, &event->quote);
        __attribute__((fallthrough));
    case EVENT_TRADE:
    case EVENT_DELIST:
        report->priced = true;
        board_apply(&report->board, event);
        return 0;
    case EVENT_SPLIT:
    case EVENT_DIVIDEND:
    case EVENT_RATE:
    case EVENT_CASH:
        return put_money(report, event);
    case EVENT_SUBMIT:
        return put_submit(report, (const void *)header);
    case EVENT_ALLOCATION:
        return put_allocation(report, (const void *)header);
    case EVENT_CANCEL:
    case EVENT_REPLACE:
        return put_request(report, header);
    case EVENT_BUDGET:
        return put_budget(report, (const void *)header);
    case EVENT_ALGO:
    case EVENT_TARGET:
        return tell_folds(report, &(struct fold_step){.event = header});
    default:
        if (header->kind >= EVENT_ORDER_ACCEPTED && header->kind <= EVENT_ORDER_UNKNOWN)
            return put_venue_report(report, &event->order);
        return 0;
    }
}

void report_bar(struct report *report, uint32_t instrument, const struct bar *bar) {
    CHECK(instrument < report->board.count);
    struct board_row *row = &report->board.rows[instrument];
    row->last = bar->close;
    row->ts_ns = bar->close_ns;
    report->priced = true;
    candles_add(&report->candles[instrument], bar);
    trades_bar(&report->trades, instrument, bar);
}

// Begins the day of the first mark, ends the one before that of a later one. A failure to end a day is kept by the
// curve and told at the end.
static void open_day(struct report *report, int64_t ts_ns) {
    if (report->day_end_ns == INT64_MAX)
        report->day_end_ns = date_to_ns(curve_date(ts_ns) + 1);
    else if (roll_day(report, ts_ns) < 0)
        report->curve.error = report->curve.error < 0 ? report->curve.error : ERR_NOMEM;
}

void report_mark(struct report *report, int64_t ts_ns, money_t equity, money_t gross) {
    if (UNLIKELY(ts_ns > report->day_end_ns || report->day_end_ns == INT64_MAX))
        open_day(report, ts_ns);
    curve_mark(&report->curve, ts_ns, equity, gross);
    if (report->venue_side != NULL) venue_side_mark(report->venue_side, ts_ns);
}

void report_touch(struct report *report, uint32_t instrument, int64_t venue_ns, price_t bid,
                  price_t ask) {
    if (report->venue_side != NULL)
        venue_side_touch(report->venue_side, instrument, venue_ns, bid, ask);
}

void report_queue(struct report *report, const struct report_queue *note) {
    if (report->venue_side != NULL) venue_side_queue(report->venue_side, note);
}

int report_delay(struct report *report, int64_t delay_ns) {
    return report->venue_side == NULL ? 0 : quoting_delay(&report->venue_side->quoting, delay_ns);
}

// How many of the marks are of the day that is open.
static int marks_today(const struct report *report, const struct account_mark *marks, int count) {
    if (LIKELY(count == 0 || marks[count - 1].ts_ns <= report->day_end_ns)) return count;
    int today = 0;
    while (marks[today].ts_ns <= report->day_end_ns) today++;
    return today;
}

// Neighbours on one instrument; how many there were.
static int take_bars(struct report *report, const union event *bars, int max) {
    uint32_t instrument = bars->header.instrument;
    int64_t day_end_ns = report->day_end_ns;
    int count = 1;
    while (count < max && bars[count].header.instrument == instrument &&
           bars[count].header.ts_ns <= day_end_ns)
        count++;
    CHECK(instrument < report->board.count);
    struct board_row *row = &report->board.rows[instrument];
    row->last = bars[count - 1].bar.bar.close;
    row->ts_ns = bars[count - 1].bar.bar.close_ns;
    report->priced = true;
    candles_run(&report->candles[instrument], bars, count);
    trades_run(&report->trades, instrument, bars, count);
    return count;
}

int report_run(struct report *report, const union event *bars, int bar_count,
               const struct account_mark *marks, int mark_count) {
    if (UNLIKELY(report->day_end_ns == INT64_MAX) && mark_count > 0) open_day(report, marks->ts_ns);
    while (bar_count > 0) {
        // A day's bars, then its marks: the next day's first bar is what ends it.
        if (UNLIKELY(bars->header.ts_ns > report->day_end_ns))
            TRY(roll_day(report, bars->header.ts_ns));
        while (bar_count > 0 && bars->header.ts_ns <= report->day_end_ns) {
            int taken = take_bars(report, bars, bar_count);
            bars += taken;
            bar_count -= taken;
        }
        int count = marks_today(report, marks, mark_count);
        curve_marks(&report->curve, marks, count);
        marks += count;
        mark_count -= count;
    }
    DCHECK(mark_count == 0);
    return 0;
}

int report_note(struct report *report, const struct report_note *note) {
    return notes_add(&report->notes, note);
}

int report_benchmark(struct report *report, int64_t ts_ns, double close) {
    return benchmark_add(&report->benchmark, ts_ns, close);
}

int report_assume(struct report *report, const char *lines) {
    while (*lines != '\0') {
        size_t line = strcspn(lines, "\n");
        const char *tab = memchr(lines, '\t', line);
        size_t name = tab == NULL ? 0 : (size_t)(tab - lines);
        const char *value = tab == NULL ? lines : tab + 1;
        TRY(add_line(&report->assumptions, lines, name, value, (size_t)(lines + line - value)));
        lines += line + (lines[line] == '\n');
    }
    return 0;
}

int report_origin(struct report *report, const char *name, const char *value) {
    return add_line(&report->origins, name, strlen(name), value, strlen(value));
}

int report_end(struct report *report) {
    CHECK(!report->ended);
    report->ended = true;
    mark_ledger(report);
    bool day = report->curve.day_open;
    TRY(curve_end(&report->curve));
    if (day) TRY(end_day(report));
    TRY(trades_end(&report->trades));
    for (uint32_t i = 0; i < report->config.instruments->count; i++)
        if (report->candles[i].failed)
            return ERR_SET(ERR_NOMEM, "no memory for the candles of %s", report->name_of[i]);
    TRY(series_init(&report->series, &report->curve, &report->benchmark,
                    report_money_decimals(report), report->config.periods_per_year));
    report->view.end_ns = report->curve.last.ts_ns;
    money_t capital = money_neg(sum_balances(report, ACCOUNT_CAPITAL));
    report->view.net_profit = money_sub(report->curve.last.equity, capital);
    report->view.fees = sum_balances(report, ACCOUNT_FEES);
    report->difference = report->curve.marks == 0
                             ? MONEY(0)
                             : money_sub(ledger_equity(report->ledger), report->curve.last.equity);
    TRY(report_assume(report, conventions));
    if (report->venue_side != NULL && venue_side_end(report->venue_side) < 0)
        return ERR_SET(ERR_NOMEM, "no memory for the venue's side of a report");
    for (size_t i = 0; i < fold_count(); i++)
        if (report_has(report, i) && fold_at(i)->end != NULL)
            TRY(fold_at(i)->end(report->folds[i], &report->view));
    return statistics_init(&report->statistics, &report->view);
}

bool report_has(const struct report *report, size_t fold) {
    return !fold_at(fold)->venue_side || report->venue_side != NULL;
}

money_t report_difference(const struct report *report) {
    return report->difference;
}

money_t report_unexplained(const struct report *report) {
    int128_t most = 0;
    for (uint32_t c = 0;
         report->venue_side != NULL && c < report->config.instruments->currency_count; c++)
        for (int h = 0; h < MARKOUT_AFTER; h++) {
            int128_t some = captured_of(report->venue_side, c, h).unexplained.m;
            if (some < 0) some = -some;
            if (some > most) most = some;
        }
    return MONEY(most);
}

double report_statistic(const struct report *report, const char *name) {
    const struct statistic *statistic = statistics_find(&report->statistics, name);
    CHECK(statistic != NULL);
    const struct fold_cell *cell = &statistic->value;
    if (cell->missing) return NAN;
    switch (statistic->unit) {
    case FOLD_RATIO:
    case FOLD_NUMBER:
        return cell->number;
    case FOLD_MONEY:
    case FOLD_EXACT:
        return money_to_double(MONEY(cell->exact), cell->decimals);
    default:
        return (double)cell->integer;
    }
}

// The folds see the day's end as it was: the ledger at the last prices known then.
static int roll_day(struct report *report, int64_t ts_ns) {
    if (report->curve.day_open) {
        mark_ledger(report);
        TRY(curve_close_day(&report->curve));
        TRY(end_day(report));
    }
    report->day_end_ns = date_to_ns(curve_date(ts_ns) + 1);
    return 0;
}

// The curve's day is closed.
static int end_day(struct report *report) {
    const struct curve_day *day = &report->curve.days[report->curve.day_count - 1];
    double equity = money_to_double(day->equity, report_money_decimals(report));
    if (report->daily.count == 0)
        daily_start(&report->daily,
                    money_to_double(report->curve.start, report_money_decimals(report)));
    TRY(daily_add(&report->daily, report->ledger, &report->board, day->date, day->ts_ns, equity));
    for (size_t i = 0; i < fold_count(); i++)
        if (report_has(report, i) && fold_at(i)->day != NULL)
            TRY(fold_at(i)->day(report->folds[i], &report->view, day->date));
    return 0;
}

static void mark_ledger(struct report *report) {
    for (uint32_t i = 0; i < report->board.count; i++)
        if (report->board.rows[i].last.m > 0)
            ledger_mark(report->ledger, i, report->board.rows[i].last);
}

static int put_submit(struct report *report, const struct submit_event *submit) {
    int handle = orders_submit(&report->orders, &submit->spec, submit->header.ts_ns);
    if (handle < 0)
        return ERR_SET(ERR_STATE, "an order that the report has no room for: order_max differs");
    struct fold_step step = {.event = &submit->header, .handle = (uint32_t)handle};
    step.order = orders_get(&report->orders, step.handle);
    if (report->venue_side != NULL)
        quoting_submit(&report->venue_side->quoting, step.handle, submit->header.ts_ns);
    if (step.order->id != submit->order_id)
        return ERR_SET(ERR_STATE, "an order's id does not follow the one before it");
    return tell_folds(report, &step);
}

// What the machine does not take the engine's did not take either.
static int put_request(struct report *report, const struct event_header *event) {
    const struct cancel_event *cancel = (const void *)event;
    const struct replace_event *replace = (const void *)event;
    int handle = orders_find(&report->orders, cancel->order_id);
    if (handle < 0) return 0;
    if (report->venue_side != NULL)
        quoting_request(&report->venue_side->quoting, (uint32_t)handle, event);
    if (event->kind == EVENT_CANCEL)
        (void)!orders_cancel_sent(&report->orders, (uint32_t)handle, event->ts_ns);
    else
        (void)!orders_replace_sent(&report->orders, (uint32_t)handle, replace->qty, replace->price,
                                   event->ts_ns);
    return 0;
}

static int book(struct report *report, const struct order_event *event, struct fold_step *step,
                uint32_t end) {
    struct ledger_fill *fill = &step->fill;
    fill->fee_currency = event->fee_currency;
    fill->qty = event->qty;
    fill->price = event->price;
    fill->fee = event->fee;
    fill->ts_ns = event->header.ts_ns;
    const struct position *position =
        ledger_position(report->ledger, fill->strategy, fill->instrument);
    money_t fees = position->fees;
    step->held = position->qty;
    int rc = ledger_fill(report->ledger, fill, &step->result);
    if (rc < 0) return ERR_SET(rc, "a fill that the report's ledger cannot book");
    step->is_fill = true;
    step->fee = money_sub(position->fees, fees);
    uint32_t order = step->order == NULL ? UINT32_MAX : step->handle;
    if (report->venue_side != NULL) {
        TRY(venue_side_fill(report->venue_side, event, fill, &step->result, order,
                            &report->venue_fill));
        step->venue = &report->venue_fill;
    }
    return trades_fill(&report->trades, fill, &step->result, fees, end);
}

// A venue's own order (a liquidation, a delisting) closes the position of the strategy in its id; what it closes of the
// account's is booked as it is allocated.
static int put_venue_fill(struct report *report, const struct order_event *event,
                          struct fold_step *step) {
    uint32_t strategy = order_id_strategy(event->order_id);
    uint32_t instrument = event->header.instrument;
    if (strategy >= report->config.strategy_count) return 0;
    int64_t held = ledger_position(report->ledger, strategy, instrument)->qty.m;
    int32_t closing = held > 0 ? -1 : 1;
    step->fill = (struct ledger_fill){.strategy = strategy,
                                      .instrument = instrument,
                                      .side = event->side != 0 ? event->side : closing};
    TRY(book(report, event, step, TRADE_END_VENUE));
    return tell_folds(report, step);
}

static int put_venue_report(struct report *report, const struct order_event *event) {
    struct fold_step step = {.event = &event->header};
    if (report->venue_side != NULL && !order_id_is_venue(event->order_id))
        TRY(quoting_report(&report->venue_side->quoting, event));
    step.change = orders_apply(&report->orders, event);
    if (step.change.outcome == ORDER_DUPLICATE) return 0;
    if (step.change.handle == UINT32_MAX)
        return step.change.is_fill ? put_venue_fill(report, event, &step) : 0;
    step.handle = step.change.handle;
    step.order = orders_get(&report->orders, step.handle);
    // The account's own order is nobody's: its fills are booked as they are allocated.
    if (step.change.is_fill && step.order->spec.strategy < report->config.strategy_count) {
        step.fill = (struct ledger_fill){.strategy = step.order->spec.strategy,
                                         .instrument = step.order->spec.instrument,
                                         .side = step.order->spec.side};
        TRY(book(report, event, &step, step.order->spec.purpose));
    }
    if (report->venue_side != NULL)
        TRY(quoting_apply(&report->venue_side->quoting, event, &step.change,
                          &report->venue_side->instruments[event->header.instrument].venue));
    return tell_folds(report, &step);
}

static int put_allocation(struct report *report, const struct allocation_event *event) {
    struct fold_step step = {.event = &event->header,
                             .fill = {.strategy = event->strategy,
                                      .instrument = event->header.instrument,
                                      .side = event->side}};
    struct order_event fill = {.header = event->header,
                               .order_id = event->order_id,
                               .price = event->price,
                               .qty = event->qty,
                               .fee = event->fee,
                               .fee_currency = event->fee_currency};
    int handle = event->order_id == 0 ? -1 : orders_find(&report->orders, event->order_id);
    if (handle >= 0) {
        step.handle = (uint32_t)handle;
        step.order = orders_get(&report->orders, step.handle);
    }
    bool venue = order_id_is_venue(event->order_id);
    TRY(book(report, &fill, &step, venue ? TRADE_END_VENUE : PURPOSE_TARGET));
    return tell_folds(report, &step);
}

// As the engine does: capital that comes or goes is shared by the strategies' shares.
static void share_capital(struct report *report, money_t amount) {
    for (uint32_t s = 0; s < report->config.strategy_count; s++) {
        int128_t part = decimal_div_round(amount.m * report->shares_ppm[s], 1000000, ROUND_FLOOR);
        money_t budget = ledger_budget(report->ledger, s);
        ledger_set_budget(report->ledger, s, MONEY(budget.m + part));
    }
}

// What came for something that was not allocated yet is the account's, as in the engine.
static int book_money(struct report *report, const union event *event) {
    union event own;
    if (event->header.kind != EVENT_CASH || event->cash.strategy != report->config.strategy_count)
        return ledger_apply(report->ledger, event);
    own.cash = event->cash;
    own.cash.strategy = STRATEGY_NONE;
    return ledger_apply(report->ledger, &own);
}

static int put_budget(struct report *report, const struct budget_event *event) {
    if (event->strategy < report->config.strategy_count) {
        ledger_set_budget(report->ledger, event->strategy, budget_money(event));
        report->shares_ppm[event->strategy] = event->share_ppm;
    }
    return tell_folds(report, &(struct fold_step){.event = &event->header});
}

static int put_money(struct report *report, const union event *event) {
    int rc = book_money(report, event);
    if (rc < 0) return ERR_SET(rc, "money that the report's ledger cannot book");
    if (event->header.kind == EVENT_SPLIT) {
        board_apply(&report->board, event);
        const struct split_event *split = &event->split;
        candles_split(&report->candles[split->header.instrument], split->numerator,
                      split->denominator);
        daily_split(&report->daily, split->header.instrument, split->numerator, split->denominator);
        TRY(trades_split(&report->trades, split));
    }
    const struct cash_event *cash = &event->cash;
    bool capital = event->header.kind == EVENT_CASH &&
                   (cash->reason == CASH_DEPOSIT || cash->reason == CASH_WITHDRAWAL);
    if (capital && cash->currency == report->config.account_currency)
        share_capital(report, cash->amount);
    money_t moved;
    if (capital && ledger_convert(report->ledger, cash->amount, cash->currency, &moved) == 0) {
        curve_flow(&report->curve, moved);
        if (report->curve.marks > 0)
            daily_flow(&report->daily, money_to_double(moved, report_money_decimals(report)));
    }
    return tell_folds(report, &(struct fold_step){.event = &event->header});
}

static int tell_folds(struct report *report, const struct fold_step *step) {
    for (size_t i = 0; i < report->putter_count; i++)
        TRY(report->putters[i].put(report->putters[i].self, &report->view, step));
    return 0;
}

// Balances of an account in every currency, in account money; a currency without a rate counts as nothing.
static money_t sum_balances(const struct report *report, enum ledger_account account) {
    money_t sum = MONEY(0), converted;
    for (uint32_t c = 0; c < report->config.instruments->currency_count; c++)
        if (ledger_convert(report->ledger, ledger_balance(report->ledger, account, c), c,
                           &converted) == 0)
            sum = money_add(sum, converted);
    return sum;
}

static int add_line(struct report_lines *lines, const char *name, size_t name_len,
                    const char *value, size_t value_len) {
    if (lines->count == lines->capacity) {
        size_t capacity = lines->capacity == 0 ? 16 : lines->capacity * 2;
        struct report_line *items = realloc(lines->items, capacity * sizeof *items);
        if (items == NULL) return ERR_SET(ERR_NOMEM, "no memory for %zu lines", capacity);
        lines->items = items;
        lines->capacity = capacity;
    }
    struct report_line line = {.name = strndup(name, name_len), .value = strndup(value, value_len)};
    if (line.name == NULL || line.value == NULL) {
        free(line.name);
        free(line.value);
        return ERR_SET(ERR_NOMEM, "no memory for a line of the report");
    }
    lines->items[lines->count++] = line;
    return 0;
}

static void free_lines(struct report_lines *lines) {
    for (size_t i = 0; i < lines->count; i++) {
        free(lines->items[i].name);
        free(lines->items[i].value);
    }
    free(lines->items);
}
