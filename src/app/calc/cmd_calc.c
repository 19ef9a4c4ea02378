// SPDX-License-Identifier: Apache-2.0
// fulmar calc FUNCTION: evaluates a function of quant/ on columns of a CSV file.
#include "app/calc/calc.h"
#include <stdio.h>

#include "app/commands.h"
#include "app/terminal.h"

enum { HELP_MAX = 1 << 20 };

static int print_text(struct text *text) {
    int rc = text_error(text);
    if (rc == 0) fputs(text_string(text), stdout);
    text_fini(text);
    return rc < 0 ? STATUS_FAILED : STATUS_DONE;
}

// One function in full.
static int run_help(const struct args *args) {
    struct function function;
    struct text text;
    if (function_find(args->operands[0], &function) < 0) return STATUS_USAGE;
    if (args->json) return function_print_json(&function) < 0 ? STATUS_FAILED : STATUS_DONE;
    text_init(&text, HELP_MAX);
    function_add_page(&function, terminal_width(stdout), &text);
    return print_text(&text);
}

// Every function, those of a group, or one.
static int run_list(const struct args *args) {
    struct function function;
    struct text text;
    if (args_has(args, "page")) return function_print_page() < 0 ? STATUS_FAILED : STATUS_DONE;
    const char *word = args->operand_count > 0 ? args->operands[0] : NULL;
    if (word != NULL && !function_is_group(word, true) &&
        (function_find(word, &function) == 0 || !function_is_group(word, false)))
        return run_help(args);
    if (args->json) return function_print_list_json(word) < 0 ? STATUS_FAILED : STATUS_DONE;
    text_init(&text, HELP_MAX);
    function_add_list(word, terminal_width(stdout), &text);
    return print_text(&text);
}

static int run_calc(struct calc *calc) {
    TRY(calc_read(calc));
    TRY(calc_evaluate(calc));
    const char *plot = args_get(calc->args, "plot", NULL);
    if (plot != NULL) TRY(calc_plot(calc, plot));
    return calc_print(calc);
}

static int run(const struct args *args) {
    if (args->operand_count > 1) {
        ERR_SET(ERR_ARGUMENT, "give one function, not also '%s'", args->operands[1]);
        return STATUS_USAGE;
    }
    if (args_has(args, "list")) return run_list(args);
    if (args->operand_count == 0) {
        ERR_SET(ERR_ARGUMENT, "give a function; fulmar calc --list shows them");
        return STATUS_USAGE;
    }
    struct calc calc = {.args = args};
    if (function_find(args->operands[0], &calc.function) < 0) return STATUS_USAGE;
    if (calc.function.micro != NULL) {
        ERR_SET(ERR_ARGUMENT,
                "%s is a feature of books and trades: fulmar data micro SERIES --features %s",
                calc.function.name, calc.function.name);
        return STATUS_USAGE;
    }
    if (!args_has(args, "input")) {
        ERR_SET(ERR_ARGUMENT, "%s needs --input FILE; - is standard input", calc.function.name);
        return STATUS_USAGE;
    }
    if (calc_read_options(&calc) < 0) return STATUS_USAGE;
    int rc = run_calc(&calc);
    calc_free(&calc);
    return rc < 0 ? STATUS_FAILED : STATUS_DONE;
}

static const struct option options[] = {
    {"list", NULL, NULL,
     "show every function, those of the groups whose name holds GROUP, or FUNCTION in full"},
    {"page", NULL, NULL, "with --list: the list as a page of Markdown, for the documentation"},
    {"input", "FILE", NULL, "the CSV file to read, with a header line; - is standard input"},
    {"param", "NAME=VALUE", NULL, "a parameter of the function; may be repeated"},
    {"column", "NAME=HEADER", NULL,
     "which column of the file a function's input is; by default the one of the same name in any "
     "case. Repeated for an input that takes several"},
    {"returns", "KIND", "simple|log",
     "the columns are prices: read their simple or log returns instead"},
    {"time", "HEADER", NULL, "the column of times; by default time, date, timestamp and the like"},
    {"from", "TIME", NULL, "first time to read, as in 2018-01-01 or 2018-01-01T12:00:00Z"},
    {"to", "TIME", NULL, "end of times to read, not included"},
    {"window", "N", NULL, "roll a statistic: its numbers over the N rows that end at each row"},
    {"keep", "HEADER", NULL,
     "a column of the file to write in front of the results; may be repeated"},
    {"output", "FILE", NULL, "write the CSV to a file instead of standard output"},
    {"plot", "FILE", NULL, "draw the results into a .svg or .png file"},
    {"theme", "NAME", "light|dark", "of the drawing: light (the default) or dark"},
};

const struct command command_calc = {
    .name = "calc",
    .summary = "evaluate an indicator or a statistic on columns of a CSV file",
    .operands = "[FUNCTION | --list GROUP]",
    .details =
        "An indicator writes a CSV with one row for each row of the input; a cell is empty where "
        "the value is undefined. Numbers have as many digits as it takes to read them back "
        "unchanged.\n\n"
        "A statistic reads whole columns and writes numbers, tables and matrices; a series with "
        "one value for each row goes to --output, or into the object of --json. Returns are "
        "simple ones (0.01 is 1 %) where nothing else is said. Rows with an empty cell are left "
        "out, and counted.\n\n"
        "A function of one column reads the file's only column of numbers, whatever its name. "
        "fulmar "
        "calc FUNCTION --help tells what a function reads, its parameters, what it gives, and "
        "shows "
        "a call.",
    .example =
        "fulmar calc --list momentum\n"
        "fulmar calc rsi --help\n"
        "fulmar calc rsi --param timeperiod=14 --input bars.csv --keep date\n"
        "fulmar calc bbands --input bars.csv --from 2018-01-01 --plot bands.svg --output "
        "bands.csv\n"
        "fulmar calc sharpe --input returns.csv --column returns=port --param periods=252 --json\n"
        "fulmar calc sharpe --input returns.csv --column returns=port --window 63 --keep date",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
    .help = run_help,
};
