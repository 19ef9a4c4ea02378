// SPDX-License-Identifier: Apache-2.0
// How often each risk rule spoke.
#include "report/fold.h"

enum { RULE, VERDICT, COUNT, FIRST, LAST };

static const struct fold_column columns[] = {
    {"rule", "Rule", FOLD_TEXT, NULL},
    {"verdict", "Verdict", FOLD_TEXT,
     "veto: refused; shrink: cut; reduce: nothing may raise risk; halt: trading stopped"},
    {"count", "Times", FOLD_COUNT, NULL},
    {"first", "First", FOLD_TIME, "UTC"},
    {"last", "Last", FOLD_TIME, "UTC"},
};

static void *open_rows(const struct fold_view *view) {
    return (void *)view;
}

static size_t rows(const void *self) {
    const struct fold_view *view = self;
    return view->notes->rule_count;
}

static void cell(const void *self, size_t row, size_t column, struct fold_cell *ret_cell) {
    const struct fold_view *view = self;
    const struct note_rule *rule = &view->notes->rules[row];
    *ret_cell = (struct fold_cell){0};
    switch (column) {
    case RULE:
        ret_cell->text = rule->rule;
        break;
    case VERDICT:
        ret_cell->text = rule->verdict;
        break;
    case COUNT:
        ret_cell->integer = (int64_t)rule->count;
        break;
    default:
        ret_cell->integer = column == FIRST ? rule->first_ns : rule->last_ns;
        break;
    }
}

extern const struct fold fold_rules;
const struct fold fold_rules = {
    .name = "rules",
    .title = "Risk rules that spoke",
    .summary = "How often each rule refused or cut an order, or halted trading.",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .open = open_rows,
    .rows = rows,
    .cell = cell,
};
