// SPDX-License-Identifier: Apache-2.0
// Answers of `fulmar portfolio` as JSON and as tables.
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/plot/plot.h"
#include "app/portfolio/portfolio_call.h"
#include "app/terminal.h"

// A number, null where there is none.
static json_t *number_of(double value) {
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *by_asset(const struct portfolio_call *call, const double *values) {
    json_t *object = json_object();
    for (size_t i = 0; i < call->input.count; i++)
        json_object_set_new(object, call->input.names[i], number_of(values[i]));
    return object;
}

// Residuals that do not apply are left out.
static json_t *certificate_of(const struct qp_certificate *certificate) {
    const struct {
        const char *name;
        double value;
    } parts[] = {{"stationarity", certificate->stationarity},
                 {"feasibility", certificate->feasibility},
                 {"sign", certificate->sign},
                 {"complementarity", certificate->complementarity}};
    json_t *object = json_object();
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (!isnan(parts[i].value))
            json_object_set_new(object, parts[i].name, json_real(parts[i].value));
    return object;
}

static void add_result(const struct portfolio_call *call, const struct portfolio_result *result,
                       json_t *object) {
    json_object_set_new(object, "weights", by_asset(call, result->weights));
    json_object_set_new(object, "mean", number_of(result->mean));
    json_object_set_new(object, "vol", number_of(result->vol));
    json_object_set_new(object, "sharpe", number_of(result->sharpe));
    json_object_set_new(object, "certificate", certificate_of(&result->certificate));
}

void portfolio_output_json(const struct portfolio_call *call) {
    json_t *object = json_object(), *list = json_array();
    for (size_t k = 0; call->results != NULL && call->points > 1 && k < call->points; k++) {
        json_t *point = json_object();
        add_result(call, &call->results[k], point);
        json_array_append_new(list, point);
    }
    if (call->points > 1) json_object_set(object, "points", list);
    if (call->points == 1 && call->results != NULL) add_result(call, call->results, object);
    json_decref(list);
    for (size_t k = 0; k < call->vector_count; k++)
        json_object_set_new(object, call->vector_names[k], by_asset(call, call->vectors[k]));
    for (size_t k = 0; k < call->number_count; k++)
        json_object_set_new(object, call->number_names[k], number_of(call->numbers[k]));
    if (!isnan(call->input.shrinkage))
        json_object_set_new(object, "shrinkage", json_real(call->input.shrinkage));
    if (call->order != NULL) {
        json_t *order = json_array();
        for (size_t i = 0; i < call->input.count; i++)
            json_array_append_new(order, json_string(call->input.names[call->order[i]]));
        json_object_set_new(object, "order", order);
    }
    json_dumpf(object, stdout, JSON_COMPACT | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(17));
    putchar('\n');
    json_decref(object);
}

static double residual_of(const struct qp_certificate *certificate) {
    return fmax(fmax(certificate->stationarity, certificate->feasibility),
                fmax(certificate->sign, certificate->complementarity));
}

static void print_moments(const struct portfolio_call *call) {
    const struct portfolio_result *result = call->results;
    double residual = residual_of(&result->certificate);
    printf("\n");
    if (!isnan(result->mean)) printf("mean %.6f  ", result->mean);
    printf("vol %.6f", result->vol);
    if (!isnan(result->sharpe)) printf("  sharpe %.4f", result->sharpe);
    if (!isnan(residual)) printf("  residual %.2g", residual);
    printf("\n");
}

static bool is_count(const char *name) {
    return strcmp(name, "cluster") == 0 || strcmp(name, "price") == 0 || strcmp(name, "units") == 0;
}

static void print_weights(const struct portfolio_call *call) {
    struct table table;
    char header[512] = "asset|>weight";
    for (size_t k = 0; k < call->vector_count; k++) {
        size_t len = strlen(header);
        snprintf(header + len, sizeof header - len, "|>%s", call->vector_names[k]);
    }
    for (char *c = header; *c != '\0'; c++)
        if (*c == '_') *c = ' ';
    table_init(&table, header);
    for (size_t i = 0; i < call->input.count; i++) {
        table_cell(&table, "%s", call->input.names[i]);
        table_cell(&table, "%.6f", call->results->weights[i]);
        for (size_t k = 0; k < call->vector_count; k++) {
            table_cell(&table, is_count(call->vector_names[k]) ? "%.10g" : "%.6f",
                       call->vectors[k][i]);
        }
    }
    table_print(&table, stdout);
    print_moments(call);
}

static void print_points(const struct portfolio_call *call) {
    struct table table;
    table_init(&table, ">point|>mean|>vol|>sharpe|>assets|>residual");
    for (size_t k = 0; k < call->points; k++) {
        const struct portfolio_result *point = &call->results[k];
        size_t held = 0;
        for (size_t i = 0; i < call->input.count; i++) held += fabs(point->weights[i]) > 1e-9;
        table_cell(&table, "%zu", k + 1);
        table_cell(&table, "%.6f", point->mean);
        table_cell(&table, "%.6f", point->vol);
        table_cell(&table, "%.4f", point->sharpe);
        table_cell(&table, "%zu", held);
        table_cell(&table, "%.2g", residual_of(&point->certificate));
    }
    table_print(&table, stdout);
    printf("\nThe weights of each point are in --json and --plot.\n");
}

void portfolio_output_table(const struct portfolio_call *call) {
    if (call->results != NULL && call->points > 1) print_points(call);
    if (call->results != NULL && call->points == 1) print_weights(call);
    for (size_t k = 0; k < call->number_count; k++) {
        char name[64];
        snprintf(name, sizeof name, "%s", call->number_names[k]);
        for (char *c = name; *c != '\0'; c++)
            if (*c == '_') *c = ' ';
        printf("%s %.8g\n", name, call->numbers[k]);
    }
    if (!isnan(call->input.shrinkage)) printf("shrinkage %.6f\n", call->input.shrinkage);
}

static const char *label_of(const void *context, bool row, size_t index) {
    const struct portfolio_call *call = context;
    if (row) return call->input.names[index];
    return index == 0 ? "weight" : "risk share";
}

static int plot_weights(struct portfolio_call *call, const char *title, const char *path) {
    size_t n = call->input.count;
    double *values = ARENA_NEW(&call->input.arena, double, 2 * n);
    if (values == NULL) return ERR_NOMEM;
    const double *share = NULL;
    for (size_t k = 0; k < call->vector_count; k++)
        if (strcmp(call->vector_names[k], "risk_share") == 0) share = call->vectors[k];
    for (size_t i = 0; i < n; i++) {
        values[2 * i] = call->results->weights[i];
        values[2 * i + 1] = share != NULL ? share[i] : NAN;
    }
    struct plot_matrix plot = {.title = title,
                               .subtitle = "weights and shares of the variance",
                               .values = values,
                               .rows = n,
                               .columns = 2,
                               .label = label_of,
                               .context = call};
    return plot_write_matrix(&plot, path);
}

// The assets that are largest somewhere along the frontier, at most as many as a panel has lines.
static void add_largest(const struct portfolio_call *call, double *columns,
                        struct plot_panel *panel) {
    size_t n = call->input.count;
    double largest[PORTFOLIO_ASSETS_MAX] = {0};
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < call->points; k++) {
            columns[i * call->points + k] = call->results[k].weights[i];
            largest[i] = fmax(largest[i], fabs(call->results[k].weights[i]));
        }
    while (panel->line_count < PLOT_LINES_MAX) {
        size_t best = 0;
        for (size_t i = 1; i < n; i++)
            if (largest[i] > largest[best]) best = i;
        if (!(largest[best] > 0)) break;
        largest[best] = 0;
        panel->lines[panel->line_count++] = (struct plot_line){
            .name = call->input.names[best], .values = columns + best * call->points};
    }
}

static int plot_frontier(struct portfolio_call *call, const char *title, const char *path) {
    size_t points = call->points;
    double *moments = ARENA_NEW(&call->input.arena, double, 3 * points);
    double *columns = ARENA_NEW(&call->input.arena, double, points * call->input.count);
    if (moments == NULL || columns == NULL) return ERR_NOMEM;
    for (size_t k = 0; k < points; k++) {
        moments[k] = call->results[k].mean;
        moments[points + k] = call->results[k].vol;
        moments[2 * points + k] = call->results[k].sharpe;
    }
    struct plot plot = {.title = title,
                        .subtitle = "from the least variance to the largest return, by point",
                        .count = points,
                        .panel_count = 3};
    plot.panels[0] = (struct plot_panel){
        .lines = {{.name = "mean", .values = moments}, {.name = "vol", .values = moments + points}},
        .line_count = 2};
    plot.panels[1] = (struct plot_panel){
        .lines = {{.name = "sharpe", .values = moments + 2 * points}}, .line_count = 1};
    add_largest(call, columns, &plot.panels[2]);
    return plot_write(&plot, path);
}

int portfolio_output_plot(struct portfolio_call *call, const char *path) {
    char title[96];
    if (call->results == NULL)
        return ERR_SET(ERR_ARGUMENT, "--plot has no effect on %s; leave it out",
                       call->args->operands[0]);
    snprintf(title, sizeof title, "portfolio %s", call->args->operands[0]);
    return call->points > 1 ? plot_frontier(call, title, path) : plot_weights(call, title, path);
}
