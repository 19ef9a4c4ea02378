// SPDX-License-Identifier: Apache-2.0
#include "risk/gate.h"

#include <math.h>
#include <string.h>

#include "base/check.h"

static const struct param *rule_params(uint32_t index) {
    return risk_rule_at(index)->params;
}

void risk_config_defaults(struct risk_config *ret_config) {
    memset(ret_config, 0, sizeof *ret_config);
    CHECK(risk_rule_count() <= RISK_RULES_MAX);
    for (uint32_t i = 0; i < risk_rule_count(); i++) {
        const struct risk_rule *rule = risk_rule_at(i);
        params_defaults(rule->params, rule->param_count, ret_config->params[i]);
        ret_config->enabled[i] = rule->on_by_default;
    }
}

// Keeps the enabled rules that check in order of precedence.
static void add_check(struct risk_gate *gate, uint32_t rule) {
    uint32_t at = gate->check_count++;
    for (; at > 0 && risk_rule_at(gate->check[at - 1])->rank > risk_rule_at(rule)->rank; at--)
        gate->check[at] = gate->check[at - 1];
    gate->check[at] = (uint8_t)rule;
}

// What follows from which rules are on.
static void list_rules(struct risk_gate *gate) {
    gate->watch_count = gate->check_count = gate->notes = gate->uses = 0;
    for (uint32_t i = 0; i < gate->rule_count; i++) {
        const struct risk_rule *rule = risk_rule_at(i);
        if (!gate->config->enabled[i]) continue;
        if (rule->watch != NULL) gate->watch[gate->watch_count++] = (uint8_t)i;
        if (rule->check != NULL) add_check(gate, i);
        gate->notes |= rule->notes | (gate->model_of[i] > 0 ? 1u << RISK_FACT_SPLIT : 0);
        gate->uses |= rule->uses;
    }
}

// Places the rules' states one after the other; returns their size.
static uint32_t place_states(struct risk_gate *gate, const struct risk_setup *setup) {
    size_t size = 0;
    for (uint32_t i = 0; i < gate->rule_count; i++) {
        const struct risk_rule *rule = risk_rule_at(i);
        gate->state_offset[i] = (uint32_t)size;
        size += rule->state_size;
        if (rule->state_more != NULL && setup->config->enabled[i]) {
            gate->started |= UINT64_C(1) << i;
            size += rule->state_more(setup->config->params[i], setup->instrument_count,
                                     setup->strategy_count);
        }
        size = (size + 15) & ~(size_t)15;
        CHECK(size < UINT32_MAX);
    }
    return (uint32_t)size;
}

static bool is_same(const struct risk_model_spec *a, const struct risk_model_spec *b) {
    bool tails = a->window == 0 || b->window == 0 || a->window == b->window;
    bool decays = a->decay == 0 || b->decay == 0 || a->decay == b->decay;
    return a->step_ns == b->step_ns && tails && decays;
}

// One model for all rules whose wishes it can meet.
static int make_models(struct risk_gate *gate, struct arena *state,
                       const struct risk_setup *setup) {
    struct risk_model_spec specs[RISK_MODELS_MAX];
    for (uint32_t i = 0; i < gate->rule_count; i++) {
        const struct risk_rule *rule = risk_rule_at(i);
        if (rule->model == NULL || !setup->config->enabled[i]) continue;
        struct risk_model_spec spec = rule->model(setup->config->params[i]);
        uint32_t place = 0;
        while (place < gate->model_count && !is_same(&specs[place], &spec)) place++;
        CHECK(place < RISK_MODELS_MAX);
        if (place == gate->model_count) specs[gate->model_count++] = spec;
        if (spec.window > 0) specs[place].window = spec.window;
        if (spec.decay > 0) specs[place].decay = spec.decay;
        gate->model_of[i] = (uint8_t)(place + 1);
        gate->started |= UINT64_C(1) << i;
    }
    for (uint32_t i = 0; i < gate->model_count; i++)
        TRY(risk_model_init(&gate->models[i], state, &specs[i], setup->instrument_count));
    return 0;
}

// The lists of the configuration, in the state.
static int copy_lists(struct risk_gate *gate, struct arena *state, const struct risk_setup *setup) {
    size_t slots = (size_t)setup->strategy_count * setup->instrument_count;
    gate->flags = ARENA_NEW(state, uint32_t, setup->instrument_count);
    if (gate->flags == NULL) return ERR_NOMEM;
    if (setup->flags != NULL)
        memcpy(gate->flags, setup->flags, setup->instrument_count * sizeof *gate->flags);
    if (setup->permissions == NULL) return 0;
    gate->permissions = ARENA_NEW(state, uint32_t, slots);
    if (gate->permissions == NULL) return ERR_NOMEM;
    memcpy(gate->permissions, setup->permissions, slots * sizeof *gate->permissions);
    return 0;
}

int risk_gate_init(struct risk_gate *gate, struct arena *wiring, struct arena *state,
                   const struct risk_setup *setup) {
    *gate = (struct risk_gate){.rule_count = (uint32_t)risk_rule_count(),
                               .strategy_count = setup->strategy_count};
    CHECK(gate->rule_count <= RISK_RULES_MAX);
    gate->config = ARENA_NEW(state, struct risk_config, 1);
    gate->trips = ARENA_NEW(state, struct risk_trip, RISK_RULES_MAX);
    gate->state_offset = ARENA_NEW(wiring, uint32_t, RISK_RULES_MAX);
    if (gate->config == NULL || gate->trips == NULL || gate->state_offset == NULL) return ERR_NOMEM;
    *gate->config = *setup->config;
    TRY(copy_lists(gate, state, setup));
    uint32_t size = place_states(gate, setup);
    gate->rule_state = arena_alloc(state, size > 0 ? size : 16, 16);
    if (gate->rule_state == NULL) return ERR_NOMEM;
    TRY(risk_exposure_init(&gate->exposure, wiring, setup->instrument_count));
    TRY(make_models(gate, state, setup));
    list_rules(gate);
    return 0;
}

static void note(const struct risk_gate *gate, const struct order_spec *spec, uint32_t rule,
                 enum risk_verdict verdict, bool passed, const struct risk_result *result) {
    if (gate->trace != NULL) risk_trace_note(gate->trace, spec, rule, verdict, passed, result);
}

static struct risk_view with_parts(struct risk_gate *gate, const struct risk_view *view) {
    struct risk_view full = *view;
    full.flags = gate->flags;
    full.permissions = gate->permissions;
    full.strategy_count = gate->strategy_count;
    full.exposure = &gate->exposure;
    return full;
}

static inline void *state_of(const struct risk_gate *gate, uint32_t rule) {
    return gate->rule_state + gate->state_offset[rule];
}

// An order on its way through the rules.
struct passage {
    struct risk_view full;
    struct order_spec spec; // what is left of it
    struct risk_order order;
    enum risk_verdict verdict; // of all so far
};

// Keeps what a rule left of an order, in whole lots and valued anew; false: that is none.
static bool shrink(struct passage *at, qty_t left) {
    struct order_spec *spec = &at->spec;
    struct risk_order *order = &at->order;
    const struct instrument *instrument = &at->full.instruments->items[spec->instrument];
    money_t size;
    CHECK(left.m > 0 && left.m < spec->qty.m);
    left.m -= left.m % instrument->lot.m;
    if (left.m == 0 ||
        ledger_size(at->full.ledger, spec->instrument, order->reference, left, &size) < 0 ||
        ledger_convert(at->full.ledger, size, instrument->currency, &order->notional) < 0)
        return false;
    spec->qty = left;
    if (order->reducing_qty.m > left.m) order->reducing_qty = left;
    return true;
}

// What a rule says of the order as it is. VETO ends it, SHRINK leaves less; ret_rule and ret_result are of both.
static enum risk_verdict ask(struct risk_gate *gate, struct passage *at, uint32_t rule,
                             uint32_t *ret_rule, struct risk_result *ret_result) {
    struct risk_result result = {0};
    if (gate->model_of[rule] > 0) at->full.model = &gate->models[gate->model_of[rule] - 1];
    enum risk_verdict one = risk_rule_at(rule)->check(&at->full, gate->config->params[rule],
                                                      state_of(gate, rule), &at->order, &result);
    note(gate, &at->spec, rule, one, false, &result);
    if (one == RISK_ALLOW) return RISK_ALLOW;
    *ret_rule = rule;
    if (one != RISK_SHRINK || !shrink(at, result.qty)) {
        *ret_result = result;
        return RISK_VETO;
    }
    result.qty = at->spec.qty;
    *ret_result = result;
    return at->verdict = RISK_SHRINK;
}

enum risk_verdict risk_gate_check(struct risk_gate *gate, const struct risk_view *view,
                                  const struct risk_order *order, uint32_t *ret_rule,
                                  struct risk_result *ret_result) {
    struct passage at = {.full = with_parts(gate, view), .spec = *order->spec, .order = *order};
    at.order.spec = &at.spec;
    if (gate->trace != NULL) gate->trace->orders++;
    bool raises = at.order.reducing_qty.m != at.spec.qty.m;
    if (raises && (gate->uses & RISK_USES_EXPOSURE))
        risk_exposure_update(&gate->exposure, &at.full);
    for (uint32_t k = 0; k < gate->check_count; k++) {
        uint32_t i = gate->check[k];
        if (at.order.reducing_qty.m == at.spec.qty.m && !risk_rule_at(i)->checks_reducing)
            note(gate, &at.spec, i, RISK_ALLOW, true, &(struct risk_result){0});
        else if (ask(gate, &at, i, ret_rule, ret_result) == RISK_VETO)
            return RISK_VETO;
    }
    if (at.verdict == RISK_ALLOW) return RISK_ALLOW;
    for (uint32_t k = 0; k < gate->check_count; k++)
        if (risk_rule_at(gate->check[k])->checks_cut &&
            ask(gate, &at, gate->check[k], ret_rule, ret_result) == RISK_VETO)
            return RISK_VETO;
    return at.verdict;
}

bool risk_gate_permits(const struct risk_gate *gate, const struct order_spec *spec, int64_t after,
                       uint32_t *ret_rule, struct risk_result *ret_result) {
    if (gate->permissions == NULL || !(gate->uses & RISK_USES_PERMISSIONS)) return true;
    CHECK(spec->strategy < gate->strategy_count && spec->instrument < gate->exposure.count);
    uint32_t may = gate->permissions[spec->strategy * gate->exposure.count + spec->instrument];
    if (risk_may(may, spec->type, spec->side, after)) return true;
    uint32_t k = 0;
    while (!(risk_rule_at(gate->check[k])->uses & RISK_USES_PERMISSIONS)) k++;
    *ret_rule = gate->check[k];
    *ret_result = (struct risk_result){.limit = may, .value = RISK_MAY_SEND(spec->type)};
    if (may & RISK_MAY_SEND(spec->type))
        ret_result->value = spec->side > 0 ? RISK_MAY_LONG : RISK_MAY_SHORT;
    return false;
}

static uint32_t gravity(uint32_t verdict) {
    static const uint8_t steps[RISK_VERDICT_COUNT] = {
        [RISK_WARN] = 1, [RISK_PAUSE] = 2, [RISK_REDUCE] = 3, [RISK_HALT] = 4};
    return verdict < RISK_VERDICT_COUNT ? steps[verdict] : 0;
}

// A breaker's parameter at `place` less one, `otherwise` where it has none.
static double param_at(const struct risk_gate *gate, uint32_t rule, uint8_t place,
                       double otherwise) {
    return place > 0 ? gate->config->params[rule][place - 1] : otherwise;
}

// The new step that a look's verdict makes, RISK_ALLOW: none. So many looks in a row must find at least that.
static enum risk_verdict step_of(const struct risk_gate *gate, uint32_t rule,
                                 enum risk_verdict verdict) {
    struct risk_trip *trip = &gate->trips[rule];
    if (gravity(verdict) == 0 && trip->verdict == RISK_WARN) trip->verdict = RISK_ALLOW;
    if (gravity(verdict) <= gravity(trip->verdict)) {
        trip->hits = 0;
        return RISK_ALLOW;
    }
    if (trip->hits == 0 || gravity(verdict) < gravity(trip->least)) trip->least = (uint16_t)verdict;
    if (trip->hits < UINT32_MAX) trip->hits++;
    bool enough = trip->hits >= param_at(gate, rule, risk_rule_at(rule)->confirm, 1);
    return enough ? (enum risk_verdict)trip->least : RISK_ALLOW;
}

static void tell(const struct risk_gate *gate, const struct risk_view *full, uint32_t rule,
                 const struct risk_fact *fact) {
    const struct risk_rule *row = risk_rule_at(rule);
    if (row->notes & 1u << fact->kind)
        row->note(full, gate->config->params[rule], state_of(gate, rule), fact);
}

// A pause is the strategy's: the breaker itself stays where it is.
static void trip(const struct risk_gate *gate, const struct risk_view *full, uint32_t rule,
                 enum risk_verdict verdict, struct risk_result *result) {
    struct risk_trip *trip = &gate->trips[rule];
    double reset_s = param_at(gate, rule, risk_rule_at(rule)->reset, 0);
    result->until_ns = reset_s > 0 ? full->now_ns + (int64_t)(reset_s * 1e9) : 0;
    trip->hits = 0;
    if (verdict == RISK_PAUSE) {
        CHECK(result->strategy < gate->strategy_count);
        tell(gate, full, rule,
             &(struct risk_fact){.kind = RISK_FACT_PAUSED, .strategy = result->strategy});
        return;
    }
    trip->verdict = (uint16_t)verdict;
    trip->until_ns = result->until_ns;
}

enum risk_verdict risk_gate_watch(struct risk_gate *gate, const struct risk_view *view,
                                  uint32_t *ret_rule, struct risk_result *ret_result) {
    struct risk_view full = with_parts(gate, view);
    enum risk_verdict gravest = RISK_ALLOW;
    for (uint32_t k = 0; k < gate->watch_count; k++) {
        uint32_t i = gate->watch[k];
        struct risk_result result = {.strategy = STRATEGY_NONE};
        enum risk_verdict verdict =
            risk_rule_at(i)->watch(&full, gate->config->params[i], state_of(gate, i), &result);
        if (verdict == RISK_ALLOW && result.unseen) continue;
        verdict = step_of(gate, i, verdict);
        if (gravity(verdict) <= gravity(gravest)) continue;
        gravest = verdict;
        *ret_rule = i;
        *ret_result = result;
    }
    if (gravest != RISK_ALLOW) trip(gate, &full, *ret_rule, gravest, ret_result);
    return gravest;
}

int64_t risk_gate_until_ns(const struct risk_gate *gate) {
    int64_t until_ns = 0;
    for (uint32_t k = 0; k < gate->watch_count; k++) {
        const struct risk_trip *trip = &gate->trips[gate->watch[k]];
        if (gravity(trip->verdict) <= gravity(RISK_WARN)) continue;
        if (trip->until_ns == 0) return 0;
        if (trip->until_ns > until_ns) until_ns = trip->until_ns;
    }
    return until_ns;
}

void risk_gate_resumed(struct risk_gate *gate, const struct risk_view *view, uint32_t strategy) {
    if (strategy == STRATEGY_NONE) memset(gate->trips, 0, RISK_RULES_MAX * sizeof *gate->trips);
    if (risk_gate_hears(gate, RISK_FACT_RESUMED))
        risk_gate_note(gate, view,
                       &(struct risk_fact){.kind = RISK_FACT_RESUMED, .strategy = strategy});
}

bool risk_gate_expired(struct risk_gate *gate, const struct risk_view *view) {
    struct risk_view full = with_parts(gate, view);
    bool rebases = false;
    for (uint32_t k = 0; k < gate->watch_count; k++) {
        uint32_t rule = gate->watch[k];
        if (gravity(gate->trips[rule].verdict) <= gravity(RISK_WARN)) continue;
        gate->trips[rule] = (struct risk_trip){0};
        rebases = rebases || risk_rule_at(rule)->rebases;
        tell(gate, &full, rule,
             &(struct risk_fact){.kind = RISK_FACT_RESUMED, .strategy = STRATEGY_NONE});
    }
    return rebases;
}

void risk_gate_time(struct risk_gate *gate, const struct risk_view *view) {
    for (uint32_t i = 0; i < gate->model_count; i++) risk_model_time(&gate->models[i], view);
}

void risk_gate_note(struct risk_gate *gate, const struct risk_view *view,
                    const struct risk_fact *fact) {
    for (uint32_t i = 0; i < gate->model_count && fact->kind == RISK_FACT_SPLIT; i++)
        risk_model_split(&gate->models[i], fact->instrument, fact->ratio);
    struct risk_view full = with_parts(gate, view);
    for (uint32_t i = 0; i < gate->rule_count; i++)
        if (gate->config->enabled[i]) tell(gate, &full, i, fact);
}

int risk_gate_set_limit(struct risk_gate *gate, const struct command_event *command) {
    if (command->rule >= gate->rule_count)
        return ERR_SET(ERR_ARGUMENT, "there is no risk rule %u", command->rule);
    const struct risk_rule *rule = risk_rule_at(command->rule);
    if (command->param >= rule->param_count)
        return ERR_SET(ERR_ARGUMENT, "rule %s has no parameter %u", rule->name, command->param);
    const struct param *row = &rule_params(command->rule)[command->param];
    if (!(command->value >= row->min && command->value <= row->max))
        return ERR_SET(ERR_ARGUMENT, "rule %s: %s = %g is outside %g to %g", rule->name, row->name,
                       command->value, row->min, row->max);
    if ((rule->state_more != NULL || rule->model != NULL) && !(gate->started >> command->rule & 1))
        return ERR_SET(ERR_ARGUMENT, "rule %s was off at the start and keeps count from there",
                       rule->name);
    double values[PARAMS_MAX];
    memcpy(values, gate->config->params[command->rule], sizeof values);
    values[command->param] = command->value;
    if (rule->model != NULL) {
        struct risk_model_spec now = rule->model(gate->config->params[command->rule]);
        struct risk_model_spec then = rule->model(values);
        if (now.step_ns != then.step_ns || now.window != then.window || now.decay != then.decay)
            return ERR_SET(ERR_ARGUMENT,
                           "rule %s: %s is what its returns were kept with from the start",
                           rule->name, row->name);
    }
    gate->config->params[command->rule][command->param] = command->value;
    gate->config->enabled[command->rule] = 1;
    list_rules(gate);
    return 0;
}

void risk_gate_restored(struct risk_gate *gate) {
    list_rules(gate);
    risk_exposure_forget(&gate->exposure);
    for (uint32_t i = 0; i < gate->model_count; i++) risk_model_restored(&gate->models[i]);
}
