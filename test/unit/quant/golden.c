// SPDX-License-Identifier: Apache-2.0
#include "golden.h"

#include <jansson.h>
#include <math.h>
#include <stdbool.h>

#include "harness.h"

static json_t *expected(void) {
    static json_t *root;
    if (root == NULL)
        root = json_load_file(harness_shared("golden/performance/expected.json"), 0, NULL);
    assert_non_null(root);
    return root;
}

const struct golden *golden_load(enum golden_set set) {
    static struct golden golden;
    bool daily = set == GOLDEN_DAILY;
    golden = (struct golden){.section = daily ? "daily_equalweight_vs_SPY" : "bacon_monthly",
                             .periods = daily ? 252 : 12,
                             .rf = daily ? 0.02 : 0};
    FILE *file = fopen(harness_shared(daily ? "golden/performance/returns_daily.csv"
                                            : "golden/performance/bacon_monthly.csv"),
                       "r");
    assert_non_null(file);
    char line[256];
    assert_non_null(fgets(line, sizeof line, file));
    assert_non_null(strstr(line, ",port,bench"));
    while (fgets(line, sizeof line, file) != NULL) {
        size_t row = golden.count++;
        assert_true(row < GOLDEN_ROWS_MAX);
        assert_int_equal(sscanf(line, "%23[^,],%lf,%lf", golden.labels[row], &golden.returns[row],
                                &golden.benchmark[row]),
                         3);
    }
    fclose(file);
    // The months have no dates; the expected ones count them from 1, the file from 0.
    for (size_t row = 0; !daily && row < golden.count; row++)
        snprintf(golden.labels[row], GOLDEN_LABEL_MAX, "%zu", row + 1);
    return &golden;
}

static json_t *find(const struct golden *golden, const char *key) {
    json_t *node = json_object_get(expected(), golden->section);
    char path[128];
    snprintf(path, sizeof path, "%s", key);
    for (char *rest = path, *part; node != NULL && (part = strsep(&rest, "/")) != NULL;)
        node = json_object_get(node, part);
    if (node == NULL) fail_msg("no %s in %s", key, golden->section);
    return node;
}

double golden_number(const struct golden *golden, const char *key) {
    json_t *node = find(golden, key);
    return json_is_null(node) ? NAN : json_number_value(node);
}

const char *golden_text(const struct golden *golden, const char *key) {
    json_t *node = find(golden, key);
    return json_is_null(node) ? "" : json_string_value(node);
}

void golden_equal(const struct golden *golden, const char *key, double actual) {
    double wanted = golden_number(golden, key);
    if (!(fabs(actual - wanted) <= 1e-10 * fabs(wanted)))
        fail_msg("%s: %.17g, expected %.17g", key, actual, wanted);
}

size_t golden_panel(const char *path, size_t columns, double *ret) {
    FILE *file = fopen(harness_shared(path), "r");
    assert_non_null(file);
    static char line[4096];
    size_t rows = 0;
    assert_non_null(fgets(line, sizeof line, file));
    for (; fgets(line, sizeof line, file) != NULL; rows++) {
        assert_true(rows < GOLDEN_ROWS_MAX);
        char *at = strchr(line, ',');
        for (size_t j = 0; j < columns; j++) {
            assert_non_null(at);
            ret[j * GOLDEN_ROWS_MAX + rows] = strtod(at + 1, &at);
        }
    }
    fclose(file);
    return rows;
}

static json_t *file_node(json_t *root, const char *path, const char *key) {
    json_t *node = root;
    char rest[128];
    snprintf(rest, sizeof rest, "%s", key);
    char *at = rest;
    for (char *part; node != NULL && (part = strsep(&at, "/")) != NULL;)
        node = json_object_get(node, part);
    if (node == NULL) fail_msg("no %s in %s", key, path);
    return node;
}

double golden_file_number(const char *path, const char *key) {
    json_t *root = json_load_file(harness_shared(path), 0, NULL);
    assert_non_null(root);
    double number = json_number_value(file_node(root, path, key));
    json_decref(root);
    return number;
}

void golden_file_numbers(const char *path, const char *key, size_t count, double *ret) {
    json_t *root = json_load_file(harness_shared(path), 0, NULL);
    assert_non_null(root);
    json_t *array = file_node(root, path, key);
    assert_int_equal(json_array_size(array), count);
    for (size_t i = 0; i < count; i++) ret[i] = json_number_value(json_array_get(array, i));
    json_decref(root);
}
