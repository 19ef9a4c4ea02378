// SPDX-License-Identifier: Apache-2.0
// Refused and shrunk orders and halts, one by one.
#include "report/fold.h"

enum { TIME, RULE, VERDICT, STRATEGY, INSTRUMENT, SIDE, ASKED, LEFT, VALUE, LIMIT };

static const struct fold_column columns[] = {
    {"time", "Time", FOLD_TIME, "UTC"},
    {"rule", "Rule", FOLD_TEXT, NULL},
    {"verdict", "Verdict", FOLD_TEXT, NULL},
    {"strategy", "Strategy", FOLD_TEXT, "missing: the account"},
    {"instrument", "Instrument", FOLD_TEXT, NULL},
    {"side", "Side", FOLD_TEXT, NULL},
    {"asked", "Asked", FOLD_EXACT, NULL},
    {"left", "Left", FOLD_EXACT, "what the rule left of it"},
    {"value", "Value", FOLD_NUMBER, "what the order or the account had, in the rule's unit"},
    {"limit", "Limit", FOLD_NUMBER, "what the rule allows, in the same unit"},
};

static void *open_rows(const struct fold_view *view) {
    return (void *)view;
}

static size_t rows(const void *self) {
    const struct fold_view *view = self;
    return view->notes->count;
}

static uint64_t left_out(const void *self) {
    const struct fold_view *view = self;
    return view->notes->left_out;
}

static void text_cell(const struct fold_view *view, const struct report_note *note, size_t column,
                      struct fold_cell *ret_cell) {
    if (column == RULE)
        ret_cell->text = note->rule;
    else if (column == VERDICT)
        ret_cell->text = note->verdict;
    else if (column == STRATEGY && note->strategy < view->config->strategy_count)
        ret_cell->text = view->config->strategies[note->strategy].name;
    else if (column == INSTRUMENT && note->instrument < view->instruments->count)
        ret_cell->text = view->instrument_names[note->instrument];
    else if (column == SIDE && note->side != 0)
        ret_cell->text = note->side > 0 ? "buy" : "sell";
    else
        ret_cell->missing = true;
}

static void cell(const void *self, size_t row, size_t column, struct fold_cell *ret_cell) {
    const struct fold_view *view = self;
    const struct report_note *note = &view->notes->items[row];
    *ret_cell = (struct fold_cell){0};
    if (column == TIME) {
        ret_cell->integer = note->ts_ns;
    } else if (column == VALUE || column == LIMIT) {
        ret_cell->number = column == VALUE ? note->value : note->limit;
    } else if (column == ASKED || column == LEFT) {
        ret_cell->missing = note->instrument >= view->instruments->count;
        if (ret_cell->missing) return;
        ret_cell->decimals = view->instruments->items[note->instrument].qty_decimals;
        ret_cell->exact = column == ASKED ? note->qty_asked.m : note->qty_left.m;
    } else {
        text_cell(view, note, column, ret_cell);
    }
}

extern const struct fold fold_notes;
const struct fold fold_notes = {
    .name = "notes",
    .title = "Log of vetoes, breakers and commands",
    .summary =
        "Orders that a rule refused or cut, steps of breakers, halts and commands, one by one.",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .open = open_rows,
    .rows = rows,
    .cell = cell,
    .left_out = left_out,
};
