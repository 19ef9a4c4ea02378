// SPDX-License-Identifier: Apache-2.0
#include "risk/tail_limit.h"

#include <math.h>

#include "risk/share.h"

struct risk_model_spec risk_tail_spec(const double *values) {
    return (struct risk_model_spec){.step_ns = (int64_t)(values[TAIL_STEP] * 1e9),
                                    .window = (uint32_t)values[TAIL_WINDOW]};
}

// A question: the loss over a day with so much of the order.
struct question {
    const struct risk_view *view;
    const struct risk_order *order;
    const double *values;
    bool shortfall;
};

// The worse side of the order's instrument with a part of it filled.
static double amount_with(const struct question *question, double part) {
    const struct order_spec *spec = question->order->spec;
    const struct risk_exposure_row *row = &question->view->exposure->rows[spec->instrument];
    double value = part * (double)question->order->notional.m;
    double up = (double)row->up.m + (spec->side > 0 ? value : 0);
    double down = (double)row->down.m - (spec->side > 0 ? 0 : value);
    return fabs(up) >= fabs(down) ? up : down;
}

// Whether the loss with the whole order is surely no more than `limit`, a unit of money left for rounding.
static bool is_surely_within(const struct question *question, double limit) {
    const double *values = question->values;
    return risk_model_tail_is_within(
        question->view->model, question->order->spec->instrument, amount_with(question, 1),
        values[TAIL_LEVEL], question->shortfall, (limit - 1) / sqrt(86400 / values[TAIL_STEP]));
}

static double loss_with(const struct question *question, double part) {
    const double *values = question->values;
    struct tail_risk tail =
        risk_model_tail(question->view->model, question->order->spec->instrument,
                        amount_with(question, part), values[TAIL_LEVEL]);
    // In whole units of money: what adds nothing is not more for the last bits of a sum.
    double loss = (question->shortfall ? tail.es : tail.var) * sqrt(86400 / values[TAIL_STEP]);
    return floor(loss + 0.5);
}

// The most lots of the order with which the loss is no more than `limit`, which it is with none.
static int64_t most_lots(const struct question *question, int64_t whole, double limit) {
    int64_t most = 0, excess = whole;
    while (excess - most > 1) {
        int64_t middle = most + (excess - most) / 2;
        if (loss_with(question, (double)middle / (double)whole) <= limit)
            most = middle;
        else
            excess = middle;
    }
    return most;
}

enum risk_verdict risk_tail_check(const struct risk_view *view, const double *values,
                                  const struct risk_order *order, struct risk_result *ret_result,
                                  bool shortfall) {
    struct question question = {view, order, values, shortfall};
    struct risk_model *model = view->model;
    ret_result->limit = values[TAIL_SHARE];
    ret_result->value = INFINITY;
    if (view->exposure->unpriced > 0) return RISK_VETO;
    risk_model_weigh(model, view->exposure, (uint32_t)values[TAIL_ROWS]);
    if (!risk_model_knows(model, order->spec->instrument) || model->state->live.rows < 2)
        return RISK_VETO;
    double limit = (double)risk_limit(view, values[TAIL_SHARE]).m;
    if (is_surely_within(&question, limit)) return RISK_ALLOW;
    double after = loss_with(&question, 1);
    if (after <= limit) return RISK_ALLOW;
    double before = loss_with(&question, 0);
    if (after <= before) return RISK_ALLOW;
    ret_result->value = view->equity.m > 0 ? after / (double)view->equity.m : INFINITY;
    int64_t lot = view->instruments->items[order->spec->instrument].lot.m;
    int64_t lots = most_lots(&question, order->spec->qty.m / lot, limit > before ? limit : before);
    if (lots == 0) return RISK_VETO;
    ret_result->qty = QTY(lots * lot);
    return RISK_SHRINK;
}
