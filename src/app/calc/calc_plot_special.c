// SPDX-License-Identifier: Apache-2.0
// Pictures of their own kind: the volatility of a GARCH model with its forecast, the states of a hidden Markov model,
// a drawdown under its peak, correlations by lag, distributions, bars.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/calc/calc_plot.h"
#include "quant/series/drawdown.h"

static int plot_garch(struct calc_plot *draw);
static int plot_hmm(struct calc_plot *draw);
static int plot_drawdown(struct calc_plot *draw);
static int plot_lags(struct calc_plot *draw);
static int plot_histogram(struct calc_plot *draw);
static int plot_shares(struct calc_plot *draw);
static int plot_bars(struct calc_plot *draw);

static const struct {
    const char *name;
    int (*fill)(struct calc_plot *draw);
} specials[] = {
    {"garch", plot_garch},
    {"gjr_garch", plot_garch},
    {"egarch", plot_garch},
    {"garch_filter", plot_garch},
    {"hmm", plot_hmm},
    {"hmm_viterbi", plot_hmm},
    {"max_drawdown", plot_drawdown},
    {"autocorrelation", plot_lags},
    {"ljung_box", plot_lags},
    {"histogram", plot_histogram},
    {"quantiles", plot_shares},
    {"tdigest", plot_shares},
    {"volume_bars", plot_bars},
    {"dollar_bars", plot_bars},
    {"tick_bars", plot_bars},
    {"renko", plot_bars},
};

int calc_plot_special(struct calc_plot *draw) {
    for (size_t i = 0; i < sizeof specials / sizeof *specials; i++)
        if (strcmp(specials[i].name, draw->calc->function.name) == 0) {
            TRY(specials[i].fill(draw));
            return 1;
        }
    return 0;
}

static const struct statistic_value *value_of(const struct calc_plot *draw, const char *name) {
    return &draw->calc->values[calc_plot_output(draw->calc, name)];
}

// Times of the rows and, behind them, of `more` rows as far apart as the rows are on the whole.
static int extend_times(struct calc_plot *draw, size_t more) {
    const struct calc *calc = draw->calc;
    size_t count = calc->row_count;
    draw->plot.count = count + more;
    if (calc->times == NULL || count < 2) return 0;
    draw->times = calloc(count + more, sizeof *draw->times);
    if (draw->times == NULL) return ERR_SET(ERR_NOMEM, "no memory for the picture");
    memcpy(draw->times, calc->times, count * sizeof *draw->times);
    int64_t step = (calc->times[count - 1] - calc->times[0]) / (int64_t)(count - 1);
    for (size_t i = 0; i < more; i++)
        draw->times[count + i] = calc->times[count - 1] + step * (int64_t)(i + 1);
    draw->plot.times = draw->times;
    return 0;
}

// The returns in per cent, as bars from 0.
static int add_returns(struct calc_plot *draw, size_t count) {
    const struct calc *calc = draw->calc;
    const double *input = calc_plot_input(draw, 0);
    double *returns = calc_plot_column(draw, count);
    if (input == NULL || returns == NULL) return ERR_NOMEM;
    for (size_t i = 0; i < calc->row_count; i++) returns[i] = 100 * input[i];
    calc_plot_line(draw, 0, csv_name(&calc->csv, calc->columns[0]), returns, PLOT_BARS);
    draw->plot.panels[0].unit = "return, %";
    return 0;
}

static int plot_garch(struct calc_plot *draw) {
    const struct calc *calc = draw->calc;
    const struct statistic_value *forecast = value_of(draw, "forecast");
    const double *variance = calc->series[calc_plot_output(calc, "variance")];
    size_t count = calc->row_count, last = count;
    TRY(extend_times(draw, forecast->rows));
    TRY(add_returns(draw, draw->plot.count));
    double *past = calc_plot_column(draw, draw->plot.count);
    double *future = calc_plot_column(draw, draw->plot.count);
    if (past == NULL || future == NULL) return ERR_NOMEM;
    for (size_t i = 0; i < count; i++) {
        past[i] = 100 * sqrt(variance[i]);
        if (isfinite(past[i])) last = i;
    }
    if (last < count) future[last] = past[last];
    for (size_t i = 0; i < forecast->rows; i++) future[count + i] = 100 * sqrt(forecast->values[i]);
    calc_plot_line(draw, 1, "volatility", past, PLOT_LINE);
    calc_plot_line(draw, 1, "forecast", future, PLOT_DASHED);
    draw->plot.panels[1].unit = "% a row";
    return 0;
}

static int plot_hmm(struct calc_plot *draw) {
    static const char *const names[] = {"state 0", "state 1", "state 2", "state 3"};
    static const char *const shares[] = {"smoothed_0", "smoothed_1", "smoothed_2", "smoothed_3"};
    const struct calc *calc = draw->calc;
    TRY(extend_times(draw, 0));
    TRY(add_returns(draw, calc->row_count));
    draw->plot.bands = calc->series[calc_plot_output(calc, "state")];
    // The first line has the first colour, bands the next ones: a state keeps its colour in both panels.
    double *blank = calc_plot_column(draw, calc->row_count);
    if (blank == NULL) return ERR_NOMEM;
    calc_plot_line(draw, 1, "probability of", blank, PLOT_LINE);
    for (size_t k = 0; k < 4; k++) {
        const double *share = calc->series[calc_plot_output(calc, shares[k])];
        size_t i = 0;
        while (i < calc->row_count && !isfinite(share[i])) i++;
        if (i == calc->row_count) continue;
        draw->plot.band_names[draw->plot.band_count++] = names[k];
        calc_plot_line(draw, 1, names[k], share, PLOT_LINE);
    }
    return 0;
}

// Equity from 1 with its deepest fall marked, over how far it stands below its peak.
static int plot_drawdown(struct calc_plot *draw) {
    const struct calc *calc = draw->calc;
    size_t count = calc->whole_count;
    double *packed = calc_plot_column(draw, count + 1), *below = calc_plot_column(draw, count + 1);
    double *equity = calc_plot_column(draw, calc->row_count);
    double *depth = calc_plot_column(draw, calc->row_count);
    double *peak = calc_plot_column(draw, calc->row_count);
    double *trough = calc_plot_column(draw, calc->row_count);
    if (packed == NULL || below == NULL || equity == NULL || depth == NULL || peak == NULL ||
        trough == NULL)
        return ERR_NOMEM;
    TRY(extend_times(draw, 0));
    drawdown_equity(calc->inputs[0], count, 1, packed);
    drawdown_series(packed, count + 1, below);
    struct drawdown deepest = drawdown_max(packed, count + 1);
    for (size_t i = 0; i < count; i++) {
        equity[calc->whole[i]] = packed[i + 1];
        depth[calc->whole[i]] = 100 * below[i + 1];
        if (deepest.depth < 0 && i + 1 == deepest.peak) peak[calc->whole[i]] = packed[i + 1];
        if (deepest.depth < 0 && i + 1 == deepest.trough) trough[calc->whole[i]] = packed[i + 1];
    }
    calc_plot_line(draw, 0, "equity", equity, PLOT_LINE);
    calc_plot_line(draw, 0, "peak", peak, PLOT_ABOVE);
    calc_plot_line(draw, 0, "trough", trough, PLOT_BELOW);
    calc_plot_line(draw, 1, "drawdown", depth, PLOT_BARS);
    draw->plot.panels[0].unit = "growth of 1";
    draw->plot.panels[1].unit = "% below the peak";
    return 0;
}

static int plot_lags(struct calc_plot *draw) {
    const struct calc *calc = draw->calc;
    const struct statistic_value *lag = value_of(draw, "lag");
    int band = calc_plot_output(calc, "band");
    draw->plot.count = lag->rows;
    draw->plot.x_first = lag->rows > 0 ? (size_t)lag->values[0] : 1;
    draw->plot.x_name = "lag in rows";
    for (size_t i = 0; i < calc->function.output_count; i++) {
        if (calc_shape(calc, i) != STATISTIC_VECTOR || calc->values[i].values == lag->values)
            continue;
        size_t panel = draw->plot.panel_count;
        calc_plot_line(draw, panel, calc->function.outputs[i], calc->values[i].values, PLOT_STEMS);
        if (band < 0) continue;
        struct plot_panel *to = &draw->plot.panels[panel];
        to->levels[0] = calc->values[band].number;
        to->levels[1] = -calc->values[band].number;
        to->level_count = 2;
    }
    return 0;
}

static int plot_histogram(struct calc_plot *draw) {
    const struct statistic_value *from = value_of(draw, "from"), *to = value_of(draw, "to");
    double *middle = calc_plot_column(draw, from->rows);
    if (middle == NULL) return ERR_NOMEM;
    for (size_t i = 0; i < from->rows; i++) middle[i] = (from->values[i] + to->values[i]) / 2;
    draw->plot.count = from->rows;
    draw->plot.xs = middle;
    draw->plot.x_name = csv_name(&draw->calc->csv, draw->calc->columns[0]);
    calc_plot_line(draw, 0, "count", value_of(draw, "count")->values, PLOT_BARS);
    draw->plot.panels[0].unit = "rows";
    return 0;
}

static int plot_shares(struct calc_plot *draw) {
    const struct statistic_value *share = value_of(draw, "share"), *value = value_of(draw, "value");
    draw->plot.count = share->rows;
    draw->plot.xs = share->values;
    draw->plot.x_name = "share of the rows at or below";
    calc_plot_line(draw, 0, csv_name(&draw->calc->csv, draw->calc->columns[0]), value->values,
                   PLOT_LINE);
    return 0;
}

static int plot_bars(struct calc_plot *draw) {
    struct plot_panel *panel = &draw->plot.panels[0];
    const struct statistic_value *close = value_of(draw, "close");
    draw->plot.count = close->rows;
    draw->plot.x_name = "bar";
    if (close->rows == 0)
        return ERR_SET(ERR_ARGUMENT, "--plot: no bar is complete; a smaller size makes more");
    panel->open = value_of(draw, "open")->values;
    panel->high = value_of(draw, "high")->values;
    panel->low = value_of(draw, "low")->values;
    panel->close = close->values;
    draw->plot.panel_count = 1;
    panel->unit = "price";
    calc_plot_line(draw, 1, "volume", value_of(draw, "volume")->values, PLOT_BARS);
    return 0;
}
