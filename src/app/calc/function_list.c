// SPDX-License-Identifier: Apache-2.0
// Functions for people at a terminal: the list by group, and the page of one.
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/calc/function.h"

#define ENDLESS 1e30 // a bound that is none

enum { CALL_COLUMN = 34, HELP_INDENT = 6, CALL_SIZE = 512 };

static void add_words(struct text *out, size_t indent, size_t at, size_t width, const char *words);
static void add_call(const struct function *function, struct text *out);
static void add_reads(const struct function *function, size_t width, struct text *out);
static void add_params(const struct function *function, size_t width, struct text *out);
static void add_gives(const struct function *function, size_t width, struct text *out);

// The first sentence, or what there is of it before a colon that more than a line follows.
static size_t gist(const char *summary, size_t room) {
    size_t len = strcspn(summary, ".;");
    if (len <= room) return len;
    size_t colon = strcspn(summary, ":");
    if (colon < room) return colon;
    while (room > 0 && summary[room] != ' ') room--;
    return room;
}

static void add_line(const struct function *function, size_t width, struct text *out) {
    struct text call;
    text_init(&call, CALL_SIZE);
    add_call(function, &call);
    bool fits = call.len + 2 < CALL_COLUMN;
    text_printf(out, "  %-*s", CALL_COLUMN - 2, text_string(&call));
    if (!fits) text_printf(out, "\n%*s", CALL_COLUMN, "");
    text_printf(out, "%.*s\n", (int)gist(function->summary, width - CALL_COLUMN),
                function->summary);
    text_fini(&call);
}

void function_add_list(const char *word, size_t width, struct text *out) {
    text_add(out, "Indicators give a row for each row, statistics numbers, tables and series of\n"
                  "whole columns, features values of a recorded feed (fulmar data micro). In\n"
                  "brackets what a function reads; ... repeats.\n");
    for (size_t g = 0; g < function_group_count(); g++) {
        const char *group = function_group_at(g);
        bool first = true;
        for (size_t i = 0; function_in_group(group, word) && i < function_count(); i++) {
            struct function function = function_at(i);
            if (strcmp(function.group, group) != 0) continue;
            if (first)
                text_printf(out, "\n%c%s (%ss)\n", toupper((unsigned char)group[0]), group + 1,
                            function_kind(&function));
            first = false;
            add_line(&function, width, out);
        }
    }
    text_add(out,
             "\nfulmar calc FUNCTION --help tells all about one; --list GROUP shows a group.\n");
}

static void add_call(const struct function *function, struct text *out) {
    text_printf(out, "%s(", function->name);
    for (size_t i = 0; i < function->input_count; i++)
        text_printf(out, "%s%s%s", i > 0 ? ", " : "", function->inputs[i],
                    function_repeats(function, i) ? " ..." : "");
    text_add_char(out, ')');
}

// Words from column `at` on; further lines begin at `indent`.
static void add_words(struct text *out, size_t indent, size_t at, size_t width, const char *words) {
    bool first = true;
    while (*words != '\0') {
        size_t len = strcspn(words, " ");
        if (!first && at + 1 + len > width) {
            text_printf(out, "\n%*s", (int)indent, "");
            at = indent;
            first = true;
        }
        if (!first) text_add_char(out, ' ');
        text_add_bytes(out, words, len);
        at += len + !first;
        first = false;
        words += len + (words[len] == ' ');
    }
    text_add_char(out, '\n');
}

static void add_heading(struct text *out, const char *heading) {
    text_printf(out, "\n%s\n", heading);
}

void function_add_page(const struct function *function, size_t width, struct text *out) {
    struct text words;
    text_init(&words, out->max);
    text_printf(&words, "%s: %s", function->name, function->summary);
    add_words(out, 0, 0, width, text_string(&words));
    text_clear(&words);
    text_printf(&words, "Source: %s", function->source);
    add_words(out, 8, 0, width, text_string(&words));
    text_printf(out, "Group: %s\n", function->group);
    add_reads(function, width, out);
    add_params(function, width, out);
    add_gives(function, width, out);
    add_heading(out, "Example:");
    text_clear(&words);
    function_example(function, &words);
    text_printf(out, "  %s\n", text_string(&words));
    text_fini(&words);
}

static void add_reads(const struct function *function, size_t width, struct text *out) {
    if (function->micro != NULL) {
        add_heading(out, "Reads of a recorded feed:");
        for (size_t i = 0; i < function->input_count; i++)
            text_printf(out, "  %s\n", function->inputs[i]);
        return;
    }
    add_heading(out, "Reads the columns of these names, or those that --column NAME=HEADER says:");
    for (size_t i = 0; i < function->input_count; i++)
        text_printf(out, "  %s%s\n", function->inputs[i],
                    function_repeats(function, i)
                        ? " ...  once or more; without --column every other column of numbers"
                        : "");
}

static void add_range(const struct param *row, struct text *out) {
    if (row->type == PARAM_ENUM) {
        text_printf(out, "one of %s", row->choices);
    } else if (row->type == PARAM_BOOL) {
        text_add(out, "true or false");
    } else {
        bool low = row->min > -ENDLESS, high = row->max < ENDLESS;
        if (!low && !high) text_add(out, "any number");
        if (low) params_print_value(row, row->min, out);
        if (low) text_add(out, high ? " to " : " or more");
        if (high) params_print_value(row, row->max, out);
        if (row->unit[0] != '\0') text_printf(out, " %s", row->unit);
    }
}

static void add_params(const struct function *function, size_t width, struct text *out) {
    if (function->param_count == 0) return;
    add_heading(out, function->micro != NULL
                         ? "Parameters, FEATURE:NAME=VALUE,..., with their defaults:"
                         : "Parameters, --param NAME=VALUE, with their defaults:");
    for (size_t i = 0; i < function->param_count; i++) {
        const struct param *row = &function->params[i];
        text_printf(out, "  %s=", row->name);
        params_print_value(row, row->def, out);
        text_add(out, "  (");
        add_range(row, out);
        if (row->alias != NULL) text_printf(out, "; also called %s", row->alias);
        text_printf(out, ")\n%*s", HELP_INDENT, "");
        add_words(out, HELP_INDENT, HELP_INDENT, width, row->help);
    }
}

static void add_gives(const struct function *function, size_t width, struct text *out) {
    static const char *const shapes[] = {"a number", "a vector", "a matrix", "a value each row"};
    add_heading(out, "Gives:");
    for (size_t i = 0; i < function->output_count; i++) {
        const char *help = function_output_help(function, i);
        text_printf(out, "  %s  (%s)\n", function->outputs[i], shapes[function_shape(function, i)]);
        if (help == NULL) continue;
        text_printf(out, "%*s", HELP_INDENT, "");
        add_words(out, HELP_INDENT, HELP_INDENT, width, help);
    }
    if (function->indicator == NULL) return;
    size_t rows = function_warm_up(function);
    if (rows == 0)
        text_add(out, "Warm-up: none; the first row can have a value.\n");
    else
        text_printf(out, "Warm-up: %zu row%s under the default parameters, empty in the output.\n",
                    rows, rows > 1 ? "s" : "");
}

// Whether an input is no column that a file would have by that name: it is given another, or made of one.
static bool is_role(const char *name) {
    static const char *const roles[] = {"returns", "benchmark", "value", "x", "y", "column"};
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (strcmp(roles[i], name) == 0) return true;
    return false;
}

// The file of a function that reads neither bars nor prices; NULL for the others.
static const char *file_of(const struct function *function) {
    if (strcmp(function->name, "brinson") == 0) return "sectors.csv";
    return strcmp(function->name, "nearest_psd") == 0 ? "correlations.csv" : NULL;
}

static bool reads_quotes(const struct function *function) {
    for (size_t i = 0; i < function->input_count; i++)
        if (strncmp(function->inputs[i], "bid", 3) == 0) return true;
    return false;
}

// Bars, best quotes, or closes of several assets side by side, of which returns are made where they are wanted.
void function_example(const struct function *function, struct text *out) {
    static const char *const assets[] = {"spy", "tlt", "gld"};
    bool returns = false;
    size_t asset = 0;
    const char *file = file_of(function);
    if (function->micro != NULL) {
        text_printf(out, "fulmar data micro SERIES --features %s", function->name);
        return;
    }
    if (file != NULL) {
        text_printf(out, "fulmar calc %s --input %s", function->name, file);
        return;
    }
    bool alone = function->input_count == 1 && !function_repeats(function, 0);
    bool bars = alone || !is_role(function->inputs[0]);
    const char *kind = reads_quotes(function) ? "quotes" : bars ? "bars" : "closes";
    text_printf(out, "fulmar calc %s --input %s.csv", function->name, kind);
    for (size_t i = 0; i < function->input_count; i++) {
        const char *name = function->inputs[i];
        size_t count = function_repeats(function, i) && strcmp(name, "returns") != 0 ? 2 : 1;
        if (!is_role(name)) continue;
        returns = returns || strcmp(name, "returns") == 0;
        for (size_t k = 0; k < count; k++)
            text_printf(out, " --column %s=%s", name, alone ? "close" : assets[asset++ % 3]);
    }
    if (returns) text_add(out, " --returns simple");
    if (function->indicator != NULL) text_add(out, " --keep date");
}
