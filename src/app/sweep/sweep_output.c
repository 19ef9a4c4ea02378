// SPDX-License-Identifier: Apache-2.0
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/plot/plot.h"
#include "app/sweep/sweep_doubt.h"
#include "app/terminal.h"

enum { HEATMAP_SIDE_MAX = 400 };

void sweep_point_print(const struct sweep *sweep, uint64_t point, struct text *out) {
    double values[PARAMS_MAX];
    const char *gap = "";
    space_values(&sweep->space, point, values);
    for (uint32_t i = 0; i < sweep->space.axis_count; i++) {
        uint32_t param = sweep->space.axes[i].param;
        text_printf(out, "%s%s=", gap, sweep->space.table[param].name);
        params_print_value(&sweep->space.table[param], values[param], out);
        gap = " ";
    }
}

static uint64_t by_events(const struct sweep *sweep) {
    uint64_t count = 0;
    for (uint64_t i = 0; i < sweep->done; i++)
        count += sweep->rows[i].result.engine == SCORE_BY_EVENTS;
    return count;
}

static void tell_work(const struct sweep *sweep) {
    char trials[32], bars[32], done[32];
    const struct plan *plan = &sweep->plan;
    printf("%s of %s combinations, %s %s each, on %u threads: %.2f s",
           thousands(done, (int64_t)sweep->done), thousands(trials, (int64_t)plan->count),
           thousands(bars, (int64_t)sweep->log.bars), "bars", sweep->threads, sweep->seconds);
    if (sweep->done > sweep->resumed && sweep->seconds > 0)
        printf(" (%.4g combinations/s)", (double)(sweep->done - sweep->resumed) / sweep->seconds);
    printf("\nsearch %s: %" PRIu64 " points looked at, --where left out %" PRIu64
           ", the strategy refused %" PRIu64 "\n",
           plan_method_name(sweep->plan_config.method), plan->considered, plan->outside,
           plan->refused);
    if (sweep->refusal != NULL)
        printf("every trial on the event engine: %s\n", sweep->refusal);
    else
        printf("%" PRIu64 " trials in lanes, %" PRIu64 " on the event engine\n",
               sweep->done - by_events(sweep), by_events(sweep));
    printf("memory: %zu MiB allowed; data %zu MiB, results %zu MiB; blocks of %u trials\n",
           sweep->memory >> 20, sweep->log.size >> 20,
           (size_t)(plan->count * sizeof *sweep->rows) >> 20, sweep->unit);
}

static void print_row(const struct sweep *sweep, struct table *table, uint64_t rank) {
    const struct sweep_row *row = &sweep->rows[sweep->ranking[rank]];
    const struct score_result *result = &row->result;
    char money[DECIMAL_TEXT_SIZE];
    struct text point;
    text_init(&point, 4096);
    sweep_point_print(sweep, row->point, &point);
    decimal_print(money, sizeof money,
                  decimal_div_round(result->equity.m, 1000000, ROUND_HALF_EVEN),
                  sweep_money_decimals(sweep) - 6);
    table_cell(table, "%" PRIu64, rank + 1);
    table_cell(table, "%s", text_string(&point));
    table_cell(table, "%.6g", sweep_objective(sweep, result));
    table_cell(table, "%.2f %%", 100 * result->total_return);
    table_cell(table, "%.3f", result->sharpe);
    table_cell(table, "%.2f %%", 100 * result->max_drawdown);
    table_cell(table, "%" PRIu64, result->trades);
    table_cell(table, "%s", money);
    text_fini(&point);
}

void sweep_print(const struct sweep *sweep, const struct sweep_doubt *doubt) {
    uint64_t count = sweep->ranked < sweep->top ? sweep->ranked : sweep->top;
    struct table table;
    char header[128];
    snprintf(header, sizeof header, ">#|parameters|>%s|>return|>sharpe|>drawdown|>trades|>equity",
             score_measures[sweep->objective].name);
    tell_work(sweep);
    if (sweep->has_require)
        printf("--require is met by %" PRIu64 " of %" PRIu64 "\n", sweep->ranked, sweep->done);
    printf("\n");
    table_init(&table, header);
    for (uint64_t i = 0; i < count; i++) print_row(sweep, &table, i);
    table_print(&table, stdout);
    if (sweep->ranked > 0 && !sweep->interrupted) sweep_doubt_print(sweep, doubt);
}

static json_t *number_of(double value) {
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *row_json(const struct sweep *sweep, uint64_t rank) {
    const struct sweep_row *row = &sweep->rows[sweep->ranking[rank]];
    double values[SCORE_MEASURES], params[PARAMS_MAX];
    char hash[32], money[DECIMAL_TEXT_SIZE];
    json_t *object = json_object(), *inputs = json_object();
    score_measure_values(&row->result, sweep_money_decimals(sweep), values);
    space_values(&sweep->space, row->point, params);
    for (uint32_t i = 0; i < sweep->space.axis_count; i++) {
        uint32_t param = sweep->space.axes[i].param;
        struct text value;
        text_init(&value, 256);
        params_print_value(&sweep->space.table[param], params[param], &value);
        json_object_set_new(inputs, sweep->space.table[param].name,
                            json_string(text_string(&value)));
        text_fini(&value);
    }
    json_object_set_new(object, "params", inputs);
    for (int i = 0; i < SCORE_MEASURES; i++)
        json_object_set_new(object, score_measures[i].name, number_of(values[i]));
    decimal_print(money, sizeof money, row->result.equity.m, sweep_money_decimals(sweep));
    json_object_set_new(object, "equity", json_string(money));
    decimal_print(money, sizeof money, row->result.fees.m, sweep_money_decimals(sweep));
    json_object_set_new(object, "fees", json_string(money));
    snprintf(hash, sizeof hash, "%016" PRIx64, row->result.fills_hash);
    json_object_set_new(object, "fills_hash", json_string(hash));
    return object;
}

int sweep_json(const struct sweep *sweep, const struct sweep_doubt *doubt) {
    uint64_t count = sweep->ranked < sweep->top ? sweep->ranked : sweep->top;
    json_t *object = json_object(), *top = json_array();
    json_object_set_new(object, "trials", json_integer((json_int_t)sweep->done));
    json_object_set_new(object, "planned", json_integer((json_int_t)sweep->plan.count));
    json_object_set_new(object, "points", json_integer((json_int_t)sweep->plan.considered));
    json_object_set_new(object, "search", json_string(plan_method_name(sweep->plan_config.method)));
    json_object_set_new(object, "objective", json_string(score_measures[sweep->objective].name));
    json_object_set_new(object, "bars", json_integer((json_int_t)sweep->log.bars));
    json_object_set_new(object, "admitted", json_integer((json_int_t)sweep->ranked));
    if (sweep->ranked > 0 && !sweep->interrupted && doubt->level != SWEEP_DOUBT_OFF)
        json_object_set_new(object, "doubt", sweep_doubt_json(sweep, doubt));
    for (uint64_t i = 0; i < count; i++) json_array_append_new(top, row_json(sweep, i));
    json_object_set_new(object, "top", top);
    int rc = json_dumpf(object, stdout, JSON_COMPACT | JSON_REAL_PRECISION(17));
    json_decref(object);
    printf("\n");
    return rc < 0 ? ERR_SET(ERR_IO, "the JSON could not be written") : 0;
}

static const char *label(const void *context, bool row, size_t index) {
    static char text[64];
    const struct space *space = &((const struct sweep *)context)->space;
    const struct space_axis *axis = &space->axes[row ? 0 : 1];
    struct text value;
    text_init(&value, sizeof text);
    params_print_value(&space->table[axis->param], axis->values[index], &value);
    snprintf(text, sizeof text, "%s", text_string(&value));
    text_fini(&value);
    return text;
}

// The objective over the first two axes; of further axes, the best of all.
int sweep_heatmap(const struct sweep *sweep, const char *path) {
    const struct space *space = &sweep->space;
    if (space->axis_count < 2)
        return ERR_SET(ERR_ARGUMENT, "--heatmap needs two parameters that vary");
    size_t rows = space->axes[0].count, columns = space->axes[1].count;
    if (rows > HEATMAP_SIDE_MAX || columns > HEATMAP_SIDE_MAX)
        return ERR_SET(ERR_ARGUMENT, "--heatmap: %zu x %zu cells are over %d a side", rows, columns,
                       HEATMAP_SIDE_MAX);
    double *values = malloc(rows * columns * sizeof *values);
    if (values == NULL) return ERR_SET(ERR_NOMEM, "no memory for the heat map");
    for (size_t i = 0; i < rows * columns; i++) values[i] = NAN;
    for (uint64_t i = 0; i < sweep->ranked; i++) {
        const struct sweep_row *row = &sweep->rows[sweep->ranking[i]];
        uint32_t at[PARAMS_MAX];
        space_coordinates(space, row->point, at);
        double *cell = &values[at[0] * columns + at[1]];
        if (isnan(*cell)) *cell = sweep_objective(sweep, &row->result);
    }
    char title[256], subtitle[128];
    snprintf(title, sizeof title, "%s: %s by %s (down) and %s (across)",
             sweep->run->strategies[0].strategy->name, score_measures[sweep->objective].name,
             space->table[space->axes[0].param].name, space->table[space->axes[1].param].name);
    snprintf(subtitle, sizeof subtitle, "%" PRIu64 " combinations%s", sweep->done,
             space->axis_count > 2 ? "; the best over the other parameters" : "");
    struct plot_matrix matrix = {.title = title,
                                 .subtitle = subtitle,
                                 .values = values,
                                 .rows = rows,
                                 .columns = columns,
                                 .label = label,
                                 .context = sweep};
    int rc = plot_write_matrix(&matrix, path);
    free(values);
    return rc;
}
