// SPDX-License-Identifier: Apache-2.0
#include "engine/engine_budget.h"

#include <math.h>
#include <string.h>

#include "base/check.h"
#include "base/hash.h"
#include "ledger/budget.h"

enum { WEIGHT_PARTS = 1000000000, SHARE_PARTS = 1000000 };

static const double *params_of(const struct engine *engine) {
    return engine->config.allocation_params;
}

static bool takes_part(const struct engine *engine, uint32_t strategy) {
    return engine->strategies[strategy].mode == STRATEGY_RUNNING;
}

int engine_budget_init(struct engine *engine, struct arena *wiring, struct arena *state) {
    const struct engine_config *config = &engine->config;
    uint32_t strategies = config->strategy_count;
    if (config->allocation == NULL) return 0;
    struct engine_budgets *budgets = ARENA_NEW(wiring, struct engine_budgets, 1);
    if (budgets == NULL) return engine_full("budgets");
    engine->budgets = budgets;
    budgets->method = config->allocation;
    budgets->window = (uint32_t)params_of(engine)[ALLOCATION_WINDOW];
    budgets->core = ARENA_NEW(state, struct budget_core, 1);
    budgets->rows = ARENA_NEW(state, struct budget_row, strategies);
    budgets->returns = ARENA_NEW(state, double, (size_t)strategies * budgets->window);
    budgets->market = ARENA_NEW(state, double, budgets->window);
    budgets->prices = ARENA_NEW(state, int64_t, config->instruments->count);
    budgets->members = ARENA_NEW(wiring, uint32_t, strategies);
    budgets->weights = ARENA_NEW(wiring, double, strategies);
    budgets->shares = ARENA_NEW(wiring, double, strategies);
    budgets->columns = ARENA_NEW(wiring, const double *, strategies);
    budgets->equities = ARENA_NEW(wiring, money_t, strategies);
    size_t scratch = allocation_memory(strategies);
    budgets->scratch = (struct arena){.base = arena_alloc(wiring, scratch, 64), .size = scratch};
    if (budgets->core == NULL || budgets->rows == NULL || budgets->returns == NULL ||
        budgets->market == NULL || budgets->prices == NULL || budgets->members == NULL ||
        budgets->weights == NULL || budgets->shares == NULL || budgets->columns == NULL ||
        budgets->equities == NULL || budgets->scratch.base == NULL)
        return engine_full("budgets");
    for (uint32_t s = 0; s < strategies; s++)
        budgets->rows[s].share_ppm = config->strategies[s].share_ppm;
    return 0;
}

size_t engine_budget_outputs(const struct engine *engine) {
    return engine->budgets == NULL
               ? 0
               : (engine->config.strategy_count + 1) * sizeof(struct budget_event);
}

uint64_t engine_budget_fingerprint(const struct engine_config *config, uint64_t hash) {
    const struct allocation *allocation = config->allocation;
    if (allocation == NULL) return hash;
    hash = hash64(hash, allocation->name, strlen(allocation->name));
    return hash64(hash, config->allocation_params, sizeof(double) * allocation->param_count);
}

void engine_budget_capital(struct engine *engine, uint32_t strategy, money_t part) {
    if (engine->budgets == NULL) return;
    money_t *equity = &engine->budgets->rows[strategy].equity;
    *equity = money_add(*equity, part);
}

void engine_budget_reserve(struct engine *engine, money_t left) {
    if (engine->budgets == NULL) return;
    engine->budgets->core->reserve = money_add(engine->budgets->core->reserve, left);
}

uint32_t engine_budget_share(const struct engine *engine, uint32_t strategy) {
    return engine->budgets == NULL ? engine->config.strategies[strategy].share_ppm
                                   : (uint32_t)engine->budgets->rows[strategy].share_ppm;
}

void engine_budget_split(struct engine *engine, uint32_t instrument) {
    if (engine->budgets != NULL) engine->budgets->prices[instrument] = 0;
}

// The latest of `window` values is the last one.
static void push(const struct engine_budgets *budgets, double *values, double value) {
    uint64_t days = budgets->core->days;
    if (days == budgets->window) {
        memmove(values, values + 1, (days - 1) * sizeof *values);
        days--;
    }
    values[days] = value;
}

static double change(double before, double after) {
    double change = before > 0 ? after / before - 1 : 0;
    return change > -1 && change < 1e6 ? change : -1;
}

// The mean over the instruments whose prices of two days are known; 0 without any.
static double market_return(struct engine *engine) {
    double sum = 0;
    uint32_t count = 0;
    for (uint32_t i = 0; i < engine->config.instruments->count; i++) {
        int64_t *before = &engine->budgets->prices[i], now = engine->board.rows[i].last.m;
        if (*before > 0 && now > 0) {
            sum += change((double)*before, (double)now);
            count++;
        }
        *before = now;
    }
    return count > 0 ? sum / count : 0;
}

static void note_day(struct engine *engine) {
    struct engine_budgets *budgets = engine->budgets;
    struct budget_core *core = budgets->core;
    for (uint32_t s = 0; s < engine->config.strategy_count; s++) {
        struct budget_row *row = &budgets->rows[s];
        money_t equity = ledger_strategy_equity(engine->ledger, s);
        if (core->begun)
            push(budgets, budgets->returns + (size_t)s * budgets->window,
                 change((double)row->equity.m, (double)equity.m));
        row->equity = equity;
    }
    double market = market_return(engine);
    if (!core->begun) return;
    push(budgets, budgets->market, market);
    if (core->days < budgets->window) core->days++;
}

// Who takes part, with its equity; the part of what they and the reserve have that they may use.
static uint32_t gather(struct engine *engine, money_t *ret_pool, double *ret_usable) {
    struct engine_budgets *budgets = engine->budgets;
    uint32_t count = 0;
    double given = 0, away = 0;
    *ret_pool = budgets->core->reserve;
    for (uint32_t s = 0; s < engine->config.strategy_count; s++) {
        double share = engine->config.strategies[s].share_ppm / (double)SHARE_PARTS;
        if (!takes_part(engine, s)) {
            away += share;
            continue;
        }
        budgets->members[count] = s;
        budgets->shares[count] = share;
        budgets->columns[count] = budgets->returns + (size_t)s * budgets->window;
        budgets->equities[count] = budgets->rows[s].equity;
        *ret_pool = money_add(*ret_pool, budgets->equities[count++]);
        given += share;
    }
    for (uint32_t k = 0; k < count; k++)
        budgets->shares[k] = given > 0 ? budgets->shares[k] / given : 1.0 / count;
    *ret_usable = given > 0 && away < 1 ? fmin(given / (1 - away), 1) : 0;
    return count;
}

// From where capital is to where it should be, as far as `pace` goes. False: nothing is far enough away.
static bool approach(const struct engine *engine, uint32_t count, money_t pool, double usable) {
    struct engine_budgets *budgets = engine->budgets;
    double farthest = 0, sum = 0, pace = params_of(engine)[ALLOCATION_PACE];
    for (uint32_t k = 0; k < count; k++) {
        double now = (double)budgets->equities[k].m / (double)pool.m;
        double goal = usable * budgets->weights[k];
        farthest = fmax(farthest, fabs(goal - now));
        budgets->weights[k] = fmax(now + pace * (goal - now), 0);
        sum += budgets->weights[k];
    }
    for (uint32_t k = 0; k < count && sum > 1; k++) budgets->weights[k] /= sum;
    return farthest > params_of(engine)[ALLOCATION_BAND];
}

static void tell(struct engine *engine, uint32_t strategy, int64_t weight, money_t budget,
                 money_t moved) {
    struct budget_event *event =
        engine_emit(engine, EVENT_BUDGET, sizeof(struct budget_event), INSTRUMENT_NONE);
    event->strategy = strategy;
    event->weight = weight;
    event->budget_hi = (int64_t)(budget.m >> 64);
    event->budget_lo = (uint64_t)budget.m;
    event->moved_hi = (int64_t)(moved.m >> 64);
    event->moved_lo = (uint64_t)moved.m;
    if (strategy != STRATEGY_NONE)
        event->share_ppm = (uint32_t)engine->budgets->rows[strategy].share_ppm;
}

// Its positions are sized anew at its next decision.
static void resize(struct engine *engine, uint32_t strategy) {
    for (uint32_t i = 0; i < engine->slot_count; i++) {
        struct slot_state *state = engine->slots[i].state;
        if (engine->slots[i].strategy == strategy && !state->denied) state->weight = NAN;
    }
}

// Who is away keeps its share of capital to come.
static uint64_t free_share(const struct engine *engine) {
    uint64_t share = SHARE_PARTS;
    for (uint32_t s = 0; s < engine->config.strategy_count; s++)
        if (!takes_part(engine, s)) share -= engine->budgets->rows[s].share_ppm;
    return share;
}

// Billionths, rounded down; what a fraction's binary form lacks to one is not missed.
static int64_t parts_of(double weight) {
    return (int64_t)floor(weight * WEIGHT_PARTS + 1e-4);
}

// False: it has what it should have.
static bool give(struct engine *engine, uint32_t strategy, int64_t parts, money_t goal,
                 uint64_t share_ppm) {
    struct budget_row *row = &engine->budgets->rows[strategy];
    money_t moved = money_sub(goal, row->equity);
    if (moved.m == 0 && share_ppm == row->share_ppm) return false;
    money_t budget = money_add(ledger_budget(engine->ledger, strategy), moved);
    ledger_set_budget(engine->ledger, strategy, budget);
    row->equity = goal;
    row->share_ppm = share_ppm;
    tell(engine, strategy, parts, budget, moved);
    if (params_of(engine)[ALLOCATION_RESIZE] != 0 && moved.m != 0) resize(engine, strategy);
    return true;
}

static void move(struct engine *engine, uint32_t count, money_t pool) {
    struct engine_budgets *budgets = engine->budgets;
    money_t left = pool, reserve = budgets->core->reserve;
    uint64_t share = free_share(engine);
    int64_t used = 0;
    bool moved = false;
    for (uint32_t k = 0; k < count; k++) {
        int64_t parts = parts_of(budgets->weights[k]);
        money_t goal = MONEY(decimal_div_round(pool.m * parts, WEIGHT_PARTS, ROUND_FLOOR));
        uint64_t share_ppm = share * (uint64_t)parts / WEIGHT_PARTS;
        moved = give(engine, budgets->members[k], parts, goal, share_ppm) || moved;
        left = money_sub(left, goal);
        used += parts;
    }
    if (!moved) return;
    budgets->core->reserve = left;
    tell(engine, STRATEGY_NONE, WEIGHT_PARTS - used, left, money_sub(left, reserve));
    budgets->core->moves++;
}

static void ask(struct engine *engine) {
    struct engine_budgets *budgets = engine->budgets;
    money_t pool;
    double usable;
    uint32_t count = gather(engine, &pool, &usable);
    if (count == 0 || pool.m <= 0) return;
    struct allocation_view view = {.count = count,
                                   .days = (uint32_t)budgets->core->days,
                                   .returns = budgets->columns,
                                   .market = budgets->market,
                                   .shares = budgets->shares};
    if (allocation_weigh(budgets->method, params_of(engine), &view, &budgets->scratch,
                         budgets->weights) &&
        approach(engine, count, pool, usable))
        move(engine, count, pool);
}

void engine_budget_day(struct engine *engine) {
    struct budget_core *core = engine->budgets->core;
    core->due = 0;
    if (ledger_equity(engine->ledger).m == 0) return;
    note_day(engine);
    if (!core->begun) {
        core->begun = 1;
        return;
    }
    if (++core->since < params_of(engine)[ALLOCATION_EVERY]) return;
    core->since = 0;
    ask(engine);
}
