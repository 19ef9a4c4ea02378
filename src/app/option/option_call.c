// SPDX-License-Identifier: Apache-2.0
#include "app/option/option_call.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/params.h"
#include "quant/option/difference.h"
#include "quant/option/implied.h"

const char *const option_fields[OPTION_FIELDS] = {
    "price", "delta", "gamma", "vega",  "theta", "rho",  "rho_dividend",
    "vanna", "volga", "charm", "speed", "zomma", "color"};

static const struct param side_row = {.name = "--type", .type = PARAM_ENUM, .choices = "call|put"};
static const struct param model_row = {
    .name = "--model", .type = PARAM_ENUM, .choices = "bsm|black76|bachelier"};
static const struct param style_row = {
    .name = "--style", .type = PARAM_ENUM, .choices = "european|american"};
static const struct param method_row = {
    .name = "--method", .type = PARAM_ENUM, .choices = AMERICAN_METHODS "|grid"};
static const struct param dividend_model_row = {
    .name = "--dividend-model", .type = PARAM_ENUM, .choices = DIVIDEND_MODELS};
static const struct param barrier_row = {
    .name = "--barrier", .type = PARAM_ENUM, .choices = BARRIER_KINDS};
static const struct param average_row = {
    .name = "--average", .type = PARAM_ENUM, .choices = ASIAN_METHODS};

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

enum { GRID = AMERICAN_BJERKSUND_02 + 1 }; // behind AMERICAN_METHODS

static int read_style(const struct args *args, struct option_call *call) {
    int side = OPTION_CALL, model = OPTION_BLACK_SCHOLES, style = 0, method = AMERICAN_QD;
    TRY(read_choice(args, "type", &side_row, &side));
    TRY(read_choice(args, "model", &model_row, &model));
    TRY(read_choice(args, "style", &style_row, &style));
    TRY(read_choice(args, "method", &method_row, &method));
    if (style == 0 && (args_has(args, "method") || args_has(args, "steps")))
        return ERR_SET(ERR_ARGUMENT, "--method and --steps are of --style american");
    if (args_has(args, "dividends") && args_has(args, "method") && method != GRID &&
        method != AMERICAN_CRR)
        return ERR_SET(ERR_ARGUMENT, "with --dividends American options take --method grid or crr");
    call->option.side = (enum option_side)side;
    call->option.model = (enum option_model)model;
    call->kind = style == 1 ? OPTION_AMERICAN : OPTION_EUROPEAN;
    call->grid = method == GRID;
    call->method = (enum american_method)(call->grid ? AMERICAN_QD : method);
    return 0;
}

// A number of "A:B,..." that ends at one of `ends`; *at moves behind that.
static int read_number(const char *name, const char **at, const char *ends, double *ret_number) {
    char *end;
    double number = strtod(*at, &end);
    if (end == *at || strchr(ends, *end) == NULL || !isfinite(number))
        return ERR_SET(ERR_ARGUMENT, "--%s: '%s' does not begin with a number", name, *at);
    *at = *end != '\0' ? end + 1 : end;
    *ret_number = number;
    return 0;
}

// YEARS:AMOUNT joined by commas, their model, and whether a grid is what serves both.
static int read_dividends(const struct args *args, struct option_call *call) {
    const char *at = args_get(args, "dividends", "");
    struct dividends *ret_dividends = &call->dividends;
    int model = DIVIDEND_ESCROWED;
    TRY(read_choice(args, "dividend-model", &dividend_model_row, &model));
    call->dividend_model = (enum dividend_model)model;
    bool given = *at != '\0', tree = call->method == AMERICAN_CRR;
    if (args_has(args, "dividend-model") && !given)
        return ERR_SET(ERR_ARGUMENT, "--dividend-model is of --dividends");
    if (model == DIVIDEND_JUMPS && tree)
        return ERR_SET(ERR_ARGUMENT, "--dividend-model jumps takes --method grid");
    call->grid |= given && (call->kind == OPTION_AMERICAN ? !tree : model == DIVIDEND_JUMPS);
    while (*at != '\0') {
        struct dividend *next = &ret_dividends->list[ret_dividends->count];
        if (ret_dividends->count == DIVIDENDS_MAX)
            return ERR_SET(ERR_ARGUMENT, "--dividends takes %d of them at most", DIVIDENDS_MAX);
        if (strcspn(at, ":") >= strcspn(at, ","))
            return ERR_SET(ERR_ARGUMENT, "--dividends takes YEARS:AMOUNT,..., not '%s'", at);
        TRY(read_number("dividends", &at, ":", &next->years));
        TRY(read_number("dividends", &at, ",", &next->amount));
        ret_dividends->count++;
    }
    return 0;
}

// What the method needs, whether or not a row will ask for it.
static int make_scratch(const struct args *args, struct option_call *call) {
    long steps = call->grid ? DIVIDEND_GRID_STEPS : 500;
    TRY(args_int(args, "steps", 1, AMERICAN_STEPS_MAX, &steps));
    call->steps = (size_t)steps;
    size_t size = call->grid                    ? dividend_grid_scratch(call->steps)
                  : args_has(args, "dividends") ? dividend_scratch(call->steps)
                                                : american_scratch(call->method, call->steps);
    call->scratch = calloc(size + 1, sizeof(double));
    return call->scratch != NULL ? 0 : ERR_SET(ERR_NOMEM, "no memory for %ld steps", steps);
}

// V0,KAPPA,THETA,SIGMA,RHO in place of a volatility, and of the columns' as well.
static int read_heston(const struct args *args, struct option_call *call) {
    const char *at = args_get(args, "heston", NULL);
    double v0;
    if (at == NULL) return 0;
    double *const parts[] = {&v0, &call->heston.kappa, &call->heston.theta, &call->heston.sigma,
                             &call->heston.rho};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (*at == '\0' || (i == 4) != (strchr(at, ',') == NULL))
            return ERR_SET(ERR_ARGUMENT, "--heston takes V0,KAPPA,THETA,SIGMA,RHO, not '%s'",
                           args_get(args, "heston", NULL));
        TRY(read_number("heston", &at, ",", parts[i]));
    }
    if (call->kind != OPTION_EUROPEAN || call->dividends.count > 0 || args_has(args, "vol"))
        return ERR_SET(ERR_ARGUMENT, "--heston is of European options, in place of --vol");
    if (!(v0 >= 0)) return ERR_SET(ERR_ARGUMENT, "--heston: V0 is from 0 on, not %g", v0);
    call->vol = sqrt(v0);
    call->kind = OPTION_HESTON;
    return 0;
}

// --barrier, --level and --rebate, --average and --fixings.
static int read_exotic(const struct args *args, struct option_call *call) {
    bool barrier = args_has(args, "barrier"), average = args_has(args, "average");
    int kind = 0, method = 0;
    long fixings = 0;
    TRY(read_choice(args, "barrier", &barrier_row, &kind));
    TRY(read_choice(args, "average", &average_row, &method));
    TRY(args_real(args, "level", 0, 1e300, &call->barrier.level));
    TRY(args_real(args, "rebate", 0, 1e300, &call->barrier.rebate));
    TRY(args_int(args, "fixings", 0, ASIAN_FIXINGS_MAX, &fixings));
    if (barrier != args_has(args, "level"))
        return ERR_SET(ERR_ARGUMENT, "--barrier and --level go together");
    if (args_has(args, "rebate") && !barrier)
        return ERR_SET(ERR_ARGUMENT, "--rebate is of --barrier");
    if (args_has(args, "fixings") && !average)
        return ERR_SET(ERR_ARGUMENT, "--fixings is of --average");
    if ((barrier || average) && (barrier == average || call->kind != OPTION_EUROPEAN))
        return ERR_SET(ERR_ARGUMENT,
                       "--barrier and --average are of European options, one at a time");
    if (barrier) call->kind = OPTION_BARRIER;
    if (average) call->kind = OPTION_ASIAN;
    call->barrier.kind = (enum barrier_kind)kind;
    call->asian = (struct asian){(enum asian_method)method, (size_t)fixings};
    return 0;
}

int option_call_read(const struct args *args, enum option_question question,
                     struct option_call *ret_call) {
    static const char *const needed[] = {"spot", "strike"};
    *ret_call = (struct option_call){
        .question = question, .option = {.years = NAN}, .vol = NAN, .price = NAN};
    TRY(read_style(args, ret_call));
    TRY(read_terms(args, ret_call));
    TRY(read_dividends(args, ret_call));
    TRY(make_scratch(args, ret_call));
    if (question != OPTION_ASK_IV) TRY(read_exotic(args, ret_call));
    if (question != OPTION_ASK_IV) TRY(read_heston(args, ret_call));
    if (ret_call->dividends.count > 0 && ret_call->kind > OPTION_AMERICAN)
        return ERR_SET(ERR_ARGUMENT, "--dividends are of plain options");
    if (ret_call->dividends.count > 0 && ret_call->option.model != OPTION_BLACK_SCHOLES)
        return ERR_SET(ERR_ARGUMENT, "--dividends are of --model bsm");
    if (args_has(args, "input")) return 0;
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (!args_has(args, needed[i]))
            return ERR_SET(ERR_ARGUMENT, "give --%s, or --input FILE with one option a row",
                           needed[i]);
    if (isnan(ret_call->option.years)) return ERR_SET(ERR_ARGUMENT, "give --years or --days");
    const char *number = question == OPTION_ASK_IV ? "price" : "vol";
    if (ret_call->kind != OPTION_HESTON && !args_has(args, number))
        return ERR_SET(ERR_ARGUMENT, "give --%s", number);
    return 0;
}

void option_call_free(struct option_call *call) {
    free(call->scratch);
    call->scratch = NULL;
}

static struct dividend_option grid_of(const struct option_call *call,
                                      const struct option_terms *option) {
    return (struct dividend_option){.terms = *option,
                                    .dividends = &call->dividends,
                                    .model = call->dividend_model,
                                    .american = call->kind == OPTION_AMERICAN};
}

// The value of whatever option it is, of a spot from which no dividend has been taken.
static int price_of(const void *context, const struct option_terms *option, double vol,
                    double *ret_price) {
    const struct option_call *call = context;
    struct option_terms escrowed = *option;
    struct heston heston = call->heston;
    if (call->grid) {
        struct dividend_option grid = grid_of(call, option);
        return dividend_grid_price(&grid, vol, call->steps, call->scratch, ret_price);
    }
    switch (call->kind) {
    case OPTION_HESTON:
        heston.v0 = vol * vol;
        return heston_price(option, &heston, ret_price);
    case OPTION_BARRIER:
        return barrier_price(option, &call->barrier, vol, ret_price);
    case OPTION_ASIAN:
        return asian_price(option, &call->asian, vol, ret_price);
    case OPTION_AMERICAN:
        if (call->dividends.count > 0)
            return dividend_american(option, &call->dividends, vol, call->steps, call->scratch,
                                     ret_price);
        return american_price(option, vol, call->method, call->steps, call->scratch, ret_price);
    case OPTION_EUROPEAN:
        break;
    }
    TRY(dividend_spot(option, &call->dividends, &escrowed.spot));
    *ret_price = option_price(&escrowed, vol);
    return 0;
}

static int answer_iv(const struct option_call *call, struct option_answer *answer) {
    struct option_terms escrowed = call->option;
    bool sound = option_fault(&call->option) == OPTION_SOUND;
    answer->greeks.price = call->price;
    if (call->kind == OPTION_AMERICAN || call->grid)
        return implied_search(price_of, call, &call->option, call->price, &answer->vol,
                              &answer->status);
    if (sound) TRY(dividend_spot(&call->option, &call->dividends, &escrowed.spot));
    answer->status = option_implied(&escrowed, call->price, &answer->vol);
    return 0;
}

bool option_call_is_by_tree(const struct option_call *call) {
    return call->kind == OPTION_AMERICAN && call->method == AMERICAN_QD && !call->grid &&
           call->dividends.count == 0 && american_has_two_boundaries(&call->option);
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
    bool plain = call->kind == OPTION_EUROPEAN && call->dividends.count == 0;
    if (greeks && call->vol == 0)
        return ERR_SET(ERR_ARGUMENT, "sensitivities need a volatility above 0");
    struct dividend_option grid = grid_of(call, &call->option);
    if (greeks && call->grid)
        TRY(dividend_grid_greeks(&grid, call->vol, call->steps, call->scratch, &answer.greeks));
    else if (greeks && plain)
        option_greeks(&call->option, call->vol, &answer.greeks);
    else if (greeks)
        TRY(difference_greeks(price_of, call, &call->option, call->vol, &answer.greeks));
    else
        TRY(price_of(call, &call->option, call->vol, &answer.greeks.price));
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
    if (call->kind == OPTION_HESTON) ret_columns->number = -1;
    if (ret_columns->spot < 0 && call->option.spot == 0) return missing(csv, "S");
    if (ret_columns->strike < 0 && call->option.strike == 0) return missing(csv, "K");
    if (ret_columns->years < 0 && isnan(call->option.years)) return missing(csv, "T");
    if (ret_columns->number < 0 && isnan(iv ? call->price : call->vol))
        return missing(csv, iv ? "price" : "vol");
    return 0;
}

// A cell as a number, "nan", "inf" and nothing at all, which is no number, among them: what they mean is the answer's
// affair.
static int read_cell(const struct csv *csv, size_t row, int column, double *number) {
    if (column < 0) return 0;
    const char *cell = csv_cell(csv, row, (size_t)column);
    char *end;
    double value = *cell != '\0' ? strtod(cell, &end) : NAN;
    if (*cell != '\0' && (end == cell || *end != '\0'))
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
