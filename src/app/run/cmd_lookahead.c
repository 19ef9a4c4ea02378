// SPDX-License-Identifier: Apache-2.0
// fulmar lookahead: whether a strategy knows what it cannot know.
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>

#include "app/commands.h"
#include "app/run/run.h"
#include "app/run/run_args.h"
#include "app/terminal.h"
#include "base/timestamp.h"
#include "research/overfit/lookahead.h"

#define ARENA_SIZE ((size_t)64 << 30)

// What a verb that looks works with.
struct look {
    struct run *run;
    struct arena arena;
    struct log log;
    struct trial trial;
    struct trial_config config;
    struct lookahead found;
};

static int open_look(const struct args *args, struct look *look) {
    struct run_config *config;
    char root[4096];
    TRY(command_tape_root(args, root, sizeof root));
    if (run_config_from_args(args, &config) < 0) return ERR_ARGUMENT;
    TRY(run_open(config, root, &look->run));
    if (look->run->is_feed || look->run->market != NULL)
        return ERR_SET(ERR_ARGUMENT, "this looks at runs on bars; these are a recorded feed or a "
                                     "market that is made");
    TRY(arena_init(&look->arena, ARENA_SIZE));
    TRY(log_read(&look->log, &look->arena, look->run->source));
    TRY(trial_init(&look->trial));
    look->config = (struct trial_config){.engine = &look->run->engine_config,
                                         .sim = &look->run->sim_config,
                                         .log = &look->log,
                                         .capital = look->run->capital,
                                         .days_a_year = look->run->days_per_year,
                                         .from_ns = INT64_MIN};
    return 0;
}

static void close_look(struct look *look) {
    trial_fini(&look->trial);
    if (look->arena.base != NULL) arena_fini(&look->arena);
    run_close(look->run);
}

static void say_word(const struct look *look, const struct lookahead_word *word, bool is_there,
                     char *out, size_t size) {
    if (!is_there) {
        snprintf(out, size, "no more");
        return;
    }
    char time[TIMESTAMP_TEXT_SIZE];
    timestamp_print(time, sizeof time, word->ts_ns);
    const char *symbol = word->instrument < look->run->instruments.count
                             ? look->run->instruments.items[word->instrument].symbol
                             : "";
    const char *what = word->kind == EVENT_TARGET   ? "target"
                       : word->kind == EVENT_SUBMIT ? "order"
                       : word->kind == EVENT_CANCEL ? "cancel"
                                                    : "replacement";
    if (isnan(word->weight))
        snprintf(out, size, "%s %s at %s", what, symbol, time);
    else
        snprintf(out, size, "%s %g %s at %s", what, word->weight, symbol, time);
}

static const char *describe(enum lookahead_kind kind) {
    static const char *const names[LOOKAHEAD_KINDS] = {"the same again", "data cut off",
                                                       "another future", "52 weeks later"};
    return names[kind];
}

// What is no fault: who reads the date may have reason to.
static bool is_fault(enum lookahead_kind kind) {
    return kind != LOOKAHEAD_MOVED;
}

static void print_look(const struct look *look) {
    struct table table;
    char first[128], then[128], bars[32];
    printf("%" PRIu64 " decisions over %s bars, looked at from %u moments\n\n", look->found.words,
           thousands(bars, (int64_t)look->log.bars), look->found.moments);
    table_init(&table, "run with|>runs|>differ|said first|said then");
    for (int k = 0; k < LOOKAHEAD_KINDS; k++) {
        const struct lookahead_finding *finding = &look->found.findings[k];
        say_word(look, &finding->first, finding->has_first, first, sizeof first);
        say_word(look, &finding->then, finding->has_then, then, sizeof then);
        table_cell(&table, "%s", describe((enum lookahead_kind)k));
        table_cell(&table, "%u", finding->runs);
        table_cell(&table, "%u", finding->differ);
        table_cell(&table, "%s", finding->differ > 0 ? first : "");
        table_cell(&table, "%s", finding->differ > 0 ? then : "");
    }
    table_print(&table, stdout);
    if (look->found.words == 0) printf("\nNothing was decided: there is nothing to say of it.\n");
    if (look->found.findings[LOOKAHEAD_MOVED].differ > 0)
        printf("\nDecisions depend on the date. A calendar rule has reason to; a table of what "
               "happened when has seen the future.\n");
}

static json_t *word_json(const struct look *look, const struct lookahead_word *word,
                         bool is_there) {
    char text[128];
    if (!is_there) return json_null();
    say_word(look, word, true, text, sizeof text);
    return json_string(text);
}

static int look_json(const struct look *look, bool clean) {
    json_t *object = json_object();
    json_object_set_new(object, "decisions", json_integer((json_int_t)look->found.words));
    json_object_set_new(object, "moments", json_integer(look->found.moments));
    json_object_set_new(object, "looks_ahead", json_boolean(!clean));
    for (int k = 0; k < LOOKAHEAD_KINDS; k++) {
        const struct lookahead_finding *finding = &look->found.findings[k];
        json_t *row = json_object();
        json_object_set_new(row, "runs", json_integer(finding->runs));
        json_object_set_new(row, "differ", json_integer(finding->differ));
        if (finding->differ > 0) {
            json_object_set_new(row, "first", word_json(look, &finding->first, finding->has_first));
            json_object_set_new(row, "then", word_json(look, &finding->then, finding->has_then));
        }
        json_object_set_new(object, lookahead_name((enum lookahead_kind)k), row);
    }
    int rc = json_dumpf(object, stdout, JSON_COMPACT);
    json_decref(object);
    printf("\n");
    return rc < 0 ? ERR_SET(ERR_IO, "the JSON could not be written") : 0;
}

static int tell(const struct look *look, const struct args *args) {
    bool clean = true;
    for (int k = 0; k < LOOKAHEAD_KINDS; k++)
        if (is_fault((enum lookahead_kind)k)) clean &= look->found.findings[k].differ == 0;
    if (args->json)
        TRY(look_json(look, clean));
    else
        print_look(look);
    return clean
               ? 0
               : ERR_SET(ERR_STATE, "what the strategy says up to a moment depends on what follows "
                                    "it, or on an earlier run");
}

static int run_lookahead(const struct args *args) {
    static struct look look;
    long moments = LOOKAHEAD_MOMENTS;
    int rc = args_int(args, "moments", 1, LOOKAHEAD_MOMENTS_MAX, &moments);
    if (rc == 0) rc = open_look(args, &look);
    int opened = rc;
    if (rc == 0)
        rc = lookahead_of(&look.config, &look.trial, (uint32_t)moments, &look.arena, &look.found);
    if (rc == 0) rc = tell(&look, args);
    close_look(&look);
    if (opened == ERR_ARGUMENT) return STATUS_USAGE;
    return rc == 0 ? STATUS_DONE : STATUS_FAILED;
}

static const struct option options[] = {
    {"moments", "NUMBER", NULL, "Moments at which data is cut off or changed; 20 by default."},
    RUN_OPTIONS,
};

const struct command command_lookahead = {
    .name = "lookahead",
    .summary = "find out whether a strategy knows what it cannot know",
    .operands = "",
    .details = "Runs a strategy again over data that ends at a moment, over another future, twice "
               "the same,\n"
               "and with all times 52 weeks later, and compares what it decides. Up to a moment "
               "nothing may\n"
               "depend on what follows it: where it does, the first decision that differs is "
               "named, and the\n"
               "exit status is 1. Plug-ins, gates, stops and sizing are looked at as they run.",
    .example = "fulmar lookahead --data BTCUSD --strategy momentum:lookback=40",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run_lookahead,
};
