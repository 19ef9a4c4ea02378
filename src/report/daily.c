// SPDX-License-Identifier: Apache-2.0
#include "report/daily.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "quant/series/performance.h"

enum { DAYS_FIRST = 512 };

int daily_init(struct daily *daily, const struct report_config *config) {
    size_t instruments = config->instruments->count;
    *daily = (struct daily){
        .config = config,
        .last = calloc(instruments + 1, sizeof(double)),
        .changes = calloc(instruments * DAILY_WINDOW + 1, sizeof(double)),
        .values = calloc(instruments + 1, sizeof(double)),
        .outcomes = calloc(2 * DAILY_WINDOW, sizeof(double)),
    };
    if (daily->last == NULL || daily->changes == NULL || daily->values == NULL ||
        daily->outcomes == NULL) {
        daily_fini(daily);
        return ERR_SET(ERR_NOMEM, "no memory for the days of %zu instruments", instruments);
    }
    for (size_t i = 0; i < instruments; i++) daily->last[i] = NAN;
    for (size_t i = 0; i < instruments * DAILY_WINDOW; i++) daily->changes[i] = NAN;
    return 0;
}

void daily_fini(struct daily *daily) {
    free(daily->days);
    free(daily->equity);
    free(daily->budget);
    free(daily->gross);
    free(daily->net);
    free(daily->last);
    free(daily->changes);
    free(daily->values);
    free(daily->outcomes);
    memset(daily, 0, sizeof *daily);
}

static int grow_rows(double **rows, size_t count) {
    double *grown = realloc(*rows, count * sizeof *grown);
    if (grown == NULL) return ERR_NOMEM;
    *rows = grown;
    return 0;
}

static int grow(struct daily *daily) {
    if (daily->count < daily->capacity) return 0;
    size_t capacity = daily->capacity == 0 ? DAYS_FIRST : daily->capacity * 2;
    size_t cells = capacity * (daily->config->strategy_count + 1);
    struct daily_day *days = realloc(daily->days, capacity * sizeof *days);
    if (days != NULL) daily->days = days;
    if (days == NULL || grow_rows(&daily->equity, cells) < 0 ||
        grow_rows(&daily->budget, cells) < 0 || grow_rows(&daily->gross, cells) < 0 ||
        grow_rows(&daily->net, cells) < 0)
        return ERR_SET(ERR_NOMEM, "no memory for %zu days", capacity);
    daily->capacity = capacity;
    return 0;
}

static double value_of(const struct daily *daily, const struct ledger *ledger, money_t value,
                       uint32_t currency) {
    const struct instruments *instruments = daily->config->instruments;
    money_t account = MONEY(0);
    if (ledger_convert(ledger, value, currency, &account) < 0) return 0;
    return money_to_double(account,
                           instruments->currencies[daily->config->account_currency].decimals);
}

// Positions by strategy and by instrument. The worth of an inverse contract has its quantity's opposite sign.
static void add_positions(struct daily *daily, const struct ledger *ledger, double *gross,
                          double *net) {
    const struct instruments *instruments = daily->config->instruments;
    memset(daily->values, 0, instruments->count * sizeof *daily->values);
    for (uint32_t s = 0; s < daily->config->strategy_count; s++) {
        gross[s] = net[s] = 0;
        for (uint32_t i = 0; i < instruments->count; i++) {
            const struct position *position = ledger_position(ledger, s, i);
            if (position->qty.m == 0) continue;
            double value = value_of(daily, ledger, position->value, instruments->items[i].currency);
            double size = fabs(value) * (position->qty.m > 0 ? 1 : -1);
            gross[s] += fabs(value);
            net[s] += size;
            daily->values[i] += size;
        }
    }
}

// In the coin that an inverse contract is settled in, a price that doubles wins half of the worth.
static void add_changes(struct daily *daily, const struct board *board) {
    size_t place = daily->count % DAILY_WINDOW;
    for (uint32_t i = 0; i < daily->config->instruments->count; i++) {
        bool inverse = instrument_is_inverse(&daily->config->instruments->items[i]);
        double before = daily->last[i], after = NAN;
        if (board->rows[i].last.m > 0) after = (double)board->rows[i].last.m;
        daily->changes[(size_t)i * DAILY_WINDOW + place] =
            inverse ? 1 - before / after : after / before - 1;
        daily->last[i] = after;
    }
}

// What one instrument's position would have made on each of the last days is added to the outcomes, in any order.
static void add_outcomes(struct daily *daily, uint32_t instrument) {
    const double *changes = daily->changes + (size_t)instrument * DAILY_WINDOW;
    double value = daily->values[instrument];
    for (size_t k = 0; k < DAILY_WINDOW; k++) daily->outcomes[k] += value * changes[k];
}

static void add_risk(struct daily *daily, struct daily_day *day) {
    size_t known = 0;
    double gross = 0, net = 0, largest = 0;
    memset(daily->outcomes, 0, DAILY_WINDOW * sizeof *daily->outcomes);
    for (uint32_t i = 0; i < daily->config->instruments->count; i++) {
        double value = daily->values[i];
        if (value == 0) continue;
        net += value;
        gross += fabs(value);
        largest = fmax(largest, fabs(value));
        day->positions++;
        add_outcomes(daily, i);
    }
    for (size_t k = 0; day->positions > 0 && k < DAILY_WINDOW; k++)
        if (isfinite(daily->outcomes[k])) daily->outcomes[known++] = daily->outcomes[k];
    bool solvent = day->equity > 0;
    day->gross = solvent ? gross / day->equity : NAN;
    day->net = solvent ? net / day->equity : NAN;
    day->largest = solvent ? largest / day->equity : NAN;
    day->var = day->es = NAN;
    if (solvent && day->positions == 0) day->var = day->es = 0;
    if (!solvent || known < DAILY_LEAST) return;
    double *scratch = daily->outcomes + DAILY_WINDOW;
    day->var = performance_var(daily->outcomes, known, 1 - DAILY_TAIL, scratch) / day->equity;
    day->es = performance_cvar(daily->outcomes, known, 1 - DAILY_TAIL, scratch) / day->equity;
}

static void add_course(struct daily *daily, struct daily_day *day) {
    double base = (daily->count > 0 ? day[-1].equity : daily->start) + daily->flow;
    day->change = base > 0 ? day->equity / base - 1 : NAN;
    daily->peak = fmax(daily->peak + daily->flow, day->equity);
    day->drawdown = daily->peak > 0 ? 1 - day->equity / daily->peak : NAN;
    daily->flow = 0;
}

void daily_start(struct daily *daily, double equity) {
    daily->start = daily->peak = equity;
}

int daily_add(struct daily *daily, const struct ledger *ledger, const struct board *board,
              int32_t date, int64_t ts_ns, double equity) {
    TRY(grow(daily));
    size_t row = daily->count * daily->config->strategy_count;
    int32_t decimals =
        daily->config->instruments->currencies[daily->config->account_currency].decimals;
    struct daily_day *day = &daily->days[daily->count];
    *day = (struct daily_day){.equity = equity, .ts_ns = ts_ns, .date = date};
    for (uint32_t s = 0; s < daily->config->strategy_count; s++) {
        daily->equity[row + s] = money_to_double(ledger_strategy_equity(ledger, s), decimals);
        daily->budget[row + s] = money_to_double(ledger_budget(ledger, s), decimals);
    }
    add_positions(daily, ledger, daily->gross + row, daily->net + row);
    add_changes(daily, board);
    add_risk(daily, day);
    add_course(daily, day);
    daily->count++;
    return 0;
}

void daily_split(struct daily *daily, uint32_t instrument, int64_t numerator, int64_t denominator) {
    daily->last[instrument] *= (double)denominator / (double)numerator;
}

void daily_flow(struct daily *daily, double amount) {
    daily->flow += amount;
}

double daily_return(const struct daily *daily, size_t day, uint32_t strategy) {
    size_t width = daily->config->strategy_count, at = day * width + strategy;
    double before = daily->budget[at];
    if (day > 0) before += daily->equity[at - width] - daily->budget[at - width];
    return before > 0 ? daily->equity[at] / before - 1 : NAN;
}

struct daily_exceeded daily_exceeded(const struct daily *daily) {
    struct daily_exceeded exceeded = {0};
    for (size_t i = 1; i < daily->count; i++) {
        double foretold = daily->days[i - 1].var;
        if (!(foretold > 0) || !isfinite(daily->days[i].change)) continue;
        exceeded.of++;
        exceeded.days += -daily->days[i].change > foretold;
    }
    return exceeded;
}
