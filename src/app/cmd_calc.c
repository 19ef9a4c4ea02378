// SPDX-License-Identifier: Apache-2.0
// fulmar calc FUNCTION: evaluates a function of quant/ on columns of a CSV file.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "app/csv.h"
#include "app/function.h"
#include "app/terminal.h"
#include "base/io.h"

enum { KEEP_MAX = 64 };
#define OUTPUT_MAX ((size_t)8 << 30)
// Memory that a statistic may touch: reserved, not used until it is.
#define ARENA_BASE ((size_t)1 << 30)
#define ARENA_ROW ((size_t)4096)

struct calc {
    const struct args *args;
    struct function function;
    double params[PARAMS_MAX];
    struct csv csv;
    double *inputs[STATISTIC_COLUMNS_MAX];
    size_t input_count;
    double *outputs[INDICATOR_OUTPUTS_MAX];               // columns of an indicator
    struct statistic_value values[STATISTIC_OUTPUTS_MAX]; // of a statistic
    struct arena arena;
    size_t left_out; // rows that a statistic could not use
    size_t keep[KEEP_MAX];
    size_t keep_count;
};

static const struct param number = {.type = PARAM_REAL};

static int read_params(struct calc *calc);
static int check_options(const struct calc *calc);
static int read_columns(struct calc *calc);
static int evaluate(struct calc *calc);
static int print(struct calc *calc);
static void calc_free(struct calc *calc);

static int run_list(const struct args *args) {
    if (args->operand_count == 0 && !args->json) {
        function_print_list();
        return STATUS_DONE;
    }
    if (args->operand_count == 0)
        return function_print_list_json() < 0 ? STATUS_FAILED : STATUS_DONE;
    struct function function;
    if (function_find(args->operands[0], &function) < 0) return STATUS_USAGE;
    int rc = args->json ? function_print_json(&function) : function_print(&function);
    return rc < 0 ? STATUS_FAILED : STATUS_DONE;
}

static int run(const struct args *args) {
    if (args->operand_count > 1) {
        ERR_SET(ERR_ARGUMENT, "give one function, not also '%s'", args->operands[1]);
        return STATUS_USAGE;
    }
    if (args_has(args, "list")) return run_list(args);
    struct calc calc = {.args = args};
    if (args->operand_count == 0) {
        ERR_SET(ERR_ARGUMENT, "give a function; fulmar calc --list shows them");
        return STATUS_USAGE;
    }
    if (function_find(args->operands[0], &calc.function) < 0) return STATUS_USAGE;
    if (!args_has(args, "input")) {
        ERR_SET(ERR_ARGUMENT, "%s needs --input FILE; - is standard input", calc.function.name);
        return STATUS_USAGE;
    }
    if (read_params(&calc) < 0 || check_options(&calc) < 0) return STATUS_USAGE;
    int rc = csv_open(&calc.csv, args_get(args, "input", NULL));
    if (rc == 0) rc = read_columns(&calc);
    if (rc == 0) rc = evaluate(&calc);
    if (rc == 0) rc = print(&calc);
    calc_free(&calc);
    return rc < 0 ? STATUS_FAILED : STATUS_DONE;
}

static const struct option options[] = {
    {"list", NULL, NULL,
     "show every function, or with FUNCTION what it computes and its parameters"},
    {"input", "FILE", NULL, "the CSV file to read, with a header line; - is standard input"},
    {"param", "NAME=VALUE", NULL, "a parameter of the function; may be repeated"},
    {"column", "NAME=HEADER", NULL,
     "which column of the file a function's input is; by default the one of the same name"},
    {"keep", "HEADER", NULL,
     "a column of the file to write in front of the results; may be repeated"},
    {"output", "FILE", NULL, "write the CSV to a file instead of standard output"},
};

const struct command command_calc = {
    .name = "calc",
    .summary = "evaluate an indicator or a statistic on columns of a CSV file",
    .operands = "[FUNCTION]",
    .details =
        "An indicator writes a CSV with one row for each row of the input; a cell is empty where "
        "the value is undefined. Numbers have as many digits as it takes to read them back "
        "unchanged.\n\n"
        "A statistic reads a column of simple returns (0.01 is 1 %) and writes a few numbers. "
        "Rows with an empty cell are left out, and counted.",
    .example =
        "fulmar calc rsi --param period=14 --input bars.csv --keep date\n"
        "fulmar calc sharpe --input returns.csv --column returns=port --param periods=252 --json",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};

// Splits "name=value" of an option; the name goes to `ret_name`.
static int split(const char *option, const char *text, char *ret_name, size_t size,
                 const char **ret_value) {
    const char *equals = strchr(text, '=');
    if (equals == NULL || equals == text || (size_t)(equals - text) >= size)
        return ERR_SET(ERR_ARGUMENT, "--%s: '%s' is not of the form NAME=VALUE", option, text);
    memcpy(ret_name, text, (size_t)(equals - text));
    ret_name[equals - text] = '\0';
    *ret_value = equals + 1;
    return 0;
}

static int read_params(struct calc *calc) {
    const struct function *function = &calc->function;
    params_defaults(function->params, function->param_count, calc->params);
    const char *text;
    for (size_t i = 0; (text = args_nth(calc->args, "param", i)) != NULL; i++) {
        char name[64];
        const char *value = NULL;
        TRY(split("param", text, name, sizeof name, &value));
        int rc = params_set(function->params, function->param_count, name, value, calc->params);
        if (rc < 0) return ERR_APPEND(rc, "in --param %s of %s", text, function->name);
    }
    return function->indicator != NULL ? indicator_check(function->indicator, calc->params)
                                       : statistic_check(function->statistic, calc->params);
}

// Every --column must name an input of the function, and --keep needs rows to stand beside.
static int check_options(const struct calc *calc) {
    const struct function *function = &calc->function;
    const char *text;
    for (size_t i = 0; (text = args_nth(calc->args, "column", i)) != NULL; i++) {
        char name[64];
        const char *value = NULL;
        TRY(split("column", text, name, sizeof name, &value));
        size_t input = 0;
        while (input < function->input_count && strcmp(function->inputs[input], name) != 0) input++;
        if (input == function->input_count)
            return ERR_SET(ERR_ARGUMENT, "--column %s: %s does not read '%s'; see --list %s", text,
                           function->name, name, function->name);
    }
    if (function->statistic != NULL && args_has(calc->args, "keep"))
        return ERR_SET(ERR_ARGUMENT, "--keep: %s gives numbers of the whole, not rows",
                       function->name);
    if (args_nth(calc->args, "keep", KEEP_MAX) != NULL)
        return ERR_SET(ERR_ARGUMENT, "--keep: at most %d columns can be kept", KEEP_MAX);
    return 0;
}

// The column of the file that an input of the function is, as --column says or by its own name.
static int find_column(const struct calc *calc, const char *input, size_t *ret_column) {
    const char *header = input, *text;
    for (size_t i = 0; (text = args_nth(calc->args, "column", i)) != NULL; i++) {
        char name[64];
        const char *value = NULL;
        TRY(split("column", text, name, sizeof name, &value));
        if (strcmp(name, input) == 0) header = value;
    }
    int column = csv_find(&calc->csv, header);
    if (column >= 0) {
        *ret_column = (size_t)column;
        return 0;
    }
    struct text names;
    text_init(&names, 4096);
    csv_names(&calc->csv, &names);
    int rc = ERR_SET(
        ERR_NOT_FOUND,
        "%s:%zu: has no column '%s'; it has %s. Name the one that %s reads with --column %s=HEADER",
        calc->csv.path, calc->csv.list[0].line, header, text_string(&names), calc->function.name,
        input);
    text_fini(&names);
    return rc;
}

static double *numbers_new(size_t count) {
    return calloc(count + 1, sizeof(double));
}

static int read_columns(struct calc *calc) {
    for (size_t i = 0; i < calc->function.input_count; i++) {
        size_t column = 0;
        TRY(find_column(calc, calc->function.inputs[i], &column));
        calc->inputs[i] = numbers_new(calc->csv.rows);
        if (calc->inputs[i] == NULL) return ERR_SET(ERR_NOMEM, "%s: no memory", calc->csv.path);
        TRY(csv_numbers(&calc->csv, column, calc->inputs[i]));
    }
    calc->input_count = calc->function.input_count;
    const char *header;
    for (size_t i = 0; (header = args_nth(calc->args, "keep", i)) != NULL; i++) {
        int column = csv_find(&calc->csv, header);
        if (column < 0)
            return ERR_SET(ERR_NOT_FOUND, "%s:%zu: has no column '%s' to keep", calc->csv.path,
                           calc->csv.list[0].line, header);
        calc->keep[calc->keep_count++] = (size_t)column;
    }
    return 0;
}

static int evaluate_indicator(struct calc *calc) {
    const struct indicator *indicator = calc->function.indicator;
    void *state = malloc(indicator->state_size(calc->params));
    bool memory = state != NULL;
    for (size_t i = 0; i < indicator->output_count; i++) {
        calc->outputs[i] = numbers_new(calc->csv.rows);
        memory = memory && calc->outputs[i] != NULL;
    }
    if (memory)
        indicator_batch(indicator, calc->params, state, (const double *const *)calc->inputs,
                        calc->csv.rows, calc->outputs);
    free(state);
    return memory ? 0 : ERR_SET(ERR_NOMEM, "%s: no memory for the results", calc->csv.path);
}

static int evaluate_statistic(struct calc *calc) {
    size_t count = 0;
    for (size_t row = 0; row < calc->csv.rows; row++) {
        bool whole = true;
        for (size_t i = 0; i < calc->input_count; i++) {
            whole = whole && !isnan(calc->inputs[i][row]);
            calc->inputs[i][count] = calc->inputs[i][row];
        }
        count += whole;
    }
    calc->left_out = calc->csv.rows - count;
    TRY(arena_init(&calc->arena, ARENA_BASE + count * ARENA_ROW));
    struct statistic_data data = {
        .column_count = calc->input_count, .count = count, .arena = &calc->arena};
    for (size_t i = 0; i < calc->input_count; i++) data.columns[i] = calc->inputs[i];
    return calc->function.statistic->evaluate(&data, calc->params, calc->values);
}

static int evaluate(struct calc *calc) {
    return calc->function.indicator != NULL ? evaluate_indicator(calc) : evaluate_statistic(calc);
}

static double output_at(const struct calc *calc, size_t output, size_t row) {
    return calc->function.indicator != NULL ? calc->outputs[output][row]
                                            : calc->values[output].number;
}

static void add_number(struct text *out, double value, const char *undefined) {
    if (isfinite(value))
        params_print_value(&number, value, out);
    else
        text_add(out, undefined);
}

static void add_csv(const struct calc *calc, struct text *out) {
    bool column = calc->function.indicator != NULL;
    for (size_t i = 0; i < calc->keep_count; i++) {
        csv_add_cell(out, csv_name(&calc->csv, calc->keep[i]));
        text_add_char(out, ',');
    }
    for (size_t i = 0; i < calc->function.output_count; i++)
        text_printf(out, "%s%s", i > 0 ? "," : "", calc->function.outputs[i]);
    text_add_char(out, '\n');
    struct progress progress;
    progress_start(&progress, calc->function.name, "rows", calc->csv.rows);
    for (size_t row = 0; row < (column ? calc->csv.rows : 1); row++) {
        if (row % 4096 == 0) progress_update(&progress, row);
        for (size_t i = 0; i < calc->keep_count; i++) {
            csv_add_cell(out, csv_cell(&calc->csv, row, calc->keep[i]));
            text_add_char(out, ',');
        }
        for (size_t i = 0; i < calc->function.output_count; i++) {
            if (i > 0) text_add_char(out, ',');
            add_number(out, output_at(calc, i, row), "");
        }
        text_add_char(out, '\n');
    }
    progress_end(&progress);
}

// Names of functions, parameters and outputs are plain words; nothing needs an escape.
static void add_json(const struct calc *calc, bool results, struct text *out) {
    const struct function *function = &calc->function;
    bool column = function->indicator != NULL;
    text_printf(out, "{\"function\":\"%s\",\"params\":{", function->name);
    for (size_t i = 0; i < function->param_count; i++) {
        enum param_type type = function->params[i].type;
        bool word = type == PARAM_ENUM || type == PARAM_DURATION;
        text_printf(out, "%s\"%s\":%s", i > 0 ? "," : "", function->params[i].name,
                    word ? "\"" : "");
        params_print_value(&function->params[i], calc->params[i], out);
        if (word) text_add_char(out, '"');
    }
    text_printf(out, "},\"rows\":%zu", calc->csv.rows);
    if (!column) text_printf(out, ",\"left_out\":%zu", calc->left_out);
    if (results) text_add(out, ",\"outputs\":{");
    for (size_t i = 0; results && i < function->output_count; i++) {
        text_printf(out, "%s\"%s\":%s", i > 0 ? "," : "", function->outputs[i], column ? "[" : "");
        for (size_t row = 0; row < (column ? calc->csv.rows : 1); row++) {
            if (row > 0) text_add_char(out, ',');
            add_number(out, output_at(calc, i, row), "null");
        }
        if (column) text_add_char(out, ']');
    }
    text_add(out, results ? "}}\n" : "}\n");
}

// One number alone, for a shell to read; several with their names.
static void add_scalars(const struct calc *calc, struct text *out) {
    const struct function *function = &calc->function;
    for (size_t i = 0; i < function->output_count; i++) {
        if (function->output_count > 1) text_printf(out, "%-10s ", function->outputs[i]);
        add_number(out, calc->values[i].number, "undefined");
        text_add_char(out, '\n');
    }
}

static int print(struct calc *calc) {
    const char *path = args_get(calc->args, "output", NULL);
    struct text text;
    int rc = 0;
    text_init(&text, OUTPUT_MAX);
    if (path != NULL) {
        add_csv(calc, &text);
        rc = text_error(&text);
        if (rc == 0) rc = io_write_file(path, text_string(&text), text.len);
        text_clear(&text);
    }
    if (calc->args->json)
        add_json(calc, path == NULL, &text);
    else if (path == NULL && calc->function.indicator != NULL)
        add_csv(calc, &text);
    else if (path == NULL)
        add_scalars(calc, &text);
    if (rc == 0 && text_error(&text) < 0)
        rc = ERR_SET(text_error(&text), "no memory for the results");
    if (rc == 0) fwrite(text_string(&text), 1, text.len, stdout);
    text_fini(&text);
    if (rc == 0 && calc->left_out > 0 && !calc->args->json)
        fprintf(stderr, "%zu of %zu rows have an empty cell and were left out\n", calc->left_out,
                calc->csv.rows);
    return rc;
}

static void calc_free(struct calc *calc) {
    for (size_t i = 0; i < STATISTIC_COLUMNS_MAX; i++) free(calc->inputs[i]);
    for (size_t i = 0; i < INDICATOR_OUTPUTS_MAX; i++) free(calc->outputs[i]);
    arena_fini(&calc->arena);
    csv_close(&calc->csv);
}
