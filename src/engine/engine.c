// SPDX-License-Identifier: Apache-2.0
// Dispatch: one input event to the parts that it concerns, in a fixed order.
#include "engine/engine.h"

#include <string.h>

#include "base/check.h"
#include "base/hash.h"
#include "base/timestamp.h"
#include "engine/engine_budget.h"
#include "engine/engine_manual.h"

// The price that a trade or a quote marks positions to; 0 = none.
static price_t mark_price(const struct engine *engine, uint32_t instrument) {
    return engine->board.rows[instrument].last;
}

static void on_tick(struct engine *engine, const union event *event) {
    uint32_t instrument = event->header.instrument;
    board_apply(&engine->board, event);
    price_t price = mark_price(engine, instrument);
    if (price.m > 0 && ledger_mark(engine->ledger, instrument, price)) engine_watch(engine);
}

static void on_market(struct engine *engine, const union event *event) {
    switch (event->header.kind) {
    case EVENT_TRADE:
    case EVENT_QUOTE:
        on_tick(engine, event);
        break;
    case EVENT_CLOCK:
        if (engine_has_watch(engine)) engine_watch_rules(engine);
        engine_clock(engine);
        break;
    case EVENT_FEED:
        CHECK(event->header.instrument < engine->config.instruments->count);
        if (engine->books != NULL) engine_feed_record(engine, &event->feed);
        break;
    case EVENT_SPLIT:
        engine_split(engine, event);
        break;
    case EVENT_DELIST:
        board_apply(&engine->board, event);
        break;
    default: // EVENT_DIVIDEND, EVENT_RATE
        engine_money(engine, event);
        break;
    }
}

static void on_command(struct engine *engine, const struct command_event *command) {
    switch (command->header.kind) {
    case EVENT_HALT:
        engine_halt(engine, command);
        break;
    case EVENT_RESUME:
        engine_resume(engine, command);
        break;
    case EVENT_STOP:
    case EVENT_DRAIN:
    case EVENT_START:
    case EVENT_SET_PARAM:
        engine_strategy_command(engine, command);
        break;
    case EVENT_KILL:
        engine_kill(engine, command);
        break;
    case EVENT_PLACE:
    case EVENT_TAKE_BACK:
    case EVENT_AMEND:
        engine_manual(engine, (const void *)command);
        break;
    default: // a limit that does not exist changes nothing; the journal shows the attempt
        if (risk_gate_set_limit(&engine->gate, command) < 0) engine->core->counts.ledger_errors++;
        break;
    }
}

static void check_state(const struct engine *engine, uint16_t kind) {
    if (!DCHECK_ON || kind == EVENT_BAR || kind == EVENT_CLOCK || kind == EVENT_FEED) return;
    orders_check(&engine->orders);
    ledger_check(engine->ledger);
    if (engine->net_rows != NULL) engine_net_check(engine);
}

// All kinds but bars.
static void on_event(struct engine *engine, const union event *event) {
    uint16_t kind = event->header.kind;
    if (kind < EVENT_ORDER_ACCEPTED)
        on_market(engine, event);
    else if (kind < EVENT_CASH)
        engine_order_report(engine, &event->order);
    else if (kind < EVENT_HALT)
        engine_money(engine, event);
    else
        on_command(engine, &event->command);
    check_state(engine, kind);
}

const struct engine_outputs *engine_apply(struct engine *engine, const union event *event) {
    const struct event_header *header = &event->header;
    struct engine_core *core = engine->core;
    if (LIKELY(header->kind == EVENT_BAR)) {
        struct account_mark mark;
        engine_apply_bars(engine, event, 1, &mark);
        return &engine->outputs;
    }
    CHECK(header->seq == core->seq + 1);
    CHECK(header->ts_ns >= core->ts_ns);
    engine->outputs.size = 0;
    engine->outputs.count = 0;
    engine->cause = header;
    core->seq = header->seq;
    core->ts_ns = header->ts_ns;
    core->counts.inputs++;
    if (header->ts_ns - core->day_ns >= NS_PER_DAY) engine_roll_day(engine, header->ts_ns);
    if (core->timer_head != core->timer_tail) engine_timers(engine);
    engine_time(engine);
    if (header->kind != EVENT_FEED) engine_budget_look(engine);
    on_event(engine, event);
    return &engine->outputs;
}

const struct engine_outputs *engine_outputs(const struct engine *engine) {
    return &engine->outputs;
}

uint64_t engine_seq(const struct engine *engine) {
    return engine->core->seq;
}

int64_t engine_now_ns(const struct engine *engine) {
    return engine->core->ts_ns;
}

money_t engine_equity(const struct engine *engine) {
    return engine->core->equity;
}

bool engine_halted(const struct engine *engine) {
    return engine->core->halted != 0;
}

bool engine_wants_clock(const struct engine *engine) {
    return engine->wants_clock;
}

uint64_t engine_state_hash(const struct engine *engine) {
    return hash64(0, engine->state_arena->base, engine->state_arena->used);
}

size_t engine_state_size(const struct engine *engine) {
    return engine->state_arena->used;
}

void engine_snapshot(const struct engine *engine, void *ret_bytes) {
    memcpy(ret_bytes, engine->state_arena->base, engine->state_arena->used);
}

int engine_restore(struct engine *engine, const void *bytes, size_t size) {
    if (size != engine->state_arena->used)
        return ERR_SET(
            ERR_ARGUMENT,
            "the snapshot has %zu bytes of state, this configuration %zu; restore it with "
            "the configuration that wrote it",
            size, engine->state_arena->used);
    size_t offset = (size_t)((unsigned char *)engine->core - engine->state_arena->base);
    struct engine_core core;
    memcpy(&core, (const unsigned char *)bytes + offset, sizeof core);
    if (core.fingerprint != engine->core->fingerprint)
        return ERR_SET(ERR_ARGUMENT, "the snapshot was written with another configuration");
    memcpy(engine->state_arena->base, bytes, size);
    risk_gate_restored(&engine->gate);
    engine_guard_instances(engine);
    return 0;
}

const struct ledger *engine_ledger(const struct engine *engine) {
    return engine->ledger;
}

const struct orders *engine_orders(const struct engine *engine) {
    return &engine->orders;
}

const struct board *engine_board(const struct engine *engine) {
    return &engine->board;
}

const struct book_l2 *engine_book(const struct engine *engine, uint32_t instrument) {
    return engine->books != NULL ? &engine->books[instrument] : NULL;
}

struct engine_status engine_status(const struct engine *engine) {
    const struct engine_core *core = engine->core;
    return (struct engine_status){.equity_day = core->equity_day,
                                  .equity_peak = core->equity_peak,
                                  .until_ns = core->until_ns,
                                  .halted = (uint32_t)core->halted,
                                  .reducing = (uint32_t)core->reducing};
}

uint32_t engine_strategy_paused(const struct engine *engine, uint32_t strategy) {
    CHECK(strategy < engine->config.strategy_count);
    return (uint32_t)engine->strategies[strategy].halted;
}

uint32_t engine_instrument_halted(const struct engine *engine, uint32_t instrument) {
    CHECK(instrument < engine->config.instruments->count);
    return (uint32_t)engine->instrument_halted[instrument];
}

const double *engine_strategy_params(const struct engine *engine, uint32_t strategy) {
    CHECK(strategy < engine->config.strategy_count);
    return engine->params + (size_t)strategy * PARAMS_MAX;
}

const struct risk_gate *engine_risk_gate(const struct engine *engine) {
    return &engine->gate;
}

const struct engine_counts *engine_counts(const struct engine *engine) {
    return &engine->core->counts;
}
