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
    if (explain->cases == NULL || explain->trace == NULL)
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
    explain->cases = NULL;
    explain->trace = NULL;
}

static struct explain_state state_now(const struct explain *explain, uint32_t strategy) {
    const struct ledger *ledger = engine_ledger(explain->run->engine);
    return (struct explain_state){
        .position = *ledger_position(ledger, strategy, explain->instrument),
        .equity = ledger_strategy_equity(ledger, strategy),
        .ts_ns = engine_now_ns(explain->run->engine),
    };
}

// Whether an output is about the case's strategy and instrument, or about the whole account.
static bool concerns(const struct explain *explain, const struct explain_case *one,
                     const struct event_header *output) {
    const void *body = output;
    if (output->kind == EVENT_HALTED) return true;
    if (output->instrument != explain->instrument) return false;
    switch (output->kind) {
    case EVENT_TARGET:
        return ((const struct target_event *)body)->strategy == one->strategy;
    case EVENT_VETO:
        return ((const struct veto_event *)body)->strategy == one->strategy;
    case EVENT_SUBMIT:
        return ((const struct submit_event *)body)->spec.strategy == one->strategy;
    case EVENT_CANCEL:
        return order_id_strategy(((const struct cancel_event *)body)->order_id) == one->strategy;
    case EVENT_REPLACE:
        return order_id_strategy(((const struct replace_event *)body)->order_id) == one->strategy;
    default:
        return false;
    }
}

static void keep_output(struct explain_case *one, const struct event_header *output) {
    if (one->output_size + output->size > sizeof one->outputs) {
        one->outputs_left_out++;
        return;
    }
    memcpy(one->outputs + one->output_size, output, output->size);
    one->output_size += output->size;
    if (output->kind != EVENT_SUBMIT || one->order_count == EXPLAIN_ORDERS_MAX) return;
    const struct submit_event *submit = (const void *)output;
    one->orders[one->order_count++] =
        (struct explain_order){.id = submit->order_id, .purpose = submit->spec.purpose};
}

static void keep_outputs(const struct explain *explain, struct explain_case *one,
                         const struct engine_outputs *outputs) {
    for (size_t at = 0; at < outputs->size;) {
        const struct event_header *output = (const void *)(outputs->bytes + at);
        if (concerns(explain, one, output)) keep_output(one, output);
        at += output->size;
    }
    for (uint32_t i = 0; i < explain->trace->count; i++) {
        const struct risk_trace_row *row = &explain->trace->rows[i];
        if (row->spec.strategy == one->strategy && row->spec.instrument == explain->instrument &&
            one->row_count < EXPLAIN_ROWS_MAX)
            one->rows[one->row_count++] = *row;
    }
}

static void keep_view(struct explain_case *one, const struct witness *witness) {
    const struct strategy_view *view = witness->view;
    memcpy(one->params, view->params, sizeof one->params);
    one->bar = view->bars[witness->place];
    memcpy(one->inputs, view->inputs + (size_t)witness->place * view->input_count,
           view->input_count * sizeof *one->inputs);
    one->position = view->position[witness->place];
    one->entry_price = view->entry_price[witness->place];
    one->equity = view->equity;
    if (view->book == NULL) return;
    one->book = (struct explain_book){.bid_tick = book_l2_best_bid(view->book),
                                      .ask_tick = book_l2_best_ask(view->book),
                                      .tick = view->tick,
                                      .working = view->working_count,
                                      .trades = view->trade_count,
                                      .bought = view->bought,
                                      .sold = view->sold};
}

// What is to be told of a decision that was just taken; `before` is the slot as the decision found it.
static void keep_case(const struct explain *explain, struct explain_case *one,
                      const struct event_header *event, const struct witness *before,
                      const struct witness *now) {
    one->decisions = now->decisions;
    one->seq = event->seq;
    one->ts_ns = event->ts_ns;
    one->cause = event->kind;
    one->target = *now->target;
    one->weight_before = before->weight;
    one->stop_before = before->stop;
    one->take_before = before->take;
    one->halted = now->halted;
    one->denied = now->denied;
    one->closing = now->closing;
    one->shut = now->shut;
    one->out = now->out;
    one->output_size = 0;
    one->outputs_left_out = one->row_count = one->order_count = 0;
    one->report_count = one->reports_left_out = 0;
    one->settled = false;
    one->mode = engine_strategy_mode(explain->run->engine, one->strategy);
    keep_view(one, now);
    keep_outputs(explain, one, engine_outputs(explain->run->engine));
    one->before = state_now(explain, one->strategy);
    if (one->output_size > 0) one->acted_ns = one->ts_ns;
}

static bool ends_order(const struct order_event *report) {
    switch (report->header.kind) {
    case EVENT_ORDER_REJECTED:
    case EVENT_ORDER_CANCELED:
    case EVENT_ORDER_EXPIRED:
        return true;
    default:
        return report->header.kind == EVENT_ORDER_FILLED && report->leaves_qty.m == 0;
    }
}

static void keep_report(struct explain_case *one, const struct order_event *report) {
    for (uint32_t i = 0; i < one->order_count; i++) {
        if (one->orders[i].id != report->order_id) continue;
        if (ends_order(report)) one->orders[i].ended = 1;
        if (one->report_count < EXPLAIN_REPORTS_MAX)
            one->reports[one->report_count++] = *report;
        else
            one->reports_left_out++;
    }
}

// Whether nothing of the decision's is on its way any more; what protects a position may wait for long.
static bool is_settled(const struct explain_case *one, bool with_protection) {
    for (uint32_t i = 0; i < one->order_count; i++) {
        bool protects = one->orders[i].purpose == PURPOSE_STOP_LOSS ||
                        one->orders[i].purpose == PURPOSE_TAKE_PROFIT;
        if (!one->orders[i].ended && (with_protection || !protects)) return false;
    }
    return true;
}

static void settle(const struct explain *explain, struct explain_case *one) {
    if (one->settled || one->decisions == 0 || !is_settled(one, false)) return;
    one->settled = true;
    one->after = state_now(explain, one->strategy);
}

static int apply(struct explain *explain, const struct event_header *event, bool within) {
    struct engine *engine = explain->run->engine;
    struct witness before[RUN_STRATEGIES_MAX], now;
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
    for (uint32_t i = 0; i < explain->case_count; i++) {
        struct explain_case *one = &explain->cases[i];
        if (event->kind >= EVENT_ORDER_ACCEPTED && event->kind < EVENT_CASH)
            keep_report(one, &copy.order);
        if (within && witness_get(engine, one->strategy, explain->instrument, &now) &&
            now.decisions != before[i].decisions)
            keep_case(explain, one, event, &before[i], &now);
        settle(explain, one);
    }
    return 0;
}

static bool is_done(const struct explain *explain) {
    for (uint32_t i = 0; i < explain->case_count; i++)
        if (explain->cases[i].decisions > 0 && !is_settled(&explain->cases[i], true)) return false;
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
            explain->cases[i].after = state_now(explain, explain->cases[i].strategy);
    explain->torn = rc == ERR_TRUNCATED;
    return rc < 0 && !explain->torn ? rc : 0;
}

static int no_such(uint64_t order_id, uint64_t trade_id) {
    const char *hint = "fulmar journal inspect FILE --kind order_filled prints the ids";
    if (trade_id != 0)
        return ERR_SET(ERR_NOT_FOUND, "the journal has no fill %" PRIx64 "; %s", trade_id, hint);
    return ERR_SET(ERR_NOT_FOUND, "the journal has no order %" PRIx64 "; %s", order_id, hint);
}

// The order that a fill belongs to; 0: no such fill.
static uint64_t order_of_fill(const struct event_header *event, uint64_t trade_id) {
    if (event->kind != EVENT_ORDER_FILLED) return 0;
    const struct order_event *fill = (const void *)event;
    return fill->trade_id == trade_id ? fill->order_id : 0;
}

// Orders that were sent, so that the one of a later fill is known without reading twice.
struct sent_list {
    struct explain_sent *items;
    size_t count, capacity;
};

static int add_sent(struct sent_list *list, const struct event_header *event, uint16_t cause) {
    const struct submit_event *submit = (const void *)event;
    if (list->count == list->capacity) {
        size_t capacity = list->capacity > 0 ? list->capacity * 2 : 1024;
        struct explain_sent *items = realloc(list->items, capacity * sizeof *items);
        if (items == NULL) return ERR_SET(ERR_NOMEM, "no memory for %zu orders", capacity);
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->count++] = (struct explain_sent){.order_id = submit->order_id,
                                                       .seq = event->seq,
                                                       .ts_ns = event->ts_ns,
                                                       .cause = cause,
                                                       .spec = submit->spec};
    return 0;
}

static int find_sent(const struct sent_list *list, uint64_t order_id, uint64_t trade_id,
                     struct explain_sent *ret_sent) {
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].order_id != order_id) continue;
        *ret_sent = list->items[i];
        return 0;
    }
    if (order_id_is_venue(order_id))
        return ERR_SET(ERR_NOT_FOUND,
                       "the venue made order %" PRIx64
                       " by itself: a liquidation, or a delisting; no decision did",
                       order_id);
    return no_such(order_id, trade_id);
}

int explain_find(struct journal_reader *reader, uint64_t order_id, uint64_t trade_id,
                 struct explain_sent *ret_sent) {
    const struct event_header *event;
    struct sent_list list = {0};
    uint64_t wanted = trade_id == 0 ? order_id : 0;
    uint16_t cause = 0;
    int rc;
    while ((rc = journal_next(reader, &event)) > 0) {
        if (event->kind < EVENT_OUTPUT) cause = event->kind;
        if (trade_id != 0 && wanted == 0) wanted = order_of_fill(event, trade_id);
        if (event->kind == EVENT_SUBMIT && (rc = add_sent(&list, event, cause)) < 0) break;
    }
    if (rc == 0 || rc == ERR_TRUNCATED)
        rc = wanted == 0 ? no_such(order_id, trade_id)
                         : find_sent(&list, wanted, trade_id, ret_sent);
    free(list.items);
    return rc;
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
        if (output->kind == EVENT_TARGET || output->kind == EVENT_VETO) return NULL;
    if (one->output_size > 0) return NULL;
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
