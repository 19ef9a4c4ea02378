// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "app/run/explain.h"
#include "order/algo.h"

bool explain_of_account(const struct explain *explain, uint32_t strategy) {
    return strategy == explain->run->strategy_count;
}

struct explain_state explain_state_now(const struct explain *explain, uint32_t strategy) {
    const struct ledger *ledger = engine_ledger(explain->run->engine);
    return (struct explain_state){
        .position = *ledger_position(ledger, strategy, explain->instrument),
        .equity = ledger_strategy_equity(ledger, strategy),
        .ts_ns = engine_now_ns(explain->run->engine),
    };
}

static bool is_known(const struct explain_case *one, uint64_t order_id) {
    for (uint32_t i = 0; i < one->order_count; i++)
        if (one->orders[i].id == order_id) return true;
    return false;
}

// An order of the strategy's own, or one of the account's for a wish of it.
static bool is_ours(const struct explain *explain, const struct explain_case *one,
                    uint32_t strategy) {
    return strategy == one->strategy || (explain_of_account(explain, strategy) && one->wants);
}

// Whether an output is about the case's strategy and instrument, or about the whole account.
static bool concerns(const struct explain *explain, const struct explain_case *one,
                     const struct event_header *output) {
    const void *body = output;
    if (output->kind == EVENT_HALTED) {
        uint32_t strategy = ((const struct veto_event *)body)->strategy;
        return strategy == STRATEGY_NONE || strategy == one->strategy;
    }
    if (output->kind == EVENT_STRATEGY)
        return ((const struct strategy_event *)body)->strategy == one->strategy;
    if (output->instrument != explain->instrument) return false;
    switch (output->kind) {
    case EVENT_TARGET:
        return ((const struct target_event *)body)->strategy == one->strategy;
    case EVENT_ALLOCATION:
        return ((const struct allocation_event *)body)->strategy == one->strategy;
    case EVENT_ALGO:
        return ((const struct algo_event *)body)->strategy == one->strategy;
    case EVENT_VETO:
        return is_ours(explain, one, ((const struct veto_event *)body)->strategy);
    case EVENT_SUBMIT:
        return is_ours(explain, one, ((const struct submit_event *)body)->spec.strategy);
    case EVENT_CANCEL:
        return is_ours(explain, one,
                       order_id_strategy(((const struct cancel_event *)body)->order_id));
    case EVENT_REPLACE:
        return is_ours(explain, one,
                       order_id_strategy(((const struct replace_event *)body)->order_id));
    default:
        return false;
    }
}

// The parent of a child that was sent with these outputs; 0: it is no child.
static uint64_t parent_of(const struct engine_outputs *outputs, uint64_t order_id) {
    for (size_t at = 0; at < outputs->size;) {
        const struct event_header *output = (const void *)(outputs->bytes + at);
        const struct algo_event *algo = (const void *)output;
        if (output->kind == EVENT_ALGO && algo->what == ALGO_CHILD && algo->order_id == order_id)
            return algo->parent;
        at += output->size;
    }
    return 0;
}

// What still belongs to a decision that is not the strategy's latest any more.
static bool is_late(const struct explain_case *one, const struct engine_outputs *outputs,
                    const struct event_header *output) {
    const void *body = output;
    const struct allocation_event *allocation = body;
    switch (output->kind) {
    case EVENT_ALGO:
        return one->parent != 0 && ((const struct algo_event *)body)->parent == one->parent;
    case EVENT_SUBMIT:
        return one->parent != 0 &&
               parent_of(outputs, ((const struct submit_event *)body)->order_id) == one->parent;
    case EVENT_ALLOCATION:
        return allocation->order_id != 0 && is_known(one, allocation->order_id);
    default:
        return false;
    }
}

static void note_sent(const struct explain *explain, struct explain_case *one,
                      const struct submit_event *submit) {
    if (explain_of_account(explain, submit->spec.strategy)) one->waits = EXPLAIN_WAITS_NOT;
    one->settled = false;
    if (one->order_count == EXPLAIN_ORDERS_MAX) return;
    one->orders[one->order_count++] =
        (struct explain_order){.id = submit->order_id, .purpose = submit->spec.purpose};
}

static void note_algo(struct explain_case *one, const struct algo_event *algo) {
    if (algo->what == ALGO_STARTED && !one->superseded) {
        one->parent = algo->parent;
        one->parent_works = true;
    }
    if (algo->what == ALGO_ENDED && algo->parent == one->parent) one->parent_works = false;
}

static void keep_output(const struct explain *explain, struct explain_case *one,
                        const struct event_header *output) {
    if (output->kind == EVENT_SUBMIT) note_sent(explain, one, (const void *)output);
    if (output->kind == EVENT_TARGET) one->wants = true;
    if (output->kind == EVENT_ALGO) note_algo(one, (const void *)output);
    // An order of the account is being taken back: what replaces it is still to come.
    if (output->kind == EVENT_CANCEL &&
        explain_of_account(
            explain,
            order_id_strategy(((const struct cancel_event *)(const void *)output)->order_id)))
        one->waits = EXPLAIN_WAITS_ORDER;
    if (one->output_size + output->size > sizeof one->outputs) {
        one->outputs_left_out++;
        return;
    }
    memcpy(one->outputs + one->output_size, output, output->size);
    one->output_size += output->size;
}

static void keep_rules(const struct explain *explain, struct explain_case *one,
                       const struct event_header *event) {
    for (uint32_t i = 0; i < explain->trace->count; i++) {
        const struct risk_trace_row *row = &explain->trace->rows[i];
        if (row->spec.instrument != explain->instrument ||
            !is_ours(explain, one, row->spec.strategy))
            continue;
        if (one->row_count == EXPLAIN_ROWS_MAX) {
            one->rows_left_out++;
            continue;
        }
        one->rows[one->row_count++] =
            (struct explain_rule){.row = *row, .seq = event->seq, .ts_ns = event->ts_ns};
    }
}

static void keep_outputs(const struct explain *explain, struct explain_case *one,
                         const struct event_header *event) {
    const struct engine_outputs *outputs = engine_outputs(explain->run->engine);
    for (size_t at = 0; at < outputs->size;) {
        const struct event_header *output = (const void *)(outputs->bytes + at);
        if (concerns(explain, one, output) && (!one->superseded || is_late(one, outputs, output)))
            keep_output(explain, one, output);
        at += output->size;
    }
    if (!one->superseded) keep_rules(explain, one, event);
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

// The later of the account's halt and the strategy's own.
static struct explain_halt halt_of(const struct explain *explain, uint32_t strategy) {
    const struct explain_halt *own = &explain->halts[strategy];
    const struct explain_halt *all = &explain->halts[explain->run->strategy_count];
    if (own->kind == 0 || (all->kind != 0 && all->ts_ns > own->ts_ns)) return *all;
    return *own;
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
    one->halt = halt_of(explain, one->strategy);
    one->output_size = 0;
    one->outputs_left_out = one->row_count = one->rows_left_out = one->order_count = 0;
    one->report_count = one->reports_left_out = 0;
    one->settled = one->superseded = one->parent_works = one->wants = false;
    one->parent = 0;
    one->work = explain->works[one - explain->cases];
    one->mode = engine_strategy_mode(explain->run->engine, one->strategy);
    keep_view(one, now);
    keep_outputs(explain, one, event);
    one->before = explain_state_now(explain, one->strategy);
    if (one->output_size > 0) one->acted_ns = one->ts_ns;
    bool netted = explain->run->engine_config.netting != NETTING_OFF && one->wants;
    one->waits = netted && event->kind != EVENT_CLOCK ? EXPLAIN_WAITS_INSTANT : EXPLAIN_WAITS_NOT;
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

bool explain_settled(const struct explain_case *one, bool with_protection) {
    if (one->waits != EXPLAIN_WAITS_NOT || one->parent_works) return false;
    for (uint32_t i = 0; i < one->order_count; i++) {
        bool protects = one->orders[i].purpose == PURPOSE_STOP_LOSS ||
                        one->orders[i].purpose == PURPOSE_TAKE_PROFIT;
        if (!one->orders[i].ended && (with_protection || !protects)) return false;
    }
    return true;
}

static void settle(const struct explain *explain, struct explain_case *one) {
    if (one->settled || one->decisions == 0 || !explain_settled(one, false)) return;
    one->settled = true;
    one->after = explain_state_now(explain, one->strategy);
}

static void keep_command(struct explain *explain, const struct command_event *command) {
    uint32_t all = explain->run->strategy_count;
    uint32_t at = command->scope == HALT_STRATEGY ? command->index : all;
    uint16_t kind = command->header.kind;
    if (at > all || command->scope == HALT_INSTRUMENT) return;
    if (kind == EVENT_RESUME && at == all)
        memset(explain->halts, 0, (all + 1) * sizeof *explain->halts);
    else if (kind == EVENT_RESUME)
        explain->halts[at] = (struct explain_halt){0};
    else
        explain->halts[at] = (struct explain_halt){.ts_ns = command->header.ts_ns, .kind = kind};
}

// A breaker's step; RISK_ALLOW when its time is over.
static void keep_step(struct explain *explain, const struct veto_event *step) {
    uint32_t all = explain->run->strategy_count;
    uint32_t at = step->strategy < all ? step->strategy : all;
    if (step->verdict == RISK_ALLOW)
        memset(explain->halts, 0, (all + 1) * sizeof *explain->halts);
    else if (step->verdict != RISK_WARN)
        explain->halts[at] = (struct explain_halt){.ts_ns = step->header.ts_ns,
                                                   .kind = EVENT_HALTED,
                                                   .rule = step->rule,
                                                   .limit = step->limit,
                                                   .value = step->value};
}

// The parent that works for each case's strategy, whichever decision started it.
static void keep_work(struct explain *explain, const struct algo_event *algo) {
    for (uint32_t i = 0; i < explain->case_count; i++) {
        if (explain->cases[i].strategy != algo->strategy ||
            algo->header.instrument != explain->instrument)
            continue;
        explain->works[i] = *algo;
        if (algo->what == ALGO_ENDED) explain->works[i].header.seq = 0;
    }
}

static void keep_account(struct explain *explain, const struct event_header *event) {
    const struct engine_outputs *outputs = engine_outputs(explain->run->engine);
    if (event->kind == EVENT_HALT || event->kind == EVENT_KILL || event->kind == EVENT_RESUME)
        keep_command(explain, (const void *)event);
    for (size_t at = 0; at < outputs->size;) {
        const struct event_header *output = (const void *)(outputs->bytes + at);
        if (output->kind == EVENT_HALTED) keep_step(explain, (const void *)output);
        at += output->size;
    }
}

static void keep_works(struct explain *explain) {
    const struct engine_outputs *outputs = engine_outputs(explain->run->engine);
    for (size_t at = 0; at < outputs->size;) {
        const struct event_header *output = (const void *)(outputs->bytes + at);
        if (output->kind == EVENT_ALGO) keep_work(explain, (const void *)output);
        at += output->size;
    }
}

// What an input did to a decision that was taken before it.
static void follow(const struct explain *explain, struct explain_case *one,
                   const struct event_header *event, bool decided) {
    if (decided) one->superseded = true;
    keep_outputs(explain, one, event);
    bool over = event->kind == EVENT_CLOCK || event->ts_ns > one->ts_ns;
    if (over && one->waits == EXPLAIN_WAITS_INSTANT) one->waits = EXPLAIN_WAITS_NOT;
    if (decided) one->waits = EXPLAIN_WAITS_NOT;
}

void explain_keep(struct explain *explain, const union event *event, const struct witness *before,
                  bool within) {
    struct witness now;
    keep_account(explain, &event->header);
    for (uint32_t i = 0; i < explain->case_count; i++) {
        struct explain_case *one = &explain->cases[i];
        if (event->header.kind >= EVENT_ORDER_ACCEPTED && event->header.kind < EVENT_CASH)
            keep_report(one, &event->order);
        bool decided =
            witness_get(explain->run->engine, one->strategy, explain->instrument, &now) &&
            now.decisions != (within ? before[i].decisions : one->decisions);
        if (decided && within)
            keep_case(explain, one, &event->header, &before[i], &now);
        else if (one->decisions > 0 && (within || !one->settled))
            follow(explain, one, &event->header, decided);
        settle(explain, one);
    }
    keep_works(explain);
}
