// SPDX-License-Identifier: Apache-2.0
#include "app/option_call.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/params.h"

static const struct param side_row = {.name = "--type", .type = PARAM_ENUM, .choices = "call|put"};
static const struct param model_row = {
    .name = "--model", .type = PARAM_ENUM, .choices = "bsm|black76|bachelier"};
static const struct param style_row = {
    .name = "--style", .type = PARAM_ENUM, .choices = "european|american"};
static const struct param method_row = {
    .name = "--method", .type = PARAM_ENUM, .choices = AMERICAN_METHODS};

static int read_choice(const struct args *args, const char *name, const struct param *row,
                       int *ret_index) {
    const char *text = args_get(args, name, NULL);
    double value = *ret_index;
    if (text == NULL) return 0;
    TRY(params_set(&(struct param){.name = row->name, .type = row->type, .choices = row->choices},
                   1, row->name, text, &value));
    *ret_index = (int)value;
    return 0;
}

static int read_terms(const struct args *args, struct option_call *call) {
    struct option_terms *option = &call->option;
    TRY(args_real(args, "spot", -1e300, 1e300, &option->spot));
    TRY(args_real(args, "strike", -1e300, 1e300, &option->strike));
    TRY(args_real(args, "rate", -100, 100, &option->rate));
    TRY(args_real(args, "yield", -100, 100, &option->yield));
    double days = NAN;
    TRY(args_real(args, "days", -1e6, 1e6, &days));
    if (!isnan(days)) option->years = days / 365;
    TRY(args_real(args, "years", -1e6, 1e6, &option->years));
    if (call->question == OPTION_ASK_IV)
        return args_real(args, "price", -1e300, 1e300, &call->price);
    return args_real(args, "vol", 0, 1e6, &call->vol);
}

static int read_style(const struct args *args, struct option_call *call) {
    int side = OPTION_CALL, model = OPTION_BLACK_SCHOLES, style = 0, method = AMERICAN_QD;
    long steps = 500;
    TRY(read_choice(args, "type", &side_row, &side));
    TRY(read_choice(args, "model", &model_row, &model));
    TRY(read_choice(args, "style", &style_row, &style));
    TRY(read_choice(args, "method", &method_row, &method));
    TRY(args_int(args, "steps", 1, AMERICAN_STEPS_MAX, &steps));
    if (style == 0 && (args_has(args, "method") || args_has(args, "steps")))
        return ERR_SET(ERR_ARGUMENT, "--method and --steps are of --style american");
    call->option.side = (enum option_side)side;
    call->option.model = (enum option_model)model;
    call->american = style == 1;
    call->method = (enum american_method)method;
    call->steps = (size_t)steps;
    call->scratch = calloc(american_scratch(call->method, call->steps) + 1, sizeof(double));
    return call->scratch != NULL ? 0
                                 : ERR_SET(ERR_NOMEM, "no memory for a tree of %ld steps", steps);
}

int option_call_read(const struct args *args, enum option_question question,
                     struct option_call *ret_call) {
    static const char *const needed[] = {"spot", "strike"};
    *ret_call = (struct option_call){
        .question = question, .option = {.years = NAN}, .vol = NAN, .price = NAN};
    TRY(read_style(args, ret_call));
    TRY(read_terms(args, ret_call));
    if (args_has(args, "input")) return 0;
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (!args_has(args, needed[i]))
            return ERR_SET(ERR_ARGUMENT, "give --%s, or --input FILE with one option a row",
                           needed[i]);
    if (isnan(ret_call->option.years)) return ERR_SET(ERR_ARGUMENT, "give --years or --days");
    const char *number = question == OPTION_ASK_IV ? "price" : "vol";
    if (!args_has(args, number)) return ERR_SET(ERR_ARGUMENT, "give --%s", number);
    return 0;
}

void option_call_free(struct option_call *call) {
    free(call->scratch);
    call->scratch = NULL;
}

static int answer_iv(const struct option_call *call, struct option_answer *answer) {
    answer->greeks.price = call->price;
    if (call->american)
        return american_implied(&call->option, call->price, call->method, call->steps,
                                call->scratch, &answer->vol, &answer->status);
    answer->status = option_implied(&call->option, call->price, &answer->vol);
    return 0;
}

int option_call_answer(const struct option_call *call, struct option_answer *ret_answer) {
    struct option_answer answer = {.vol = call->vol};
    if (call->question == OPTION_ASK_IV) {
        TRY(answer_iv(call, &answer));
        *ret_answer = answer;
        return 0;
    }
    enum option_fault fault = option_fault(&call->option);
    if (fault != OPTION_SOUND)
        return ERR_SET(ERR_ARGUMENT, "the option's terms are %s", option_fault_name(fault));
    if (!(call->vol >= 0 && isfinite(call->vol)))
        return ERR_SET(ERR_ARGUMENT, "a volatility is a number from 0 on, not %g", call->vol);
    bool greeks = call->question == OPTION_ASK_GREEKS;
    if (greeks && call->vol == 0)
        return ERR_SET(ERR_ARGUMENT, "sensitivities need a volatility above 0");
    if (call->american && greeks)
        TRY(american_greeks(&call->option, call->vol, call->method, call->steps, call->scratch,
                            &answer.greeks));
    else if (call->american)
        TRY(american_price(&call->option, call->vol, call->method, call->steps, call->scratch,
                           &answer.greeks.price));
    else if (greeks)
        option_greeks(&call->option, call->vol, &answer.greeks);
    else
        answer.greeks.price = option_price(&call->option, call->vol);
    *ret_answer = answer;
    return 0;
}

static int find_any(const struct csv *csv, const char *const *names) {
    for (size_t i = 0; names[i] != NULL; i++) {
        int column = csv_find(csv, names[i]);
        if (column >= 0) return column;
    }
    return -1;
}

static int missing(const struct csv *csv, const char *name) {
    struct text names;
    text_init(&names, 4096);
    csv_names(csv, &names);
    int rc = ERR_SET(ERR_NOT_FOUND, "%s:%zu: has no column '%s'; it has %s", csv->path,
                     csv->list[0].line, name, text_string(&names));
    text_fini(&names);
    return rc;
}

int option_columns_find(const struct csv *csv, const struct option_call *call,
                        struct option_columns *ret_columns) {
    bool iv = call->question == OPTION_ASK_IV;
    *ret_columns = (struct option_columns){
        .side = find_any(csv, (const char *[]){"type", "side", "right", NULL}),
        .spot = find_any(csv, (const char *[]){"S", "spot", "forward", "F", NULL}),
        .strike = find_any(csv, (const char *[]){"K", "strike", NULL}),
        .years = find_any(csv, (const char *[]){"T", "years", NULL}),
        .rate = find_any(csv, (const char *[]){"r", "rate", NULL}),
        .yield = find_any(csv, (const char *[]){"q", "yield", NULL}),
        .number = find_any(csv, iv ? (const char *[]){"price", NULL}
                                   : (const char *[]){"vol", "sigma", "volatility", NULL})};
    if (ret_columns->spot < 0 && call->option.spot == 0) return missing(csv, "S");
    if (ret_columns->strike < 0 && call->option.strike == 0) return missing(csv, "K");
    if (ret_columns->years < 0 && isnan(call->option.years)) return missing(csv, "T");
    if (ret_columns->number < 0 && isnan(iv ? call->price : call->vol))
        return missing(csv, iv ? "price" : "vol");
    return 0;
}

// A cell as a number, "nan" and "inf" among them: what they mean is the answer's affair.
static int read_cell(const struct csv *csv, size_t row, int column, double *number) {
    if (column < 0) return 0;
    const char *cell = csv_cell(csv, row, (size_t)column);
    char *end;
    double value = strtod(cell, &end);
    if (end == cell || *end != '\0')
        return ERR_SET(ERR_PARSE, "%s:%zu: field '%s': '%s' is not a number", csv->path,
                       csv->list[row + 1].line, csv_name(csv, (size_t)column), cell);
    *number = value;
    return 0;
}

int option_columns_read(const struct csv *csv, const struct option_columns *columns, size_t row,
                        const struct option_call *call, struct option_call *ret_call) {
    struct option_call read = *call;
    bool iv = call->question == OPTION_ASK_IV;
    if (columns->side >= 0) {
        const char *cell = csv_cell(csv, row, (size_t)columns->side);
        if (strcasecmp(cell, "C") == 0 || strcasecmp(cell, "call") == 0)
            read.option.side = OPTION_CALL;
        else if (strcasecmp(cell, "P") == 0 || strcasecmp(cell, "put") == 0)
            read.option.side = OPTION_PUT;
        else
            return ERR_SET(ERR_PARSE, "%s:%zu: field '%s': '%s' is neither C nor P", csv->path,
                           csv->list[row + 1].line, csv_name(csv, (size_t)columns->side), cell);
    }
    TRY(read_cell(csv, row, columns->spot, &read.option.spot));
    TRY(read_cell(csv, row, columns->strike, &read.option.strike));
    TRY(read_cell(csv, row, columns->years, &read.option.years));
    TRY(read_cell(csv, row, columns->rate, &read.option.rate));
    TRY(read_cell(csv, row, columns->yield, &read.option.yield));
    TRY(read_cell(csv, row, columns->number, iv ? &read.price : &read.vol));
    *ret_call = read;
    return 0;
}
