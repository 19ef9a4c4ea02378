// SPDX-License-Identifier: Apache-2.0
// Fills: everything is worked out first, then booked, so that a failure changes nothing.
#include "base/check.h"
#include "ledger/ledger.h"
#include "ledger/ledger_state.h"
#include "ledger/muldiv.h"

// A fill taken apart.
struct plan {
    const struct ledger_fill *fill;
    const struct ledger_unit *unit;
    const struct position *before;
    struct position after;
    money_t notional;
    money_t notional_closing;
    money_t removed;        // booked cost that leaves
    money_t realised;       // booked
    price_t mark;           // the row's after the fill
    int64_t closed;         // quantities, >= 0
    int64_t opened;         // closed + opened = the fill's
    money_t cost_opened;    // signed
    uint32_t lots_consumed; // whole ones
    int64_t lot_part;       // of the next one, >= 0
    money_t lot_part_cost;  // its share, signed
    money_t lots_cost;      // of all that is consumed, signed
};

static bool fill_in_range(const struct ledger *ledger, const struct ledger_fill *fill);
static int plan_quantities(const struct ledger *ledger, struct plan *plan);
static int plan_lots(const struct ledger *ledger, struct plan *plan);
static int plan_costs(const struct ledger *ledger, struct plan *plan);
static int plan_value(const struct ledger *ledger, struct plan *plan);
static void book_lots(struct ledger *ledger, struct plan *plan);
static void book_entries(struct ledger *ledger, const struct plan *plan);

int ledger_fill(struct ledger *ledger, const struct ledger_fill *fill,
                struct ledger_result *ret_result) {
    CHECK(fill->strategy < ledger->strategy_count && fill->instrument < ledger->instrument_count);
    if (!fill_in_range(ledger, fill)) return ERR_ARGUMENT;
    struct plan plan = {
        .fill = fill,
        .unit = &ledger->units[fill->instrument],
        .before = ledger_position_at(ledger, fill->strategy, fill->instrument),
    };
    plan.after = *plan.before;
    TRY(plan_quantities(ledger, &plan));
    TRY(plan_lots(ledger, &plan));
    TRY(plan_costs(ledger, &plan));
    TRY(plan_value(ledger, &plan));
    bool needs_lot = plan.opened > 0 && plan.closed == 0 && plan.before->qty.m == 0;
    if (needs_lot && ledger->counts->lots_free == 0) return ERR_FULL;

    book_lots(ledger, &plan);
    book_entries(ledger, &plan);
    ledger->rows[fill->instrument].mark = plan.mark;
    ledger_put_position(ledger, fill->strategy, fill->instrument, &plan.after);
    *ret_result = (struct ledger_result){
        .realised = plan.realised,
        .notional = MONEY(ledger_magnitude(plan.notional.m)),
        .closed_qty = QTY(plan.closed),
        .position = plan.after.qty,
    };
    return 0;
}

static bool fill_in_range(const struct ledger *ledger, const struct ledger_fill *fill) {
    return (fill->side == 1 || fill->side == -1) && fill->qty.m > 0 && fill->price.m > 0 &&
           fill->fee_currency < ledger->currency_count;
}

static int plan_quantities(const struct ledger *ledger, struct plan *plan) {
    const struct ledger_fill *fill = plan->fill;
    struct position *after = &plan->after;
    int64_t signed_qty = fill->side * fill->qty.m;
    int64_t held = plan->before->qty.m;
    qty_t *side = fill->side > 0 ? &after->bought : &after->sold;
    int64_t total;
    if (__builtin_add_overflow(held, signed_qty, &after->qty.m) || after->qty.m == INT64_MIN ||
        __builtin_add_overflow(side->m, fill->qty.m, &side->m) ||
        __builtin_add_overflow(ledger->rows[fill->instrument].quantity.m, signed_qty, &total) ||
        total == INT64_MIN)
        return ERR_RANGE;
    bool closes = (held < 0) != (signed_qty < 0) && held != 0;
    int64_t size = held < 0 ? -held : held;
    plan->closed = !closes ? 0 : size < fill->qty.m ? size : fill->qty.m;
    plan->opened = fill->qty.m - plan->closed;
    if (held == 0 || (after->qty.m != 0 && (after->qty.m < 0) != (held < 0)))
        after->opened_ns = fill->ts_ns;
    if (after->qty.m == 0) after->opened_ns = 0;

    TRY(ledger_notional(plan->unit, fill->price, fill->qty, &plan->notional));
    if (plan->opened == 0)
        plan->notional_closing = plan->notional;
    else if (plan->closed > 0)
        TRY(ledger_notional(plan->unit, fill->price, QTY(plan->closed), &plan->notional_closing));
    plan->cost_opened = MONEY(fill->side * (plan->notional.m - plan->notional_closing.m));
    return 0;
}

// Oldest first. Lots have the position's sign.
static int plan_lots(const struct ledger *ledger, struct plan *plan) {
    int64_t left = plan->closed;
    for (uint32_t at = plan->before->lot_first; left > 0; at = ledger->lots[at].next) {
        const struct lot *lot = &ledger->lots[at];
        int64_t size = lot->qty.m < 0 ? -lot->qty.m : lot->qty.m;
        if (size <= left) {
            plan->lots_cost = money_add(plan->lots_cost, lot->cost);
            plan->lots_consumed++;
            left -= size;
            continue;
        }
        TRY(muldiv(lot->cost.m, left, size, &plan->lot_part_cost.m));
        plan->lots_cost = money_add(plan->lots_cost, plan->lot_part_cost);
        plan->lot_part = left;
        left = 0;
    }
    return 0;
}

static int plan_costs(const struct ledger *ledger, struct plan *plan) {
    const struct ledger_fill *fill = plan->fill;
    const struct position *before = plan->before;
    struct position *after = &plan->after;
    int64_t size = before->qty.m < 0 ? -before->qty.m : before->qty.m;
    money_t removed = MONEY(0);
    if (plan->closed > 0 && plan->closed == size)
        removed = before->cost_average;
    else if (plan->closed > 0)
        TRY(muldiv(before->cost_average.m, plan->closed, size, &removed.m));
    money_t proceeds = MONEY(-fill->side * plan->notional_closing.m);
    money_t by_average = money_sub(proceeds, removed);
    money_t by_fifo = money_sub(proceeds, plan->lots_cost);
    after->cost_average.m += plan->cost_opened.m - removed.m;
    after->cost_fifo.m += plan->cost_opened.m - plan->lots_cost.m;
    after->realised_average.m += by_average.m;
    after->realised_fifo.m += by_fifo.m;
    bool average = ledger->method == COST_AVERAGE;
    plan->removed = average ? removed : plan->lots_cost;
    plan->realised = average ? by_average : by_fifo;
    after->cost = average ? after->cost_average : after->cost_fifo;
    after->realised = average ? after->realised_average : after->realised_fifo;
    after->fees.m +=
        ledger_cross(ledger, MONEY(fill->fee), fill->fee_currency, plan->unit->currency).m;
    return ledger_entry(plan->unit, after->cost, after->qty, &after->entry);
}

static int plan_value(const struct ledger *ledger, struct plan *plan) {
    const struct ledger_fill *fill = plan->fill;
    const struct ledger_row *row = &ledger->rows[fill->instrument];
    const struct ledger_currency *fee_currency = &ledger->currencies[fill->fee_currency];
    plan->mark = row->mark.m == 0 ? fill->price : row->mark;
    TRY(ledger_notional(plan->unit, plan->mark, plan->after.qty, &plan->after.value));
    bool fits =
        ledger_position_fits(ledger, fill->strategy, fill->instrument) &&
        ledger_balance_fits(fee_currency->balance[ACCOUNT_CASH]) &&
        ledger_balance_fits(fee_currency->balance[ACCOUNT_FEES]) &&
        ledger_balance_fits(ledger_share_at(ledger, fill->strategy, fill->fee_currency)->realised);
    return fits ? 0 : ERR_RANGE;
}

// The pool is full: what is opened joins the position's newest lot, at their common cost.
static void join_newest(struct ledger *ledger, const struct plan *plan) {
    struct lot *lot = &ledger->lots[plan->after.lot_last];
    CHECK(plan->after.lot_last != LEDGER_NONE);
    lot->cost = money_add(lot->cost, plan->cost_opened);
    lot->qty.m += plan->fill->side * plan->opened;
    ledger->counts->lots_joined++;
}

static void book_lots(struct ledger *ledger, struct plan *plan) {
    struct position *after = &plan->after;
    for (uint32_t i = 0; i < plan->lots_consumed; i++) {
        uint32_t lot = after->lot_first;
        after->lot_first = ledger->lots[lot].next;
        ledger_lot_free(ledger, lot);
    }
    if (after->lot_first == LEDGER_NONE) after->lot_last = LEDGER_NONE;
    if (plan->lot_part > 0) {
        struct lot *lot = &ledger->lots[after->lot_first];
        lot->qty.m += lot->qty.m < 0 ? plan->lot_part : -plan->lot_part;
        lot->cost = money_sub(lot->cost, plan->lot_part_cost);
    }
    if (plan->opened == 0) return;
    if (ledger->counts->lots_free == 0) {
        join_newest(ledger, plan);
        return;
    }
    uint32_t made = ledger_lot_take(ledger);
    ledger->lots[made] = (struct lot){
        .cost = plan->cost_opened,
        .qty = QTY(plan->fill->side * plan->opened),
        .price = plan->fill->price,
        .ts_ns = plan->fill->ts_ns,
        .next = LEDGER_NONE,
    };
    if (after->lot_last == LEDGER_NONE)
        after->lot_first = made;
    else
        ledger->lots[after->lot_last].next = made;
    after->lot_last = made;
}

static void book_entries(struct ledger *ledger, const struct plan *plan) {
    const struct ledger_fill *fill = plan->fill;
    uint32_t own = plan->unit->currency;
    struct ledger_currency *currency = &ledger->currencies[own];
    ledger_enter(currency, ACCOUNT_INVENTORY, ACCOUNT_CASH, plan->cost_opened);
    ledger_enter(currency, ACCOUNT_CASH, ACCOUNT_INVENTORY, plan->removed);
    ledger_enter(currency, ACCOUNT_CASH, ACCOUNT_REALISED, plan->realised);
    ledger_share_at(ledger, fill->strategy, own)->realised.m += plan->realised.m;
    ledger_enter(&ledger->currencies[fill->fee_currency], ACCOUNT_FEES, ACCOUNT_CASH,
                 MONEY(fill->fee));
    ledger_share_at(ledger, fill->strategy, fill->fee_currency)->realised.m -= fill->fee;
}
