// SPDX-License-Identifier: Apache-2.0
// The page of docs/ about every function, in Markdown, from the same rows as everything else.
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "app/calc/function.h"

enum { PAGE_MAX = 4 << 20 };

static void add_group(const char *group, struct text *out);
static void add_function(const struct function *function, struct text *out);

int function_print_page(void) {
    struct text page;
    text_init(&page, PAGE_MAX);
    text_printf(
        &page,
        "# Functions\n\n"
        "The %zu functions that `fulmar calc` evaluates on columns and `fulmar data micro` on "
        "recorded feeds, made from the tables of the program: `fulmar calc --list --page`.\n\n"
        "## Indicators\n\n"
        "A row out for each row in; a strategy reads them by the same names. A value is "
        "undefined (empty) before the row that *from row* gives for the default "
        "parameters, counted from 1, and where the summary says so.\n",
        function_count());
    for (size_t i = 0; i < function_group_count(); i++) {
        if (i + statistic_table_count() + 1 == function_group_count())
            text_add(&page,
                     "\n## Features of books and trades\n\nEvent by event, of a recorded feed; "
                     "docs/microstructure.md has the formulas.\n");
        if (i + statistic_table_count() == function_group_count())
            text_add(&page, "\n## Statistics\n\nNumbers, tables and series of whole columns.\n");
        add_group(function_group_at(i), &page);
    }
    int rc = text_error(&page);
    if (rc == 0) fwrite(text_string(&page), 1, page.len, stdout);
    text_fini(&page);
    return rc < 0 ? ERR_SET(rc, "no memory for the page") : 0;
}

static void add_group(const char *group, struct text *out) {
    bool first = true;
    for (size_t i = 0; i < function_count(); i++) {
        struct function function = function_at(i);
        if (strcmp(function.group, group) != 0) continue;
        if (first)
            text_printf(
                out,
                "\n### %c%s\n\n| function | what it is | parameters | reads | gives | %s |\n"
                "|---|---|---|---|---|---|\n",
                toupper((unsigned char)group[0]), group + 1,
                function.indicator != NULL ? "from row" : "source");
        first = false;
        add_function(&function, out);
    }
}

// A bar would end the cell.
static void add_words(struct text *out, const char *words) {
    for (; *words != '\0'; words++) {
        if (*words == '|') text_add_char(out, '\\');
        text_add_char(out, *words);
    }
}

static void add_list(struct text *out, const char *const *names, size_t count) {
    for (size_t i = 0; i < count; i++) text_printf(out, "%s%s", i > 0 ? ", " : "", names[i]);
}

static void add_param(const struct param *row, struct text *out) {
    text_printf(out, "`%s` ", row->name);
    params_print_value(row, row->def, out);
    if (row->type == PARAM_ENUM) {
        text_add(out, " of ");
        add_words(out, row->choices);
    } else if (row->type != PARAM_BOOL) {
        text_add(out, " in [");
        params_print_value(row, row->min, out);
        text_add(out, ", ");
        params_print_value(row, row->max, out);
        text_add_char(out, ']');
    }
}

static void add_function(const struct function *function, struct text *out) {
    text_printf(out, "| `%s` | ", function->name);
    add_words(out, function->summary);
    if (function->indicator != NULL) {
        text_add(out, " *");
        add_words(out, function->source);
        text_add(out, "*");
    }
    text_add(out, " | ");
    for (size_t i = 0; i < function->param_count; i++) {
        if (i > 0) text_add(out, "; ");
        add_param(&function->params[i], out);
    }
    text_add(out, " | ");
    add_list(out, function->inputs, function->input_count);
    if (function_repeats(function, function->input_count - 1)) text_add(out, " ...");
    text_add(out, " | ");
    add_list(out, function->outputs, function->output_count);
    text_add(out, " | ");
    if (function->indicator != NULL) {
        text_printf(out, "%zu", function_warm_up(function) + 1);
    } else {
        add_words(out, function->source);
    }
    text_add(out, " |\n");
}
