// SPDX-License-Identifier: Apache-2.0
// fulmar option price|iv|greeks: one option from the command line, or a file of them.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/commands.h"
#include "app/csv.h"
#include "app/option/option_book.h"
#include "app/option/option_call.h"
#include "app/option/option_plot.h"
#include "app/terminal.h"
#include "base/io.h"
#include "base/params.h"
#include "quant/option/american.h"

#define OUTPUT_MAX ((size_t)8 << 30)

static const struct param number = {.type = PARAM_REAL};

static size_t field_count(enum option_question question) {
    return question == OPTION_ASK_GREEKS ? OPTION_FIELDS : 1;
}

static void add_number(struct text *out, double value, const char *undefined) {
    if (isfinite(value))
        params_print_value(&number, value, out);
    else
        text_add(out, undefined);
}

static double field_of(const struct option_answer *answer, size_t index) {
    return ((const double *)&answer->greeks)[index];
}

// `status`: of a row of a file; NULL: of none.
static void add_answer_json(const struct option_call *call, const struct option_answer *answer,
                            const char *status, struct text *out) {
    text_add_char(out, '{');
    if (call->question == OPTION_ASK_IV) {
        text_add(out, "\"vol\":");
        add_number(out, answer->vol, "null");
        text_printf(out, ",\"status\":\"%s\"",
                    status != NULL ? status : option_iv_name(answer->status));
    }
    for (size_t i = 0; call->question != OPTION_ASK_IV && i < field_count(call->question); i++) {
        text_printf(out, "%s\"%s\":", i > 0 ? "," : "", option_fields[i]);
        add_number(out, field_of(answer, i), "null");
    }
    if (call->question != OPTION_ASK_IV && status != NULL)
        text_printf(out, ",\"status\":\"%s\"", status);
    text_add_char(out, '}');
}

static void add_answer(const struct option_call *call, const struct option_answer *answer,
                       struct text *out) {
    if (call->question == OPTION_ASK_IV) {
        add_number(out, answer->vol, option_iv_name(answer->status));
        text_add_char(out, '\n');
        return;
    }
    bool several = field_count(call->question) > 1;
    for (size_t i = 0; i < field_count(call->question); i++) {
        if (several) text_printf(out, "%-12s ", option_fields[i]);
        add_number(out, field_of(answer, i), "undefined");
        text_add_char(out, '\n');
    }
}

static int print(struct text *text, const char *path) {
    int rc = text_error(text) < 0 ? ERR_SET(text_error(text), "no memory for the results") : 0;
    if (rc == 0 && path != NULL) rc = io_write_file(path, text_string(text), text->len);
    if (rc == 0 && path == NULL) fwrite(text_string(text), 1, text->len, stdout);
    text_fini(text);
    return rc;
}

// What an answer by another method than the one asked for is told with, for `what` of it.
static void tell_of_tree(const struct args *args, const char *what) {
    fprintf(stderr,
            "fulmar %s: %s: with these negative rates exercise has two boundaries; valued by a "
            "tree (binomial-bs, %d steps)\n",
            args->command->name, what, AMERICAN_TREE_STEPS);
}

static int answer_one(const struct args *args, const struct option_call *call) {
    struct option_answer answer;
    struct text text;
    TRY(option_call_answer(call, &answer));
    text_init(&text, 1 << 16);
    bool by_tree = option_call_is_by_tree(call);
    if (by_tree) tell_of_tree(args, "this option");
    if (args->json) {
        add_answer_json(call, &answer,
                        by_tree && call->question != OPTION_ASK_IV ? "by_tree" : NULL, &text);
        text_add_char(&text, '\n');
    } else {
        add_answer(call, &answer, &text);
    }
    bool failed = call->question == OPTION_ASK_IV && answer.status != OPTION_IV_FOUND &&
                  answer.status != OPTION_IV_ZERO;
    TRY(print(&text, NULL));
    if (!failed && args_has(args, "plot"))
        TRY(option_plot_call(call, &answer, args_get(args, "plot", NULL)));
    return failed ? ERR_SET(ERR_ARGUMENT, "this price has no volatility: %s",
                            option_iv_name(answer.status))
                  : 0;
}

// The answer's columns take the place of those of the same name.
static bool is_replaced(const struct option_call *call, const char *name) {
    if (strcmp(name, "status") == 0) return true;
    if (call->question == OPTION_ASK_IV) return strcmp(name, "vol") == 0;
    for (size_t i = 0; i < field_count(call->question); i++)
        if (strcmp(option_fields[i], name) == 0) return true;
    return false;
}

static void add_header(const struct csv *csv, const struct option_call *call, struct text *out) {
    for (size_t c = 0; c < csv->columns; c++) {
        if (is_replaced(call, csv_name(csv, c))) continue;
        csv_add_cell(out, csv_name(csv, c));
        text_add_char(out, ',');
    }
    if (call->question == OPTION_ASK_IV) text_add(out, "vol,");
    for (size_t i = 0; call->question != OPTION_ASK_IV && i < field_count(call->question); i++)
        text_printf(out, "%s,", option_fields[i]);
    text_add(out, "status\n");
}

static void add_row(const struct csv *csv, size_t row, const struct option_call *call,
                    const struct option_answer *answer, const char *status, struct text *out) {
    for (size_t c = 0; c < csv->columns; c++) {
        if (is_replaced(call, csv_name(csv, c))) continue;
        csv_add_cell(out, csv_cell(csv, row, c));
        text_add_char(out, ',');
    }
    if (call->question == OPTION_ASK_IV) {
        add_number(out, answer->vol, "");
        text_add_char(out, ',');
    }
    for (size_t i = 0; call->question != OPTION_ASK_IV && i < field_count(call->question); i++) {
        add_number(out, field_of(answer, i), "");
        text_add_char(out, ',');
    }
    text_printf(out, "%s\n", status);
}

// The rows of a file that have no answer: standard error says how many, and why the first; and how many a tree answered
// in place of the integral equation.
struct refusals {
    size_t count;
    size_t by_tree;
    char first[512];
};

// The status of an option that was refused: what its terms are, or else "refused".
static const char *status_of_refused(const struct option_call *one) {
    static const char *const names[] = {[OPTION_NOT_FINITE] = "not_finite",
                                        [OPTION_NOT_POSITIVE] = "not_positive",
                                        [OPTION_EXPIRED] = "expired"};
    enum option_fault fault = option_fault(&one->option);
    if (fault != OPTION_SOUND) return names[fault];
    if (one->question == OPTION_ASK_IV) return "refused";
    if (!isfinite(one->vol)) return "not_finite";
    return one->vol < 0 ? "negative" : "refused";
}

static const char *refuse(const struct option_call *one, struct refusals *refusals,
                          struct option_answer *answer) {
    answer->vol = NAN;
    for (size_t i = 0; i < OPTION_FIELDS; i++) ((double *)&answer->greeks)[i] = NAN;
    if (refusals->count++ == 0)
        snprintf(refusals->first, sizeof refusals->first, "%s", err_story());
    return status_of_refused(one);
}

// One row of a file, into the sums of a book or as a row of its own. A book has no sum without each of its rows.
static int answer_row(const struct args *args, const struct csv *csv,
                      const struct option_columns *columns, size_t row,
                      const struct option_call *call, struct option_book *book,
                      struct refusals *refusals, struct text *out) {
    struct option_call one = *call;
    struct option_answer answer = {0};
    if (book != NULL && option_book_is_share(book, row)) return option_book_add_share(book, row);
    TRY(option_columns_read(csv, columns, row, call, &one));
    int rc = option_call_answer(&one, &answer);
    bool by_tree = rc == 0 && option_call_is_by_tree(&one);
    const char *status = call->question == OPTION_ASK_IV ? option_iv_name(answer.status)
                         : by_tree                       ? "by_tree"
                                                         : "ok";
    refusals->by_tree += by_tree;
    if (rc < 0) rc = ERR_APPEND(rc, "in %s:%zu", csv->path, csv->list[row + 1].line);
    if (rc < 0 && (book != NULL || rc == ERR_NOMEM)) return rc;
    if (rc < 0) status = refuse(&one, refusals, &answer);
    if (book != NULL) return option_book_add(book, row, one.option.spot, &answer.greeks);
    if (args->json && row > 0) text_add_char(out, ',');
    if (args->json)
        add_answer_json(&one, &answer, status, out);
    else
        add_row(csv, row, call, &answer, status, out);
    return 0;
}

static int answer_rows(const struct args *args, const struct csv *csv,
                       const struct option_call *call, struct option_book *book, struct text *out) {
    struct option_columns columns;
    struct refusals refusals = {0};
    TRY(option_columns_find(csv, call, &columns));
    if (args->json && book == NULL) text_add(out, "{\"options\":[");
    if (!args->json && book == NULL) add_header(csv, call, out);
    struct progress progress;
    progress_start(&progress, args->command->name, "options", csv->rows);
    for (size_t row = 0; row < csv->rows; row++) {
        TRY(answer_row(args, csv, &columns, row, call, book, &refusals, out));
        if (row % 1024 == 0) progress_update(&progress, row);
    }
    progress_end(&progress);
    if (refusals.count > 0)
        fprintf(stderr, "fulmar %s: %zu of %zu rows have no answer, the first: %s\n",
                args->command->name, refusals.count, csv->rows, refusals.first);
    if (refusals.by_tree > 0) {
        char what[64];
        snprintf(what, sizeof what, "%zu of %zu rows", refusals.by_tree, csv->rows);
        tell_of_tree(args, what);
    }
    if (args->json && book == NULL) text_add(out, "]}\n");
    if (book != NULL) option_book_print(book, args->json, out);
    return 0;
}

static int answer_csv(const struct args *args, const struct csv *csv,
                      const struct option_call *call, struct text *out) {
    struct option_book book;
    if (call->question != OPTION_ASK_GREEKS || !args_has(args, "by"))
        return answer_rows(args, csv, call, NULL, out);
    int rc = option_book_open(&book, csv, args_get(args, "by", NULL));
    if (rc == 0) rc = answer_rows(args, csv, call, &book, out);
    option_book_close(&book);
    return rc;
}

static int answer_file(const struct args *args, const struct option_call *call) {
    struct csv csv;
    struct text text;
    text_init(&text, OUTPUT_MAX);
    int rc = csv_open(&csv, args_get(args, "input", NULL));
    if (rc == 0) rc = answer_csv(args, &csv, call, &text);
    csv_close(&csv);
    if (rc == 0) return print(&text, args_get(args, "output", NULL));
    text_fini(&text);
    return rc;
}

static int run(const struct args *args, enum option_question question) {
    struct option_call call;
    int rc = option_call_read(args, question, &call), status = STATUS_USAGE;
    if (rc == 0 && args_has(args, "input") && args_has(args, "plot"))
        rc = ERR_SET(ERR_ARGUMENT, "--plot draws one option; leave --input out");
    if (rc == 0) {
        rc = args_has(args, "input") ? answer_file(args, &call) : answer_one(args, &call);
        status = rc < 0 ? STATUS_FAILED : STATUS_DONE;
    }
    option_call_free(&call);
    return status;
}

static int run_price(const struct args *args) {
    return run(args, OPTION_ASK_PRICE);
}

static int run_iv(const struct args *args) {
    return run(args, OPTION_ASK_IV);
}

static int run_greeks(const struct args *args) {
    return run(args, OPTION_ASK_GREEKS);
}

#define TERMS                                                                                      \
    {"type", "SIDE", "call|put", "call (the default) or put"},                                     \
        {"spot", "S", NULL, "price of the underlying; for black76 and bachelier the forward"},     \
        {"strike", "K", NULL, "the strike"}, {"years", "T", NULL, "time to expiry in years"},      \
        {"days", "N", NULL, "the same in days of a year of 365"},                                  \
        {"rate", "R", NULL, "interest a year, continuous: 0.05 is 5 %; default 0"},                \
        {"yield", "Q", NULL, "dividends or foreign interest a year, continuous; default 0"},       \
        {"model", "M", "bsm|black76|bachelier", "bsm (the default), black76 or bachelier"},        \
        {"style", "S", "european|american", "european (the default) or american"},                 \
        {"method", "M", AMERICAN_METHODS "|grid",                                                  \
         "of American options: qd (the default), crr, crr-control, binomial-bs, baw, bs93, bs or " \
         "grid; with dividends grid (the default) or crr"},                                        \
        {"steps", "N", NULL, "steps of a tree, default 500; of a grid, default 400"},              \
        {"dividends", "T:D,...", NULL, "dividends of D in T years"}, {                             \
        "dividend-model", "M", DIVIDEND_MODELS,                                                    \
            "lognormal is the spot less what is to be paid (escrowed, the default), or the spot, " \
            "which falls on the day (jumps)"                                                       \
    }
#define EXOTIC                                                                                     \
    {"barrier", "KIND", BARRIER_KINDS,                                                             \
     "it begins (in) or ends (out) when the spot is at --level"},                                  \
        {"level", "H", NULL, "the barrier's"},                                                     \
        {"rebate", "R", NULL,                                                                      \
         "paid when an out ends, and at expiry where an in never began; default 0"},               \
        {"average", "M", ASIAN_METHODS,                                                            \
         "on the average of the spot: the geometric one, or the arithmetic one by "                \
         "turnbull-wakeman or curran"},                                                            \
    {                                                                                              \
        "fixings", "N", NULL, "times of equal distance in the average; default 0: without a pause" \
    }
#define HESTON                                                                                     \
    {                                                                                              \
        "heston", "V0,KAPPA,THETA,SIGMA,RHO", NULL,                                                \
            "stochastic variance in place of --vol: now, its speed of return and where to, its "   \
            "volatility, its correlation with the spot"                                            \
    }
#define FILES                                                                                      \
    {"input", "FILE", NULL, "a CSV file with one option a row"},                                   \
        {"output", "FILE", NULL, "write the rows there instead of to standard output"}, {          \
        "plot", "FILE", NULL,                                                                      \
            "draw the option into a .svg or .png file: over the spot, of iv "                      \
            "over the volatility"                                                                  \
    }
#define TERMS_OF_FILES                                                                             \
    "A file has a header and the columns type (C or P), S, K, T, r and q; what it lacks is taken " \
    "from the options. Its rows are written with the results added, and the column status: ok "    \
    "or found, or why a row has no answer; what is no number at all ends the run."

static const struct option of_vol[] = {
    TERMS,
    EXOTIC,
    {"vol", "V", NULL, "volatility: 0.2 is 20 %; for bachelier in units of the price"},
    HESTON,
    FILES};
static const struct option of_greeks[] = {
    TERMS,
    EXOTIC,
    {"vol", "V", NULL, "volatility: 0.2 is 20 %; for bachelier in units of the price"},
    HESTON,
    {"by", "GROUP", OPTION_BOOK_GROUPS,
     "sums of the rows of --input: all, underlying, expiry or both"},
    FILES};
static const struct option of_price[] = {
    TERMS, {"price", "P", NULL, "what the option costs"}, FILES};

const struct command command_option_price = {
    .name = "option price",
    .summary = "value of an option, or of each option of a file",
    .operands = "",
    .details = "European options by Black-Scholes-Merton, Black-76 or Bachelier. American ones by "
               "the integral equation of their exercise boundary (qd), by trees (crr, "
               "crr-control, binomial-bs), by Barone-Adesi and Whaley (baw) or by Bjerksund and "
               "Stensland (bs93, bs). Barriers by Reiner and Rubinstein. Known dividends are "
               "taken off the spot at their present value, or make it fall on their day; American "
               "options with them, and all under the second model, by finite differences (grid). "
               "European options under Heston's model "
               "by Lewis' integral.\n\n" TERMS_OF_FILES,
    .example = "fulmar option price --spot 100 --strike 105 --days 30 --rate 0.04 --vol 0.25\n"
               "fulmar option price --type put --style american --spot 50 --strike 50 --days 152 "
               "--rate 0.1 --vol 0.4 --method crr --steps 50\n"
               "fulmar option price --spot 100 --strike 90 --years 0.5 --rate 0.08 --yield 0.04 "
               "--vol 0.25 --barrier down-out --level 95 --rebate 3\n"
               "fulmar option price --spot 100 --strike 100 --years 0.5 --vol 0.2 --average curran "
               "--fixings 26\n"
               "fulmar option price --spot 80 --strike 82 --days 120 --rate 0.06 --vol 0.3 --style "
               "american --dividends 0.25:4\n"
               "fulmar option price --spot 100 --strike 110 --years 1 --rate 0.03 --heston "
               "0.04,1.5,0.05,0.5,-0.7",
    .options = of_vol,
    .option_count = sizeof of_vol / sizeof *of_vol,
    .run = run_price,
};

const struct command command_option_iv = {
    .name = "option iv",
    .summary = "volatility that the price of an option implies",
    .operands = "",
    .details = "To the digits that the price carries. A price that has no volatility is told by "
               "kind: below_intrinsic, above_bound, negative, expired, not_finite, not_positive, "
               "or no_information where what it holds above its least value is rounding. In a "
               "file that stands in the column status.\n\n" TERMS_OF_FILES,
    .example = "fulmar option iv --spot 100 --strike 105 --days 30 --rate 0.04 --price 1.2\n"
               "fulmar option iv --input quotes.csv --output vols.csv",
    .options = of_price,
    .option_count = sizeof of_price / sizeof *of_price,
    .run = run_iv,
};

const struct command command_option_greeks = {
    .name = "option greeks",
    .summary = "value and sensitivities of an option, to the third order",
    .operands = "",
    .details =
        "Derivatives as they stand: vega and rho for a change of 1.00, theta, charm and "
        "color for a year that passes. American options, barriers, averages, Heston's model and "
        "options with dividends have those of the first order and gamma, by differences; Heston's "
        "vega is that of the root of the variance now.\n\n" TERMS_OF_FILES "\n\nWith --by the "
        "rows are positions of a book: quantity (sold is below 0) and multiplier, 1 where "
        "the column is missing, underlying and expiry; type may be share. Their sums are "
        "written, with delta_cash, the worth of the shares that the position moves like, and "
        "gamma_cash, its change when the spot rises by 1 %.",
    .example =
        "fulmar option greeks --spot 100 --strike 105 --days 30 --rate 0.04 --vol 0.25 --json\n"
        "fulmar option greeks --input book.csv --by underlying",
    .options = of_greeks,
    .option_count = sizeof of_greeks / sizeof *of_greeks,
    .run = run_greeks,
};
