// SPDX-License-Identifier: Apache-2.0
#include "market/board.h"

#include "base/check.h"

static void take_price(struct board_row *row, price_t price, int64_t ts_ns);
static void take_quote(struct board_row *row, const struct quote_event *quote);
static void take_split(struct board_row *row, const struct split_event *split);
static int64_t scaled(int64_t value, int64_t numerator, int64_t denominator);

int board_init(struct board *board, struct arena *state, uint32_t instrument_count) {
    struct board_row *rows = ARENA_NEW(state, struct board_row, instrument_count);
    if (rows == NULL)
        return ERR_APPEND(ERR_NOMEM, "while making a board of %u instruments", instrument_count);
    *board = (struct board){.rows = rows, .count = instrument_count};
    return 0;
}

void board_apply(struct board *board, const union event *event) {
    uint16_t kind = event->header.kind;
    if (kind != EVENT_BAR && kind != EVENT_TRADE && kind != EVENT_QUOTE && kind != EVENT_SPLIT &&
        kind != EVENT_DELIST)
        return;
    CHECK(event->header.instrument < board->count);
    if (kind == EVENT_BAR) {
        board_bar(board, &event->bar);
        return;
    }
    struct board_row *row = &board->rows[event->header.instrument];
    row->updates++;
    board_touch(board, event->header.instrument);
    switch (kind) {
    case EVENT_TRADE:
        take_price(row, event->trade.price, event->header.ts_ns);
        break;
    case EVENT_QUOTE:
        take_quote(row, &event->quote);
        break;
    case EVENT_SPLIT:
        take_split(row, &event->split);
        break;
    default:
        row->delisted = 1;
    }
}

static void take_price(struct board_row *row, price_t price, int64_t ts_ns) {
    row->last = price;
    row->ts_ns = ts_ns;
}

// A quote of one side has no middle.
static void take_quote(struct board_row *row, const struct quote_event *quote) {
    row->bid = quote->bid;
    row->ask = quote->ask;
    if (quote->bid.m == 0 || quote->ask.m == 0) return;
    int128_t sum = (int128_t)quote->bid.m + quote->ask.m;
    int64_t middle = (int64_t)decimal_div_round(sum, 2, ROUND_HALF_EVEN);
    take_price(row, PRICE(middle), quote->header.ts_ns);
}

// Seven new for one old: a price counts a seventh.
static void take_split(struct board_row *row, const struct split_event *split) {
    int64_t numerator = split->numerator;
    int64_t denominator = split->denominator;
    if (numerator <= 0 || denominator <= 0) return;
    price_t *const prices[] = {&row->last,     &row->bid,     &row->ask,      &row->bar.open,
                               &row->bar.high, &row->bar.low, &row->bar.close};
    for (size_t i = 0; i < sizeof prices / sizeof prices[0]; i++)
        prices[i]->m = scaled(prices[i]->m, denominator, numerator);
    row->bar.volume.m = scaled(row->bar.volume.m, numerator, denominator);
}

// Half to even; a price that was there does not become none, and none does not leave its range.
static int64_t scaled(int64_t value, int64_t numerator, int64_t denominator) {
    if (value <= 0) return value;
    int128_t exact = decimal_div_round((int128_t)value * numerator, denominator, ROUND_HALF_EVEN);
    if (exact < 1) return 1;
    return exact > INT64_MAX ? INT64_MAX : (int64_t)exact;
}
