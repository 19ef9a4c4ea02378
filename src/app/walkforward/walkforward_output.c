// SPDX-License-Identifier: Apache-2.0
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>

#include "app/terminal.h"
#include "app/walkforward/walkforward.h"
#include "base/timestamp.h"
#include "quant/series/significance.h"

static const char *const method_names[] = {"rolling", "anchored", "combinatorial"};

static const char *objective_name(const struct walkforward *walkforward) {
    return score_measures[walkforward->sweep.objective].name;
}

static const char *date_of(char buffer[TIMESTAMP_TEXT_SIZE], int64_t ts_ns) {
    timestamp_print(buffer, TIMESTAMP_TEXT_SIZE, ts_ns);
    buffer[10] = '\0';
    return buffer;
}

static void point_cell(const struct walkforward *walkforward, uint64_t point, struct table *table) {
    struct text text;
    text_init(&text, 4096);
    sweep_point_print(&walkforward->sweep, point, &text);
    table_cell(table, "%s", text_string(&text));
    text_fini(&text);
}

static void tell_work(const struct walkforward *walkforward) {
    char trials[32], bars[32];
    printf("%s trials over %s bars on %u threads: %.2f s\n",
           thousands(trials, (int64_t)walkforward->trials),
           thousands(bars, (int64_t)walkforward->log.bars), walkforward->sweep.threads,
           walkforward->seconds);
    if (walkforward->sweep.refusal != NULL)
        printf("every trial on the event engine: %s\n", walkforward->sweep.refusal);
}

static void print_windows(const struct walkforward *walkforward) {
    char header[256], from[TIMESTAMP_TEXT_SIZE], to[TIMESTAMP_TEXT_SIZE],
        begin[TIMESTAMP_TEXT_SIZE];
    struct table table;
    snprintf(header, sizeof header,
             ">#|train|test from|parameters|>%s in|>%s out|>return in|>return out|>drawdown "
             "out|>trades out",
             objective_name(walkforward), objective_name(walkforward));
    table_init(&table, header);
    for (uint32_t w = walkforward->first_choice; w < walkforward->window_count; w++) {
        const struct walkforward_choice *choice = &walkforward->choices[w];
        table_cell(&table, "%u", w + 1);
        table_cell(&table, "%s .. %s", date_of(begin, choice->window.train_from_ns),
                   date_of(to, choice->window.train_to_ns));
        table_cell(&table, "%s", date_of(from, choice->window.test_from_ns));
        point_cell(walkforward, choice->point, &table);
        table_cell(&table, choice->is_new ? "%.4g" : "(as before)", choice->in_objective);
        table_cell(&table, "%.4g", choice->out_objective);
        table_cell(&table, choice->is_new ? "%.2f %%" : "", 100 * choice->in_sample.total_return);
        table_cell(&table, "%.2f %%", 100 * choice->out_of_sample.total_return);
        table_cell(&table, "%.2f %%", 100 * choice->out_of_sample.max_drawdown);
        table_cell(&table, "%" PRIu64, choice->out_of_sample.trades);
    }
    table_print(&table, stdout);
}

static double positive_share(const struct walkforward *walkforward) {
    uint32_t count = 0, windows = walkforward->window_count - walkforward->first_choice;
    for (uint32_t w = walkforward->first_choice; w < walkforward->window_count; w++)
        count += walkforward->choices[w].out_of_sample.total_return > 0;
    return (double)count / windows;
}

// Nothing was chosen on these days: the ratio stands for itself.
static double probability(const struct walkforward *walkforward,
                          const struct score_result *result) {
    struct sharpe_sample sample = {.sharpe =
                                       result->sharpe / sqrt(walkforward->sweep.run->days_per_year),
                                   .count = (double)result->days,
                                   .skew = result->skew,
                                   .kurtosis = result->kurtosis};
    return significance_probability(&sample, 0);
}

static void print_money(const struct walkforward *walkforward, const char *name, money_t money) {
    char text[DECIMAL_TEXT_SIZE];
    int decimals = sweep_money_decimals(&walkforward->sweep);
    decimal_print(text, sizeof text, decimal_div_round(money.m, 1000000, ROUND_HALF_EVEN),
                  decimals - 6);
    printf("  %-22s %s\n", name, text);
}

static void print_account(const struct walkforward *walkforward) {
    const struct score_result *total = &walkforward->account.total;
    printf(
        "\nOut of sample, one account from the first test to the last; what is held at a boundary "
        "goes over\nto the new parameters, which keep it or trade it away at their costs:\n");
    print_money(walkforward, "equity", total->equity);
    print_money(walkforward, "fees", total->fees);
    printf("  %-22s %.2f %% (%.2f %% a year)\n", "return", 100 * total->total_return,
           100 * total->cagr);
    printf("  %-22s %.3f (above 0 with a probability of %.1f %%)\n", "sharpe", total->sharpe,
           100 * probability(walkforward, total));
    printf("  %-22s %.2f %%\n", "max drawdown", 100 * total->max_drawdown);
    printf("  %-22s %" PRIu64 " in %" PRIu64 " days\n", "trades", total->trades, total->days);
    printf("  %-22s %.0f %% of windows\n", "above 0", 100 * positive_share(walkforward));
    if (walkforward->in_cagr > 0)
        printf("  %-22s %.3f (growth a year out of sample, %.2f %%, over in sample, %.2f %%)\n",
               "efficiency", stability_efficiency(total->cagr, walkforward->in_cagr),
               100 * total->cagr, 100 * walkforward->in_cagr);
    else
        printf("  %-22s none: what was chosen did not grow in sample either (%.2f %% a year)\n",
               "efficiency", 100 * walkforward->in_cagr);
}

static uint64_t *chosen_points(const struct walkforward *walkforward) {
    static uint64_t points[WINDOWS_MAX];
    for (uint32_t w = walkforward->first_choice; w < walkforward->window_count; w++)
        points[w - walkforward->first_choice] = walkforward->choices[w].point;
    return points;
}

static void print_stability(const struct walkforward *walkforward, const uint64_t *points,
                            uint32_t count) {
    const struct space *space = &walkforward->sweep.space;
    struct table table;
    printf("\nParameters chosen; a step is the distance to the choice before in parts of what is "
           "tried, 0.33 by chance:\n");
    table_init(&table, "parameter|>mean|>deviation|>low|>high|>different|>mean step");
    for (uint32_t axis = 0; axis < space->axis_count; axis++) {
        struct stability stability;
        if (space->axes[axis].count < 2) continue;
        stability_of(space, axis, points, count, &stability);
        table_cell(&table, "%s", space->table[space->axes[axis].param].name);
        table_cell(&table, "%.6g", stability.mean);
        table_cell(&table, "%.4g", stability.deviation);
        table_cell(&table, "%.6g", stability.low);
        table_cell(&table, "%.6g", stability.high);
        table_cell(&table, "%u", stability.distinct);
        table_cell(&table, "%.3f", stability.step);
    }
    table_print(&table, stdout);
}

static void mean_and_deviation(const double *values, uint32_t count, double *ret_mean,
                               double *ret_deviation) {
    double sum = 0, squares = 0;
    for (uint32_t i = 0; i < count; i++) sum += values[i];
    *ret_mean = sum / count;
    for (uint32_t i = 0; i < count; i++)
        squares += (values[i] - *ret_mean) * (values[i] - *ret_mean);
    *ret_deviation = count > 1 ? sqrt(squares / (count - 1)) : NAN;
}

static void print_paths(const struct walkforward *walkforward) {
    const struct cpcv *cpcv = &walkforward->cpcv;
    char header[128];
    struct table table;
    printf("%u groups, %u of them tested: %u splits, %u paths, each one account\n\n", cpcv->groups,
           cpcv->tests, cpcv->splits, cpcv->paths);
    snprintf(header, sizeof header, ">path|>%s|>return|>a year|>sharpe|>drawdown|>trades",
             objective_name(walkforward));
    table_init(&table, header);
    double sharpes[CPCV_SPLITS_MAX], mean, deviation, in, out, unused;
    uint32_t below = 0;
    for (uint32_t p = 0; p < cpcv->paths; p++) {
        const struct score_result *total = &walkforward->paths[p].account.total;
        sharpes[p] = total->sharpe;
        below += !(total->sharpe > 0);
        table_cell(&table, "%u", p + 1);
        table_cell(&table, "%.4g", walkforward->paths[p].objective);
        table_cell(&table, "%.2f %%", 100 * total->total_return);
        table_cell(&table, "%.2f %%", 100 * total->cagr);
        table_cell(&table, "%.3f", total->sharpe);
        table_cell(&table, "%.2f %%", 100 * total->max_drawdown);
        table_cell(&table, "%" PRIu64, total->trades);
    }
    table_print(&table, stdout);
    mean_and_deviation(sharpes, cpcv->paths, &mean, &deviation);
    mean_and_deviation(walkforward->split_in, cpcv->splits, &in, &unused);
    mean_and_deviation(walkforward->split_out, cpcv->splits, &out, &unused);
    printf("\nSharpe ratio of the paths: mean %.3f, deviation %.3f, %u of %u not above 0\n", mean,
           deviation, below, cpcv->paths);
    printf(
        "%s of what splits chose: %.4g on average where it was chosen, %.4g where it was tested\n",
        objective_name(walkforward), in, out);
}

void walkforward_print(const struct walkforward *walkforward) {
    tell_work(walkforward);
    if (walkforward->method == WALKFORWARD_COMBINATORIAL) {
        print_paths(walkforward);
        print_stability(walkforward, walkforward->split_points, walkforward->cpcv.splits);
        return;
    }
    printf("%s, %u windows%s\n\n", method_names[walkforward->method], walkforward->window_count,
           walkforward->first_choice > 0 ? "; the first ones found nothing to trade by" : "");
    print_windows(walkforward);
    print_account(walkforward);
    print_stability(walkforward, chosen_points(walkforward),
                    walkforward->window_count - walkforward->first_choice);
}

static json_t *number_of(double value) {
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *time_of(int64_t ts_ns) {
    char text[TIMESTAMP_TEXT_SIZE];
    timestamp_print(text, sizeof text, ts_ns);
    return json_string(text);
}

static json_t *params_json(const struct walkforward *walkforward, uint64_t point) {
    const struct space *space = &walkforward->sweep.space;
    double values[PARAMS_MAX];
    json_t *object = json_object();
    space_values(space, point, values);
    for (uint32_t i = 0; i < space->axis_count; i++) {
        uint32_t param = space->axes[i].param;
        struct text value;
        text_init(&value, 256);
        params_print_value(&space->table[param], values[param], &value);
        json_object_set_new(object, space->table[param].name, json_string(text_string(&value)));
        text_fini(&value);
    }
    return object;
}

static json_t *result_json(const struct walkforward *walkforward,
                           const struct score_result *result) {
    double values[SCORE_MEASURES];
    char money[DECIMAL_TEXT_SIZE], hash[32];
    int decimals = sweep_money_decimals(&walkforward->sweep);
    json_t *object = json_object();
    score_measure_values(result, decimals, values);
    for (int i = 0; i < SCORE_MEASURES; i++)
        json_object_set_new(object, score_measures[i].name, number_of(values[i]));
    decimal_print(money, sizeof money, result->equity.m, decimals);
    json_object_set_new(object, "equity", json_string(money));
    decimal_print(money, sizeof money, result->fees.m, decimals);
    json_object_set_new(object, "fees", json_string(money));
    snprintf(hash, sizeof hash, "%016" PRIx64, result->fills_hash);
    json_object_set_new(object, "fills_hash", json_string(hash));
    return object;
}

static json_t *window_json(const struct walkforward *walkforward,
                           const struct walkforward_choice *choice) {
    json_t *object = json_object();
    json_object_set_new(object, "train_from", time_of(choice->window.train_from_ns));
    json_object_set_new(object, "train_to", time_of(choice->window.train_to_ns));
    json_object_set_new(object, "test_from", time_of(choice->window.test_from_ns));
    json_object_set_new(object, "test_to", time_of(choice->window.test_to_ns));
    json_object_set_new(object, "params", params_json(walkforward, choice->point));
    json_object_set_new(object, "chosen_here", json_boolean(choice->is_new));
    json_object_set_new(object, "admitted", json_integer((json_int_t)choice->admitted));
    json_object_set_new(object, "in_objective", number_of(choice->in_objective));
    json_object_set_new(object, "out_objective", number_of(choice->out_objective));
    if (choice->is_new)
        json_object_set_new(object, "in_sample", result_json(walkforward, &choice->in_sample));
    json_object_set_new(object, "out_of_sample", result_json(walkforward, &choice->out_of_sample));
    return object;
}

static json_t *stability_json(const struct walkforward *walkforward, const uint64_t *points,
                              uint32_t count) {
    const struct space *space = &walkforward->sweep.space;
    json_t *object = json_object();
    for (uint32_t axis = 0; axis < space->axis_count; axis++) {
        struct stability stability;
        json_t *row = json_object();
        stability_of(space, axis, points, count, &stability);
        json_object_set_new(row, "mean", number_of(stability.mean));
        json_object_set_new(row, "deviation", number_of(stability.deviation));
        json_object_set_new(row, "low", number_of(stability.low));
        json_object_set_new(row, "high", number_of(stability.high));
        json_object_set_new(row, "different", json_integer(stability.distinct));
        json_object_set_new(row, "mean_step", number_of(stability.step));
        json_object_set_new(object, space->table[space->axes[axis].param].name, row);
    }
    return object;
}

static void add_walk(const struct walkforward *walkforward, json_t *object) {
    const struct score_result *total = &walkforward->account.total;
    json_t *windows = json_array();
    for (uint32_t w = walkforward->first_choice; w < walkforward->window_count; w++)
        json_array_append_new(windows, window_json(walkforward, &walkforward->choices[w]));
    json_object_set_new(object, "windows", windows);
    json_object_set_new(object, "account", result_json(walkforward, total));
    json_object_set_new(object, "psr", number_of(probability(walkforward, total)));
    json_object_set_new(object, "positive_windows", number_of(positive_share(walkforward)));
    json_object_set_new(object, "in_cagr", number_of(walkforward->in_cagr));
    json_object_set_new(object, "in_objective", number_of(walkforward->in_objective));
    json_object_set_new(object, "efficiency",
                        number_of(stability_efficiency(total->cagr, walkforward->in_cagr)));
    json_object_set_new(object, "stability",
                        stability_json(walkforward, chosen_points(walkforward),
                                       walkforward->window_count - walkforward->first_choice));
}

static void add_paths(const struct walkforward *walkforward, json_t *object) {
    const struct cpcv *cpcv = &walkforward->cpcv;
    json_t *paths = json_array(), *splits = json_array();
    for (uint32_t p = 0; p < cpcv->paths; p++) {
        const struct walkforward_path *path = &walkforward->paths[p];
        json_t *row = json_object(), *params = json_array();
        for (uint32_t g = 0; g < cpcv->groups; g++)
            json_array_append_new(params, params_json(walkforward, path->points[g]));
        json_object_set_new(row, "params", params);
        json_object_set_new(row, "account", result_json(walkforward, &path->account.total));
        json_array_append_new(paths, row);
    }
    for (uint32_t s = 0; s < cpcv->splits; s++) {
        json_t *row = json_object();
        json_object_set_new(row, "tested", json_integer(cpcv_split(cpcv, s)));
        json_object_set_new(row, "params", params_json(walkforward, walkforward->split_points[s]));
        json_object_set_new(row, "in_objective", number_of(walkforward->split_in[s]));
        json_object_set_new(row, "out_objective", number_of(walkforward->split_out[s]));
        json_array_append_new(splits, row);
    }
    json_object_set_new(object, "groups", json_integer(cpcv->groups));
    json_object_set_new(object, "test_groups", json_integer(cpcv->tests));
    json_object_set_new(object, "splits", splits);
    json_object_set_new(object, "paths", paths);
    json_object_set_new(object, "stability",
                        stability_json(walkforward, walkforward->split_points, cpcv->splits));
}

int walkforward_json(const struct walkforward *walkforward) {
    json_t *object = json_object();
    json_object_set_new(object, "method", json_string(method_names[walkforward->method]));
    json_object_set_new(object, "objective", json_string(objective_name(walkforward)));
    json_object_set_new(object, "trials", json_integer((json_int_t)walkforward->trials));
    json_object_set_new(object, "bars", json_integer((json_int_t)walkforward->log.bars));
    if (walkforward->method == WALKFORWARD_COMBINATORIAL)
        add_paths(walkforward, object);
    else
        add_walk(walkforward, object);
    int rc = json_dumpf(object, stdout, JSON_COMPACT | JSON_REAL_PRECISION(17));
    json_decref(object);
    printf("\n");
    return rc < 0 ? ERR_SET(ERR_IO, "the JSON could not be written") : 0;
}
