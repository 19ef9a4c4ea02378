// SPDX-License-Identifier: Apache-2.0
// Round trips, one row each: report/trades.h.
#include "report/fold.h"

enum {
    STRATEGY,
    INSTRUMENT,
    SIDE,
    ENTRY_TIME,
    EXIT_TIME,
    QTY_COLUMN,
    ENTRY_PRICE,
    EXIT_PRICE,
    GROSS,
    FEES,
    INCOME,
    NET,
    OPEN,
    CURRENCY,
    RETURN,
    HELD,
    ADVERSE,
    FAVOURABLE,
    END,
    FILLS
};

static const struct fold_column columns[] = {
    {"strategy", "Strategy", FOLD_TEXT, NULL},
    {"instrument", "Instrument", FOLD_TEXT, NULL},
    {"side", "Side", FOLD_TEXT, "long or short"},
    {"entry_time", "Entry", FOLD_TIME, "UTC, the first fill"},
    {"exit_time", "Exit", FOLD_TIME, "UTC, the last fill; missing: still open"},
    {"qty", "Quantity", FOLD_EXACT, "the most that was held"},
    {"entry_price", "Entry price", FOLD_EXACT, "average"},
    {"exit_price", "Exit price", FOLD_EXACT, "average"},
    {"gross", "Gross", FOLD_MONEY, "realised, before fees"},
    {"fees", "Fees", FOLD_MONEY, NULL},
    {"income", "Income", FOLD_MONEY, "dividends, borrow fees, funding, cash in lieu"},
    {"net", "Net", FOLD_MONEY,
     "gross - fees + income; of an open trade also the open P&L, at the last price"},
    {"open", "Open P&L", FOLD_MONEY,
     "value at the last price less cost of what is held at the end; part of the net"},
    {"currency", "Currency", FOLD_TEXT, "of the amounts"},
    {"return", "Return", FOLD_RATIO,
     "net over the price of all that opened it; of an open trade at the last price"},
    {"held", "Held", FOLD_SECONDS, "from first to last fill, or to the end of the run"},
    {"adverse", "Worst", FOLD_RATIO,
     "maximum adverse excursion: the price's worst move against the entry"},
    {"favourable", "Best", FOLD_RATIO, "maximum favourable excursion: the price's best move"},
    {"end", "Ended by", FOLD_TEXT, "what the order that closed it was for"},
    {"fills", "Fills", FOLD_COUNT, NULL},
};

static void *open_rows(const struct fold_view *view) {
    return (void *)view;
}

static size_t rows(const void *self) {
    const struct fold_view *view = self;
    return view->trades->count;
}

static uint64_t left_out(const void *self) {
    const struct fold_view *view = self;
    return view->trades->left_out;
}

static void money_cell(const struct trade *trade, size_t column, int32_t decimals,
                       struct fold_cell *ret_cell) {
    const money_t amounts[] = {trade->gross, trade->fees, trade->income, trade->net, trade->open};
    ret_cell->exact = amounts[column - GROSS].m;
    ret_cell->decimals = decimals;
}

static void price_cell(const struct trade *trade, size_t column,
                       const struct instrument *instrument, struct fold_cell *ret_cell) {
    ret_cell->decimals = instrument->price_decimals;
    if (column == QTY_COLUMN) {
        ret_cell->decimals = instrument->qty_decimals;
        ret_cell->exact = trade->peak_qty.m;
        return;
    }
    ret_cell->exact =
        column == ENTRY_PRICE ? trade_entry_price(trade).m : trade_exit_price(trade).m;
    ret_cell->missing = column == EXIT_PRICE && trade->exit_qty.m == 0;
}

static void text_cell(const struct fold_view *view, const struct trade *trade, size_t column,
                      struct fold_cell *ret_cell) {
    if (column == STRATEGY)
        ret_cell->text = view->config->strategies[trade->strategy].name;
    else if (column == INSTRUMENT)
        ret_cell->text = view->instrument_names[trade->instrument];
    else if (column == SIDE)
        ret_cell->text = trade->side > 0 ? "long" : "short";
    else
        ret_cell->text = trade_end_name(trade->end);
}

static void cell(const void *self, size_t row, size_t column, struct fold_cell *ret_cell) {
    const struct fold_view *view = self;
    const struct trade *trade = &view->trades->items[row];
    const struct instrument *instrument = &view->instruments->items[trade->instrument];
    const struct currency *currency = &view->instruments->currencies[instrument->currency];
    bool open = trade->exit_ns == 0;
    *ret_cell = (struct fold_cell){0};
    switch (column) {
    case ENTRY_TIME:
        ret_cell->integer = trade->entry_ns;
        break;
    case EXIT_TIME:
        ret_cell->integer = trade->exit_ns;
        ret_cell->missing = open;
        break;
    case QTY_COLUMN:
    case ENTRY_PRICE:
    case EXIT_PRICE:
        price_cell(trade, column, instrument, ret_cell);
        break;
    case GROSS:
    case FEES:
    case INCOME:
    case NET:
    case OPEN:
        money_cell(trade, column, currency->decimals, ret_cell);
        ret_cell->cost = column == FEES;
        break;
    case CURRENCY:
        ret_cell->text = currency->code;
        break;
    case RETURN:
        ret_cell->number = (double)trade->net.m / (double)trade->entered.m;
        break;
    case HELD:
        ret_cell->integer = (open ? view->end_ns : trade->exit_ns) - trade->entry_ns;
        break;
    case ADVERSE:
        ret_cell->number = trade_adverse(trade);
        break;
    case FAVOURABLE:
        ret_cell->number = trade_favourable(trade);
        break;
    case FILLS:
        ret_cell->integer = trade->fills;
        break;
    default:
        text_cell(view, trade, column, ret_cell);
        break;
    }
}

extern const struct fold fold_trades;
const struct fold fold_trades = {
    .name = "trades",
    .title = "Trades",
    .summary =
        "Round trips from flat to flat, by their end; what is still open stands last, at the last "
        "price.",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .open = open_rows,
    .rows = rows,
    .cell = cell,
    .left_out = left_out,
};
