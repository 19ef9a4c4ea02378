// SPDX-License-Identifier: Apache-2.0
// How instruments have moved, and what the account could lose of it: what rules on value at risk and correlation read.
//
// At equal steps of time the last prices make a row of simple returns; an instrument without a price, or without one
// the step before, has 0 in it and one return less. A step in which nothing happened has no row. Of the rows the model
// keeps a window, with historical VaR and ES of the account up to date (quant/risk/live_var.h), or averages of squares
// and products that decay with each row, which give correlations about a mean of 0 (RiskMetrics Technical Document,
// J. P. Morgan 1996, 5.2). Both are state. Amounts are linear in returns: rates of currencies do not move, and of
// inverse contracts the curvature is left out.
#ifndef FULMAR_RISK_MODEL_H
#define FULMAR_RISK_MODEL_H

#include <math.h>

#include "base/arena.h"
#include "quant/risk/live_var.h"
#include "risk/exposure.h"

struct risk_model_spec {
    int64_t step_ns; // > 0
    uint32_t window; // rows of the tail, at least 2; 0: no tail
    double decay; // weight that an older row keeps of a newer one's, in (0, 1); 0: no correlations
};

struct risk_model_state {
    int64_t step;     // of time, the latest that began
    uint64_t started; // 1: there was one
    uint64_t changes; // so many of weights and rows
    uint64_t looked;  // changes when live_var_of() looked last
    struct live_var live;
    double near; // the VaR that live_var_of() told then
    struct {     // the latest answer
        uint64_t changes, instrument;
        double amount, level;
        struct tail_risk tail;
    } memo;
};
_Static_assert(sizeof(struct risk_model_state) == 144, "engine state");

struct risk_model {
    struct risk_model_spec spec;
    struct risk_model_state *state;
    double *slots;    // live_var's
    double *last;     // [count] at the latest step, 0: none
    uint64_t *known;  // [count] returns so far
    double *products; // [count][count], averages, both halves
    double *squares;  // [count], the middle of that
    money_t *amounts; // [count], those that are weighed
    double *row;      // [count], scratch
    uint32_t count;
    uint32_t ready_rows;  // of the latest risk_model_weigh()
    uint64_t known_least; // of all, returns
    uint32_t fewer;       // instruments with an amount and fewer returns than that
    uint64_t seen;        // of the exposure's changes
    bool is_new;          // all rows are to be looked at
};

// ERR_NOMEM.
int risk_model_init(struct risk_model *model, struct arena *state,
                    const struct risk_model_spec *spec, uint32_t instruments) MUST_USE;

// The time of an event has come: the first of a step makes a row of the prices that are known then.
void risk_model_time(struct risk_model *model, const struct risk_view *view);
void risk_model_split(struct risk_model *model, uint32_t instrument, double ratio);

// Brings the amounts up to date with the exposure, of each instrument the worse side. Rows is how many returns make an
// instrument known.
void risk_model_weigh(struct risk_model *model, const struct risk_exposure *exposure,
                      uint32_t rows);
static inline bool risk_model_knows(const struct risk_model *model, uint32_t instrument) {
    return model->fewer == 0 && model->known[instrument] >= model->ready_rows;
}

// VaR and ES of a step by Acerbi and Tasche (quant/risk/tail_risk.h, `lower`), in the account's smallest units, with
// `amount` of an instrument instead of what is weighed.
// A model with a tail that knows at least 2 rows; level in [0.5, 1).
struct tail_risk risk_model_tail(struct risk_model *model, uint32_t instrument, double amount,
                                 double level);

// Whether VaR, or ES, is surely at most so much: a quicker question; false where it is close.
bool risk_model_tail_is_within(struct risk_model *model, uint32_t instrument, double amount,
                               double level, bool shortfall, double most);

// In [-1, 1]; NaN where one of the two has not moved. A model with a decay.
double risk_model_correlation(const struct risk_model *model, uint32_t a, uint32_t b);
// Whether its magnitude is surely below `most`: a quicker question; false where it is close.
static inline bool risk_model_is_below(const struct risk_model *model, uint32_t a, uint32_t b,
                                       double most) {
    double product = model->products[(size_t)a * model->count + b];
    double squares = model->squares[a] * model->squares[b];
    return product * product < most * fabs(most) * squares * (1 - 1e-9);
}
// Whether every other instrument has so many returns, and its correlation with this one is surely below `most` in
// magnitude.
bool risk_model_others_are_below(const struct risk_model *model, uint32_t own, double most,
                                 uint32_t rows);
// After the state was overwritten by a snapshot.
void risk_model_restored(struct risk_model *model);

#endif
