// SPDX-License-Identifier: Apache-2.0
// What a run over recorded feeds earned or lost, by cause: a decomposition of profit and loss that adds up to the last
// unit, in each currency and for each horizon h of the mark-outs (markout.h has V and N; sums are over all fills):
//   spread      sum of s (V - N): what fills were better than the middle
//   selection   sum of s (V(T + h) - V): where the middle went within h of each fill
//   inventory   value of positions at the end - sum of s V(T + h): what was held beyond h
//   fees        less what was paid
//   rebates     what was paid to us
//   other       funding, interest, dividends, borrowing, adjustments
//   total       by the ledger: cash and positions less capital
// A horizon beyond the feed's end stands at its last middle.
#ifndef FULMAR_REPORT_CAPTURED_H
#define FULMAR_REPORT_CAPTURED_H

#include "report/venue_side.h"

enum captured_part {
    CAPTURED_SPREAD_MAKER,
    CAPTURED_SPREAD_TAKER,
    CAPTURED_SELECTION_MAKER,
    CAPTURED_SELECTION_TAKER,
    CAPTURED_INVENTORY,
    CAPTURED_FEES,
    CAPTURED_REBATES,
    CAPTURED_OTHER,
    CAPTURED_PARTS
};

struct captured {
    money_t parts[CAPTURED_PARTS];
    money_t total;
    money_t unexplained; // total less the sum of the parts: 0, or something is wrong
};

// `horizon` in [0, MARKOUT_AFTER), of those after the fill. After venue_side_end.
struct captured captured_of(const struct venue_side *side, uint32_t currency, int horizon);

// Whether anything was traded in the currency.
bool captured_any(const struct venue_side *side, uint32_t currency);

#endif
