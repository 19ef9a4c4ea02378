// SPDX-License-Identifier: Apache-2.0
// The machine's outputs: one JSON object, CSV tables.
#include <string.h>

#include "report/print.h"
#include "report/report_state.h"

static void add_table(const struct report *report, size_t index, struct text *out);
static void add_lines(const struct report_lines *lines, struct text *out);

// Rows of one order, or of one strategy's day, are in the CSV file; a report of a million of them is no use to a reader
// of JSON.
static bool in_json(const struct fold *fold) {
    static const char *const long_tables[] = {"orders", "fills", "allocation"};
    for (size_t i = 0; i < sizeof long_tables / sizeof *long_tables; i++)
        if (strcmp(fold->name, long_tables[i]) == 0) return false;
    return true;
}

static void add_member(struct text *out, const char *name, const char *value) {
    text_printf(out, "\"%s\":", name);
    if (value == NULL)
        text_add(out, "null");
    else
        print_json_string(out, value);
    text_add_char(out, ',');
}

void report_json(const struct report *report, struct text *out) {
    text_add(out, "{\"format\":\"fulmar-report-1\",");
    add_member(out, "title", report->config.title);
    add_member(out, "currency", report_currency(report));
    add_member(out, "benchmark", report->config.benchmark);
    text_printf(out, "\"periods_per_year\":%u,", report->config.periods_per_year);
    text_add(out, "\"difference\":\"");
    print_exact(out, report->difference.m, report_money_decimals(report));
    text_add(out, "\",\"statistics\":{");
    for (size_t i = 0; i < report->statistics.count; i++) {
        const struct statistic *statistic = &report->statistics.items[i];
        text_printf(out, "%s\n\"%s\":", i > 0 ? "," : "", statistic->name);
        print_json_cell(out, statistic->unit, &statistic->value);
    }
    text_add(out, "},\n\"tables\":{");
    const char *separator = "";
    for (size_t i = 0; i < fold_count(); i++) {
        if (!report_has(report, i) || !in_json(fold_at(i))) continue;
        text_printf(out, "%s\n\"%s\":", separator, fold_at(i)->name);
        add_table(report, i, out);
        separator = ",";
    }
    text_add(out, "},\n\"assumptions\":[");
    add_lines(&report->assumptions, out);
    text_add(out, "],\n\"origin\":[");
    add_lines(&report->origins, out);
    text_add(out, "]}\n");
}

size_t report_rows(const struct report *report, const char *table) {
    int index = fold_find(table);
    if (index < 0 || !report_has(report, (size_t)index)) return 0;
    return fold_at((size_t)index)->rows(report->folds[index]);
}

int report_csv(const struct report *report, const char *table, struct text *out) {
    int index = fold_find(table);
    if (index < 0 || !report_has(report, (size_t)index))
        return ERR_SET(ERR_NOT_FOUND, "there is no table '%s' in a report", table);
    const struct fold *fold = fold_at((size_t)index);
    const void *self = report->folds[index];
    for (size_t c = 0; c < fold->column_count; c++)
        text_printf(out, "%s%s", c > 0 ? "," : "", fold->columns[c].name);
    text_add(out, "\r\n");
    size_t rows = fold->rows(self);
    for (size_t r = 0; r < rows; r++) {
        for (size_t c = 0; c < fold->column_count; c++) {
            struct fold_cell cell;
            fold->cell(self, r, c, &cell);
            if (c > 0) text_add_char(out, ',');
            print_csv_cell(out, fold->columns[c].unit, &cell);
        }
        text_add(out, "\r\n");
    }
    return 0;
}

static void add_table(const struct report *report, size_t index, struct text *out) {
    const struct fold *fold = fold_at(index);
    const void *self = report->folds[index];
    size_t rows = fold->rows(self);
    text_add_char(out, '[');
    for (size_t r = 0; r < rows; r++) {
        text_add(out, r > 0 ? ",\n{" : "\n{");
        for (size_t c = 0; c < fold->column_count; c++) {
            struct fold_cell cell;
            fold->cell(self, r, c, &cell);
            text_printf(out, "%s\"%s\":", c > 0 ? "," : "", fold->columns[c].name);
            print_json_cell(out, fold->columns[c].unit, &cell);
        }
        text_add_char(out, '}');
    }
    text_add_char(out, ']');
}

static void add_lines(const struct report_lines *lines, struct text *out) {
    for (size_t i = 0; i < lines->count; i++) {
        text_add(out, i > 0 ? ",\n{\"name\":" : "\n{\"name\":");
        print_json_string(out, lines->items[i].name);
        text_add(out, ",\"value\":");
        print_json_string(out, lines->items[i].value);
        text_add_char(out, '}');
    }
}
