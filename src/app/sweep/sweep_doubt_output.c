// SPDX-License-Identifier: Apache-2.0
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>

#include "app/sweep/sweep_doubt.h"
#include "app/terminal.h"

static const char *objective_name(const struct sweep *sweep) {
    return score_measures[sweep->objective].name;
}

static void print_sharpe(const struct sweep *sweep, const struct doubt *doubt) {
    const struct score_result *best = &sweep->rows[sweep->ranking[0]].result;
    if (isnan(doubt->deflated)) {
        printf("  too few trials or days to say what the best of %" PRIu64 " is worth\n",
               sweep->done);
        return;
    }
    printf("  luck          %" PRIu64
           " trials, whose Sharpe ratios deviate by %.3f: without any skill the luckiest would "
           "show about %.3f\n",
           doubt->trials, doubt->deviation, doubt->expected_max);
    printf(
        "  deflated      #1 has %.3f; its true ratio is above that with a probability of %.1f %% "
        "(deflated Sharpe ratio; %.1f %% above 0, were it the only trial)\n",
        best->sharpe, 100 * doubt->deflated, 100 * doubt->probable);
    if (doubt->deflated > 0.95) return;
    if (isnan(doubt->days_needed))
        printf("  track record  no length of such a record would make it more than luck\n");
    else
        printf("  track record  believe it at 95 %% after %.0f days like these; there are %" PRIu64
               "\n",
               ceil(doubt->days_needed), best->days);
}

static void print_search(const struct sweep_doubt *doubt) {
    if (doubt->has_cscv)
        printf("  overfitting   probability %.1f %% (%u splits of %u blocks): the best of one half "
               "has a Sharpe ratio of %.3f there and %.3f in the other\n",
               100 * doubt->cscv.pbo, doubt->cscv.splits, doubt->cscv.blocks, doubt->cscv.in_sharpe,
               doubt->cscv.out_sharpe);
    if (doubt->has_snoop)
        printf(
            "  data snooping p = %.3f (White's reality check), %.3f (Hansen's SPA): chance that "
            "the best of trials that earn nothing does as well; %u draws of blocks of %.1f days\n",
            doubt->snoop.reality, doubt->snoop.spa, doubt->snoop.draws, doubt->snoop.block);
    if (doubt->why_returns[0] != '\0')
        printf("  not all of overfitting and data snooping: %s\n", doubt->why_returns);
}

static void print_place(const struct sweep *sweep, const struct sweep_doubt *doubt) {
    const struct neighbourhood *near = &doubt->near;
    struct text point;
    if (!doubt->has_neighbours) return;
    printf(
        "  neighbours    %u tried next to it: %s %.4g on average, %.4g at worst, against its own "
        "%.4g; %u of them lose it\n",
        near->count, objective_name(sweep), near->mean, near->worst, near->own, near->lost);
    if (doubt->robust >= sweep->done) return;
    text_init(&point, 4096);
    sweep_point_print(sweep, sweep->rows[doubt->robust].point, &point);
    printf("                the best place to stand is %s: %.4g with its neighbours, %.4g itself\n",
           text_string(&point), doubt->robust_mean,
           sweep_objective(sweep, &sweep->rows[doubt->robust].result));
    text_fini(&point);
}

static void print_entries(const struct sweep_doubt *doubt) {
    if (doubt->has_entries)
        printf(
            "  entries       p = %.4f: share of %u schedules with the same trades begun at random "
            "that do as well (growth %.2f %%; theirs %.2f %% +- %.2f %%, logarithmic)\n",
            doubt->entries.p, doubt->entries.draws, 100 * doubt->entries.own,
            100 * doubt->entries.mean, 100 * doubt->entries.deviation);
    else
        printf("  entries       not held against random ones: %s\n", doubt->why_entries);
}

static void print_variants(const struct sweep *sweep, const struct sweep_doubt *doubt) {
    struct table table;
    char header[128];
    snprintf(header, sizeof header, "#1 with|>%s|>return|>drawdown|>trades", objective_name(sweep));
    printf("\n");
    table_init(&table, header);
    for (uint32_t i = 0; i < doubt->variant_count; i++) {
        const struct score_result *result = &doubt->variants[i].result;
        table_cell(&table, "%s", doubt->variants[i].name);
        table_cell(&table, "%.4g", sweep_objective(sweep, result));
        table_cell(&table, "%.2f %%", 100 * result->total_return);
        table_cell(&table, "%.2f %%", 100 * result->max_drawdown);
        table_cell(&table, "%" PRIu64, result->trades);
    }
    table_print(&table, stdout);
    if (!isnan(doubt->break_even))
        printf("slippage of %.2f bps a fill leaves nothing\n", 1e4 * doubt->break_even);
    if (doubt->candles.runs > 0)
        printf(
            "on %u histories with prices moved by %.0f %% of a bar's range: %s %.4g (%.4g to %.4g "
            "in 90 of 100), return %.2f %%; %.0f %% of them lose\n",
            doubt->candles.runs, 100 * doubt->candles.strength, objective_name(sweep),
            doubt->candles.objective[1], doubt->candles.objective[0], doubt->candles.objective[2],
            100 * doubt->candles.total_return[1], 100 * doubt->candles.loss);
}

static const char *spread_name(enum redraw_method method) {
    static const char *const names[REDRAW_METHODS] = {
        "its trades in another order", "trades drawn again", "days drawn again in blocks",
        "its days in the market by GARCH"};
    return names[method];
}

static void print_spreads(const struct sweep_doubt *doubt) {
    struct table table;
    bool any = false;
    for (int m = 0; m < REDRAW_METHODS; m++) any |= doubt->has_spread[m];
    if (!any) return;
    printf("\n%d paths each; at 5, 50 and 95 of 100:\n", REDRAW_PATHS);
    table_init(&table, "made of|>return 5|>50|>95|>drawdown 5|>50|>95|>lose");
    for (int m = 0; m < REDRAW_METHODS; m++) {
        const struct redraw_spread *spread = &doubt->spreads[m];
        if (!doubt->has_spread[m]) continue;
        table_cell(&table, "%s", spread_name((enum redraw_method)m));
        for (int level = 1; level <= 5; level += 2)
            table_cell(&table, "%.2f %%", 100 * (spread->finals[level] - 1));
        for (int level = 1; level <= 5; level += 2)
            table_cell(&table, "%.2f %%", 100 * spread->drawdowns[level]);
        table_cell(&table, "%.1f %%", 100 * spread->loss);
    }
    table_print(&table, stdout);
}

void sweep_doubt_print(const struct sweep *sweep, const struct sweep_doubt *doubt) {
    if (doubt->level == SWEEP_DOUBT_OFF) return;
    printf("\nWhat #1 is worth:\n");
    print_sharpe(sweep, &doubt->sharpe);
    print_search(doubt);
    print_place(sweep, doubt);
    if (doubt->series > 1 && doubt->ended == 0)
        printf("  survivors     all %u stocks trade to the end: those that were delisted are not "
               "here, and what is chosen among the rest looks better than it was\n",
               doubt->series);
    if (doubt->level != SWEEP_DOUBT_FULL) return;
    print_entries(doubt);
    print_variants(sweep, doubt);
    print_spreads(doubt);
}

static json_t *number_of(double value) {
    return isfinite(value) ? json_real(value) : json_null();
}

static void set(json_t *object, const char *name, double value) {
    json_object_set_new(object, name, number_of(value));
}

static json_t *cscv_json(const struct cscv *cscv) {
    json_t *object = json_object();
    set(object, "pbo", cscv->pbo);
    set(object, "loss", cscv->loss);
    set(object, "slope", cscv->slope);
    set(object, "in_sharpe", cscv->in_sharpe);
    set(object, "out_sharpe", cscv->out_sharpe);
    json_object_set_new(object, "splits", json_integer(cscv->splits));
    json_object_set_new(object, "blocks", json_integer(cscv->blocks));
    return object;
}

static json_t *snoop_json(const struct snoop *snoop) {
    json_t *object = json_object();
    set(object, "reality_check_p", snoop->reality);
    set(object, "spa_p", snoop->spa);
    set(object, "spa_lower_p", snoop->spa_lower);
    set(object, "spa_upper_p", snoop->spa_upper);
    set(object, "block", snoop->block);
    json_object_set_new(object, "draws", json_integer(snoop->draws));
    return object;
}

static json_t *near_json(const struct sweep *sweep, const struct sweep_doubt *doubt) {
    json_t *object = json_object();
    json_object_set_new(object, "count", json_integer(doubt->near.count));
    json_object_set_new(object, "lost", json_integer(doubt->near.lost));
    set(object, "mean", doubt->near.mean);
    set(object, "median", doubt->near.median);
    set(object, "worst", doubt->near.worst);
    if (doubt->robust >= sweep->done) return object;
    struct text point;
    text_init(&point, 4096);
    sweep_point_print(sweep, sweep->rows[doubt->robust].point, &point);
    json_object_set_new(object, "robust_point", json_string(text_string(&point)));
    set(object, "robust_mean", doubt->robust_mean);
    text_fini(&point);
    return object;
}

static json_t *variants_json(const struct sweep *sweep, const struct sweep_doubt *doubt) {
    json_t *array = json_array();
    for (uint32_t i = 0; i < doubt->variant_count; i++) {
        const struct score_result *result = &doubt->variants[i].result;
        char money[DECIMAL_TEXT_SIZE];
        json_t *row = json_object();
        json_object_set_new(row, "with", json_string(doubt->variants[i].name));
        set(row, "objective", sweep_objective(sweep, result));
        set(row, "total_return", result->total_return);
        set(row, "max_drawdown", result->max_drawdown);
        json_object_set_new(row, "trades", json_integer((json_int_t)result->trades));
        decimal_print(money, sizeof money, result->equity.m, sweep_money_decimals(sweep));
        json_object_set_new(row, "equity", json_string(money));
        json_array_append_new(array, row);
    }
    return array;
}

static json_t *quantiles_json(const double *values) {
    json_t *array = json_array();
    for (int i = 0; i < REDRAW_LEVELS; i++) json_array_append_new(array, number_of(values[i]));
    return array;
}

static json_t *spreads_json(const struct sweep_doubt *doubt) {
    json_t *object = json_object(), *levels = quantiles_json(redraw_levels);
    json_object_set_new(object, "levels", levels);
    json_object_set_new(object, "paths", json_integer(REDRAW_PATHS));
    for (int m = 0; m < REDRAW_METHODS; m++) {
        const struct redraw_spread *spread = &doubt->spreads[m];
        if (!doubt->has_spread[m]) continue;
        json_t *row = json_object();
        json_object_set_new(row, "final_wealth", quantiles_json(spread->finals));
        json_object_set_new(row, "max_drawdown", quantiles_json(spread->drawdowns));
        set(row, "mean", spread->mean);
        set(row, "loss", spread->loss);
        json_object_set_new(row, "made_of", json_integer((json_int_t)doubt->spread_count[m]));
        json_object_set_new(object, redraw_name((enum redraw_method)m), row);
    }
    return object;
}

static json_t *candles_json(const struct sweep_candles *candles) {
    json_t *object = json_object();
    json_object_set_new(object, "runs", json_integer(candles->runs));
    set(object, "strength", candles->strength);
    set(object, "objective_median", candles->objective[1]);
    set(object, "objective_5", candles->objective[0]);
    set(object, "objective_95", candles->objective[2]);
    set(object, "total_return_median", candles->total_return[1]);
    set(object, "loss", candles->loss);
    return object;
}

json_t *sweep_doubt_json(const struct sweep *sweep, const struct sweep_doubt *doubt) {
    json_t *object = json_object();
    json_object_set_new(object, "trials", json_integer((json_int_t)doubt->sharpe.trials));
    set(object, "sharpe_deviation", doubt->sharpe.deviation);
    set(object, "expected_max_sharpe", doubt->sharpe.expected_max);
    set(object, "psr", doubt->sharpe.probable);
    set(object, "deflated_sharpe", doubt->sharpe.deflated);
    set(object, "min_track_record", doubt->sharpe.days_needed);
    if (doubt->has_cscv) json_object_set_new(object, "overfitting", cscv_json(&doubt->cscv));
    if (doubt->has_snoop) json_object_set_new(object, "data_snooping", snoop_json(&doubt->snoop));
    if (doubt->why_returns[0] != '\0')
        json_object_set_new(object, "left_out", json_string(doubt->why_returns));
    if (doubt->has_neighbours) json_object_set_new(object, "neighbours", near_json(sweep, doubt));
    json_object_set_new(object, "stocks", json_integer(doubt->series));
    json_object_set_new(object, "stocks_that_end_early", json_integer(doubt->ended));
    if (doubt->level != SWEEP_DOUBT_FULL) return object;
    if (doubt->has_entries) {
        json_t *entries = json_object();
        set(entries, "p", doubt->entries.p);
        set(entries, "own", doubt->entries.own);
        set(entries, "mean", doubt->entries.mean);
        set(entries, "deviation", doubt->entries.deviation);
        json_object_set_new(object, "random_entries", entries);
    }
    json_object_set_new(object, "variants", variants_json(sweep, doubt));
    set(object, "break_even_slippage", doubt->break_even);
    json_object_set_new(object, "monte_carlo", spreads_json(doubt));
    if (doubt->candles.runs > 0)
        json_object_set_new(object, "moved_candles", candles_json(&doubt->candles));
    return object;
}
