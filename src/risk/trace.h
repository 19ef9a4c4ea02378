// SPDX-License-Identifier: Apache-2.0
// What the gate was asked and what each enabled rule said, kept for who explains a run. Nobody writes one while
// trading: the gate has a pointer that is NULL then. No state: what it holds does not change a decision.
#ifndef FULMAR_RISK_TRACE_H
#define FULMAR_RISK_TRACE_H

#include "risk/rule.h"

enum { RISK_TRACE_MAX = 1024 };

struct risk_trace_row {
    struct order_spec spec; // as the rule before left it: spec.qty is what this one was asked for
    uint32_t order;         // which order that met the gate, counted from 1
    uint32_t rule;          // registry index
    uint32_t verdict;       // enum risk_verdict
    uint32_t passed;        // 1: not asked, for the order only reduces a position
    qty_t left;             // what the rule left
    double limit;           // of SHRINK and VETO, in the parameter's unit
    double value;
};

struct risk_trace {
    uint32_t orders; // that met the gate
    uint32_t count;
    uint32_t left_out; // rows beyond the maximum
    struct risk_trace_row rows[RISK_TRACE_MAX];
};

static inline void risk_trace_note(struct risk_trace *trace, const struct order_spec *spec,
                                   uint32_t rule, enum risk_verdict verdict, bool passed,
                                   const struct risk_result *result) {
    if (trace->count == RISK_TRACE_MAX) {
        trace->left_out++;
        return;
    }
    trace->rows[trace->count++] =
        (struct risk_trace_row){.spec = *spec,
                                .order = trace->orders,
                                .rule = rule,
                                .verdict = verdict,
                                .passed = passed,
                                .left = verdict == RISK_ALLOW    ? spec->qty
                                        : verdict == RISK_SHRINK ? result->qty
                                                                 : QTY(0),
                                .limit = result->limit,
                                .value = result->value};
}

#endif
