// SPDX-License-Identifier: Apache-2.0
#include "risk/model.h"

#include <math.h>
#include <string.h>

#include "base/check.h"
#include "base/simd.h"

int risk_model_init(struct risk_model *model, struct arena *state,
                    const struct risk_model_spec *spec, uint32_t instruments) {
    CHECK(spec->step_ns > 0 && (spec->window == 0 || spec->window >= 2));
    *model = (struct risk_model){.spec = *spec, .count = instruments, .is_new = true};
    size_t slots = spec->window > 0 ? live_var_slots(instruments, spec->window) : 1;
    size_t products = spec->decay > 0 ? (size_t)instruments * instruments : 1;
    model->state = ARENA_NEW(state, struct risk_model_state, 1);
    model->slots = ARENA_NEW(state, double, slots);
    model->last = ARENA_NEW(state, double, instruments);
    model->known = ARENA_NEW(state, uint64_t, instruments);
    model->products = ARENA_NEW(state, double, products);
    model->squares = ARENA_NEW(state, double, instruments);
    model->amounts = ARENA_NEW(state, money_t, instruments);
    model->row = ARENA_NEW(state, double, instruments);
    if (model->state == NULL || model->slots == NULL || model->last == NULL ||
        model->known == NULL || model->products == NULL || model->squares == NULL ||
        model->amounts == NULL || model->row == NULL)
        return ERR_NOMEM;
    if (spec->window > 0) model->state->live = live_var_make(instruments, spec->window);
    return 0;
}

static void find_least(struct risk_model *model) {
    model->known_least = UINT64_MAX;
    for (uint32_t i = 0; i < model->count; i++)
        if (model->known[i] < model->known_least) model->known_least = model->known[i];
}

// Returns since the step before, and the prices that the next step starts from.
static void make_row(struct risk_model *model, const struct risk_view *view) {
    for (uint32_t i = 0; i < model->count; i++) {
        double price = (double)view->board->rows[i].last.m, before = model->last[i];
        bool moves = price > 0 && before > 0;
        model->row[i] = moves ? price / before - 1 : 0;
        model->known[i] += moves;
        model->last[i] = price > 0 ? price : before;
    }
    find_least(model);
}

static void average(struct risk_model *model) {
    double keep = model->spec.decay, take = 1 - keep;
    for (uint32_t i = 0; i < model->count; i++)
        for (uint32_t j = 0; j <= i; j++) {
            double *product = &model->products[(size_t)i * model->count + j];
            *product = keep * *product + take * model->row[i] * model->row[j];
            model->products[(size_t)j * model->count + i] = *product;
            if (i == j) model->squares[i] = *product;
        }
}

void risk_model_time(struct risk_model *model, const struct risk_view *view) {
    struct risk_model_state *state = model->state;
    int64_t length_ns = model->spec.step_ns;
    int64_t step = (int64_t)decimal_div_round(view->now_ns, length_ns, ROUND_FLOOR);
    if (state->started && step <= state->step) return;
    bool first = !state->started;
    state->started = 1;
    state->step = step;
    make_row(model, view);
    if (first) return;
    model->is_new = true; // some may have returns enough now
    if (model->spec.window > 0) CHECK(live_var_row(&state->live, model->slots, model->row) == 0);
    if (model->spec.decay > 0) average(model);
    state->changes++;
}

void risk_model_split(struct risk_model *model, uint32_t instrument, double ratio) {
    CHECK(instrument < model->count && ratio > 0);
    model->last[instrument] /= ratio;
}

static money_t worse_side(const struct risk_exposure_row *row) {
    money_t worst = risk_exposure_worst(row->up, row->down);
    return worst.m == row->up.m ? row->up : row->down;
}

static void weigh(struct risk_model *model, const struct risk_exposure *exposure, uint32_t i) {
    money_t amount = worse_side(&exposure->rows[i]), before = model->amounts[i];
    if (amount.m == before.m) return;
    bool few = model->known[i] < model->ready_rows;
    model->fewer += (few && amount.m != 0) - (few && before.m != 0);
    model->amounts[i] = amount;
    model->state->changes++;
    if (model->spec.window > 0)
        CHECK(live_var_weigh(&model->state->live, model->slots, i, (double)amount.m) == 0);
}

// In order of instruments, as all of them would be: sums are the same to their last bits.
static void weigh_recent(struct risk_model *model, const struct risk_exposure *exposure) {
    uint32_t sorted[RISK_EXPOSURE_RECENT], count = 0;
    for (; model->seen != exposure->changes; model->seen++) {
        uint32_t one = exposure->recent[model->seen % RISK_EXPOSURE_RECENT], at = count++;
        for (; at > 0 && sorted[at - 1] > one; at--) sorted[at] = sorted[at - 1];
        sorted[at] = one;
    }
    for (uint32_t k = 0; k < count; k++) weigh(model, exposure, sorted[k]);
}

void risk_model_weigh(struct risk_model *model, const struct risk_exposure *exposure,
                      uint32_t rows) {
    bool all = model->is_new || model->ready_rows != rows ||
               exposure->changes - model->seen > RISK_EXPOSURE_RECENT;
    model->ready_rows = rows;
    if (!all) {
        weigh_recent(model, exposure);
        return;
    }
    model->seen = exposure->changes;
    model->is_new = false;
    for (uint32_t i = 0; i < model->count; i++) weigh(model, exposure, i);
    model->fewer = 0;
    for (uint32_t i = 0; i < model->count; i++)
        model->fewer += model->amounts[i].m != 0 && model->known[i] < rows;
}

void risk_model_restored(struct risk_model *model) {
    model->is_new = true;
    find_least(model);
}

// An answer begins its search where live_var_of() ended its own: so often that is brought near.
enum { LOOK_EVERY = 32 };

static void look(struct risk_model *model, double level) {
    struct risk_model_state *state = model->state;
    if (state->looked != 0 && state->changes - state->looked < LOOK_EVERY) return;
    state->near = live_var_of(&state->live, model->slots, level).var;
    state->looked = state->changes;
}

struct tail_risk risk_model_tail(struct risk_model *model, uint32_t instrument, double amount,
                                 double level) {
    struct risk_model_state *state = model->state;
    CHECK(model->spec.window > 0 && instrument < model->count);
    bool known = state->memo.changes == state->changes && state->memo.instrument == instrument &&
                 state->memo.amount == amount && state->memo.level == level;
    if (known) return state->memo.tail;
    look(model, level);
    state->memo.tail = live_var_lower_if(&state->live, model->slots, instrument, amount, level);
    state->memo.changes = state->changes;
    state->memo.instrument = instrument;
    state->memo.amount = amount;
    state->memo.level = level;
    return state->memo.tail;
}

bool risk_model_tail_is_within(struct risk_model *model, uint32_t instrument, double amount,
                               double level, bool shortfall, double most) {
    const struct live_var *live = &model->state->live;
    CHECK(model->spec.window > 0 && instrument < model->count);
    look(model, level);
    return shortfall ? live_var_es_is_within(live, model->slots, instrument, amount, level,
                                             model->state->near, most)
                     : live_var_is_within(live, model->slots, instrument, amount, level, most);
}

// risk_model_is_below() of each, without a branch.
SIMD_CLONES static int64_t model_count_not_below(const double *products, const double *squares,
                                                 size_t count, double own, double most) {
    double bound = most * fabs(most);
    int64_t others = 0;
    for (size_t i = 0; i < count; i++)
        others += !(products[i] * products[i] < bound * (own * squares[i]) * (1 - 1e-9));
    return others;
}

bool risk_model_others_are_below(const struct risk_model *model, uint32_t own, double most,
                                 uint32_t rows) {
    CHECK(model->spec.decay > 0 && own < model->count && most <= 1);
    const double *products = model->products + (size_t)own * model->count;
    return model->known_least >= rows &&
           model_count_not_below(products, model->squares, model->count, model->squares[own],
                                 most) == 1; // itself
}

double risk_model_correlation(const struct risk_model *model, uint32_t a, uint32_t b) {
    CHECK(model->spec.decay > 0 && a < model->count && b < model->count);
    double squares = model->squares[a] * model->squares[b];
    if (!(squares > 0)) return NAN;
    double value = model->products[(size_t)a * model->count + b] / sqrt(squares);
    return value > 1 ? 1 : value < -1 ? -1 : value;
}
