// SPDX-License-Identifier: Apache-2.0
#include "research/sweep/score.h"

#include <math.h>
#include <string.h>

#include "base/hash.h"
#include "base/timestamp.h"
#include "quant/math/mathfn.h"

const struct score_measure score_measures[SCORE_MEASURES] = {
    {"total_return", "equity at the end over the capital, less 1", 1, true},
    {"cagr", "compound annual growth rate", 1, true},
    {"sharpe", "mean over deviation of daily returns, a year", 1, true},
    {"sortino", "mean over downside deviation of daily returns, a year", 1, true},
    {"calmar", "cagr over the maximum drawdown", 1, true},
    {"volatility", "deviation of daily returns, a year", -1, true},
    {"max_drawdown", "deepest fall from a peak, a fraction below 0", 1, true},
    {"skew", "of daily returns", 1, true},
    {"kurtosis", "of daily returns; 3 is normal", -1, true},
    {"time_in_market", "share of marks with a position", 1, false},
    {"hit_rate", "share of trades with a net profit", 1, false},
    {"profit_factor", "profits over losses of trades, net", 1, false},
    {"expectancy", "mean net result of a trade", 1, false},
    {"trades", "closed round trips", 1, false},
    {"fills", "fills", 1, false},
    {"fees", "fees of every fill", -1, false},
    {"equity", "equity at the end", 1, false},
    {"days", "days with a return", 1, false},
};

int score_measure_find(const char *name) {
    for (int i = 0; i < SCORE_MEASURES; i++)
        if (strcmp(score_measures[i].name, name) == 0) return i;
    return -1;
}

void score_measure_values(const struct score_result *result, int money_decimals,
                          double ret_values[SCORE_MEASURES]) {
    const double values[SCORE_MEASURES] = {
        result->total_return,
        result->cagr,
        result->sharpe,
        result->sortino,
        result->calmar,
        result->volatility,
        result->max_drawdown,
        result->skew,
        result->kurtosis,
        result->time_in_market,
        result->hit_rate,
        result->profit_factor,
        result->expectancy,
        (double)result->trades,
        (double)result->fills,
        money_to_double(result->fees, money_decimals),
        money_to_double(result->equity, money_decimals),
        (double)result->days,
    };
    memcpy(ret_values, values, sizeof values);
}

void score_init(struct score *score, double *returns, size_t return_max) {
    *score = (struct score){.returns = returns, .return_max = return_max};
}

// The day of a mark: its end, so that 00:00 belongs to the day before.
static int64_t day_end(int64_t ts_ns) {
    int64_t day = (ts_ns - 1) / NS_PER_DAY - (ts_ns - 1 < 0 && (ts_ns - 1) % NS_PER_DAY != 0);
    return (day + 1) * NS_PER_DAY;
}

static void close_day(struct score *score) {
    double change = score->last / score->base - 1;
    if (score->returns != NULL && score->days < score->return_max)
        score->returns[score->days] = change;
    score_add(score, score->days, change);
    score->base = score->last;
    score->days++;
    score->day_open = false;
}

static void follow_drawdown(struct score *score, double equity) {
    if (equity > score->peak) score->peak = equity;
    // equity / peak < trough / worst peak, without a division.
    if (equity * score->worst_peak < score->worst_trough * score->peak) {
        score->worst_trough = equity;
        score->worst_peak = score->peak;
    }
}

void score_mark(struct score *score, int64_t ts_ns, double equity, bool held) {
    if (score->marks == 0) {
        score->start = score->base = equity;
        score->peak = score->worst_peak = score->worst_trough = equity;
        score->start_ns = ts_ns;
        score->day_end_ns = day_end(ts_ns);
    }
    if (ts_ns > score->day_end_ns) {
        if (score->day_open) close_day(score);
        score->day_end_ns = day_end(ts_ns);
    }
    score->marks++;
    score->held_marks += held;
    score->last = equity;
    score->last_ns = ts_ns;
    follow_drawdown(score, equity);
    if (ts_ns > score->start_ns)
        score->day_open = true;
    else
        score->base = equity;
}

int64_t score_closing(const struct score_position *position, int64_t qty) {
    if (position->qty == 0 || (position->qty > 0) == (qty > 0)) return 0;
    int64_t size = qty < 0 ? -qty : qty, held = position->qty < 0 ? -position->qty : position->qty;
    return size < held ? size : held;
}

static void end_trade(struct score *score, struct score_position *position) {
    money_t net = position->flow;
    score->trades++;
    score->wins += net.m > 0;
    if (net.m > 0)
        score->profit.m += net.m;
    else
        score->loss.m -= net.m;
    position->flow = position->fees = MONEY(0);
}

static void hash_fill(struct score *score, const struct score_fill *fill) {
    const int64_t words[4] = {fill->ts_ns, fill->qty, fill->price, fill->fee};
    score->fills_hash = hash64(score->fills_hash, words, sizeof words);
}

void score_fill(struct score *score, struct score_position *position,
                const struct score_fill *fill) {
    int64_t size = fill->qty < 0 ? -fill->qty : fill->qty;
    int side = fill->qty < 0 ? -1 : 1;
    int128_t fee_closing =
        fill->closed == size
            ? fill->fee
            : decimal_div_round((int128_t)fill->fee * fill->closed, size, ROUND_HALF_EVEN);
    hash_fill(score, fill);
    score->fills++;
    score->fees.m += fill->fee;
    if (fill->closed > 0) {
        position->flow.m -= side * fill->closing.m + fee_closing;
        position->qty += side * fill->closed;
        if (position->qty == 0) end_trade(score, position);
    }
    if (fill->closed == size) return;
    position->flow.m -= side * (fill->value.m - fill->closing.m) + fill->fee - fee_closing;
    position->qty += side * (size - fill->closed);
}

static double sum_of(const double *parts) {
    double sum = 0;
    for (int i = 0; i < SCORE_PARTS; i++) sum += parts[i];
    return sum;
}

// From sums of powers: population moments, as in quant/series/moment.h.
static void moments(const struct score *score, double mean, double sum2,
                    struct score_result *result) {
    double n = (double)score->days, sum3 = sum_of(score->sum3), sum4 = sum_of(score->sum4);
    double m2 = sum2 / n - mean * mean;
    double m3 = sum3 / n - 3 * mean * sum2 / n + 2 * mean * mean * mean;
    double m4 =
        sum4 / n - 4 * mean * sum3 / n + 6 * mean * mean * sum2 / n - 3 * mean * mean * mean * mean;
    bool varies = m2 > 1e-24 * sum2;
    result->skew = varies ? m3 / (m2 * sqrt(m2)) : NAN;
    result->kurtosis = varies ? m4 / (m2 * m2) : NAN;
}

static void ratios(const struct score *score, double days_a_year, struct score_result *result) {
    double n = (double)score->days, mean = sum_of(score->sum1) / n, sum2 = sum_of(score->sum2);
    double total = score->last / score->start - 1;
    double variance = (sum2 - n * mean * mean) / (n - 1);
    double deviation = variance > 0 ? sqrt(variance) : 0;
    double downside = sqrt(sum_of(score->below) / n);
    double depth = score->worst_trough / score->worst_peak - 1;
    result->total_return = total;
    result->cagr = total > -1 ? mathfn_expm1(mathfn_log1p(total) * days_a_year / n) : -1;
    result->volatility = n > 1 ? deviation * sqrt(days_a_year) : NAN;
    result->sharpe = n > 1 && deviation > 0 ? mean / deviation * sqrt(days_a_year) : NAN;
    result->sortino = downside > 0 ? mean / downside * sqrt(days_a_year) : NAN;
    result->max_drawdown = depth;
    result->calmar = depth < 0 ? result->cagr / -depth : NAN;
    moments(score, mean, sum2, result);
}

void score_end(struct score *score, money_t equity, int money_decimals, double days_a_year,
               struct score_result *ret_result) {
    if (score->day_open) close_day(score);
    double trades = (double)score->trades;
    *ret_result = (struct score_result){
        .equity = equity,
        .fees = score->fees,
        .total_return = NAN,
        .cagr = NAN,
        .volatility = NAN,
        .sharpe = NAN,
        .sortino = NAN,
        .calmar = NAN,
        .max_drawdown = NAN,
        .skew = NAN,
        .kurtosis = NAN,
        .time_in_market = score->marks > 0 ? (double)score->held_marks / (double)score->marks : NAN,
        .hit_rate = trades > 0 ? (double)score->wins / trades : NAN,
        .profit_factor = trades > 0 ? money_to_double(score->profit, money_decimals) /
                                          money_to_double(score->loss, money_decimals)
                                    : NAN,
        .expectancy =
            trades > 0
                ? money_to_double(money_sub(score->profit, score->loss), money_decimals) / trades
                : NAN,
        .days = score->days,
        .trades = score->trades,
        .fills = score->fills,
        .fills_hash = score->fills_hash,
    };
    if (score->days > 0) ratios(score, days_a_year, ret_result);
}

struct tile {
    double wealth[SCORE_TILE], peak[SCORE_TILE], worst[SCORE_TILE];
    double sum1[SCORE_TILE], sum2[SCORE_TILE], sum3[SCORE_TILE], sum4[SCORE_TILE];
    double below[SCORE_TILE];
};

static inline void tile_day(struct tile *tile, const double *day) {
    for (int i = 0; i < SCORE_TILE; i++) {
        double change = day[i], square = change * change, fall = change < 0 ? change : 0;
        double wealth = tile->wealth[i] * (1 + change), peak = tile->peak[i];
        peak = wealth > peak ? wealth : peak;
        double share = wealth / peak, worst = tile->worst[i];
        tile->wealth[i] = wealth;
        tile->peak[i] = peak;
        tile->worst[i] = share < worst ? share : worst;
        tile->sum1[i] += change;
        tile->sum2[i] += square;
        tile->sum3[i] += square * change;
        tile->sum4[i] += square * square;
        tile->below[i] += fall * fall;
    }
}

void score_tile(const double *tile, const uint8_t *use, uint64_t days, double days_a_year,
                struct score_result ret_results[SCORE_TILE]) {
    struct tile sums = {0};
    uint64_t used = 0;
    for (int i = 0; i < SCORE_TILE; i++) sums.wealth[i] = sums.peak[i] = sums.worst[i] = 1;
    for (uint64_t day = 0; day < days; day++) {
        if (!use[day]) continue;
        tile_day(&sums, tile + day * SCORE_TILE);
        used++;
    }
    for (int i = 0; i < SCORE_TILE; i++) {
        struct score score = {.days = used,
                              .start = 1,
                              .last = sums.wealth[i],
                              .worst_peak = 1,
                              .worst_trough = sums.worst[i],
                              .sum1 = {sums.sum1[i]},
                              .sum2 = {sums.sum2[i]},
                              .sum3 = {sums.sum3[i]},
                              .sum4 = {sums.sum4[i]},
                              .below = {sums.below[i]}};
        score_end(&score, MONEY(0), 0, days_a_year, &ret_results[i]);
    }
}
