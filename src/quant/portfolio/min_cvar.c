// SPDX-License-Identifier: Apache-2.0
#include "quant/portfolio/min_cvar.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "quant/math/linalg.h"
#include "quant/math/sum.h"

// Rows of the programme: the scenarios, the sum of weights, groups, the target, the turnover, and one an asset that
// makes its weight what is held and bought less what is sold. Columns: weights, the threshold, what rows lose beyond
// it, what is bought, what is sold.
struct layout {
    size_t count, scenarios, groups, rows, columns;
    size_t turnover_row, trade_rows, buys, sells;
    bool target, turnover, trades;
};

static struct layout layout_of(const struct min_cvar *call) {
    struct layout layout = {.count = call->portfolio->count,
                            .scenarios = call->rows,
                            .groups = call->portfolio->group_count,
                            .target = !isnan(call->target),
                            .turnover = call->portfolio->turnover_max > 0};
    layout.trades = layout.turnover || call->portfolio->trade_cost != NULL;
    layout.turnover_row = layout.scenarios + 1 + layout.groups + layout.target;
    layout.trade_rows = layout.turnover_row + layout.turnover;
    layout.rows = layout.trade_rows + (layout.trades ? layout.count : 0);
    layout.buys = layout.count + 1 + layout.scenarios;
    layout.sells = layout.buys + layout.count;
    layout.columns = layout.buys + (layout.trades ? 2 * layout.count : 0);
    return layout;
}

static int check(const struct min_cvar *call) {
    const struct portfolio *portfolio = call->portfolio;
    if (portfolio->count == 0 || portfolio->count > PORTFOLIO_ASSETS_MAX || call->rows == 0)
        return ERR_SET(ERR_ARGUMENT, "a portfolio has 1 to %d assets and a row of returns",
                       PORTFOLIO_ASSETS_MAX);
    if (!(call->confidence > 0 && call->confidence < 1))
        return ERR_SET(ERR_ARGUMENT, "a confidence is above 0 and below 1, not %g",
                       call->confidence);
    if (portfolio->impact != NULL || portfolio->uncertainty != NULL)
        return ERR_SET(ERR_UNSUPPORTED, "the least conditional value at risk takes bounds, groups, "
                                        "a target, turnover and costs in proportion, no impact and "
                                        "no uncertain means");
    if (portfolio->trade_cost != NULL && isnan(call->target))
        return ERR_SET(ERR_ARGUMENT, "costs come off the return: without a target for it they "
                                     "have no effect");
    for (size_t j = 0; j < portfolio->count; j++) {
        for (size_t i = 0; i < call->rows; i++)
            if (!isfinite(call->returns[j][i]))
                return ERR_SET(ERR_ARGUMENT, "row %zu of asset %zu has no finite return", i + 1,
                               j + 1);
        if (!isnan(call->target) && (portfolio->mean == NULL || !isfinite(portfolio->mean[j])))
            return ERR_SET(ERR_ARGUMENT, "asset %zu has no finite mean return", j + 1);
        double held = portfolio->held != NULL ? portfolio->held[j] : 0;
        double cost = portfolio->trade_cost != NULL ? portfolio->trade_cost[j] : 0;
        if (!isfinite(held) || !(cost >= 0 && isfinite(cost)))
            return ERR_SET(ERR_ARGUMENT,
                           "asset %zu: what is held is finite and a cost from 0 on, not %g and %g",
                           j + 1, held, cost);
    }
    return 0;
}

// What is filled in; the programme then reads it.
struct arrays {
    double *cost, *lower, *upper, *row_lower, *row_upper, *value;
    int *start, *index;
    const char **row_names, **column_names;
};

static int arrays_new(const struct layout *layout, struct arena *arena, struct arrays *a) {
    size_t rows = layout->rows, columns = layout->columns;
    size_t entries = layout->count * (layout->trade_rows + 7) + layout->scenarios * 2;
    double **by_column[] = {&a->cost, &a->lower, &a->upper};
    for (size_t i = 0; i < 3; i++)
        if ((*by_column[i] = ARENA_NEW(arena, double, columns)) == NULL) return ERR_NOMEM;
    a->row_lower = ARENA_NEW(arena, double, rows);
    a->row_upper = ARENA_NEW(arena, double, rows);
    a->value = ARENA_NEW(arena, double, entries);
    a->start = ARENA_NEW(arena, int, columns + 1);
    a->index = ARENA_NEW(arena, int, entries);
    a->row_names = ARENA_NEW(arena, const char *, rows);
    a->column_names = ARENA_NEW(arena, const char *, columns);
    return a->row_lower != NULL && a->row_upper != NULL && a->value != NULL && a->start != NULL &&
                   a->index != NULL && a->row_names != NULL && a->column_names != NULL
               ? 0
               : ERR_NOMEM;
}

static void set_rows(const struct min_cvar *call, const struct layout *layout, struct arrays *a) {
    const struct portfolio *portfolio = call->portfolio;
    for (size_t i = 0; i < layout->scenarios; i++) {
        a->row_upper[i] = INFINITY;
        a->row_names[i] = "a row's loss";
    }
    size_t row = layout->scenarios;
    a->row_lower[row] = a->row_upper[row] = 1;
    a->row_names[row++] = "the sum of weights (1)";
    for (size_t k = 0; k < layout->groups; k++, row++) {
        a->row_lower[row] = portfolio->group_lower != NULL ? portfolio->group_lower[k] : -INFINITY;
        a->row_upper[row] = portfolio->group_upper != NULL ? portfolio->group_upper[k] : INFINITY;
        a->row_names[row] = portfolio->group_names != NULL ? portfolio->group_names[k] : "a group";
    }
    if (layout->target) {
        a->row_lower[row] = call->target;
        a->row_upper[row] = INFINITY;
        a->row_names[row] = "the target return";
    }
    if (layout->turnover) {
        a->row_lower[layout->turnover_row] = -INFINITY;
        a->row_upper[layout->turnover_row] = portfolio->turnover_max;
        a->row_names[layout->turnover_row] = "the turnover";
    }
    for (size_t j = 0; layout->trades && j < layout->count; j++) {
        row = layout->trade_rows + j;
        a->row_lower[row] = a->row_upper[row] = portfolio->held != NULL ? portfolio->held[j] : 0;
        a->row_names[row] = "what is held and traded";
    }
}

static void add_entry(struct arrays *a, size_t column, size_t row, double value) {
    if (value == 0) return;
    a->index[a->start[column + 1]] = (int)row;
    a->value[a->start[column + 1]++] = value;
}

static void set_columns(const struct min_cvar *call, const struct layout *layout,
                        struct arrays *a) {
    const struct portfolio *portfolio = call->portfolio;
    size_t n = layout->count, s = layout->scenarios;
    for (size_t j = 0; j < n; j++) {
        a->lower[j] = portfolio->lower != NULL ? portfolio->lower[j] : 0;
        a->upper[j] = portfolio->upper != NULL ? portfolio->upper[j] : INFINITY;
        a->column_names[j] = portfolio->names != NULL ? portfolio->names[j] : NULL;
        a->start[j + 1] = a->start[j];
        for (size_t i = 0; i < s; i++) add_entry(a, j, i, call->returns[j][i]);
        add_entry(a, j, s, 1);
        for (size_t k = 0; k < layout->groups; k++)
            add_entry(a, j, s + 1 + k, portfolio->groups[k * n + j]);
        if (layout->target) add_entry(a, j, s + 1 + layout->groups, portfolio->mean[j]);
        if (layout->trades) add_entry(a, j, layout->trade_rows + j, 1);
    }
    for (size_t j = n; j < layout->buys; j++) {
        bool threshold = j == n;
        a->cost[j] = threshold ? 1 : 1 / ((1 - call->confidence) * (double)s);
        a->lower[j] = threshold ? -INFINITY : 0;
        a->upper[j] = INFINITY;
        a->start[j + 1] = a->start[j];
        for (size_t i = threshold ? 0 : j - n - 1; i < (threshold ? s : j - n); i++)
            add_entry(a, j, i, 1);
    }
}

static void set_trades(const struct min_cvar *call, const struct layout *layout, struct arrays *a) {
    const double *cost = call->portfolio->trade_cost;
    for (size_t column = layout->buys; column < layout->columns; column++) {
        bool sold = column >= layout->sells;
        size_t asset = column - (sold ? layout->sells : layout->buys);
        a->lower[column] = 0;
        a->upper[column] = INFINITY;
        a->start[column + 1] = a->start[column];
        if (cost != NULL)
            add_entry(a, column, layout->scenarios + 1 + layout->groups, -cost[asset]);
        if (layout->turnover) add_entry(a, column, layout->turnover_row, 1);
        add_entry(a, column, layout->trade_rows + asset, sold ? 1 : -1);
    }
}

int min_cvar_programme(const struct min_cvar *call, struct arena *arena, struct lp *ret_lp) {
    struct arrays a;
    TRY(check(call));
    struct layout layout = layout_of(call);
    TRY(arrays_new(&layout, arena, &a));
    set_rows(call, &layout, &a);
    set_columns(call, &layout, &a);
    set_trades(call, &layout, &a);
    *ret_lp = (struct lp){.rows = layout.rows,
                          .columns = layout.columns,
                          .cost = a.cost,
                          .lower = a.lower,
                          .upper = a.upper,
                          .row_lower = a.row_lower,
                          .row_upper = a.row_upper,
                          .start = a.start,
                          .index = a.index,
                          .value = a.value,
                          .column_names = a.column_names,
                          .row_names = a.row_names};
    return 0;
}

// The mean of the worst (1 - confidence) of the rows at the loss `var` that the solution names: exact whether or not
// rows lie on it.
static double tail_mean(const struct min_cvar *call, const double *weights, double var,
                        double *losses) {
    struct sum beyond = {0};
    memset(losses, 0, call->rows * sizeof *losses);
    for (size_t j = 0; j < call->portfolio->count; j++)
        linalg_add(-weights[j], call->returns[j], call->rows, losses);
    for (size_t i = 0; i < call->rows; i++) sum_add(&beyond, fmax(0, losses[i] - var));
    return var + sum_value(&beyond) / ((1 - call->confidence) * (double)call->rows);
}

int min_cvar_result(const struct min_cvar *call, const struct lp *lp,
                    const struct lp_solution *solution, struct arena *arena,
                    struct min_cvar_result *ret) {
    size_t mark = arena->used, n = call->portfolio->count;
    double *scratch = ARENA_NEW(arena, double, 2 * lp->rows);
    if (scratch == NULL) return ERR_NOMEM;
    struct qp_certificate certificate = lp_certify(lp, solution, scratch);
    int rc = 0;
    if (!(qp_residual(&certificate) <= QP_RESIDUAL_MAX)) {
        rc = ERR_SET(ERR_CONVERGE,
                     "the linear programme was not solved to %g: residuals of %.2g remain",
                     QP_RESIDUAL_MAX, qp_residual(&certificate));
    } else {
        memcpy(ret->weights, solution->x, n * sizeof *ret->weights);
        ret->var = solution->x[n];
        ret->cvar = tail_mean(call, solution->x, ret->var, scratch);
        ret->certificate = certificate;
    }
    arena_rewind(arena, mark);
    return rc;
}
