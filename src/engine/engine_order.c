// SPDX-License-Identifier: Apache-2.0
// From wishes to outputs: the rules, the order machine and the events that leave.
#include <string.h>

#include "base/check.h"
#include "engine/engine_exits.h"

// In test builds few are many, so that both ways are compared.
enum { EXITS_ONE_BY_ONE = DCHECK_ON ? 2 : 16 };

void *engine_emit(struct engine *engine, enum event_kind kind, uint16_t size, uint32_t instrument) {
    struct engine_outputs *outputs = &engine->outputs;
    CHECK(outputs->size + size <= outputs->capacity);
    unsigned char *at = outputs->bytes + outputs->size;
    memset(at, 0, size);
    struct event_header *header = (struct event_header *)(void *)at;
    header->seq = engine->cause->seq;
    header->ts_ns = engine->cause->ts_ns;
    header->venue_ts_ns = engine->cause->ts_ns;
    header->instrument = instrument;
    header->kind = (uint16_t)kind;
    header->size = size;
    outputs->size += size;
    outputs->count++;
    return at;
}

struct slot *engine_slot(struct engine *engine, uint32_t strategy, uint32_t instrument) {
    if (strategy >= engine->config.strategy_count) return NULL;
    uint32_t index = engine->slot_of[strategy * engine->config.instruments->count + instrument];
    return index == UINT32_MAX ? NULL : &engine->slots[index];
}

int64_t engine_pending(const struct engine *engine, const struct slot *slot, uint32_t purpose) {
    int64_t sum = 0;
    uint32_t handle = engine->orders.exposure[slot->instrument].first;
    for (; handle != UINT32_MAX; handle = orders_next_live(&engine->orders, handle)) {
        const struct order *order = orders_get(&engine->orders, handle);
        if (order->spec.strategy != slot->strategy || order->spec.purpose != purpose ||
            order->state == ORDER_PENDING_CANCEL)
            continue;
        sum += order->spec.side * order_leaves(order).m;
    }
    return sum;
}

static void emit_veto(struct engine *engine, const struct order_spec *spec, uint32_t rule,
                      enum risk_verdict verdict, const struct risk_result *result, uint32_t code) {
    struct veto_event *veto =
        engine_emit(engine, EVENT_VETO, sizeof(struct veto_event), spec->instrument);
    veto->rule = rule;
    veto->verdict = verdict;
    veto->strategy =
        spec->strategy < engine->config.strategy_count ? spec->strategy : STRATEGY_NONE;
    veto->side = spec->side;
    veto->qty_asked = spec->qty;
    veto->qty_left = verdict == RISK_SHRINK ? result->qty : QTY(0);
    veto->limit = result->limit;
    veto->value = result->value;
    veto->code = code;
    engine->core->counts.vetoes++;
}

void engine_veto(struct engine *engine, const struct order_spec *spec, uint32_t code) {
    engine_veto_of(engine, spec, code, &(struct risk_result){0});
}

void engine_veto_of(struct engine *engine, const struct order_spec *spec, uint32_t code,
                    const struct risk_result *result) {
    emit_veto(engine, spec, RISK_RULE_ENGINE, RISK_VETO, result, code);
}

void engine_veto_by(struct engine *engine, const struct order_spec *spec, uint32_t rule,
                    const struct risk_result *result) {
    emit_veto(engine, spec, rule, RISK_VETO, result, VETO_NONE);
}

// Value in account money; false when it cannot be known.
static bool account_value(const struct engine *engine, uint32_t instrument, price_t price,
                          qty_t qty, money_t *ret_value) {
    money_t value;
    if (ledger_size(engine->ledger, instrument, price, qty, &value) < 0) return false;
    return ledger_convert(engine->ledger, value,
                          engine->config.instruments->items[instrument].currency, ret_value) == 0;
}

static price_t order_reference(const struct engine *engine, const struct order_spec *spec) {
    if (spec->limit_price.m > 0) return spec->limit_price;
    if (spec->stop_price.m > 0) return spec->stop_price;
    return engine->board.rows[spec->instrument].last;
}

// What a live order is to fill yet, as we last asked: nothing where it is being taken back or waits for its parent.
int64_t engine_asked_leaves(const struct engine *engine, const struct order *order) {
    if (order->state == ORDER_PENDING_CANCEL) return 0;
    bool changes = order->state == ORDER_PENDING_REPLACE;
    int64_t leaves = (changes ? order->replace_qty.m : order->spec.qty.m) - order->filled_qty.m;
    int parent = order->spec.parent != 0 ? orders_find(&engine->orders, order->spec.parent) : -1;
    const struct order *entry = parent >= 0 ? orders_get(&engine->orders, (uint32_t)parent) : NULL;
    if (entry != NULL && order_is_live(entry) && entry->filled_qty.m < leaves)
        leaves = entry->filled_qty.m;
    return leaves > 0 ? leaves : 0;
}

// Of a one-cancels-other group the largest order of a side stands for all.
static bool stands_for_group(const struct engine *engine, const struct order *order) {
    if (order->spec.group == 0) return true;
    int64_t leaves = engine_asked_leaves(engine, order);
    bool before = true;
    uint32_t handle = engine->orders.exposure[order->spec.instrument].first;
    for (; handle != UINT32_MAX; handle = orders_next_live(&engine->orders, handle)) {
        const struct order *other = orders_get(&engine->orders, handle);
        if (other == order) before = false;
        if (other == order || other->spec.group != order->spec.group ||
            other->spec.side != order->spec.side)
            continue;
        int64_t rival = engine_asked_leaves(engine, other);
        if (rival > leaves || (rival == leaves && before)) return false;
    }
    return true;
}

// What other orders at work may close before it, of its strategy alone where `own` is set. Protection follows the
// position, before an order for a target leaves and after it fills: of those two neither stands in the other's way.
static int64_t working_exits(const struct engine *engine, const struct order_spec *spec, bool own,
                             uint32_t self) {
    int64_t sum = 0;
    uint32_t handle = engine->orders.exposure[spec->instrument].first;
    for (; handle != UINT32_MAX; handle = orders_next_live(&engine->orders, handle)) {
        const struct order *order = orders_get(&engine->orders, handle);
        if (handle == self || order->spec.side != spec->side ||
            (own && order->spec.strategy != spec->strategy) ||
            (spec->group != 0 && order->spec.group == spec->group) ||
            (spec->purpose == PURPOSE_TARGET && engine_protects(&order->spec)) ||
            !stands_for_group(engine, order))
            continue;
        int64_t leaves = engine_asked_leaves(engine, order);
        sum = leaves < INT64_MAX - sum ? sum + leaves : INT64_MAX;
    }
    return sum;
}

// A few are asked one by one; of many, what there is to know is worked out first.
static int64_t exits_before(const struct engine *engine, const struct order_spec *spec, bool own,
                            uint32_t self) {
    if (engine->orders.exposure[spec->instrument].count <= EXITS_ONE_BY_ONE)
        return working_exits(engine, spec, own, self);
    engine_exits_build(engine->exits, engine, spec->instrument);
    int64_t sum = engine_exits_before(engine->exits, engine, spec, own, self);
    DCHECK(sum == working_exits(engine, spec, own, self));
    return sum;
}

static int64_t reducing(const struct engine *engine, const struct order_spec *spec, bool own,
                        uint32_t self, bool built) {
    int64_t position =
        own ? ledger_position(engine->ledger, spec->strategy, spec->instrument)->qty.m
            : ledger_quantity(engine->ledger, spec->instrument).m;
    int64_t against = spec->side > 0 ? -position : position;
    if (against > 0 && !(spec->flags & ORDER_REDUCE_ONLY) && !engine_protects(spec))
        against -= built ? engine_exits_before(engine->exits, engine, spec, own, self)
                         : exits_before(engine, spec, own, self);
    if (against <= 0) return 0;
    return against < spec->qty.m ? against : spec->qty.m;
}

int64_t engine_reducing(const struct engine *engine, const struct order_spec *spec, bool own,
                        uint32_t self) {
    return reducing(engine, spec, own, self, false);
}

int64_t engine_reducing_of_built(const struct engine *engine, const struct order_spec *spec,
                                 bool own, uint32_t self) {
    int64_t qty = reducing(engine, spec, own, self, true);
    DCHECK(qty == reducing(engine, spec, own, self, false));
    return qty;
}

bool engine_denies(const struct engine *engine, const struct order_spec *spec) {
    if (engine_protects(spec) || spec->purpose == PURPOSE_FLATTEN) return false;
    bool own = engine_halt_is_own(engine, spec);
    return engine_slot_halted(engine, spec->strategy, spec->instrument) &&
           engine_reducing(engine, spec, own, UINT32_MAX) != spec->qty.m;
}

// What only closes gives lots back, and passes.
static bool lacks_lots(const struct engine *engine, const struct order_spec *spec) {
    enum { SPARE = 64 }; // for what works already
    if (ledger_lots_free(engine->ledger) >= SPARE) return false;
    bool own = spec->strategy < engine->config.strategy_count;
    return engine_reducing(engine, spec, own, UINT32_MAX) != spec->qty.m;
}

// VETO_NONE, or why the engine itself refuses.
static enum engine_veto own_refusal(const struct engine *engine, const struct risk_order *order) {
    const struct order_spec *spec = order->spec;
    if (engine->board.rows[spec->instrument].delisted) return VETO_NOT_TRADABLE;
    if (order->reference.m <= 0) return VETO_NO_PRICE;
    if (engine_denies(engine, spec))
        return engine->core->reducing && !engine->core->halted ? VETO_REDUCING : VETO_HALTED;
    if (lacks_lots(engine, spec)) return VETO_LOTS_FULL;
    return VETO_NONE;
}

// Rules, then quantity left, in *spec and its value before in *ret_value; false when it was refused. `working` of what
// works is its own already, as the order `self`.
static bool pass_rules_of(struct engine *engine, struct order_spec *spec, qty_t working,
                          uint32_t self, money_t *ret_value) {
    struct risk_order order = {.spec = spec, .reference = order_reference(engine, spec)};
    const struct order_exposure *exposure = &engine->orders.exposure[spec->instrument];
    order.position = ledger_quantity(engine->ledger, spec->instrument);
    order.working = QTY((spec->side > 0 ? exposure->buy : exposure->sell).m - working.m);
    order.reducing_qty = QTY(engine_reducing(engine, spec, false, self));
    enum engine_veto refusal = own_refusal(engine, &order);
    if (refusal == VETO_NONE &&
        !account_value(engine, spec->instrument, order.reference, spec->qty, &order.notional))
        refusal = VETO_BAD_TARGET;
    if (refusal != VETO_NONE) {
        engine_veto(engine, spec, refusal);
        return false;
    }
    *ret_value = order.notional;
    struct risk_view view = engine_risk_view(engine);
    struct risk_result result = {0};
    uint32_t rule = 0;
    enum risk_verdict verdict = risk_gate_check(&engine->gate, &view, &order, &rule, &result);
    if (verdict == RISK_ALLOW) return true;
    emit_veto(engine, spec, rule, verdict, &result, VETO_NONE);
    if (verdict == RISK_VETO) return false;
    spec->qty = result.qty;
    return true;
}

static bool pass_rules(struct engine *engine, struct order_spec *spec, money_t *ret_value) {
    return pass_rules_of(engine, spec, QTY(0), UINT32_MAX, ret_value);
}

// Whether a change adds to what the order may do: more of it, or a price that fills sooner or dearer.
static bool adds(const struct order *order, const struct order_spec *spec) {
    if (spec->qty.m > order->spec.qty.m) return true;
    int64_t limit = spec->limit_price.m - order->spec.limit_price.m;
    int64_t stop = spec->stop_price.m - order->spec.stop_price.m;
    return (spec->side > 0 ? limit > 0 : limit < 0) || stop != 0;
}

bool engine_may_amend(struct engine *engine, const struct order *order,
                      const struct order_spec *wish) {
    struct order_spec spec = *wish;
    money_t value;
    if (!adds(order, &spec)) return true;
    spec.qty = QTY(wish->qty.m - order->filled_qty.m);
    int64_t asked = spec.qty.m;
    uint32_t handle = (uint32_t)(order - engine->orders.items);
    return pass_rules_of(engine, &spec, order_leaves(order), handle, &value) && spec.qty.m == asked;
}

static void start_timer(struct engine *engine, uint64_t order_id) {
    struct engine_core *core = engine->core;
    if (engine->config.order_timeout_ns <= 0) return;
    if (core->timer_tail - core->timer_head > engine->timer_mask) return;
    struct ack_timer *timer = &engine->timers[core->timer_tail++ & engine->timer_mask];
    timer->due_ns = core->ts_ns + engine->config.order_timeout_ns;
    timer->order_id = order_id;
}

static void tell_order(struct engine *engine, enum risk_fact_kind kind,
                       const struct order_spec *spec, money_t value) {
    struct risk_fact fact = {.kind = kind,
                             .strategy = spec->strategy,
                             .instrument = spec->instrument,
                             .spec = spec,
                             .side = spec->side,
                             .qty = spec->qty,
                             .last = engine->board.rows[spec->instrument].last,
                             .notional = value};
    engine_note(engine, &fact);
}

uint64_t engine_submit(struct engine *engine, const struct order_spec *wish) {
    struct order_spec spec = *wish;
    bool asked = spec.purpose == PURPOSE_TARGET || spec.purpose == PURPOSE_STRATEGY;
    bool account = spec.strategy == engine->config.strategy_count;
    if (asked && !account && !engine_may_order(engine, spec.strategy)) {
        engine_veto(engine, &spec, VETO_CONDUCT);
        return 0;
    }
    money_t value;
    if (!pass_rules(engine, &spec, &value)) return 0;
    int handle = orders_submit(&engine->orders, &spec, engine->core->ts_ns);
    if (handle < 0) {
        engine_veto(engine, &spec, VETO_ORDERS_FULL);
        return 0;
    }
    const struct order *order = orders_get(&engine->orders, (uint32_t)handle);
    struct submit_event *submit =
        engine_emit(engine, EVENT_SUBMIT, sizeof(struct submit_event), spec.instrument);
    submit->order_id = order->id;
    submit->spec = order->spec;
    start_timer(engine, order->id);
    engine->core->counts.submits++;
    if (engine_hears(engine, RISK_FACT_SENT)) {
        // What a rule cut off is off the value, too.
        value.m = decimal_div_round(value.m * spec.qty.m, wish->qty.m, ROUND_CEIL);
        tell_order(engine, RISK_FACT_SENT, &order->spec, value);
    }
    return order->id;
}

void engine_cancel(struct engine *engine, uint32_t handle) {
    if (orders_cancel_sent(&engine->orders, handle, engine->core->ts_ns) < 0) return;
    const struct order *order = orders_get(&engine->orders, handle);
    struct cancel_event *cancel =
        engine_emit(engine, EVENT_CANCEL, sizeof(struct cancel_event), order->spec.instrument);
    cancel->order_id = order->id;
    engine->core->counts.cancels++;
    if (engine_hears(engine, RISK_FACT_CANCEL))
        tell_order(engine, RISK_FACT_CANCEL, &order->spec, MONEY(0));
}

void engine_replace(struct engine *engine, uint32_t handle, qty_t qty, price_t price) {
    if (orders_replace_sent(&engine->orders, handle, qty, price, engine->core->ts_ns) < 0) return;
    const struct order *order = orders_get(&engine->orders, handle);
    struct replace_event *replace =
        engine_emit(engine, EVENT_REPLACE, sizeof(struct replace_event), order->spec.instrument);
    replace->order_id = order->id;
    replace->qty = qty;
    replace->price = price;
    engine->core->counts.replaces++;
    if (engine_hears(engine, RISK_FACT_REPLACE))
        tell_order(engine, RISK_FACT_REPLACE, &order->spec, MONEY(0));
}
