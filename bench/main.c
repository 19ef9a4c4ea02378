// SPDX-License-Identifier: Apache-2.0
// fulmar-bench [--list] [--json] [--parts] [NAME...]
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "bench.h"

static const struct bench *const registry[] = {
    &bench_bar_engine,
    &bench_csv_import,
    &bench_tape_read,
    &bench_tape_events,
    &bench_portfolio_249,
    &bench_journal_append,
    &bench_journal_replay,
    &bench_cli_start,
    &bench_garch,
    &bench_hmm,
    &bench_l2_replay,
    &bench_l2_maker,
    &bench_mean_variance,
    &bench_option_iv,
    &bench_option_greeks,
    &bench_option_greeks_all,
    &bench_mc_var,
    &bench_var_update,
    &bench_risk_check,
    &bench_talib,
    &bench_streaming,
    &bench_l3_book,
    &bench_itch_parse,
    &bench_surface,
    &bench_json_frames,
    &bench_matching,
    &bench_footprint,
    &bench_microstructure,
    &bench_orchestra_249,
    &bench_decision_path,
    &bench_enhancements,
    &bench_http_echo,
    &bench_ws_fanout_1000,
    &bench_ws_fanout_10000,
    &bench_security_overhead,
    &bench_engine_under_load,
    &bench_session_kill,
    &bench_session_halt,
    &bench_session_order,
    &bench_session_rate,
    &bench_sweep_sma,
    &bench_sweep_minutes,
    &bench_sweep_others,
    &bench_walkforward,
    &bench_cscv,
    &bench_monte_carlo,
    &bench_run_statistics,
    &bench_zoom,
};
enum { COUNT = sizeof registry / sizeof registry[0] };

// Percentile of sorted samples toward the worse side: p99 of a rate is its slow end.
static double percentile(const struct bench_row *row, double p) {
    double place = (row->bigger_is_better ? 1 - p : p) * (double)(row->count - 1);
    size_t low = (size_t)place;
    size_t high = low + 1 < row->count ? low + 1 : low;
    return row->samples[low] + (place - (double)low) * (row->samples[high] - row->samples[low]);
}

static const char *cpu_model(void) {
    static char model[128] = "unknown";
    char line[256];
    FILE *file = fopen("/proc/cpuinfo", "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, "model name", 10) != 0) continue;
        const char *colon = strchr(line, ':');
        snprintf(model, sizeof model, "%.*s", (int)strcspn(colon + 2, "\n"), colon + 2);
        break;
    }
    if (file != NULL) fclose(file);
    return model;
}

static double ratio_of(const struct bench_row *row) {
    double ours = row->peer_ours > 0 ? row->peer_ours : percentile(row, 0.5);
    return row->bigger_is_better ? ours / row->peer_value : row->peer_value / ours;
}

static void print_json(const struct bench_row *row) {
    json_t *object =
        json_pack("{s:s,s:f,s:s,s:I,s:f,s:f}", "name", row->name, "value", percentile(row, 0.5),
                  "unit", row->unit, "samples", (json_int_t)row->count, "p50", percentile(row, 0.5),
                  "p99", percentile(row, 0.99));
    bool peer = row->peer[0] != '\0';
    json_object_set_new(object, "peer", peer ? json_string(row->peer) : json_null());
    json_object_set_new(object, "peer_version",
                        peer ? json_string(row->peer_version) : json_null());
    json_object_set_new(object, "peer_value", peer ? json_real(row->peer_value) : json_null());
    json_object_set_new(object, "ratio", peer ? json_real(ratio_of(row)) : json_null());
    json_object_set_new(object, "input_sha256", json_string(row->input_sha256));
    json_object_set_new(object, "result_check", json_string(row->result_check));
    json_object_set_new(object, "cpu", json_string(cpu_model()));
    json_object_set_new(object, "compiler", json_string(BENCH_COMPILER));
    json_object_set_new(object, "flags", json_string(BENCH_FLAGS));
    json_object_set_new(object, "commit",
                        json_string(getenv("FULMAR_COMMIT") ? getenv("FULMAR_COMMIT") : "unknown"));
    json_dumpf(object, stdout, JSON_COMPACT | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(6));
    putchar('\n');
    json_decref(object);
}

static void print_line(const struct bench_row *row) {
    printf("%-16s %12.4g %-9s p99 %10.4g  %zu samples", row->name, percentile(row, 0.5), row->unit,
           percentile(row, 0.99), row->count);
    if (row->peer[0] != '\0')
        printf("  %s %s: %.4g, ratio %.3gx", row->peer, row->peer_version, row->peer_value,
               ratio_of(row));
    printf("\n                 %s\n", row->result_check);
}

static int show(struct bench_row *row, int rc, bool json) {
    if (rc < 0 || row->count == 0) {
        fprintf(stderr, "%s: not measured\n", row->name);
        return 1;
    }
    (void)bench_sort(row->samples, row->count);
    if (json)
        print_json(row);
    else
        print_line(row);
    fflush(stdout);
    return rc > 0;
}

static int run_one(const struct bench *bench, bool json) {
    struct bench_row row = {.name = bench->name};
    int rc = bench->run(&row);
    return show(&row, rc, json);
}

static int run_part(const struct bench *bench, size_t part, bool json) {
    struct bench_row row = {.name = bench->part_name(part)};
    int rc = bench->run_part(part, &row);
    return show(&row, rc, json);
}

static int run_parts(const struct bench *bench, bool json) {
    int failed = 0;
    size_t count = bench->part_count != NULL ? bench->part_count() : 0;
    for (size_t part = 0; part < count; part++) failed += run_part(bench, part, json);
    return failed;
}

// A name, or what a group of names begins with: "journal" means journal_append and journal_replay.
static bool means(const char *word, const char *name) {
    size_t len = strlen(word);
    return strncmp(word, name, len) == 0 && (name[len] == '\0' || name[len] == '_');
}

static void list(void) {
    for (size_t k = 0; k < COUNT; k++)
        printf("%-16s %s\n", registry[k]->name, registry[k]->summary);
}

struct request {
    bool json, parts;
    int failed;
};

// "talib_sma": the part of that name of a benchmark of many.
static size_t run_named_part(const char *word, struct request *request) {
    for (size_t k = 0; k < COUNT; k++) {
        size_t len = strlen(registry[k]->name);
        if (registry[k]->part_count == NULL || strncmp(word, registry[k]->name, len) != 0) continue;
        for (size_t part = 0; part < registry[k]->part_count(); part++) {
            if (strcmp(registry[k]->part_name(part), word) != 0) continue;
            request->failed += run_part(registry[k], part, request->json);
            return 1;
        }
    }
    return 0;
}

// How many were found; those that failed are added.
static size_t run_named(const char *word, struct request *request) {
    size_t found = 0;
    for (size_t k = 0; k < COUNT; k++) {
        if (!means(word, registry[k]->name)) continue;
        if (request->parts)
            request->failed += run_parts(registry[k], request->json);
        else
            request->failed += run_one(registry[k], request->json);
        found++;
    }
    return found > 0 ? found : run_named_part(word, request);
}

static bool option(const char *word, struct request *request) {
    bool json = strcmp(word, "--json") == 0, parts = strcmp(word, "--parts") == 0;
    request->json = request->json || json;
    request->parts = request->parts || parts;
    return json || parts;
}

int main(int argc, char **argv) {
    struct request request = {0};
    bool named = false;
    for (int i = 1; i < argc; i++) (void)option(argv[i], &request);
    for (int i = 1; i < argc; i++) {
        if (option(argv[i], &request)) continue;
        named = true;
        if (strcmp(argv[i], "--list") == 0) {
            list();
        } else if (run_named(argv[i], &request) == 0) {
            fprintf(stderr, "there is no benchmark '%s'; --list names them\n", argv[i]);
            return 2;
        }
    }
    for (size_t k = 0; k < COUNT && !named; k++)
        request.failed += run_one(registry[k], request.json);
    return request.failed > 0;
}
