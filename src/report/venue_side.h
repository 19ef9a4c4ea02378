// SPDX-License-Identifier: Apache-2.0
// The venue's side of a run over recorded feeds, gathered for the folds that show it (fold.h: venue_side): best prices
// there and as we knew them, mark-outs, queues and latencies, holdings, and the points of the chart of the book.
//
// A report that is made from a journal alone is told neither best prices nor queues of the venue: what needs them is
// missing; latencies, ends of orders, holdings, and what we knew of the book are there.
#ifndef FULMAR_REPORT_VENUE_SIDE_H
#define FULMAR_REPORT_VENUE_SIDE_H

#include "report/book_path.h"
#include "report/holding.h"
#include "report/markout.h"
#include "report/quoting.h"
#include "report/report.h"
#include "report/touch.h"

struct venue_instrument {
    struct touches venue; // at the venue's time
    struct touches known; // at ours: the quotes that strategies decided on
    struct markouts markouts;
    struct book_path path;
};

// Fees of a currency, at its decimals.
struct venue_fees {
    money_t paid;    // >= 0
    money_t rebates; // <= 0
};

// What is known of a fill beside its report.
struct venue_fill {
    struct touch met;   // best prices at the venue that it met (markout.h); 0: not known
    struct touch known; // what we knew then: the quote of our latest step; 0: none
    struct quoting_fill queue;
    int64_t age_ns; // from the order's arrival; -1: not known
    qty_t position; // of its strategy, after it
};

struct venue_side {
    const struct report_config *config;
    const struct ledger *ledger;
    const struct orders *orders;
    struct venue_instrument *instruments; // [instrument]
    struct holding *holdings;             // [strategy * instruments + instrument]
    struct venue_fees *fees;              // [currency]
    struct quoting quoting;
    int64_t start_ns; // of the first mark
    int64_t end_ns;   // of the last
    int error;        // the first failure of what cannot return it
    bool started;
    bool touched; // the venue's best prices were told
    bool queued;  // its queues were told
};

// NULL with a story: no memory.
struct venue_side *venue_side_new(const struct report_config *config, const struct ledger *ledger,
                                  const struct orders *orders);
void venue_side_free(struct venue_side *side); // NULL is fine

void venue_side_touch(struct venue_side *side, uint32_t instrument, int64_t venue_ns, price_t bid,
                      price_t ask);
void venue_side_quote(struct venue_side *side, const struct quote_event *event);
void venue_side_queue(struct venue_side *side, const struct report_queue *note);
void venue_side_mark(struct venue_side *side, int64_t ts_ns);

// A fill that was booked. `order`: its handle, or UINT32_MAX. ERR_NOMEM.
int venue_side_fill(struct venue_side *side, const struct order_event *event,
                    const struct ledger_fill *fill, const struct ledger_result *result,
                    uint32_t order, struct venue_fill *ret_fill) MUST_USE;
int venue_side_end(struct venue_side *side) MUST_USE; // after the ledger's last marks

const struct holding *venue_side_holding(const struct venue_side *side, uint32_t strategy,
                                         uint32_t instrument);

#endif
