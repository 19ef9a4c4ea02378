// SPDX-License-Identifier: Apache-2.0
// Tables of the page, from any fold.
#include <math.h>
#include <stdlib.h>

#include "base/check.h"
#include "report/print.h"
#include "report/report_state.h"

static bool is_shown(const struct fold *fold, size_t column) {
    return fold->details == NULL || !fold->details[column];
}

static bool is_left(enum fold_unit unit) {
    return unit == FOLD_TEXT;
}

static void add_head(const struct fold *fold, bool sort, struct text *out) {
    text_add(out, "<thead><tr>");
    for (size_t c = 0; c < fold->column_count; c++) {
        const struct fold_column *column = &fold->columns[c];
        if (!is_shown(fold, c)) continue;
        text_printf(out, "<th scope=\"col\"%s", is_left(column->unit) ? " class=\"l\"" : "");
        if (column->help != NULL) {
            text_add(out, " title=\"");
            print_html_string(out, column->help);
            text_add_char(out, '"');
        }
        text_add(out, sort ? "><button type=\"button\">" : ">");
        print_html_string(out, column->title);
        text_add(out, sort ? "</button></th>" : "</th>");
    }
    text_add(out, "</tr></thead>\n");
}

static double sort_key(enum fold_unit unit, const struct fold_cell *cell) {
    switch (unit) {
    case FOLD_RATIO:
    case FOLD_NUMBER:
        return cell->number;
    case FOLD_MONEY:
    case FOLD_EXACT:
        return money_to_double(MONEY(cell->exact), cell->decimals);
    default:
        return (double)cell->integer;
    }
}

// Gains and losses are told apart by their sign first, by colour second.
static const char *tone(const struct fold_column *column, const struct fold_cell *cell,
                        double key) {
    if (column->unit != FOLD_MONEY && column->unit != FOLD_RATIO) return "";
    if (!(key < 0) || cell->cost || cell->withheld != NULL) return "";
    return " class=\"neg\"";
}

static void add_cell(const struct fold_column *column, const struct fold_cell *cell,
                     int money_digits, bool sort, struct text *out) {
    bool undefined =
        (column->unit == FOLD_RATIO || column->unit == FOLD_NUMBER) && !isfinite(cell->number);
    if (column->unit == FOLD_TEXT && !cell->missing) {
        text_add(out, "<td class=\"l\">");
    } else if (cell->missing || undefined) {
        text_printf(out, "<td%s title=\"%s\">", is_left(column->unit) ? " class=\"l\"" : "",
                    undefined && !cell->missing ? "undefined: too few values, or a divisor of zero"
                                                : "there is none");
    } else {
        double key = sort_key(column->unit, cell);
        text_printf(out, "<td%s", tone(column, cell, key));
        if (sort) text_printf(out, " data-v=\"%.9g\"", key);
        text_add_char(out, '>');
    }
    print_human_cell(out, column->unit, cell, money_digits, true);
    text_add(out, "</td>");
}

void report_html_table(const struct report *report, const char *name, size_t max, bool sort,
                       struct text *out) {
    int index = fold_find(name);
    CHECK(index >= 0);
    const struct fold *fold = fold_at((size_t)index);
    const void *self = report->folds[index];
    size_t rows = fold->rows(self);
    text_printf(out,
                "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%s\"><table "
                "class=\"%s\" id=\"table-%s\"><caption>",
                fold->title, sort ? "sort" : "", fold->name);
    print_html_string(out, fold->summary);
    if (fold->details != NULL) text_add(out, " The CSV file has more columns.");
    if (rows > max) text_printf(out, " The first %zu of %zu; the CSV file has all.", max, rows);
    uint64_t left_out = fold->left_out == NULL ? 0 : fold->left_out(self);
    if (left_out > 0) text_printf(out, " %llu more are in no list.", (unsigned long long)left_out);
    text_add(out, "</caption>");
    add_head(fold, sort, out);
    text_add(out, "<tbody>\n");
    for (size_t r = 0; r < rows && r < max; r++) {
        text_add(out, "<tr>");
        for (size_t c = 0; c < fold->column_count; c++) {
            struct fold_cell cell;
            if (!is_shown(fold, c)) continue;
            fold->cell(self, r, c, &cell);
            add_cell(&fold->columns[c], &cell, report_money_digits(report), sort, out);
        }
        text_add(out, "</tr>\n");
    }
    text_add(out, "</tbody></table></div>\n");
}
