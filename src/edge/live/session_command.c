// SPDX-License-Identifier: Apache-2.0
// Commands: out of their lanes, into events, and what came of them back to who asked.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "edge/live/session_state.h"

enum { NORMAL_A_CYCLE = 64 };

const char *session_verb_name(uint32_t verb) {
    static const char *const names[SESSION_VERB_COUNT] = {
        "kill",      "halt",           "cancel",        "place",          "replace",
        "resume",    "strategy_start", "strategy_stop", "strategy_drain", "set_param",
        "set_limit", "pause",          "run",           "step",           "pace"};
    return verb < SESSION_VERB_COUNT ? names[verb] : NULL;
}

const char *session_outcome_name(uint32_t outcome) {
    static const char *const names[SESSION_OUTCOME_COUNT] = {"done",     "duplicate", "vetoed",
                                                             "shrunk",   "invalid",   "not_found",
                                                             "too_late", "refused",   "failed"};
    return outcome < SESSION_OUTCOME_COUNT ? names[outcome] : NULL;
}

bool session_verb_is_urgent(uint32_t verb) {
    return verb <= SESSION_CANCEL;
}

static bool stops_trading(uint32_t verb) {
    return verb == SESSION_KILL || verb == SESSION_HALT;
}

bool session_ends_waiting(const struct session_command *command) {
    return command->verb == SESSION_KILL ||
           (command->verb == SESSION_HALT && command->scope == HALT_ALL);
}

static void give(struct session *session, struct session_result *result, int64_t now_ns) {
    result->finished_ns += now_ns;
    // A walk may end after thousands of later commands: their results stay.
    if (cells_holds(&session->results, result->ticket) > result->ticket) return;
    cells_write(&session->results, result->ticket, result, sizeof *result);
}

// At the end of the cycle, when the read model shows what came of it.
static void give_soon(struct session *session, const struct session_result *result) {
    if (session->ready_count == SESSION_READY_MAX) session_give_ready(session);
    session->ready[session->ready_count++] = *result;
    session->mirror.due = true;
}

void session_give_ready(struct session *session) {
    if (session->ready_count == 0) return;
    int64_t now_ns = session_mono_ns();
    (void)session_publish(session, now_ns);
    for (uint32_t i = 0; i < session->ready_count; i++) give(session, &session->ready[i], now_ns);
    session->ready_count = 0;
    session_notify(session);
}

static struct session_result begin(const struct queued *queued) {
    return (struct session_result){.ticket = queued->ticket,
                                   .verb = queued->command.verb,
                                   .durable = 1,
                                   .taken_ns = -queued->at_ns, // as finished_ns: from then on
                                   .finished_ns = -queued->at_ns};
}

static void end(struct session *session, struct session_result *result, uint32_t outcome,
                const char *story) {
    int64_t now_ns = session_mono_ns();
    result->outcome = outcome;
    result->taken_ns += now_ns;
    if (result->story[0] == '\0') snprintf(result->story, sizeof result->story, "%s", story);
    give_soon(session, result);
}

// What is decided without the engine.
struct refusal {
    uint32_t outcome;
    const char *story;
    uint64_t order_id;
};
static const struct refusal none = {SESSION_OUTCOME_COUNT, "", 0};

static struct refusal check_place(const struct session *session,
                                  const struct session_command *command) {
    const struct engine *engine = session->desk.engine;
    struct order_spec spec;
    if (session->info.manual == STRATEGY_NONE)
        return (struct refusal){SESSION_INVALID, "the configuration has no strategy manual", 0};
    if (!manual_id_is_valid(command->order.client_id))
        return (struct refusal){SESSION_INVALID,
                                "a client id is 1 to 39 printable characters without blanks", 0};
    uint64_t known = engine_manual_find(engine, command->order.client_id);
    if (known != 0) return (struct refusal){SESSION_DUPLICATE, "", known};
    if (!engine_manual_spec(engine, &command->order, &spec))
        return (struct refusal){SESSION_INVALID,
                                "side, type, quantity or a price is none that the instrument takes",
                                0};
    return none;
}

static struct refusal check_order(const struct session *session, struct session_command *command) {
    const struct engine *engine = session->desk.engine;
    if (command->order_id == 0 && manual_id_is_valid(command->order.client_id))
        command->order_id = engine_manual_find(engine, command->order.client_id);
    int handle =
        command->order_id != 0 ? orders_find(engine_orders(engine), command->order_id) : -1;
    if (handle < 0) return (struct refusal){SESSION_NOT_FOUND, "there is no such order", 0};
    if (!order_is_live(orders_get(engine_orders(engine), (uint32_t)handle)))
        return (struct refusal){SESSION_TOO_LATE, "the order is done", command->order_id};
    return none;
}

static struct refusal check_scope(const struct session *session,
                                  const struct session_command *command) {
    bool there =
        command->scope == HALT_ALL ||
        (command->scope == HALT_STRATEGY && command->index < session->desk.strategy_count) ||
        (command->scope == HALT_INSTRUMENT && command->index < session->desk.instruments->count);
    if (there) return none;
    return (struct refusal){SESSION_REFUSED, "there is no such strategy or instrument", 0};
}

static struct refusal check_strategy(const struct session *session,
                                     const struct session_command *command) {
    if (command->index >= session->desk.strategy_count)
        return (struct refusal){SESSION_REFUSED, "there is no such strategy", 0};
    const struct strategy *strategy = session->desk.strategies[command->index].strategy;
    if (command->verb != SESSION_SET_PARAM || command->param < strategy->param_count) return none;
    return (struct refusal){SESSION_REFUSED, "the strategy has no such parameter", 0};
}

static struct refusal check_limit(const struct session_command *command) {
    if (command->rule >= risk_rule_count() ||
        command->param >= risk_rule_at(command->rule)->param_count)
        return (struct refusal){SESSION_REFUSED, "there is no such limit", 0};
    return none;
}

static struct refusal check(const struct session *session, struct session_command *command) {
    if (!isfinite(command->value))
        return (struct refusal){SESSION_INVALID, "the value is not a number", 0};
    switch (command->verb) {
    case SESSION_PLACE:
        return check_place(session, command);
    case SESSION_CANCEL:
    case SESSION_REPLACE:
        return check_order(session, command);
    case SESSION_HALT:
    case SESSION_RESUME:
        return check_scope(session, command);
    case SESSION_STRATEGY_START:
    case SESSION_STRATEGY_STOP:
    case SESSION_STRATEGY_DRAIN:
    case SESSION_SET_PARAM:
        return check_strategy(session, command);
    case SESSION_SET_LIMIT:
        return check_limit(command);
    default:
        return none;
    }
}

static const uint16_t event_kinds[SESSION_PAUSE] = {
    [SESSION_KILL] = EVENT_KILL,
    [SESSION_HALT] = EVENT_HALT,
    [SESSION_CANCEL] = EVENT_TAKE_BACK,
    [SESSION_PLACE] = EVENT_PLACE,
    [SESSION_REPLACE] = EVENT_AMEND,
    [SESSION_RESUME] = EVENT_RESUME,
    [SESSION_STRATEGY_START] = EVENT_START,
    [SESSION_STRATEGY_STOP] = EVENT_STOP,
    [SESSION_STRATEGY_DRAIN] = EVENT_DRAIN,
    [SESSION_SET_PARAM] = EVENT_SET_PARAM,
    [SESSION_SET_LIMIT] = EVENT_SET_LIMIT,
};

static void fill_manual(const struct session *session, const struct session_command *command,
                        union event *event) {
    struct manual_event *manual = (void *)event;
    const struct orders *orders = engine_orders(session->desk.engine);
    manual->actor = command->actor;
    manual->order = command->order;
    manual->order.reserved = 0;
    event->header.instrument = command->order.instrument;
    if (command->verb == SESSION_PLACE) return;
    manual->order_id = command->order_id;
    int handle = orders_find(orders, command->order_id);
    if (handle >= 0)
        event->header.instrument = orders_get(orders, (uint32_t)handle)->spec.instrument;
}

static void fill_command(const struct session_command *command, struct command_event *event) {
    event->scope = command->scope;
    event->index = command->index;
    event->reason = command->reason;
    if (command->verb == SESSION_KILL) event->param = command->flatten != 0;
    if (command->verb != SESSION_SET_PARAM && command->verb != SESSION_SET_LIMIT) return;
    event->rule = command->verb == SESSION_SET_LIMIT ? command->rule : 0;
    event->param = command->param;
    event->value = command->value;
}

// When it is: never at or after what the clock has reached and the core has not.
static int64_t stamp_of(struct session *session, int64_t now_ns) {
    int64_t clock_ns = session_clock_at(session, now_ns), next_ns;
    if (session->error == 0 && session_data_next(session, &next_ns) > 0 && clock_ns >= next_ns)
        clock_ns = next_ns - 1;
    return clock_ns;
}

static void make_event(struct session *session, const struct session_command *command,
                       int64_t now_ns, union event *ret_event) {
    event_init(ret_event, event_kinds[command->verb], INSTRUMENT_NONE, stamp_of(session, now_ns));
    ret_event->header.venue_ts_ns = session_wall_ns() | 1; // never the data's time
    if (ret_event->header.kind >= EVENT_PLACE)
        fill_manual(session, command, ret_event);
    else
        fill_command(command, &ret_event->command);
}

static uint32_t outcome_of(const struct session_capture *capture, bool limit_refused) {
    static const uint32_t manual[MANUAL_OUTCOME_COUNT] = {
        [MANUAL_DONE] = SESSION_DONE,         [MANUAL_DUPLICATE] = SESSION_DUPLICATE,
        [MANUAL_VETOED] = SESSION_VETOED,     [MANUAL_NOT_FOUND] = SESSION_NOT_FOUND,
        [MANUAL_TOO_LATE] = SESSION_TOO_LATE, [MANUAL_INVALID] = SESSION_INVALID,
    };
    if (capture->refused || limit_refused) return SESSION_REFUSED;
    if (!capture->has_manual) {
        bool lacks = capture->veto != NULL && capture->veto->code == VETO_NO_REASON;
        return lacks ? SESSION_REFUSED : SESSION_DONE;
    }
    if (capture->manual == MANUAL_DONE && capture->veto != NULL) return SESSION_SHRUNK;
    return manual[capture->manual];
}

static void tell_word(const struct veto_event *word, struct session_result *result) {
    static const char *const own[VETO_GATE] = {
        [VETO_HALTED] = "trading is halted",
        [VETO_NO_PRICE] = "no price is known",
        [VETO_ORDERS_FULL] = "as many orders as may be are open",
        [VETO_LOTS_FULL] = "the ledger's pool of lots is nearly full",
        [VETO_BAD_TARGET] = "its worth cannot be known",
        [VETO_NOT_TRADABLE] = "the instrument is delisted",
        [VETO_CONDUCT] = "beyond the strategy's own limit of orders",
        [VETO_REDUCING] = "a breaker lets nothing raise risk",
        [VETO_NO_REASON] = "what a breaker stopped goes on with a reason alone",
    };
    result->rule = word->rule;
    result->code = word->code;
    result->limit = word->limit;
    result->value = word->value;
    result->qty = word->qty_left;
    if (word->rule == RISK_RULE_ENGINE)
        snprintf(result->story, sizeof result->story, "%s",
                 word->code < VETO_GATE && own[word->code] != NULL ? own[word->code] : "refused");
    else
        snprintf(result->story, sizeof result->story, "%s: %.10g where the limit is %.10g",
                 risk_rule_at(word->rule)->name, word->value, word->limit);
}

// To be told when it is on the disk, where that is what the caller waits for.
static void finish(struct session *session, struct session_result *result) {
    int64_t now_ns = session_mono_ns();
    result->taken_ns += now_ns;
    result->durable = !session->has_journal;
    bool full = session->pending_last - session->pending_first == SESSION_RESULTS;
    bool waits = session->has_journal && session->error == 0 && !stops_trading(result->verb);
    if (session->has_journal && session->error == 0) keeper_want(&session->keeper, result->seq);
    session->mirror.due = true;
    if (waits && !full)
        session->pending[session->pending_last++ % SESSION_RESULTS] = *result;
    else
        give_soon(session, result);
}

static void apply(struct session *session, const struct session_command *command, int64_t now_ns,
                  struct session_result *result) {
    union event event;
    struct session_capture *capture = &session->capture;
    uint64_t errors = engine_counts(session->desk.engine)->ledger_errors;
    make_event(session, command, now_ns, &event);
    *capture = (struct session_capture){.on = true};
    int rc = session_data_command(session, &event);
    capture->on = false;
    if (rc < 0) session_break(session, rc);
    bool refused = command->verb == SESSION_SET_LIMIT &&
                   engine_counts(session->desk.engine)->ledger_errors != errors;
    result->seq = event.header.seq;
    result->ts_ns = event.header.ts_ns;
    result->order_id = capture->order_id;
    result->canceled = capture->canceled;
    result->outcome =
        rc < 0 && !stops_trading(command->verb) ? SESSION_FAILED : outcome_of(capture, refused);
    if (capture->veto != NULL) tell_word(capture->veto, result);
    if (rc < 0) snprintf(result->story, sizeof result->story, "%s", session->story);
    finish(session, result);
}

void session_finish_walk(struct session *session, int64_t now_ns, uint32_t outcome) {
    struct session_clock *clock = &session->clock;
    if (clock->walk_ticket == 0) return;
    struct session_result result = {.ticket = clock->walk_ticket,
                                    .verb = clock->walk_verb,
                                    .outcome = outcome,
                                    .seq = session_data_seq(session),
                                    .ts_ns = session_data_now_ns(session),
                                    .durable = !session->has_journal,
                                    .taken_ns = now_ns - clock->walk_at_ns,
                                    .finished_ns = -clock->walk_at_ns};
    clock->walk_ticket = 0;
    if (outcome == SESSION_TOO_LATE)
        snprintf(result.story, sizeof result.story, "it ended before it was there");
    if (outcome == SESSION_FAILED)
        snprintf(result.story, sizeof result.story, "%s", session->story);
    give_soon(session, &result);
}

static void walk(struct session *session, const struct queued *queued, int64_t now_ns) {
    const struct session_command *command = &queued->command;
    struct session_clock *clock = &session->clock;
    bool steps = command->verb == SESSION_STEP;
    session->state = SESSION_RUNNING;
    clock->groups_left = steps ? command->count : 0;
    clock->until_ns = !steps && command->until_ns > 0 ? command->until_ns : INT64_MAX;
    if (clock->until_ns < session->clock_ns) clock->until_ns = session->clock_ns;
    session_clock_anchor(session, now_ns);
    clock->walk_ticket = queued->ticket;
    clock->walk_at_ns = queued->at_ns;
    clock->walk_verb = command->verb;
    // One that goes on and on is done when it has begun.
    if (!steps && clock->until_ns == INT64_MAX) session_finish_walk(session, now_ns, SESSION_DONE);
}

static const char *clock_refusal(const struct session *session,
                                 const struct session_command *command) {
    if (command->verb == SESSION_PACE && !(command->pace >= 0 && command->pace <= 1e12))
        return "a pace is 0 (as fast as possible) or above, at most 1e12";
    if (command->verb == SESSION_STEP && command->count == 0) return "a step has a count above 0";
    if (command->verb == SESSION_PAUSE || command->verb == SESSION_PACE) return NULL;
    return session->state == SESSION_ENDED ? "the data are over" : NULL;
}

static void move_clock(struct session *session, const struct queued *queued, int64_t now_ns) {
    const struct session_command *command = &queued->command;
    struct session_result result = begin(queued);
    const char *refusal = clock_refusal(session, command);
    if (refusal != NULL) {
        end(session, &result, session->state == SESSION_ENDED ? SESSION_REFUSED : SESSION_INVALID,
            refusal);
        return;
    }
    bool moves = session->state == SESSION_RUNNING || session->state == SESSION_WAITING;
    if (moves) session->clock_ns = session_clock_at(session, now_ns);
    if (command->verb == SESSION_PAUSE && moves) session_pause(session, now_ns, SESSION_PAUSED);
    if (command->verb == SESSION_PACE) session->clock.pace = command->pace;
    session_clock_anchor(session, now_ns);
    if (command->verb == SESSION_RUN || command->verb == SESSION_STEP) {
        session_finish_walk(session, now_ns, SESSION_TOO_LATE);
        walk(session, queued, now_ns);
        return;
    }
    end(session, &result, SESSION_DONE, "");
}

static void take(struct session *session, struct queued *queued, int64_t now_ns) {
    struct session_command *command = &queued->command;
    session->past.commands++;
    if (session->error < 0 && !session_verb_is_urgent(command->verb)) {
        struct session_result result = begin(queued);
        end(session, &result, SESSION_FAILED, session->story);
        return;
    }
    if (command->verb >= SESSION_PAUSE) {
        move_clock(session, queued, now_ns);
        return;
    }
    struct session_result result = begin(queued);
    struct refusal refusal = check(session, command);
    if (refusal.outcome == SESSION_OUTCOME_COUNT) {
        apply(session, command, now_ns, &result);
        return;
    }
    result.order_id = refusal.order_id;
    end(session, &result, refusal.outcome, refusal.story);
}

int session_take_urgent(struct session *session, int64_t now_ns) {
    struct queued queued;
    int count = 0;
    for (; count < SESSION_URGENT_MAX && mpsc_pop(&session->urgent, &queued); count++) {
        take(session, &queued, now_ns);
        if (session_ends_waiting(&queued.command)) atomic_fetch_sub(&session->stops_waiting, 1);
    }
    return count;
}

int session_take_normal(struct session *session, int64_t now_ns) {
    struct queued queued;
    int count = 0;
    for (; count < NORMAL_A_CYCLE && !mpsc_ready(&session->urgent) &&
           mpsc_pop(&session->normal, &queued);
         count++)
        take(session, &queued, now_ns);
    return count;
}

int session_finish_pending(struct session *session, int64_t now_ns) {
    int count = 0;
    if (session->pending_first == session->pending_last) return 0;
    bool syncs = session->info.durability == SESSION_DURABLE_JOURNAL;
    uint64_t synced = atomic_load_explicit(&session->keeper.synced, memory_order_acquire);
    uint64_t written = atomic_load_explicit(&session->keeper.written, memory_order_acquire);
    for (; session->pending_first != session->pending_last; session->pending_first++, count++) {
        struct session_result *result = &session->pending[session->pending_first % SESSION_RESULTS];
        result->durable = result->seq <= synced;
        if (session->error < 0 && !result->durable) {
            result->outcome = SESSION_FAILED;
            snprintf(result->story, sizeof result->story, "%s", session->story);
        } else if (result->seq > (syncs ? synced : written)) {
            break;
        }
        if (session->mirror.due) (void)session_publish(session, now_ns);
        give(session, result, now_ns);
    }
    if (count > 0) session_notify(session);
    return count;
}

void session_fail_all(struct session *session) {
    struct queued queued;
    while (mpsc_pop(&session->urgent, &queued) || mpsc_pop(&session->normal, &queued)) {
        struct session_result result = begin(&queued);
        if (session_ends_waiting(&queued.command)) atomic_fetch_sub(&session->stops_waiting, 1);
        end(session, &result, SESSION_FAILED, "the session was stopped");
    }
    session_give_ready(session);
}
