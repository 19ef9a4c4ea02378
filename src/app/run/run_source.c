// SPDX-License-Identifier: Apache-2.0
// Commands, rates, corporate actions and tapes become one source, in that order of rank: what a price is worth, and a
// split at a session's open, are known before the first bar that needs them.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/run/run_parts.h"
#include "base/io.h"
#include "base/timestamp.h"
#include "market/action_lean.h"
#include "market/action_source.h"

enum { FACTOR_FILE_MAX = 16 << 20 };

struct range {
    int64_t from_ns;
    int64_t to_ns;
};

int run_parse_instant(const char *key, const char *text, int64_t *ret_ns) {
    if (text == NULL || timestamp_parse(text, strlen(text), ret_ns) == 0) return 0;
    return ERR_SET(ERR_ARGUMENT, "%s: '%s' is not an instant such as 2018-01-31", key, text);
}

// When the instrument's data begins and ends: actions outside it concern nobody.
static struct range data_range(const struct run *run, uint32_t index, struct range range) {
    int64_t first = tape_first_ns(run->tapes[index]), last = tape_last_ns(run->tapes[index]);
    return (struct range){.from_ns = first > range.from_ns ? first : range.from_ns,
                          .to_ns = last < range.to_ns ? last : range.to_ns};
}

struct action_texts {
    char *factors;
    char *map; // NULL: none given
    size_t factors_size;
    size_t map_size;
    char factors_path[4096];
    const char *map_path;
};

// "FACTORS" or "FACTORS,MAP".
static int read_texts(const char *word, struct action_texts *ret_texts) {
    const char *comma = strchr(word, ',');
    int len = comma != NULL ? (int)(comma - word) : (int)strlen(word);
    snprintf(ret_texts->factors_path, sizeof ret_texts->factors_path, "%.*s", len, word);
    ret_texts->map_path = comma != NULL ? comma + 1 : NULL;
    TRY(io_read_file(ret_texts->factors_path, FACTOR_FILE_MAX, &ret_texts->factors,
                     &ret_texts->factors_size));
    if (ret_texts->map_path == NULL) return 0;
    return io_read_file(ret_texts->map_path, FACTOR_FILE_MAX, &ret_texts->map,
                        &ret_texts->map_size);
}

static int parse_texts(struct run *run, const struct action_texts *texts, uint32_t index,
                       struct actions *actions) {
    const struct instrument *instrument = &run->instruments.items[index];
    uint32_t factors = action_lean_rows(texts->factors, texts->factors_size);
    uint32_t symbols = texts->map != NULL ? action_lean_rows(texts->map, texts->map_size) : 0;
    TRY(actions_init(actions, &run->wiring, (enum calendar_id)instrument->calendar, factors + 1,
                     symbols + 1));
    TRY(action_lean_factors(actions, texts->factors_path, texts->factors, texts->factors_size));
    if (texts->map == NULL) return 0;
    return action_lean_map(actions, texts->map_path, texts->map, texts->map_size);
}

static int read_actions(struct run *run, const char *word, uint32_t index,
                        struct actions **ret_actions) {
    struct action_texts texts = {0};
    struct actions *actions = ARENA_NEW(&run->wiring, struct actions, 1);
    if (actions == NULL) return ERR_NOMEM;
    int rc = read_texts(word, &texts);
    if (rc == 0) rc = parse_texts(run, &texts, index, actions);
    free(texts.factors);
    free(texts.map);
    *ret_actions = actions;
    return rc;
}

// A series under one name of a stock that bore others: what was traded under them is not in it.
static void tell_renames(const struct run *run, const struct actions *actions, uint32_t index) {
    const struct instrument *instrument = &run->instruments.items[index];
    int32_t first = date_of_ns(tape_first_ns(run->tapes[index]));
    const char *then = actions_symbol_at(actions, first);
    if (then != NULL && strcmp(then, instrument->symbol) != 0)
        fprintf(stderr, "note: %s traded as %s when this series begins\n", instrument->symbol,
                then);
}

// "SYMBOL=FACTORS[,MAP]".
static int add_actions(struct run *run, const char *word, struct range range,
                       struct event_source *ret_source) {
    const char *equals = strchr(word, '=');
    char symbol[SYMBOL_SIZE];
    if (equals == NULL || equals == word || (size_t)(equals - word) >= sizeof symbol)
        return ERR_SET(ERR_ARGUMENT, "actions: '%s' is not of the form SYMBOL=FILE", word);
    snprintf(symbol, sizeof symbol, "%.*s", (int)(equals - word), word);
    const char *slash = strrchr(symbol, '/'); // VENUE/SYMBOL is welcome
    int index = instruments_find(&run->instruments, NULL, slash != NULL ? slash + 1 : symbol);
    if (index < 0)
        return ERR_SET(ERR_NOT_FOUND, "actions: the run's data has no instrument '%s'", symbol);
    if (instrument_is_inverse(&run->instruments.items[index]))
        return ERR_SET(ERR_ARGUMENT, "actions: %s is an inverse contract; those have none", symbol);
    struct actions *actions;
    TRY(read_actions(run, equals + 1, (uint32_t)index, &actions));
    tell_renames(run, actions, (uint32_t)index);
    struct action_source *source = ARENA_NEW(&run->wiring, struct action_source, 1);
    if (source == NULL) return ERR_NOMEM;
    struct range known = data_range(run, (uint32_t)index, range);
    action_source_init(source, actions, (uint32_t)index,
                       run->instruments.items[index].price_decimals, known.from_ns, known.to_ns);
    *ret_source = action_source_port(source);
    return 0;
}

static int add_tape(struct run *run, uint32_t index, struct range range,
                    struct event_source *ret_source) {
    struct tape_source *source =
        tape_source_new(&run->wiring, run->tapes[index], index, range.from_ns, range.to_ns);
    if (source == NULL) return ERR_NOMEM;
    *ret_source = tape_source_port(source);
    return 0;
}

static int add_commands(struct run *run, struct range range, struct event_source *ret_source) {
    int64_t first = INT64_MAX, last = INT64_MIN;
    for (uint32_t i = 0; i < run->config->data_count; i++) {
        struct range own = data_range(run, i, range);
        first = own.from_ns < first ? own.from_ns : first;
        last = own.to_ns > last ? own.to_ns : last;
    }
    return run_read_commands(run, first, last, ret_source);
}

int run_open_source(struct run *run, const char *tape_root) {
    const struct run_config *config = run->config;
    struct range range = {.from_ns = INT64_MIN, .to_ns = INT64_MAX};
    uint32_t count = config->rates_count + config->actions_count + config->data_count +
                     (config->commands_count > 0),
             at = 0;
    TRY(run_check_rates(run));
    TRY(run_parse_instant("from", config->from, &range.from_ns));
    TRY(run_parse_instant("to", config->to, &range.to_ns));
    struct event_source *sources = ARENA_NEW(&run->wiring, struct event_source, count);
    if (sources == NULL) return ERR_NOMEM;
    if (config->commands_count > 0) TRY(add_commands(run, range, &sources[at++]));
    for (uint32_t i = 0; i < config->rates_count; i++)
        TRY(run_add_rate(run, tape_root, config->rates[i], &sources[at++]));
    for (uint32_t i = 0; i < config->actions_count; i++)
        TRY(add_actions(run, config->actions[i], range, &sources[at++]));
    for (uint32_t i = 0; i < config->data_count; i++) TRY(add_tape(run, i, range, &sources[at++]));
    for (uint32_t i = 0; i < count; i++) {
        int64_t left = sources[i].remaining(sources[i].self);
        if (left > 0) run->market_events += (uint64_t)left;
    }
    run->source = sources[0];
    if (count == 1) return 0;
    struct merge_source *merge = merge_source_new(&run->wiring, sources, count);
    if (merge == NULL) return ERR_NOMEM;
    run->source = merge_source_port(merge);
    return 0;
}
