// SPDX-License-Identifier: Apache-2.0
// Explanations of a run: its journal is folded once more, and of each strategy on one instrument the latest decision
// by an instant is kept: what it saw, what it answered, what sizing and the risk rules made of that, what was sent,
// what the venue said and where that left the position.
#ifndef FULMAR_APP_RUN_EXPLAIN_H
#define FULMAR_APP_RUN_EXPLAIN_H

#include "app/run/run.h"
#include "edge/store/journal.h"
#include "engine/witness.h"
#include "order/algo.h"
#include "order/manual.h"

enum {
    EXPLAIN_OUTPUT_BYTES = 64 << 10,
    EXPLAIN_ROWS_MAX = 512,
    EXPLAIN_ORDERS_MAX = 128,
    EXPLAIN_REPORTS_MAX = 256,
};

struct explain_order {
    uint64_t id;
    uint32_t purpose; // enum order_purpose
    uint32_t ended;
};

// Where a strategy stands on the instrument, in the instrument's currency.
struct explain_state {
    struct position position;
    money_t equity; // the strategy's, account money
    int64_t ts_ns;
};

struct explain_book { // SCOPE_BOOK: of the view
    int64_t bid_tick, ask_tick;
    double tick;
    uint32_t working, trades;
    double bought, sold;
};

struct explain_rule {
    struct risk_trace_row row;
    uint64_t seq; // of the input that the order came with
    int64_t ts_ns;
};

// Why nothing may raise risk: a breaker's step, or an operator's command.
struct explain_halt {
    int64_t ts_ns;
    uint16_t kind; // EVENT_HALTED, or the command's; 0: nothing
    uint32_t rule; // EVENT_HALTED
    double limit, value;
};

// For what a netted decision has yet to see.
enum explain_waits {
    EXPLAIN_WAITS_NOT,
    EXPLAIN_WAITS_INSTANT, // what the other strategies want at this instant
    EXPLAIN_WAITS_ORDER,   // the end of the account's order, which is being taken back
};

// The latest decision of one strategy.
struct explain_case {
    uint32_t strategy;
    uint64_t decisions; // with this one; 0: none by then, and nothing below is set
    uint64_t seq;
    int64_t ts_ns;
    uint16_t cause; // enum event_kind
    struct strategy_bar bar;
    struct explain_book book;
    double params[PARAMS_MAX]; // in force at the decision: commands change them
    double inputs[STRATEGY_INPUTS_MAX];
    uint32_t mode;                        // enum strategy_mode after it
    double position, entry_price, equity; // as the view had them; equity NaN where it is not read
    struct strategy_target target;
    double weight_before, stop_before, take_before; // held, NaN: none
    bool halted, denied, closing, shut, out;        // after it
    struct explain_state before;
    struct explain_halt halt; // in force at the decision
    // Events back to back, of this strategy on this instrument: those of the decision's input, and what followed from
    // it. That is all until the strategy's next decision, and of the parent and the orders it began what came later.
    unsigned char outputs[EXPLAIN_OUTPUT_BYTES];
    size_t output_size;
    uint32_t outputs_left_out;
    struct explain_rule rows[EXPLAIN_ROWS_MAX]; // in order of seq
    uint32_t row_count;
    uint32_t rows_left_out;
    uint64_t parent;        // that it started, worked by an execution algorithm; 0: none
    bool parent_works;      // and has not ended
    bool wants;             // its position is to change
    uint32_t waits;         // enum explain_waits
    bool superseded;        // the strategy has decided again
    struct algo_event work; // the parent at work when it decided, as last heard; header.seq 0: none
    struct explain_order orders[EXPLAIN_ORDERS_MAX]; // sent for it, the account's too
    uint32_t order_count;
    struct order_event reports[EXPLAIN_REPORTS_MAX]; // on them, until the journal's end
    uint32_t report_count;
    uint32_t reports_left_out;
    bool settled;               // what moves the position has ended
    struct explain_state after; // when it had, or at the journal's end
    int64_t acted_ns; // the latest decision, this one or before, of which something came; 0: none
};

struct explain {
    struct run *run; // replay_open(): of the journal from its start
    uint32_t instrument;
    int64_t until_ns;   // decisions at or before
    uint64_t until_seq; // and at or before this input
    struct explain_case *cases;
    uint32_t case_count;
    struct risk_trace *trace;
    struct explain_halt *halts; // [strategy], the latest of each; and of the account behind them
    struct algo_event *works;   // [case], of the parents at work on the instrument
    int64_t first_ns;           // of the journal
    int64_t last_ns;            // that was folded
    bool torn;                  // the journal ends inside a block: told as far as it is whole
};

// Cases of every strategy that trades the instrument, or of those that `strategy` names: a number from 1 or a name.
// ERR_ARGUMENT tells what there is.
int explain_choose(struct explain *explain, const char *strategy) MUST_USE;
// Folds the journal. ERR_ARGUMENT when until_ns is before its first event; the reader's errors; ERR_CORRUPT.
int explain_fold(struct explain *explain, struct journal_reader *reader) MUST_USE;
void explain_fini(struct explain *explain); // the cases

// What became of an order: where it was sent.
struct explain_sent {
    uint64_t order_id;
    uint64_t seq; // of the input
    int64_t ts_ns;
    char client_id[MANUAL_ID_SIZE]; // of an order by hand; else ""
    uint16_t cause;                 // that input's kind
    struct order_spec spec;
    uint64_t parent;     // whose child it is; 0: nobody's
    uint64_t parent_seq; // of the input that started it
    int64_t parent_ns;
};
// app/run/explain_find.c. Finds an order by its id, or (trade_id not 0) the order of a fill by the venue's id of it.
// Reads the journal from where it stands. ERR_NOT_FOUND: no such order or fill, or one that the venue made by itself.
int explain_find(struct journal_reader *reader, uint64_t order_id, uint64_t trade_id,
                 struct explain_sent *ret_sent) MUST_USE;

// app/run/explain_keep.c: what is kept of an input that was just applied, and of what the engine made of it.
// Before it is applied: witnesses of the cases. `within`: by until_ns and until_seq.
void explain_keep(struct explain *explain, const union event *event, const struct witness *before,
                  bool within);
// Whether nothing of the decision's is on its way any more; what protects a position may wait for long.
bool explain_settled(const struct explain_case *one, bool with_protection);
struct explain_state explain_state_now(const struct explain *explain, uint32_t strategy);
// An order of the account, for several strategies.
bool explain_of_account(const struct explain *explain, uint32_t strategy);

// app/run/explain_print.c, app/run/explain_json.c. `sent` may be NULL.
void explain_print(const struct explain *explain, const struct explain_sent *sent);
void explain_print_json(const struct explain *explain, const struct explain_sent *sent);
// Why nothing was sent or moved, a sentence; NULL where the outputs tell.
const char *explain_quiet(const struct explain_case *one);
// The next of a case's outputs after `at` (NULL: the first); NULL at the end.
const struct event_header *explain_output(const struct explain_case *one,
                                          const struct event_header *at);

#endif
