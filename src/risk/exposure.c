// SPDX-License-Identifier: Apache-2.0
#include "risk/exposure.h"

#include <string.h>

#include "base/check.h"
#include "risk/maintenance.h"

int risk_exposure_init(struct risk_exposure *exposure, struct arena *wiring,
                       uint32_t instrument_count) {
    *exposure = (struct risk_exposure){.count = instrument_count};
    exposure->rows = ARENA_NEW(wiring, struct risk_exposure_row, instrument_count);
    if (exposure->rows == NULL) return ERR_NOMEM;
    return touched_init(&exposure->touched, wiring, instrument_count);
}

void risk_exposure_follow(struct risk_exposure *exposure, struct board *board,
                          struct orders *orders, struct ledger *ledger) {
    CHECK(board->count == exposure->count && orders->instrument_count == exposure->count);
    board->touched = orders->touched = &exposure->touched;
    ledger_tell_quantities(ledger, &exposure->touched);
    exposure->follows = true;
}

void risk_exposure_forget(struct risk_exposure *exposure) {
    exposure->changes += RISK_EXPOSURE_RECENT + 1;
    if (exposure->rows != NULL) memset(exposure->rows, 0, exposure->count * sizeof *exposure->rows);
    exposure->up = exposure->down = exposure->worst = MONEY(0);
    memset(exposure->worst_of, 0, sizeof exposure->worst_of);
    exposure->maintenance = 0;
    exposure->unpriced = 0;
    touched_all(&exposure->touched);
}

// Signed by the quantity: inverse contracts are worth their size here, as for every limit.
static bool value_of(const struct risk_view *view, uint32_t instrument, int128_t qty,
                     money_t *ret_value) {
    price_t last = view->board->rows[instrument].last;
    *ret_value = MONEY(0);
    if (qty == 0) return true;
    money_t size;
    int128_t magnitude = qty < 0 ? -qty : qty;
    if (last.m <= 0 || magnitude > INT64_MAX ||
        ledger_size(view->ledger, instrument, last, QTY((int64_t)magnitude), &size) < 0 ||
        ledger_convert(view->ledger, size, view->instruments->items[instrument].currency,
                       ret_value) < 0)
        return false;
    if (qty < 0) *ret_value = money_neg(*ret_value);
    return true;
}

static bool is_empty(const struct risk_exposure_row *row) {
    return row->position.m == 0 && row->buy.m == 0 && row->sell.m == 0;
}

static void revalue(struct risk_exposure *exposure, const struct risk_view *view, uint32_t i,
                    const struct risk_exposure_row *fresh) {
    struct risk_exposure_row *row = &exposure->rows[i], next = *fresh;
    money_t *of_class = &exposure->worst_of[view->instruments->items[i].asset];
    exposure->up.m -= row->up.m;
    exposure->down.m -= row->down.m;
    exposure->worst.m -= risk_exposure_worst(row->up, row->down).m;
    of_class->m -= risk_exposure_worst(row->up, row->down).m;
    const struct instrument *one = &view->instruments->items[i];
    exposure->maintenance -= risk_requirement(one, row->last, row->up, row->down);
    bool known = value_of(view, i, next.position.m, &next.now) &&
                 value_of(view, i, (int128_t)next.position.m + next.buy.m, &next.up) &&
                 value_of(view, i, (int128_t)next.position.m - next.sell.m, &next.down);
    next.unpriced = !known;
    exposure->unpriced += (uint32_t)next.unpriced - (uint32_t)row->unpriced;
    if (!known) next.now = next.up = next.down = MONEY(0);
    *row = next;
    exposure->recent[exposure->changes++ % RISK_EXPOSURE_RECENT] = i;
    exposure->up.m += row->up.m;
    exposure->down.m += row->down.m;
    exposure->worst.m += risk_exposure_worst(row->up, row->down).m;
    of_class->m += risk_exposure_worst(row->up, row->down).m;
    exposure->maintenance += risk_requirement(one, row->last, row->up, row->down);
}

// What it would be valued with now; false: it is already.
static bool is_other(const struct risk_exposure *exposure, const struct risk_view *view, uint32_t i,
                     struct risk_exposure_row *ret_fresh) {
    const struct order_exposure *live = &view->orders->exposure[i];
    const struct risk_exposure_row *row = &exposure->rows[i];
    *ret_fresh = (struct risk_exposure_row){.position = ledger_quantity(view->ledger, i),
                                            .buy = live->buy,
                                            .sell = live->sell,
                                            .last = view->board->rows[i].last};
    return ret_fresh->position.m != row->position.m || ret_fresh->buy.m != row->buy.m ||
           ret_fresh->sell.m != row->sell.m ||
           (ret_fresh->last.m != row->last.m && !is_empty(ret_fresh));
}

static void look(struct risk_exposure *exposure, const struct risk_view *view, uint32_t i) {
    struct risk_exposure_row fresh;
    if (is_other(exposure, view, i, &fresh)) revalue(exposure, view, i, &fresh);
}

static bool is_current(const struct risk_exposure *exposure, const struct risk_view *view) {
    struct risk_exposure_row fresh;
    for (uint32_t i = 0; i < exposure->count; i++)
        if (is_other(exposure, view, i, &fresh)) return false;
    return true;
}

void risk_exposure_update(struct risk_exposure *exposure, const struct risk_view *view) {
    if (!exposure->follows) {
        for (uint32_t i = 0; i < exposure->count; i++) look(exposure, view, i);
        return;
    }
    for (uint32_t w = 0; w < touched_words(&exposure->touched); w++) {
        uint64_t word = exposure->touched.words[w];
        exposure->touched.words[w] = 0;
        for (; word != 0; word &= word - 1)
            look(exposure, view, w * 64 + (uint32_t)__builtin_ctzll(word));
    }
    DCHECK(is_current(exposure, view));
}

money_t risk_exposure_with(const struct risk_exposure *exposure, const struct risk_order *order) {
    const struct risk_exposure_row *row = &exposure->rows[order->spec->instrument];
    money_t up = row->up, down = row->down;
    if (order->spec->side > 0)
        up = money_add(up, order->notional);
    else
        down = money_sub(down, order->notional);
    int128_t rest = exposure->worst.m - risk_exposure_worst(row->up, row->down).m;
    return MONEY(rest + risk_exposure_worst(up, down).m);
}

money_t risk_exposure_room(const struct risk_exposure *exposure, const struct risk_order *order,
                           money_t limit) {
    const struct risk_exposure_row *row = &exposure->rows[order->spec->instrument];
    int128_t rest = exposure->worst.m - risk_exposure_worst(row->up, row->down).m;
    int128_t held = order->spec->side > 0 ? row->up.m : -row->down.m;
    return MONEY(limit.m - rest - held);
}
