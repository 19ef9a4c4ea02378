// SPDX-License-Identifier: Apache-2.0
// What a call of calc reads: its options, and the rows and columns of the file.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "app/calc/calc.h"
#include "quant/math/mathfn.h"

static int read_params(struct calc *calc);
static int check_columns(const struct calc *calc);
static int check_choices(const struct calc *calc);
static int check_header(const struct calc *calc);
static int find_time_column(const struct calc *calc);
static bool is_time(const struct calc *calc, size_t input);
static int read_rows(struct calc *calc);
static int find_columns(struct calc *calc);
static int read_columns(struct calc *calc);
static int read_keep(struct calc *calc);

int calc_read_options(struct calc *calc) {
    const struct function *function = &calc->function;
    TRY(read_params(calc));
    TRY(check_columns(calc));
    TRY(check_choices(calc));
    long window = 0;
    TRY(args_int(calc->args, "window", 1, 1000000000, &window));
    calc->window = (size_t)window;
    if (window > 0 && function->statistic == NULL)
        return ERR_SET(ERR_ARGUMENT,
                       "--window: %s looks back by itself; fulmar calc %s --help shows how far",
                       function->name, function->name);
    for (size_t i = 0; window > 0 && i < function->output_count; i++)
        if (function->statistic->outputs[i].shape != STATISTIC_NUMBER)
            return ERR_SET(ERR_ARGUMENT, "--window: %s gives more than numbers; '%s' does not roll",
                           function->name, function->outputs[i]);
    if (args_has(calc->args, "keep") && !calc_has_series(calc))
        return ERR_SET(ERR_ARGUMENT, "--keep: %s gives numbers of the whole, not rows",
                       function->name);
    if (args_nth(calc->args, "keep", CALC_KEEP_MAX) != NULL)
        return ERR_SET(ERR_ARGUMENT, "--keep: at most %d columns can be kept", CALC_KEEP_MAX);
    int64_t ns;
    TRY(args_instant(calc->args, "from", &ns));
    return args_instant(calc->args, "to", &ns);
}

int calc_read(struct calc *calc) {
    TRY(csv_open(&calc->csv, args_get(calc->args, "input", NULL)));
    TRY(check_header(calc));
    calc->row_count = calc->csv.rows;
    calc->time_column = find_time_column(calc);
    TRY(find_columns(calc));
    TRY(read_rows(calc));
    TRY(read_columns(calc));
    TRY(read_keep(calc));
    calc_make_fields(calc);
    return 0;
}

// A first line of nothing but numbers is a row that would be lost.
static int check_header(const struct calc *calc) {
    bool numbers = true;
    for (size_t c = 0; c < calc->csv.columns && numbers; c++) {
        char *end;
        const char *name = csv_name(&calc->csv, c);
        strtod(name, &end);
        numbers = end != name && *end == '\0';
    }
    size_t line = calc->csv.list[0].line;
    if (numbers)
        return ERR_SET(ERR_PARSE, "%s:%zu: holds numbers; the first line must name the columns",
                       calc->csv.path, line);
    return calc->csv.rows > 0
               ? 0
               : ERR_SET(ERR_PARSE, "%s:%zu: no row follows the header", calc->csv.path, line);
}

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

// The input that a role of --column means: its name in any case, or TA-Lib's "real" and "real0" for the first and
// "real1" for the second. -1: none.
static int find_input(const struct function *function, const char *role) {
    for (size_t i = 0; i < function->input_count; i++)
        if (strcasecmp(function->inputs[i], role) == 0) return (int)i;
    if (strcasecmp(role, "real") == 0 || strcasecmp(role, "real0") == 0) return 0;
    return strcasecmp(role, "real1") == 0 && function->input_count > 1 ? 1 : -1;
}

static bool repeats(const struct function *function) {
    return function->statistic != NULL && function->statistic->repeats;
}

// The nth header that --column gives for an input; NULL past the last.
static const char *header_of(const struct calc *calc, size_t input, size_t nth) {
    const char *text;
    for (size_t i = 0; (text = args_nth(calc->args, "column", i)) != NULL; i++) {
        char role[64];
        const char *header = NULL;
        if (split("column", text, role, sizeof role, &header) < 0) return NULL;
        if (find_input(&calc->function, role) == (int)input && nth-- == 0) return header;
    }
    return NULL;
}

// Every --column must name an input of the function, and name it once unless it repeats.
static int check_columns(const struct calc *calc) {
    const struct function *function = &calc->function;
    const char *text;
    for (size_t i = 0; (text = args_nth(calc->args, "column", i)) != NULL; i++) {
        char role[64];
        const char *header = NULL;
        TRY(split("column", text, role, sizeof role, &header));
        int input = find_input(function, role);
        if (input < 0)
            return ERR_SET(ERR_ARGUMENT,
                           "--column %s: %s does not read '%s'; see fulmar calc %s --help", text,
                           function->name, role, function->name);
        bool last = (size_t)input + 1 == function->input_count;
        if (!(repeats(function) && last) && header_of(calc, (size_t)input, 1) != NULL)
            return ERR_SET(ERR_ARGUMENT, "--column %s: %s reads one '%s'", text, function->name,
                           function->inputs[input]);
    }
    return 0;
}

static int check_choices(const struct calc *calc) {
    const char *returns = args_get(calc->args, "returns", "log");
    if (strcmp(returns, "log") != 0 && strcmp(returns, "simple") != 0)
        return ERR_SET(ERR_ARGUMENT, "--returns is simple or log, not '%s'", returns);
    const char *theme = args_get(calc->args, "theme", "light");
    if (strcmp(theme, "light") != 0 && strcmp(theme, "dark") != 0)
        return ERR_SET(ERR_ARGUMENT, "--theme is light or dark, not '%s'", theme);
    const char *path = args_get(calc->args, "plot", ".svg");
    const char *dot = strrchr(path, '.');
    if (dot != NULL && (strcasecmp(dot, ".svg") == 0 || strcasecmp(dot, ".png") == 0)) return 0;
    return ERR_SET(ERR_ARGUMENT, "--plot %s: the file's name must end in .svg or .png", path);
}

static int find_time_column(const struct calc *calc) {
    static const char *const names[] = {"time",      "date",      "timestamp", "datetime", "day",
                                        "open_time", "open time", "ts",        "month"};
    const char *header = args_get(calc->args, "time", NULL);
    if (header != NULL) return csv_find(&calc->csv, header);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        for (size_t c = 0; c < calc->csv.columns; c++)
            if (strcasecmp(csv_name(&calc->csv, c), names[i]) == 0) return (int)c;
    return -1;
}

// Whether a column's first cell that is not empty is a number.
static bool is_numeric(const struct calc *calc, size_t column) {
    for (size_t row = 0; row < calc->csv.rows; row++) {
        const char *cell = csv_cell(&calc->csv, row, column);
        if (*cell == '\0') continue;
        char *end;
        strtod(cell, &end);
        return end != cell && *end == '\0';
    }
    return false;
}

static int no_column(const struct calc *calc, const char *header, const char *remedy) {
    struct text names;
    text_init(&names, 4096);
    csv_names(&calc->csv, &names);
    int rc = ERR_SET(ERR_NOT_FOUND, "%s:%zu: has no column '%s'; it has %s. %s", calc->csv.path,
                     calc->csv.list[0].line, header, text_string(&names), remedy);
    text_fini(&names);
    return rc;
}

static int no_input(const struct calc *calc, size_t input, const char *header) {
    char remedy[160];
    snprintf(remedy, sizeof remedy, "Name the one that %s reads with --column %s=HEADER",
             calc->function.name, calc->function.inputs[input]);
    return no_column(calc, header, remedy);
}

static int add_column(struct calc *calc, size_t column) {
    if (calc->input_count == STATISTIC_COLUMNS_MAX)
        return ERR_SET(ERR_FULL, "more than %d columns", STATISTIC_COLUMNS_MAX);
    calc->columns[calc->input_count++] = column;
    return 0;
}

// A column that was found by its name, which no other may have.
static int add_named(struct calc *calc, size_t column) {
    const char *name = csv_name(&calc->csv, column);
    for (size_t c = 0; c < calc->csv.columns; c++)
        if (c != column && strcmp(csv_name(&calc->csv, c), name) == 0)
            return ERR_SET(ERR_ARGUMENT,
                           "%s:%zu: has two columns '%s', %zu and %zu; give one another name",
                           calc->csv.path, calc->csv.list[0].line, name, column + 1, c + 1);
    return add_column(calc, column);
}

static bool is_taken(const struct calc *calc, size_t column) {
    for (size_t i = 0; i < calc->input_count; i++)
        if (calc->columns[i] == column) return true;
    return false;
}

// The file's columns of numbers, times and those already read left out, become inputs; at most `max`.
static int add_numeric(struct calc *calc, size_t max, size_t *ret_count) {
    size_t count = 0;
    for (size_t c = 0; c < calc->csv.columns; c++) {
        if ((int)c == calc->time_column || is_taken(calc, c) || !is_numeric(calc, c)) continue;
        if (count++ < max) TRY(add_column(calc, c));
    }
    *ret_count = count;
    return 0;
}

// The columns of one input: those that --column names, else the one of its name, else all numbers for an input that
// repeats, else, for a function of one column, the file's only one.
static int find_columns_of(struct calc *calc, size_t input) {
    const char *header;
    size_t before = calc->input_count, numeric = 0;
    for (size_t n = 0; (header = header_of(calc, input, n)) != NULL; n++) {
        int column = csv_find(&calc->csv, header);
        if (column < 0) return no_input(calc, input, header);
        TRY(add_named(calc, (size_t)column));
    }
    if (calc->input_count > before) return 0;
    const char *name = calc->function.inputs[input];
    int column = csv_find(&calc->csv, name);
    if (column < 0 && is_time(calc, input)) column = calc->time_column;
    if (column >= 0) return add_named(calc, (size_t)column);
    bool last = input + 1 == calc->function.input_count;
    if (repeats(&calc->function) && last) {
        TRY(add_numeric(calc, STATISTIC_COLUMNS_MAX, &numeric));
        return numeric > 0 ? 0 : no_input(calc, input, name);
    }
    if (calc->function.input_count == 1) TRY(add_numeric(calc, 1, &numeric));
    if (numeric == 1) return 0;
    calc->input_count = before;
    return no_input(calc, input, name);
}

static int find_columns(struct calc *calc) {
    for (size_t i = 0; i < calc->function.input_count; i++) TRY(find_columns_of(calc, i));
    return 0;
}

// Keeps the rows of [from, to), one piece of the file.
static int cut_rows(struct calc *calc, int64_t from_ns, int64_t to_ns) {
    size_t first = calc->csv.rows, count = 0;
    for (size_t row = 0; row < calc->csv.rows; row++) {
        if (calc->times[row] < from_ns || calc->times[row] >= to_ns) continue;
        if (count++ == 0) first = row;
    }
    if (count == 0)
        return ERR_SET(ERR_ARGUMENT, "%s: has no row between --from and --to", calc->csv.path);
    calc->first = first;
    calc->row_count = count;
    memmove(calc->times, calc->times + first, count * sizeof *calc->times);
    return 0;
}

// Times are read where a window of them is wanted, or for the axis of a plot.
static int read_rows(struct calc *calc) {
    int64_t from_ns = INT64_MIN, to_ns = INT64_MAX;
    TRY(args_instant(calc->args, "from", &from_ns));
    TRY(args_instant(calc->args, "to", &to_ns));
    bool cut = args_has(calc->args, "from") || args_has(calc->args, "to");
    bool named = args_has(calc->args, "time");
    if (!cut && !named && !args_has(calc->args, "plot")) return 0;
    int column = calc->time_column;
    if (column < 0 && (cut || named))
        return no_column(calc, args_get(calc->args, "time", "time"),
                         "Name the one with the times with --time HEADER");
    if (column < 0) return 0;
    calc->times = calloc(calc->csv.rows + 1, sizeof *calc->times);
    if (calc->times == NULL) return ERR_SET(ERR_NOMEM, "%s: no memory", calc->csv.path);
    int rc = csv_times(&calc->csv, (size_t)column, calc->times);
    if (rc < 0 && !cut && !named &&
        strstr(err_story(), "order of time") == NULL) { // a plot can do without
        free(calc->times);
        calc->times = NULL;
        err_clear();
        return 0;
    }
    TRY(rc);
    return cut ? cut_rows(calc, from_ns, to_ns) : 0;
}

// --returns: prices become the returns from the row before, the first is undefined.
static void to_returns(double *column, size_t count, bool logarithm) {
    double before = NAN;
    for (size_t i = 0; i < count; i++) {
        double price = column[i];
        double ratio = price > 0 && before > 0 ? price / before : NAN;
        column[i] = logarithm ? mathfn_log(ratio) : ratio - 1;
        if (!isnan(price)) before = price;
    }
}

static int check_prices(const struct calc *calc, size_t input) {
    for (size_t row = 0; row < calc->row_count; row++)
        if (calc->inputs[input][row] <= 0)
            return ERR_SET(ERR_ARGUMENT, "%s:%zu: field '%s': %.15g is no price to make returns of",
                           calc->csv.path, calc->csv.list[calc->first + row + 1].line,
                           csv_name(&calc->csv, calc->columns[input]), calc->inputs[input][row]);
    return 0;
}

// An input of that name is when a row was, in seconds since 1970, in whatever form a file tells it.
static bool is_time(const struct calc *calc, size_t input) {
    return input < calc->function.input_count && strcmp(calc->function.inputs[input], "time") == 0;
}

static int read_columns(struct calc *calc) {
    const char *returns = args_get(calc->args, "returns", NULL);
    for (size_t i = 0; i < calc->input_count; i++) {
        double *numbers = calloc(calc->csv.rows + 1, sizeof *numbers);
        calc->inputs[i] = numbers;
        if (numbers == NULL) return ERR_SET(ERR_NOMEM, "%s: no memory", calc->csv.path);
        if (is_time(calc, i))
            TRY(csv_seconds(&calc->csv, calc->columns[i], numbers));
        else
            TRY(csv_numbers(&calc->csv, calc->columns[i], numbers));
        memmove(numbers, numbers + calc->first, calc->row_count * sizeof *numbers);
        if (returns == NULL || is_time(calc, i)) continue;
        TRY(check_prices(calc, i));
        to_returns(numbers, calc->row_count, strcmp(returns, "log") == 0);
    }
    return 0;
}

static int read_keep(struct calc *calc) {
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
