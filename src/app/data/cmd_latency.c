// SPDX-License-Identifier: Apache-2.0
// fulmar data latency: how long orders that were really sent took, and the latency models that fit them.
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/commands.h"
#include "app/data/latency_file.h"
#include "app/terminal.h"
#include "base/timestamp.h"
#include "quant/math/fit.h"

#define ARENA_SIZE ((size_t)1 << 34) // address space
enum { ENTRY, REPORT, WAYS };
enum { SHOWN = 5, NAME_SIZE = 128 };

static int run_latency(const struct args *args);

static const struct option OPTIONS[] = {
    {"fit", NULL, NULL, "fit the latency models, and tell how well each does"},
};

const struct command command_data_latency = {
    .name = "data latency",
    .summary = "show how long recorded orders took, and fit latency models to them",
    .operands = "FILE.csv",
    .details =
        "The file has columns sent, arrived and answered (or req_ts, exch_ts and resp_ts), "
        "nanoseconds since 1970, one order a row, as --latency recorded reads it. --fit finds each "
        "model's parameters by maximum likelihood, there and back apart, and prints the option of "
        "fulmar backtest. Kolmogorov's p takes the parameters as given: a small one speaks against "
        "a model, a large one not for it. Of models compare the log likelihoods.",
    .example = "fulmar data latency orders.csv --fit",
    .options = OPTIONS,
    .option_count = sizeof OPTIONS / sizeof OPTIONS[0],
    .run = run_latency,
};

struct way {
    double *seconds; // rising
    size_t count;
    struct fit fits[FIT_FAMILIES];
    bool fitted[FIT_FAMILIES];
    char why[FIT_FAMILIES][256]; // where it is not
};

static const char *const way_names[WAYS] = {"entry", "report"};
// What the models call the fit's parameters, and whether the first one is a least time.
static const char *const param_names[FIT_FAMILIES][2] = {
    [FIT_EXPONENTIAL] = {"min", "mean"},
    [FIT_GAMMA] = {"mean", "shape"},
    [FIT_LOGNORMAL] = {"median", "sigma"},
    [FIT_PARETO] = {"min", "alpha"},
};

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int make_way(struct arena *arena, const struct lag_series *series, int which,
                    struct way *way) {
    way->count = series->count;
    way->seconds = ARENA_NEW(arena, double, series->count);
    if (way->seconds == NULL) return ERR_NOMEM;
    for (size_t i = 0; i < series->count; i++) {
        int64_t ns = which == ENTRY ? series->arrived_ns[i] - series->sent_ns[i]
                                    : series->answered_ns[i] - series->arrived_ns[i];
        way->seconds[i] = (double)ns / 1e9;
    }
    qsort(way->seconds, way->count, sizeof *way->seconds, by_value);
    return 0;
}

static void fit_way(struct way *way) {
    for (enum fit_family family = 0; family < FIT_FAMILIES; family++) {
        int rc = fit_make(family, way->seconds, way->count, &way->fits[family]);
        way->fitted[family] = rc == 0;
        if (rc < 0) snprintf(way->why[family], sizeof way->why[family], "%s", err_story());
        if (rc < 0) err_clear();
    }
}

// Least, median, nine in ten, 99 in 100, greatest: the value at the rank rounded up.
static void shown_of(const struct way *way, double ret_shown[SHOWN]) {
    static const double shares[SHOWN] = {0, 0.5, 0.9, 0.99, 1};
    for (int i = 0; i < SHOWN; i++) {
        size_t rank = (size_t)ceil(shares[i] * (double)way->count);
        ret_shown[i] = way->seconds[rank > 0 ? rank - 1 : 0];
    }
}

static double mean_of(const struct way *way) {
    double sum = 0;
    for (size_t i = 0; i < way->count; i++) sum += way->seconds[i];
    return sum / (double)way->count;
}

// "entry_min=1200000ns,entry_mean=300000ns".
static void add_params(struct text *out, const struct way *way, int which, enum fit_family family) {
    const struct fit *fit = &way->fits[family];
    bool is_time = family == FIT_EXPONENTIAL;
    text_printf(out, "%s_%s=%.0fns,%s_%s=", way_names[which], param_names[family][0], fit->a * 1e9,
                way_names[which], param_names[family][1]);
    text_printf(out, is_time ? "%.0fns" : "%.6g", is_time ? fit->b * 1e9 : fit->b);
}

// The option of a backtest, where both ways are fitted.
static bool add_option(struct text *out, const struct way *ways, enum fit_family family) {
    if (!ways[ENTRY].fitted[family] || !ways[REPORT].fitted[family]) return false;
    text_printf(out, "%s:", fit_name(family));
    add_params(out, &ways[ENTRY], ENTRY, family);
    text_add(out, ",");
    add_params(out, &ways[REPORT], REPORT, family);
    return true;
}

static void print_ways(const struct way *ways) {
    struct table table;
    table_init(&table, "way|>orders|>least|>mean|>median|>90 %|>99 %|>greatest");
    for (int w = 0; w < WAYS; w++) {
        double shown[SHOWN];
        shown_of(&ways[w], shown);
        table_cell(&table, "%s", w == ENTRY ? "there" : "back");
        table_cell(&table, "%zu", ways[w].count);
        table_cell(&table, "%.6f ms", shown[0] * 1e3);
        table_cell(&table, "%.6f ms", mean_of(&ways[w]) * 1e3);
        for (int i = 1; i < SHOWN; i++) table_cell(&table, "%.6f ms", shown[i] * 1e3);
    }
    table_print(&table, stdout);
}

static void print_fit(struct table *table, const struct way *way, int which,
                      enum fit_family family) {
    const struct fit *fit = &way->fits[family];
    table_cell(table, "%s", fit_name(family));
    table_cell(table, "%s", which == ENTRY ? "there" : "back");
    if (!way->fitted[family]) {
        for (int i = 0; i < 3; i++) table_cell(table, "-");
        table_cell(table, "%s", way->why[family]);
        return;
    }
    table_cell(table, "%.3f", fit->log_likelihood);
    table_cell(table, "%.6f", fit->ks);
    table_cell(table, "%.4g", fit->p);
    struct text params;
    text_init(&params, 512);
    add_params(&params, way, which, family);
    table_cell(table, "%s", text_string(&params));
    text_fini(&params);
}

static void print_fits(const struct way *ways) {
    struct table table;
    putchar('\n');
    table_init(&table, "model|way|>log likelihood|>KS|>p|parameters");
    for (enum fit_family family = 0; family < FIT_FAMILIES; family++)
        for (int w = 0; w < WAYS; w++) print_fit(&table, &ways[w], w, family);
    table_print(&table, stdout);
    putchar('\n');
    for (enum fit_family family = 0; family < FIT_FAMILIES; family++) {
        struct text option;
        text_init(&option, 1024);
        if (add_option(&option, ways, family)) printf("--latency %s\n", text_string(&option));
        text_fini(&option);
    }
}

static json_t *way_json(const struct way *way) {
    static const char *const names[SHOWN] = {"min", "median", "p90", "p99", "max"};
    json_t *root = json_object();
    double shown[SHOWN];
    shown_of(way, shown);
    json_object_set_new(root, "orders", json_integer((json_int_t)way->count));
    json_object_set_new(root, "mean", json_real(mean_of(way)));
    for (int i = 0; i < SHOWN; i++) json_object_set_new(root, names[i], json_real(shown[i]));
    return root;
}

static json_t *fit_json(const struct way *ways, enum fit_family family) {
    json_t *root = json_object();
    json_object_set_new(root, "model", json_string(fit_name(family)));
    for (int w = 0; w < WAYS; w++) {
        const struct fit *fit = &ways[w].fits[family];
        json_t *way = json_object();
        if (ways[w].fitted[family]) {
            json_object_set_new(way, param_names[family][0], json_real(fit->a));
            json_object_set_new(way, param_names[family][1], json_real(fit->b));
            json_object_set_new(way, "log_likelihood", json_real(fit->log_likelihood));
            json_object_set_new(way, "ks", json_real(fit->ks));
            json_object_set_new(way, "p", json_real(fit->p));
        } else {
            json_object_set_new(way, "why_not", json_string(ways[w].why[family]));
        }
        json_object_set_new(root, way_names[w], way);
    }
    struct text option;
    text_init(&option, 1024);
    if (add_option(&option, ways, family))
        json_object_set_new(root, "option", json_string(text_string(&option)));
    text_fini(&option);
    return root;
}

static void print_json(const struct way *ways, bool fit) {
    json_t *root = json_object(), *fits = json_array();
    for (int w = 0; w < WAYS; w++) json_object_set_new(root, way_names[w], way_json(&ways[w]));
    for (enum fit_family family = 0; fit && family < FIT_FAMILIES; family++)
        json_array_append_new(fits, fit_json(ways, family));
    json_object_set_new(root, "fits", fits);
    json_dumpf(root, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
    putchar('\n');
    json_decref(root);
}

static int run(const struct args *args, struct arena *arena) {
    struct lag_series series;
    struct way ways[WAYS] = {0};
    if (args->operand_count != 1)
        return ERR_SET(ERR_ARGUMENT, "give one file of orders, with columns sent, arrived and "
                                     "answered");
    TRY(latency_file_read(arena, args->operands[0], &series));
    for (int w = 0; w < WAYS; w++) {
        TRY(make_way(arena, &series, w, &ways[w]));
        if (args_has(args, "fit")) fit_way(&ways[w]);
    }
    if (args->json) {
        print_json(ways, args_has(args, "fit"));
        return 0;
    }
    print_ways(ways);
    if (args_has(args, "fit")) print_fits(ways);
    return 0;
}

static int run_latency(const struct args *args) {
    struct arena arena = {0};
    int rc = arena_init(&arena, ARENA_SIZE);
    if (rc == 0) rc = run(args, &arena);
    if (arena.base != NULL) arena_fini(&arena);
    return rc == 0 ? STATUS_DONE : rc == ERR_ARGUMENT ? STATUS_USAGE : STATUS_FAILED;
}
