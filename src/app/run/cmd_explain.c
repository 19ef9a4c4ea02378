// SPDX-License-Identifier: Apache-2.0
// fulmar explain: why a run did what it did at an instant, or why an order or a fill came about.
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "app/run/explain.h"
#include "app/run/replay.h"
#include "app/run/run_record.h"
#include "base/check.h"

struct question {
    const char *journal;
    char path[RUN_STORE_PATH_SIZE]; // of a run's
    const char *symbol;
    const char *strategy;
    int64_t at_ns;
    uint64_t order_id, trade_id; // 0: not asked
    struct explain_sent sent;
};

// An id as journals and reports print it: hexadecimal, or a client order id.
static int read_id(const struct args *args, const char *name, uint64_t *ret_id) {
    const char *word = args_get(args, name, NULL);
    uint64_t run, id;
    char *end;
    if (word == NULL) return 0;
    if (client_order_id_parse(word, &run, &id) < 0) {
        errno = 0;
        id = strtoull(word, &end, 16);
        if (errno != 0 || *word == '\0' || *word == '-' || *end != '\0') id = 0;
    }
    if (id == 0)
        return ERR_SET(ERR_ARGUMENT,
                       "--%s: '%s' is no id as fulmar journal inspect prints it, such as 1 or "
                       "2000000000003",
                       name, word);
    *ret_id = id;
    return 0;
}

// A journal, or a run that was kept.
static int read_run(const struct args *args, struct question *question) {
    char root[RUN_STORE_PATH_SIZE];
    question->journal = args_get(args, "journal", NULL);
    const char *run = args_get(args, "run", NULL);
    if ((question->journal == NULL) == (run == NULL) || args->operand_count > 0)
        return ERR_SET(ERR_ARGUMENT,
                       "give --run NAME, a run that fulmar backtest --run kept, or --journal FILE");
    if (run == NULL) return 0;
    TRY(run_store_check_name(run));
    TRY(run_record_root(args, root, sizeof root));
    TRY(run_record_path(root, run, RUN_RECORD_JOURNAL, question->path));
    question->journal = question->path;
    return 0;
}

static int read_question(const struct args *args, struct question *question) {
    TRY(read_run(args, question));
    question->symbol = args_get(args, "symbol", NULL);
    question->strategy = args_get(args, "strategy", NULL);
    TRY(args_instant(args, "at", &question->at_ns));
    TRY(read_id(args, "order", &question->order_id));
    TRY(read_id(args, "fill", &question->trade_id));
    int asked = args_has(args, "at") + args_has(args, "order") + args_has(args, "fill");
    if (asked != 1) return ERR_SET(ERR_ARGUMENT, "give one of --at TIME, --order ID and --fill ID");
    if (!args_has(args, "at") && (question->symbol != NULL || question->strategy != NULL))
        return ERR_SET(ERR_ARGUMENT,
                       "an order knows its symbol and its strategy: --symbol and --strategy go "
                       "with --at");
    return 0;
}

// A journal is read from its start once more.
static int open_run(const struct question *question, struct journal_reader **ret_reader,
                    struct run **ret_run) {
    size_t size;
    TRY(journal_open(question->journal, ret_reader));
    journal_description(*ret_reader, &size);
    if (size == 0)
        return ERR_SET(ERR_ARGUMENT,
                       "%s records no configuration, without which nobody can say what the "
                       "strategies were",
                       question->journal);
    return replay_open(*ret_reader, question->journal, ret_run);
}

// "SYMBOL" or "VENUE/SYMBOL". How many instruments it names; the first of them.
static uint32_t count_symbol(const struct run *run, const char *word, uint32_t *ret_instrument) {
    uint32_t found = 0;
    char name[SYMBOL_SIZE + VENUE_NAME_SIZE + 2];
    for (uint32_t i = run->instruments.count; i-- > 0;) {
        const struct instrument *one = &run->instruments.items[i];
        snprintf(name, sizeof name, "%.*s/%.*s", VENUE_NAME_SIZE, one->venue, SYMBOL_SIZE,
                 one->symbol);
        if (strcmp(word, name) != 0 && strcmp(word, strchr(name, '/') + 1) != 0) continue;
        *ret_instrument = i;
        found++;
    }
    return found;
}

static int choose_symbol(const struct run *run, const char *symbol, uint32_t *ret_instrument) {
    const char *names[RUN_INSTRUMENTS_MAX];
    uint32_t count = run->instruments.count;
    *ret_instrument = 0;
    if (symbol == NULL && count == 1) return 0;
    for (uint32_t i = 0; i < count; i++) names[i] = run->instruments.items[i].symbol;
    if (symbol == NULL)
        return ERR_SET(ERR_ARGUMENT, "the run has %u instruments: give --symbol, such as %s", count,
                       names[0]);
    uint32_t found = count_symbol(run, symbol, ret_instrument);
    if (found == 1) return 0;
    if (found > 1)
        return ERR_SET(ERR_ARGUMENT, "%u venues of the run have '%s': write --symbol %.*s/%s",
                       found, symbol, VENUE_NAME_SIZE,
                       run->instruments.items[*ret_instrument].venue, symbol);
    const char *near = nearest_name(symbol, names, count);
    return ERR_SET(ERR_NOT_FOUND, "the run has no instrument '%s'; %s %s", symbol,
                   near != NULL ? "did you mean" : "the first of its is",
                   near != NULL ? near : names[0]);
}

static int find_order(struct question *question) {
    struct journal_reader *reader;
    if (question->order_id == 0 && question->trade_id == 0) return 0;
    TRY(journal_open(question->journal, &reader));
    int rc = explain_find(reader, question->order_id, question->trade_id, &question->sent);
    journal_reader_close(reader);
    return rc;
}

static int answer(const struct question *question, struct explain *explain,
                  struct journal_reader *reader, bool json) {
    const struct explain_sent *sent = question->sent.order_id != 0 ? &question->sent : NULL;
    char number[16];
    const char *strategy = question->strategy;
    explain->until_ns = question->at_ns;
    explain->until_seq = UINT64_MAX;
    if (sent != NULL) {
        explain->until_ns = sent->parent != 0 ? sent->parent_ns : sent->ts_ns;
        explain->until_seq = sent->parent != 0 ? sent->parent_seq : sent->seq;
        explain->instrument = sent->spec.instrument;
        snprintf(number, sizeof number, "%u", sent->spec.strategy + 1);
        strategy = explain_of_account(explain, sent->spec.strategy) ? NULL : number;
    } else {
        TRY(choose_symbol(explain->run, question->symbol, &explain->instrument));
    }
    TRY(explain_choose(explain, strategy));
    TRY(explain_fold(explain, reader));
    if (json)
        explain_print_json(explain, sent);
    else
        explain_print(explain, sent);
    return 0;
}

static int run_explain(const struct args *args) {
    struct question question = {0};
    struct explain explain = {0};
    struct journal_reader *reader = NULL;
    int rc = read_question(args, &question);
    if (rc < 0) return rc == ERR_NOT_FOUND ? STATUS_FAILED : STATUS_USAGE;
    rc = open_run(&question, &reader, &explain.run);
    if (rc == 0) rc = find_order(&question);
    if (rc == 0) rc = answer(&question, &explain, reader, args->json);
    explain_fini(&explain);
    run_close(explain.run);
    if (reader != NULL) journal_reader_close(reader);
    return rc == 0 ? STATUS_DONE : STATUS_FAILED;
}

static const struct option options[] = {
    {"run", "NAME", NULL, "The run: what fulmar backtest --run kept."},
    {"runs", "DIR", NULL, "Where runs are kept; $FULMAR_RUNS or the user's data directory."},
    {"journal", "FILE", NULL, "The run's journal alone: what fulmar backtest --journal wrote."},
    {"at", "TIME", NULL, "Explain the latest decisions at or before this instant, UTC."},
    {"symbol", "SYMBOL", NULL,
     "On this instrument, or VENUE/SYMBOL; not needed where the run has one."},
    {"strategy", "STRATEGY", NULL, "Only this strategy: its number from 1, or its name."},
    {"order", "ID", NULL, "Explain why this order was sent; ids as journal inspect prints them."},
    {"fill", "ID", NULL, "Explain the order of this fill, by the venue's id of the fill."},
};

const struct command command_explain = {
    .name = "explain",
    .summary = "tell why a run did what it did, from inputs to orders and outcome",
    .operands = "",
    .details = "Folds the journal once more to the instant and prints of each strategy its latest\n"
               "decision: the bar or book and every input it saw, what it wanted, what sizing made "
               "of it,\n"
               "what each risk rule said with its limits, what was sent, what the venue answered, "
               "and the\n"
               "position and profit after it.",
    .example = "fulmar explain --run trend-1 --at 2018-03-01T21:00:00Z --symbol AAPL\n"
               "fulmar explain --journal run.journal --at 2018-03-01T21:00:00Z --symbol AAPL\n"
               "fulmar explain --journal run.journal --order 3",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run_explain,
};
