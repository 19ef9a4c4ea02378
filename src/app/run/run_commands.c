// SPDX-License-Identifier: Apache-2.0
// What operators would have said, and when: `commands` of a run's configuration become events of its source.
//
//   TIME pause|resume|drain|stop|start STRATEGY     TIME set STRATEGY NAME=VALUE
//   TIME halt|resume                                TIME limit RULE.NAME=VALUE
//   TIME kill|kill flatten
//
// resume takes a last word reason=CODE: what a breaker stopped goes on for that alone. A code of up to eight characters
// is in the journal as it is written. kill cancels every order; flatten closes what is held as well.
//
// TIME is an instant such as 2018-01-31 or 2018-01-31T15:00:00Z. A strategy is its number in the configuration, from
// 1, or its name where only one strategy has it.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/run/run_parts.h"
#include "base/check.h"

enum { WORDS_MAX = 4, WORD_SIZE = 96, REASON_SIZE = 8 };

struct command_words {
    const char *line;
    char words[WORDS_MAX][WORD_SIZE];
    uint32_t count;
};

struct verb {
    const char *name;
    uint32_t words; // of the line
    enum event_kind kind;
    enum halt_scope scope;
};
static const struct verb verbs[] = {
    {"pause", 3, EVENT_HALT, HALT_STRATEGY},  {"resume", 3, EVENT_RESUME, HALT_STRATEGY},
    {"halt", 2, EVENT_HALT, HALT_ALL},        {"resume", 2, EVENT_RESUME, HALT_ALL},
    {"drain", 3, EVENT_DRAIN, HALT_STRATEGY}, {"stop", 3, EVENT_STOP, HALT_STRATEGY},
    {"start", 3, EVENT_START, HALT_STRATEGY}, {"set", 4, EVENT_SET_PARAM, HALT_STRATEGY},
    {"limit", 3, EVENT_SET_LIMIT, HALT_ALL},  {"kill", 2, EVENT_KILL, HALT_ALL},
    {"kill", 3, EVENT_KILL, HALT_ALL},
};

static int split(const char *line, struct command_words *ret_words) {
    ret_words->line = line;
    ret_words->count = 0;
    for (const char *at = line + strspn(line, " \t"); *at != '\0'; at += strspn(at, " \t")) {
        size_t len = strcspn(at, " \t");
        if (ret_words->count == WORDS_MAX || len >= WORD_SIZE)
            return ERR_SET(ERR_ARGUMENT, "commands: '%s' has too many words, or too long ones",
                           line);
        snprintf(ret_words->words[ret_words->count++], WORD_SIZE, "%.*s", (int)len, at);
        at += len;
    }
    return 0;
}

static const struct verb *find_verb(const struct command_words *words) {
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        if (words->count == verbs[i].words && strcmp(words->words[1], verbs[i].name) == 0)
            return &verbs[i];
    return NULL;
}

// "name=value" of a table: its row and its value.
static int read_value(const char *owner, const struct param *table, size_t count, const char *word,
                      uint32_t *ret_row, double *ret_value) {
    double values[PARAMS_MAX];
    char name[WORD_SIZE];
    params_defaults(table, count, values);
    TRY(run_set_params(owner, table, count, &word, 1, values));
    snprintf(name, sizeof name, "%.*s", (int)strcspn(word, "="), word);
    int row = params_find(table, count, name);
    CHECK(row >= 0);
    *ret_row = (uint32_t)row;
    *ret_value = values[row];
    return 0;
}

static int read_param(const struct run *run, const struct command_words *words,
                      struct command_event *command) {
    const struct strategy *strategy = run->strategies[command->index].strategy;
    TRY(read_value(strategy->name, strategy->params, strategy->param_count, words->words[3],
                   &command->param, &command->value));
    if (!strategy_param_is_wired(strategy, command->param)) return 0;
    return ERR_SET(ERR_UNSUPPORTED,
                   "commands: %s of %s is part of the inputs it reads, which a run computes from "
                   "its start on; it cannot change while the strategy runs",
                   strategy->params[command->param].name, strategy->name);
}

static int read_limit(const struct command_words *words, struct command_event *command) {
    char name[WORD_SIZE];
    const char *word = words->words[2], *point = strchr(word, '.');
    snprintf(name, sizeof name, "%.*s", point != NULL ? (int)(point - word) : 0, word);
    int rule = risk_rule_find(name);
    if (rule < 0)
        return ERR_SET(ERR_ARGUMENT, "commands: '%s' is not of the form RULE.NAME=VALUE", word);
    command->rule = (uint32_t)rule;
    const struct risk_rule *row = risk_rule_at((size_t)rule);
    return read_value(name, row->params, row->param_count, point + 1, &command->param,
                      &command->value);
}

static const char reason_letters[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";

// Takes reason=CODE off the end of a resume.
static int read_reason(struct command_words *words, uint64_t *ret_reason) {
    static const char key[] = "reason=";
    uint32_t last = words->count - 1;
    *ret_reason = 0;
    if (words->count < 3 || strcmp(words->words[1], "resume") != 0 ||
        strncmp(words->words[last], key, sizeof key - 1) != 0)
        return 0;
    const char *code = words->words[last] + sizeof key - 1;
    size_t len = strlen(code);
    if (len == 0 || len > REASON_SIZE || strspn(code, reason_letters) != len)
        return ERR_SET(ERR_ARGUMENT,
                       "commands: '%s': a reason is a code of 1 to %d letters, digits and -_.",
                       words->line, REASON_SIZE);
    memcpy(ret_reason, code, len);
    words->count--;
    return 0;
}

static int read_kill(const struct command_words *words, struct command_event *command) {
    command->param = words->count == 3;
    if (words->count == 2 || strcmp(words->words[2], "flatten") == 0) return 0;
    return ERR_SET(ERR_ARGUMENT, "commands: '%s' is not TIME kill or TIME kill flatten",
                   words->line);
}

static int read_verb(const struct run *run, const struct command_words *words,
                     union event *ret_event);

static int read_command(const struct run *run, const char *line, union event *ret_event) {
    struct command_words words;
    int64_t ts_ns = 0;
    TRY(split(line, &words));
    TRY(read_verb(run, &words, ret_event));
    TRY(run_parse_instant("commands", words.words[0], &ts_ns));
    ret_event->header.ts_ns = ret_event->header.venue_ts_ns = ts_ns;
    return 0;
}

int run_read_command(const struct run *run, const char *line, union event *ret_event) {
    struct command_words words;
    char timed[WORDS_MAX * WORD_SIZE];
    if (strlen(line) > sizeof timed - 8)
        return ERR_SET(ERR_ARGUMENT, "a command has at most %zu characters", sizeof timed - 8);
    snprintf(timed, sizeof timed, "now %s", line);
    TRY(split(timed, &words));
    words.line = line;
    return read_verb(run, &words, ret_event);
}

static int read_verb(const struct run *run, const struct command_words *all,
                     union event *ret_event) {
    uint64_t reason = 0;
    struct command_words words = *all;
    if (words.count > 0) TRY(read_reason(&words, &reason));
    const struct verb *verb = find_verb(&words);
    if (verb == NULL)
        return ERR_SET(
            ERR_ARGUMENT,
            "commands: '%s' is not TIME pause|resume|drain|stop|start STRATEGY, TIME "
            "set STRATEGY NAME=VALUE, TIME halt|resume, TIME kill [flatten] or TIME limit "
            "RULE.NAME=VALUE",
            words.line);
    event_init(ret_event, verb->kind, INSTRUMENT_NONE, 0);
    struct command_event *command = &ret_event->command;
    command->scope = verb->scope;
    command->reason = reason;
    if (verb->kind == EVENT_KILL) return read_kill(&words, command);
    if (verb->scope == HALT_STRATEGY)
        TRY(run_find_strategy(run, "commands", words.words[2], &command->index));
    if (verb->kind == EVENT_SET_PARAM) return read_param(run, &words, command);
    return verb->kind == EVENT_SET_LIMIT ? read_limit(&words, command) : 0;
}

// Stable: commands of one instant stay as they were written.
static void put_in_order(union event *events, uint32_t count) {
    for (uint32_t i = 1; i < count; i++) {
        union event moved = events[i];
        uint32_t at = i;
        for (; at > 0 && events[at - 1].header.ts_ns > moved.header.ts_ns; at--)
            events[at] = events[at - 1];
        events[at] = moved;
    }
}

int run_read_commands(struct run *run, int64_t first_ns, int64_t last_ns,
                      struct event_source *ret_source) {
    const struct run_config *config = run->config;
    struct memory_source *memory = ARENA_NEW(&run->wiring, struct memory_source, 1);
    union event *events = ARENA_NEW(&run->wiring, union event, config->commands_count);
    if (memory == NULL || events == NULL) return ERR_NOMEM;
    for (uint32_t i = 0; i < config->commands_count; i++) {
        TRY(read_command(run, config->commands[i], &events[i]));
        int64_t ts_ns = events[i].header.ts_ns;
        if (ts_ns < first_ns || ts_ns > last_ns)
            return ERR_SET(ERR_ARGUMENT, "commands: '%s' is not within the run's data",
                           config->commands[i]);
    }
    put_in_order(events, config->commands_count);
    *memory = (struct memory_source){.events = events, .count = config->commands_count};
    *ret_source = memory_source_port(memory);
    return 0;
}
