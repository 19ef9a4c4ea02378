// SPDX-License-Identifier: Apache-2.0
// fulmar risk stress: losses of a portfolio in assumed moves and in those of markets past.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "app/risk_input.h"
#include "base/params.h"
#include "quant/risk/stress.h"

enum { SHOCKS_MAX = 32, OUTPUT_MAX = 1 << 24 };

static const struct param number = {.type = PARAM_REAL};

struct shocks {
    size_t moved[SHOCKS_MAX];
    double moves[SHOCKS_MAX];
    size_t count;
};

struct answer {
    bool json;
    size_t printed;
    struct text text;
};

static void add(struct answer *answer, const char *name, double value) {
    struct text *out = &answer->text;
    if (answer->json)
        text_printf(out, "%s\"%s\":", answer->printed++ > 0 ? "," : "{", name);
    else
        text_printf(out, "%-24s ", name);
    params_print_value(&number, value, out);
    if (!answer->json) text_add_char(out, '\n');
}

// Of every asset, in the order of the weights.
static void add_moves(const struct risk_input *input, const double *moves, struct answer *answer) {
    struct text *out = &answer->text;
    if (answer->json) text_add(out, ",\"reverse_moves\":[");
    for (size_t i = 0; i < input->count; i++) {
        if (answer->json && i > 0) text_add_char(out, ',');
        if (!answer->json) text_printf(out, "  %-22s ", input->names[i]);
        params_print_value(&number, moves[i], out);
        if (!answer->json) text_add_char(out, '\n');
    }
    if (answer->json) text_add_char(out, ']');
}

static int find_asset(const struct risk_input *input, const char *option, const char *name,
                      size_t length, size_t *ret_asset) {
    for (size_t i = 0; i < input->count; i++)
        if (strlen(input->names[i]) == length && memcmp(input->names[i], name, length) == 0) {
            *ret_asset = i;
            return 0;
        }
    return ERR_SET(ERR_NOT_FOUND, "--%s: the portfolio has no asset '%.*s'", option, (int)length,
                   name);
}

static int read_shocks(const struct args *args, const struct risk_input *input,
                       struct shocks *shocks) {
    const char *word;
    for (; (word = args_nth(args, "shock", shocks->count)) != NULL; shocks->count++) {
        const char *equals = strrchr(word, '=');
        char *end = NULL;
        if (shocks->count == SHOCKS_MAX)
            return ERR_SET(ERR_ARGUMENT, "--shock is given more than %d times", SHOCKS_MAX);
        double move = equals != NULL ? strtod(equals + 1, &end) : NAN;
        if (equals == NULL || end == equals + 1 || *end != '\0' || !isfinite(move))
            return ERR_SET(ERR_ARGUMENT, "--shock takes ASSET=MOVE, as SPY=-0.2, not '%s'", word);
        TRY(find_asset(input, "shock", word, (size_t)(equals - word),
                       &shocks->moved[shocks->count]));
        shocks->moves[shocks->count] = move;
    }
    return 0;
}

static int loss_of(const struct risk_input *input, const struct shocks *shocks, double *moves,
                   double *ret_loss) {
    double scratch[SHOCKS_MAX * (SHOCKS_MAX + 1)];
    size_t fault = 0;
    int rc = stress_propagate(input->covariance, input->count, shocks->moved, shocks->moves,
                              shocks->count, scratch, &fault, moves);
    if (rc < 0) return ERR_APPEND(rc, "it is '%s'", input->names[shocks->moved[fault]]);
    *ret_loss = stress_loss(input->weights, moves, input->count);
    return 0;
}

static int add_episodes(const struct args *args, const struct risk_input *input, double *moves,
                        struct answer *answer) {
    static const char *const options[] = {"equity", "crypto"};
    for (size_t i = 0; i < STRESS_EPISODES; i++) {
        const struct stress_episode *episode = stress_episode_at(i);
        const char *name = args_get(args, options[episode->market], NULL);
        struct shocks shocks = {.moves = {stress_episode_move(episode)}, .count = 1};
        double loss;
        if (name == NULL) continue;
        TRY(find_asset(input, options[episode->market], name, strlen(name), shocks.moved));
        TRY(loss_of(input, &shocks, moves, &loss));
        add(answer, episode->name, loss);
    }
    return 0;
}

static int add_all(const struct args *args, const struct risk_input *input, double level,
                   double loss, double *moves, struct answer *answer) {
    struct shocks shocks = {.count = 0};
    double lost, distance;
    TRY(read_shocks(args, input, &shocks));
    if (shocks.count > 0) {
        TRY(loss_of(input, &shocks, moves, &lost));
        add(answer, "shocks", lost);
    }
    TRY(add_episodes(args, input, moves, answer));
    if (!isnan(loss)) {
        TRY(stress_reverse(input->covariance, input->weights, input->count, loss, moves,
                           &distance));
        add(answer, "reverse_distance", distance);
        add_moves(input, moves, answer);
    }
    if (args_has(args, "amounts")) return 0;
    double *scratch = calloc(2 * input->rows, sizeof *scratch);
    if (scratch == NULL) return ERR_SET(ERR_NOMEM, "no memory for %zu rows", input->rows);
    struct stress_drawdown drawdown =
        stress_drawdown_of(input->series, input->rows, level, scratch);
    free(scratch);
    add(answer, "drawdown_at_risk", drawdown.at_risk);
    add(answer, "drawdown_expected", drawdown.expected);
    add(answer, "drawdown_worst", drawdown.worst);
    return 0;
}

static int run_stress(const struct args *args) {
    double level = 0.95, loss = NAN;
    if (args_real(args, "level", 0.5, 1 - 1e-12, &level) < 0 ||
        args_real(args, "loss", 1e-12, 1e18, &loss) < 0)
        return STATUS_USAGE;
    struct risk_input input;
    struct answer answer = {.json = args->json};
    text_init(&answer.text, OUTPUT_MAX);
    int rc = risk_input_read(args, false, &input);
    double *moves = calloc(input.count + 1, sizeof *moves);
    if (rc == 0 && moves == NULL) rc = ERR_SET(ERR_NOMEM, "no memory for the moves");
    if (rc == 0) rc = add_all(args, &input, level, loss, moves, &answer);
    if (args->json) text_add(&answer.text, answer.printed > 0 ? "}\n" : "{}\n");
    if (rc == 0 && text_error(&answer.text) < 0)
        rc = ERR_SET(text_error(&answer.text), "no memory for the results");
    if (rc == 0) fwrite(text_string(&answer.text), 1, answer.text.len, stdout);
    bool usage = rc == ERR_ARGUMENT && input.series == NULL && input.weighed.columns == 0;
    text_fini(&answer.text);
    free(moves);
    risk_input_free(&input);
    return rc == 0 ? STATUS_DONE : usage ? STATUS_USAGE : STATUS_FAILED;
}

static const struct option options[] = {
    {"returns", "FILE", NULL, "a CSV file of simple returns, a column an asset, a row a period"},
    {"weights", "FILE", NULL, "a CSV file with a row an asset: its name, then weights"},
    {"portfolio", "NAME", NULL, "the column of weights; default the first"},
    {"amounts", NULL, NULL, "weights are amounts: they need not add up to 1; no drawdowns"},
    {"column", "NAME", NULL, "one series of the returns instead of a portfolio"},
    {"shock", "ASSET=MOVE", NULL, "a move of an asset, as SPY=-0.2; repeatable, all at once"},
    {"equity", "ASSET", NULL, "the asset that takes the moves of the S&P 500 in past crises"},
    {"crypto", "ASSET", NULL, "the asset that takes those of bitcoin"},
    {"loss", "L", NULL, "reverse stress: the least unlikely move that loses so much"},
    {"level", "L", NULL, "of the drawdown at risk; default 0.95"}};

const struct command command_risk_stress = {
    .name = "risk stress",
    .summary = "what a portfolio loses in assumed moves and in crises past",
    .operands = "",
    .details =
        "Assets that no shock names move as their covariance with those that it names leads one to "
        "expect. An asset of weight 0 serves as a factor. Crises: 1987, 1998, 2000-02, 2008, 2011, "
        "2015, 2018 and 2020 by closes of the S&P 500, 2018 and 2022 by those of bitcoin. Losses "
        "are positive. Moves of a reverse stress are in the order of the weights.",
    .example = "fulmar risk stress --returns returns.csv --weights weights.csv --shock SPY=-0.2\n"
               "fulmar risk stress --returns returns.csv --weights weights.csv --equity SPY "
               "--loss 0.25 --json",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run_stress,
};
