// SPDX-License-Identifier: Apache-2.0
#include "app/run/explain.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/timestamp.h"

static bool is_named(const struct run *run, uint32_t strategy, const char *word) {
    char *end;
    unsigned long number = strtoul(word, &end, 10);
    if (*word != '\0' && *end == '\0') return number == strategy + 1;
    return strcmp(run->strategies[strategy].strategy->name, word) == 0;
}

static int no_strategy(const struct explain *explain, const char *word) {
    const struct run *run = explain->run;
    struct text list;
    struct witness witness;
    text_init(&list, 4096);
    for (uint32_t s = 0; s < run->strategy_count; s++)
        if (witness_get(run->engine, s, explain->instrument, &witness))
            text_printf(&list, "%s%u %s", list.len > 0 ? ", " : "", s + 1,
                        run->strategies[s].strategy->name);
    const char *symbol = run->instruments.items[explain->instrument].symbol;
    int rc = word == NULL ? ERR_SET(ERR_ARGUMENT, "no strategy trades %s", symbol)
                          : ERR_SET(ERR_ARGUMENT, "no strategy '%s' trades %s; there are: %s", word,
                                    symbol, text_string(&list));
    text_fini(&list);
    return rc;
}

int explain_choose(struct explain *explain, const char *strategy) {
    const struct run *run = explain->run;
    struct witness witness;
    explain->cases = calloc(run->strategy_count, sizeof *explain->cases);
    explain->trace = calloc(1, sizeof *explain->trace);
    explain->halts = calloc(run->strategy_count + 1, sizeof *explain->halts);
    explain->works = calloc(run->strategy_count, sizeof *explain->works);
    if (explain->cases == NULL || explain->trace == NULL || explain->halts == NULL ||
        explain->works == NULL)
        return ERR_SET(ERR_NOMEM, "no memory for %u strategies", run->strategy_count);
    for (uint32_t s = 0; s < run->strategy_count; s++)
        if (witness_get(run->engine, s, explain->instrument, &witness) &&
            (strategy == NULL || is_named(run, s, strategy)))
            explain->cases[explain->case_count++].strategy = s;
    return explain->case_count > 0 ? 0 : no_strategy(explain, strategy);
}

void explain_fini(struct explain *explain) {
    if (explain->run != NULL) witness_trace(explain->run->engine, NULL);
    free(explain->cases);
    free(explain->trace);
    free(explain->halts);
    free(explain->works);
    explain->cases = NULL;
    explain->trace = NULL;
    explain->halts = NULL;
    explain->works = NULL;
}

static int apply(struct explain *explain, const struct event_header *event, bool within) {
    struct engine *engine = explain->run->engine;
    struct witness before[RUN_STRATEGIES_MAX];
    uint64_t next = engine_seq(engine) + 1;
    if (event->seq != next || event->size != event_kind_size(event->kind) ||
        event->ts_ns < engine_now_ns(engine))
        return ERR_SET(ERR_CORRUPT, "event %" PRIu64 " does not follow %" PRIu64, event->seq,
                       next - 1);
    for (uint32_t i = 0; within && i < explain->case_count; i++)
        witness_get(engine, explain->cases[i].strategy, explain->instrument, &before[i]);
    union event copy; // the journal aligns to 8 bytes, amounts need 16
    memcpy(&copy, event, event->size);
    explain->trace->count = explain->trace->orders = explain->trace->left_out = 0;
    engine_apply(engine, &copy);
    explain_keep(explain, &copy, before, within);
    return 0;
}

static bool is_done(const struct explain *explain) {
    for (uint32_t i = 0; i < explain->case_count; i++)
        if (explain->cases[i].decisions > 0 && !explain_settled(&explain->cases[i], true))
            return false;
    return true;
}

static int too_early(const struct explain *explain, int64_t first_ns) {
    char asked[TIMESTAMP_TEXT_SIZE], first[TIMESTAMP_TEXT_SIZE];
    timestamp_print(asked, sizeof asked, explain->until_ns);
    timestamp_print(first, sizeof first, first_ns);
    return ERR_SET(ERR_ARGUMENT, "at %s the run had not begun; its first event is at %s", asked,
                   first);
}

int explain_fold(struct explain *explain, struct journal_reader *reader) {
    const struct event_header *event;
    int rc;
    witness_trace(explain->run->engine, explain->trace);
    while ((rc = journal_next(reader, &event)) > 0) {
        bool within = event->ts_ns <= explain->until_ns && event->seq <= explain->until_seq;
        if (event->kind >= EVENT_OUTPUT) continue;
        if (event->seq == 1) {
            explain->first_ns = event->ts_ns;
            if (!within) return too_early(explain, event->ts_ns);
        }
        if (!within && is_done(explain)) break;
        TRY(apply(explain, event, within));
        explain->last_ns = event->ts_ns;
    }
    for (uint32_t i = 0; i < explain->case_count; i++)
        if (!explain->cases[i].settled)
            explain->cases[i].after = explain_state_now(explain, explain->cases[i].strategy);
    explain->torn = rc == ERR_TRUNCATED;
    return rc < 0 && !explain->torn ? rc : 0;
}

const struct event_header *explain_output(const struct explain_case *one,
                                          const struct event_header *at) {
    const unsigned char *next = at == NULL ? one->outputs : (const unsigned char *)at + at->size;
    return next < one->outputs + one->output_size ? (const void *)next : NULL;
}

const char *explain_quiet(const struct explain_case *one) {
    const struct strategy_target *target = &one->target;
    const struct event_header *output = NULL;
    while ((output = explain_output(one, output)) != NULL)
        if (output->seq == one->seq) return NULL;
    if (target->kind == TARGET_KEEP) return "it wants nothing new: what is held stays";
    if (one->shut) return "a gate is still shut, as was told when it refused this first";
    if (one->out) return "a stop ended this side; it waits until the strategy lets go of it";
    if (one->denied) return "a halt refused this weight; it is asked for again when the halt ends";
    if (target->kind == TARGET_SET && target->weight == one->weight_before)
        return "the weight is the one already held: a position is sized when the weight changes";
    if (isnan(one->weight_before) && target->weight != 0)
        return "sizing made nothing of it: too little to go by";
    return "nothing had to be sent";
}
