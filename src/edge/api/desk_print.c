// SPDX-License-Identifier: Apache-2.0
#include "edge/api/desk_print.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/jout.h"
#include "risk/rule.h"
#include "strategy/conduct.h"

#define AMOUNT(name_, help_)                                                                       \
    { name_, FIELD_STRING, FIELD_REQUIRED, .form = &form_decimal, .max = 64, .help = (help_) }
#define AMOUNT_OR_NULL(name_, help_)                                                               \
    {                                                                                              \
        name_, FIELD_STRING, FIELD_REQUIRED | FIELD_NULLABLE, .form = &form_decimal, .max = 64,    \
                                                              .help = (help_)                      \
    }
#define COUNT(name_, help_)                                                                        \
    { name_, FIELD_INTEGER, FIELD_REQUIRED, .help = (help_) }
#define TIME(name_, help_)                                                                         \
    { name_, FIELD_STRING, FIELD_REQUIRED | FIELD_NULLABLE, .form = &form_time, .help = (help_) }
#define WORD(name_, help_)                                                                         \
    { name_, FIELD_STRING, FIELD_REQUIRED, .help = (help_) }
#define FLAG(name_, help_)                                                                         \
    { name_, FIELD_BOOLEAN, FIELD_REQUIRED, .help = (help_) }
#define REAL(name_, help_)                                                                         \
    { name_, FIELD_NUMBER, FIELD_REQUIRED | FIELD_NULLABLE, .help = (help_) }

static const struct field account_fields[] = {
    WORD("currency", "Of the account."),
    AMOUNT("equity", "Cash and what is held at its last prices."),
    AMOUNT("equity_day", "At the start of the day."),
    AMOUNT("equity_peak", "The highest yet."),
    AMOUNT("cash", "Of all currencies, at the latest rates."),
    AMOUNT("gross", "Value of what is held, long and short added."),
    AMOUNT("net", "Long less short."),
    AMOUNT("capital", "Deposits less withdrawals."),
};
static OBJECT(account_object, "Account", account_fields, "The account of a session.");
static const struct field counts_fields[] = {
    COUNT("events", "Of market data applied."),
    COUNT("decisions", "Of strategies."),
    COUNT("orders", "Sent."),
    COUNT("fills", "Booked."),
    COUNT("vetoes", "By the risk gate."),
    COUNT("rejected", "By the venue."),
    COUNT("unknown", "Whose state nobody knows."),
    COUNT("commands", "Taken."),
    COUNT("positions_left_out",
          "Of the lists of what is held, which have no room for more; flat ones first."),
};
static OBJECT(counts_object, "SessionCounts", counts_fields, "What has happened in a session.");
static const struct field session_fields[] = {
    {"name", FIELD_STRING, FIELD_REQUIRED, .form = &form_run, .help = "Its name."},
    {"phase", FIELD_STRING, FIELD_REQUIRED, .choices = "opening|open|closing|failed",
     .help = "Whether it can be used."},
    {"story", FIELD_STRING, FIELD_REQUIRED, .max = 1000,
     .help = "What is wrong, where something is."},
    WORD("owner", "Who made it."),
    TIME("made", "When."),
    {"mode", FIELD_STRING, FIELD_REQUIRED, .choices = "paper",
     .help = "A simulated venue: no money moves."},
    {"state", FIELD_STRING, 0, .choices = "stopped|paused|running|waiting|ended|broken",
     .help = "Of its clock."},
    {"version", FIELD_INTEGER, 0, .help = "Rises with every change."},
    {"seq", FIELD_INTEGER, 0, .help = "Of its last input."},
    {"state_hash", FIELD_STRING, FIELD_NULLABLE, .help = "Of the engine, where it was worked out."},
    {"clock", FIELD_STRING, FIELD_NULLABLE, .form = &form_time,
     .help = "Of the data: where the session is."},
    {"next", FIELD_STRING, FIELD_NULLABLE, .form = &form_time, .help = "Of the data's next event."},
    {"seen", FIELD_STRING, FIELD_NULLABLE, .form = &form_time,
     .help = "When this was so, by the wall clock."},
    {"pace", FIELD_NUMBER, 0, .help = "Seconds of data in a second; 0: as fast as possible."},
    {"rate", FIELD_NUMBER, 0, .help = "Events of data in a second, lately."},
    {"lag_ms", FIELD_NUMBER, 0, .help = "Behind its pace."},
    {"progress", FIELD_NUMBER, FIELD_NULLABLE, .help = "Share of the data that was seen."},
    {"durable", FIELD_BOOLEAN, 0, .help = "Everything so far is on the disk."},
    {"halted", FIELD_STRING, 0, .choices = "no|operator|breaker",
     .help = "Whether trading stands still, and by whom."},
    {"reducing", FIELD_BOOLEAN, 0, .help = "Nothing may raise risk."},
    {"manual", FIELD_BOOLEAN, 0, .help = "It takes orders by hand."},
    {"instruments", FIELD_STRING, FIELD_LIST, .help = "What it trades, VENUE/SYMBOL."},
    {"account", FIELD_OBJECT, 0, .of = &account_object, .help = "Its money."},
    {"counts", FIELD_OBJECT, 0, .of = &counts_object, .help = "What has happened."},
};
OBJECT(desk_session_object, "Session", session_fields, "A trading session.");

static const char *halt_name(uint32_t halt) {
    static const char *const names[] = {"no", "operator", "breaker"};
    return halt < 3 ? names[halt] : "breaker";
}

const char *desk_strategy_name(const struct session_info *info, uint32_t strategy) {
    return strategy < info->strategy_count ? info->strategies[strategy].strategy->name : "account";
}

static const struct instrument *instrument_of(const struct session_info *info, uint32_t index) {
    return index < info->instruments->count ? instruments_get(info->instruments, index) : NULL;
}

void desk_print_symbol(const struct session_info *info, uint32_t instrument, struct text *out) {
    const struct instrument *one = instrument_of(info, instrument);
    char name[SYMBOL_SIZE + VENUE_NAME_SIZE + 2] = "";
    if (one != NULL)
        snprintf(name, sizeof name, "%.*s/%.*s", VENUE_NAME_SIZE, one->venue, SYMBOL_SIZE,
                 one->symbol);
    jout_string(out, name);
}

int desk_find_instrument(const struct session_info *info, const char *venue, const char *symbol) {
    return instruments_find(info->instruments, venue[0] != '\0' ? venue : NULL, symbol);
}

const char *desk_rule_name(uint32_t rule) {
    return rule < risk_rule_count() ? risk_rule_at(rule)->name : "engine";
}

static void print_money(struct text *out, const char *key, money_t money, int decimals) {
    jout_key_decimal(out, key, money.m, decimals);
}

static void print_account(const struct session_info *info, const struct session_view *view,
                          struct text *out) {
    int decimals = info->money_decimals;
    char code[CURRENCY_CODE_SIZE + 1] = "";
    snprintf(code, sizeof code, "%.*s", CURRENCY_CODE_SIZE,
             info->instruments->currencies[info->account_currency].code);
    jout_key(out, "account");
    jout_object(out);
    jout_key_string(out, "currency", code);
    print_money(out, "equity", view->equity, decimals);
    print_money(out, "equity_day", view->equity_day, decimals);
    print_money(out, "equity_peak", view->equity_peak, decimals);
    print_money(out, "cash", view->cash, decimals);
    print_money(out, "gross", view->gross, decimals);
    print_money(out, "net", view->net, decimals);
    print_money(out, "capital", view->capital, decimals);
    jout_end_object(out);
}

static void print_counts(const struct session_view *view, struct text *out) {
    jout_key(out, "counts");
    jout_object(out);
    jout_key_int(out, "events", (int64_t)view->market);
    jout_key_int(out, "decisions", (int64_t)view->counts.decisions);
    jout_key_int(out, "orders", (int64_t)view->counts.submits);
    jout_key_int(out, "fills", (int64_t)view->counts.fills);
    jout_key_int(out, "vetoes", (int64_t)view->counts.vetoes);
    jout_key_int(out, "rejected", (int64_t)view->rejected);
    jout_key_int(out, "unknown", (int64_t)view->unknown);
    jout_key_int(out, "commands", (int64_t)view->commands);
    jout_key_int(out, "positions_left_out", view->positions_left_out);
    jout_end_object(out);
}

static void print_view(const struct session_info *info, const struct session_view *view,
                       struct text *out) {
    char hash[24];
    snprintf(hash, sizeof hash, "%016" PRIx64, view->state_hash);
    jout_key_string(out, "state", session_state_name(view->state));
    jout_key_int(out, "version", (int64_t)view->version);
    jout_key_int(out, "seq", (int64_t)view->seq);
    jout_key_string(out, "state_hash", view->hash_seq == view->seq ? hash : NULL);
    jout_key_time(out, "clock", view->clock_ns > view->now_ns ? view->clock_ns : view->now_ns);
    jout_key_time(out, "next", view->next_ns);
    jout_key_time(out, "seen", view->wall_ns);
    jout_key_real(out, "pace", view->pace);
    jout_key_real(out, "rate", view->rate);
    jout_key_real(out, "lag_ms", (double)view->lag_ns / 1e6);
    jout_key_real(out, "progress",
                  info->market_events > 0 ? (double)view->market / (double)info->market_events
                                          : NAN);
    jout_key_bool(out, "durable", view->durable_seq >= view->seq);
    jout_key_string(out, "halted", halt_name(view->halted));
    jout_key_bool(out, "reducing", view->reducing != 0);
    jout_key_bool(out, "manual", info->manual != STRATEGY_NONE);
    jout_key(out, "instruments");
    jout_array(out);
    for (uint32_t i = 0; i < info->instruments->count && i < 1000; i++)
        desk_print_symbol(info, i, out);
    jout_end_array(out);
    print_account(info, view, out);
    print_counts(view, out);
}

void desk_print_session(const struct desk *desk, struct text *out) {
    static const char *const phases[] = {"opening", "open", "closing", "failed"};
    bool open = desk->phase == DESK_OPEN;
    jout_object(out);
    jout_key_string(out, "name", desk->name);
    jout_key_string(out, "phase", phases[desk->phase]);
    jout_key_string(out, "story", open ? desk->view->story : desk->story);
    jout_key_string(out, "owner", desk->owner);
    jout_key_time(out, "made", desk->made_ns);
    jout_key_string(out, "mode", "paper");
    if (open) print_view(session_info(desk->session), desk->view, out);
    jout_end_object(out);
}

static const struct field position_fields[] = {
    WORD("strategy", "Whose it is."),
    COUNT("instance", "The strategy's number in the session."),
    WORD("instrument", "VENUE/SYMBOL."),
    AMOUNT("qty", "Held, signed."),
    AMOUNT("entry", "Average price."),
    AMOUNT("last", "Price now."),
    WORD("currency", "Of what follows."),
    AMOUNT("value", "At that price."),
    AMOUNT("cost", "What was paid."),
    AMOUNT("open", "Profit that is not booked."),
    AMOUNT("realised", "Profit that is."),
    AMOUNT("fees", "Paid."),
    AMOUNT("income", "Dividends, funding."),
    TIME("opened", "When it was."),
};
OBJECT(desk_position_object, "Position", position_fields,
       "What a strategy holds of an instrument.");

static int money_decimals(const struct session_info *info, uint32_t currency) {
    return currency < info->instruments->currency_count
               ? info->instruments->currencies[currency].decimals
               : 2;
}

static void print_currency(const struct session_info *info, const char *key, uint32_t currency,
                           struct text *out) {
    char code[CURRENCY_CODE_SIZE + 1] = "";
    if (currency < info->instruments->currency_count)
        snprintf(code, sizeof code, "%.*s", CURRENCY_CODE_SIZE,
                 info->instruments->currencies[currency].code);
    jout_key_string(out, key, code);
}

static void print_owner(const struct session_info *info, uint32_t strategy, uint32_t instrument,
                        struct text *out) {
    jout_key_string(out, "strategy", desk_strategy_name(info, strategy));
    jout_key_int(out, "instance", strategy == STRATEGY_NONE ? -1 : (int64_t)strategy);
    jout_key(out, "instrument");
    desk_print_symbol(info, instrument, out);
}

void desk_print_position(const struct session_info *info, const struct session_position *position,
                         struct text *out) {
    const struct instrument *instrument = instrument_of(info, position->instrument);
    int price = instrument->price_decimals, money = money_decimals(info, instrument->currency);
    jout_object(out);
    print_owner(info, position->strategy, position->instrument, out);
    jout_key_decimal(out, "qty", position->qty.m, instrument->qty_decimals);
    jout_key_decimal(out, "entry", position->entry.m, price);
    jout_key_decimal(out, "last", position->last.m, price);
    print_currency(info, "currency", instrument->currency, out);
    print_money(out, "value", position->value, money);
    print_money(out, "cost", position->cost, money);
    print_money(out, "open", position->open, money);
    print_money(out, "realised", position->realised, money);
    print_money(out, "fees", position->fees, money);
    print_money(out, "income", position->income, money);
    jout_key_time(out, "opened", position->opened_ns);
    jout_end_object(out);
}

static const struct field order_fields[] = {
    {"order", FIELD_STRING, FIELD_REQUIRED, .form = &form_number, .help = "Its number."},
    {"client_id", FIELD_STRING, FIELD_REQUIRED | FIELD_NULLABLE,
     .help = "Made of who asked and the idempotency key, of an order by hand."},
    WORD("strategy", "Whose it is."),
    COUNT("instance", "The strategy's number in the session."),
    WORD("instrument", "VENUE/SYMBOL."),
    {"side", FIELD_STRING, FIELD_REQUIRED, .choices = "buy|sell", .help = "Which."},
    WORD("type", "market, limit, stop, ..."),
    WORD("tif", "gtc, day, ioc, ..."),
    WORD("state", "Where it is in its life."),
    FLAG("live", "It can still fill."),
    WORD("reason", "Why it ended; none."),
    WORD("purpose", "Why it was sent."),
    AMOUNT("qty", "Asked."),
    AMOUNT("filled", "Of it."),
    AMOUNT("leaves", "What can still fill."),
    AMOUNT_OR_NULL("limit_price", "Of a limit."),
    AMOUNT_OR_NULL("stop_price", "Of a stop."),
    AMOUNT_OR_NULL("average", "Price of what filled, rounded."),
    FLAG("post_only", "It takes nothing."),
    FLAG("reduce_only", "It opens nothing."),
    TIME("created", "By the session's clock."),
    TIME("updated", "By the session's clock."),
};
OBJECT(desk_order_object, "Order", order_fields, "An order.");

static void print_price(struct text *out, const char *key, price_t price, int decimals) {
    jout_key(out, key);
    if (price.m == 0)
        jout_null(out);
    else
        jout_decimal(out, price.m, decimals);
}

static void print_average(const struct order *order, int decimals, struct text *out) {
    jout_key(out, "average");
    if (order->filled_qty.m == 0)
        jout_null(out);
    else
        jout_decimal(out,
                     decimal_div_round(order->filled_value, order->filled_qty.m, ROUND_HALF_EVEN),
                     decimals);
}

static void print_terms(const struct order *order, const struct instrument *instrument,
                        struct text *out) {
    const struct order_spec *spec = &order->spec;
    int price = instrument->price_decimals, qty = instrument->qty_decimals;
    jout_key_decimal(out, "qty", spec->qty.m, qty);
    jout_key_decimal(out, "filled", order->filled_qty.m, qty);
    jout_key_decimal(out, "leaves", order_leaves(order).m, qty);
    print_price(out, "limit_price", spec->limit_price, price);
    print_price(out, "stop_price", spec->stop_price, price);
    print_average(order, price, out);
    jout_key_bool(out, "post_only", (spec->flags & ORDER_POST_ONLY) != 0);
    jout_key_bool(out, "reduce_only", (spec->flags & ORDER_REDUCE_ONLY) != 0);
}

void desk_print_order(const struct session_info *info, const struct session_order *order,
                      struct text *out) {
    const struct order_spec *spec = &order->order.spec;
    char number[24], client[MANUAL_ID_SIZE + 1];
    snprintf(number, sizeof number, "%" PRIu64, order->order.id);
    snprintf(client, sizeof client, "%.*s", MANUAL_ID_SIZE, order->client_id);
    jout_object(out);
    jout_key_string(out, "order", number);
    jout_key_string(out, "client_id", client[0] != '\0' ? client : NULL);
    print_owner(info, spec->strategy, spec->instrument, out);
    jout_key_string(out, "side", spec->side > 0 ? "buy" : "sell");
    jout_key_string(out, "type", order_type_name(spec->type));
    jout_key_string(out, "tif", order_tif_name(spec->tif));
    jout_key_string(out, "state", order_state_name(order->order.state));
    jout_key_bool(out, "live", order_is_live(&order->order));
    jout_key_string(out, "reason", order_reason_name(order->order.reason));
    jout_key_string(out, "purpose", order_purpose_name(spec->purpose));
    print_terms(&order->order, instrument_of(info, spec->instrument), out);
    jout_key_time(out, "created", order->order.created_ns);
    jout_key_time(out, "updated", order->order.updated_ns);
    jout_end_object(out);
}

static const struct field fill_fields[] = {
    COUNT("seq", "Of the event that told it."),
    TIME("time", "By the session's clock."),
    {"order", FIELD_STRING, FIELD_REQUIRED, .form = &form_number, .help = "The order's number."},
    WORD("strategy", "Whose it is."),
    COUNT("instance", "The strategy's number in the session."),
    WORD("instrument", "VENUE/SYMBOL."),
    {"side", FIELD_STRING, FIELD_REQUIRED, .choices = "buy|sell", .help = "Which."},
    AMOUNT("qty", "Filled."),
    AMOUNT("price", "At."),
    AMOUNT("fee", "Paid; negative: received."),
    WORD("fee_currency", "In."),
    {"liquidity", FIELD_STRING, FIELD_REQUIRED, .choices = "none|maker|taker",
     .help = "Whether it gave or took it."},
};
OBJECT(desk_fill_object, "Fill", fill_fields, "A fill.");

void desk_print_fill(const struct session_info *info, const struct session_fill *fill,
                     struct text *out) {
    static const char *const liquidity[] = {"none", "maker", "taker"};
    const struct instrument *instrument = instrument_of(info, fill->instrument);
    char number[24];
    snprintf(number, sizeof number, "%" PRIu64, fill->order_id);
    jout_object(out);
    jout_key_int(out, "seq", (int64_t)fill->seq);
    jout_key_time(out, "time", fill->ts_ns);
    jout_key_string(out, "order", number);
    print_owner(info, fill->strategy, fill->instrument, out);
    jout_key_string(out, "side", fill->side > 0 ? "buy" : "sell");
    jout_key_decimal(out, "qty", fill->qty.m, instrument->qty_decimals);
    jout_key_decimal(out, "price", fill->price.m, instrument->price_decimals);
    jout_key_decimal(out, "fee", fill->fee, money_decimals(info, fill->fee_currency));
    print_currency(info, "fee_currency", fill->fee_currency, out);
    jout_key_string(out, "liquidity", liquidity[fill->liquidity < 3 ? fill->liquidity : 0]);
    jout_end_object(out);
}

static const struct field strategy_fields[] = {
    COUNT("instance", "Its number in the session."),
    {"name", FIELD_STRING, FIELD_REQUIRED, .form = &form_word, .help = "Of /api/v1/strategies."},
    {"mode", FIELD_STRING, FIELD_REQUIRED, .choices = "running|draining|stopped|quarantined",
     .help = "Whether it decides."},
    {"paused", FIELD_STRING, FIELD_REQUIRED, .choices = "no|operator|breaker",
     .help = "Whether it may trade, and who says not."},
    AMOUNT("budget", "What it was given."),
    AMOUNT("equity", "Budget and what it earned."),
    AMOUNT("realised", "Profit that is booked."),
    AMOUNT("open", "Profit that is not."),
    COUNT("orders", "That can fill."),
    COUNT("fills", "Since it began."),
    TIME("decided", "Its latest target."),
    WORD("decided_instrument", "Of it."),
    REAL("decided_weight", "What it wants to hold, -1 to 1."),
    REAL("decided_confidence", "How sure it is."),
    {"params", FIELD_MAP, FIELD_REQUIRED, .help = "As they are now."},
};
OBJECT(desk_strategy_object, "RunningStrategy", strategy_fields, "A strategy of a session.");

static void print_values(const char *key, const struct param *table, size_t count,
                         const double *values, struct text *out) {
    jout_key(out, key);
    jout_object(out);
    for (size_t i = 0; i < count; i++) {
        struct text value;
        text_init(&value, 256);
        params_print_value(&table[i], values[i], &value);
        jout_key_string(out, table[i].name, text_string(&value));
        text_fini(&value);
    }
    jout_end_object(out);
}

void desk_print_strategy(const struct session_info *info, const struct session_view *view,
                         uint32_t strategy, struct text *out) {
    static const char *const modes[] = {"running", "draining", "stopped", "quarantined"};
    const struct session_strategy *now = &view->strategies[strategy];
    const struct strategy *kind = info->strategies[strategy].strategy;
    int money = info->money_decimals;
    jout_object(out);
    jout_key_int(out, "instance", strategy);
    jout_key_string(out, "name", kind->name);
    jout_key_string(out, "mode",
                    modes[now->mode < STRATEGY_MODE_COUNT ? now->mode : STRATEGY_STOPPED]);
    jout_key_string(out, "paused", halt_name(now->paused));
    print_money(out, "budget", now->budget, money);
    print_money(out, "equity", now->equity, money);
    print_money(out, "realised", now->realised, money);
    print_money(out, "open", now->open, money);
    jout_key_int(out, "orders", (int64_t)now->orders);
    jout_key_int(out, "fills", (int64_t)now->fills);
    jout_key_time(out, "decided", now->decided_ns);
    jout_key(out, "decided_instrument");
    desk_print_symbol(info, now->decided_ns != 0 ? now->decided_instrument : INSTRUMENT_NONE, out);
    jout_key_real(out, "decided_weight", now->decided_ns != 0 ? now->decided_weight : NAN);
    jout_key_real(out, "decided_confidence", now->decided_ns != 0 ? now->decided_confidence : NAN);
    print_values("params", kind->params, kind->param_count, now->params, out);
    jout_end_object(out);
}

static const struct field quote_fields[] = {
    WORD("instrument", "VENUE/SYMBOL."),
    AMOUNT_OR_NULL("last", "Price."),
    TIME("time", "Of it."),
    AMOUNT_OR_NULL("bid", "Best."),
    AMOUNT_OR_NULL("ask", "Best."),
    TIME("bar_open", "Of the latest bar."),
    AMOUNT_OR_NULL("open", "Of it."),
    AMOUNT_OR_NULL("high", "Of it."),
    AMOUNT_OR_NULL("low", "Of it."),
    AMOUNT_OR_NULL("close", "Of it."),
    AMOUNT("volume", "Of it."),
    AMOUNT("position", "The account's, signed."),
    AMOUNT("buying", "At work."),
    AMOUNT("selling", "At work."),
    {"halted", FIELD_STRING, FIELD_REQUIRED, .choices = "no|operator|breaker",
     .help = "Whether it may be traded."},
};
OBJECT(desk_quote_object, "Quote", quote_fields,
       "An instrument of a session: its price, and what is held of it.");

void desk_print_quote(const struct session_info *info, const struct session_view *view,
                      uint32_t instrument, struct text *out) {
    const struct session_quote *quote = &view->quotes[instrument];
    const struct instrument *one = instrument_of(info, instrument);
    int price = one->price_decimals, qty = one->qty_decimals;
    jout_object(out);
    jout_key(out, "instrument");
    desk_print_symbol(info, instrument, out);
    print_price(out, "last", quote->last, price);
    jout_key_time(out, "time", quote->last_ns);
    print_price(out, "bid", quote->bid, price);
    print_price(out, "ask", quote->ask, price);
    jout_key_time(out, "bar_open", quote->bar.open_ns);
    print_price(out, "open", quote->bar.open, price);
    print_price(out, "high", quote->bar.high, price);
    print_price(out, "low", quote->bar.low, price);
    print_price(out, "close", quote->bar.close, price);
    jout_key_decimal(out, "volume", quote->bar.volume.m, qty);
    jout_key_decimal(out, "position", quote->position.m, qty);
    jout_key_decimal(out, "buying", quote->buying.m, qty);
    jout_key_decimal(out, "selling", quote->selling.m, qty);
    jout_key_string(out, "halted", halt_name(quote->halted));
    jout_end_object(out);
}

static const struct field rule_fields[] = {
    {"name", FIELD_STRING, FIELD_REQUIRED, .form = &form_word, .help = "Of /api/v1/risk/rules."},
    FLAG("enabled", "It looks at orders or at the account."),
    {"verdict", FIELD_STRING, FIELD_REQUIRED,
     .choices = "allow|shrink|veto|halt|warn|reduce|pause|unknown",
     .help = "Of a breaker: the step it is at."},
    TIME("until", "When that ends by time."),
    COUNT("vetoes", "Orders refused or made smaller."),
    COUNT("trips", "Of a breaker."),
    REAL("limit", "At its latest word."),
    REAL("value", "At its latest word."),
    {"params", FIELD_MAP, FIELD_REQUIRED, .help = "Its limits as they are now."},
};
OBJECT(desk_rule_object, "RunningRule", rule_fields, "A risk rule of a session.");

void desk_print_rule(const struct session_view *view, uint32_t rule, struct text *out) {
    const struct session_rule *now = &view->rules[rule];
    const struct risk_rule *kind = risk_rule_at(rule);
    bool spoke = now->vetoes + now->trips > 0;
    jout_object(out);
    jout_key_string(out, "name", kind->name);
    jout_key_bool(out, "enabled", now->enabled != 0);
    jout_key_string(out, "verdict", risk_verdict_name(now->verdict));
    jout_key_time(out, "until", now->until_ns);
    jout_key_int(out, "vetoes", (int64_t)now->vetoes);
    jout_key_int(out, "trips", (int64_t)now->trips);
    jout_key_real(out, "limit", spoke ? now->limit : NAN);
    jout_key_real(out, "value", spoke ? now->value : NAN);
    print_values("params", kind->params, kind->param_count, now->params, out);
    jout_end_object(out);
}

static const struct field watch_fields[] = {
    COUNT("seq", "Of the input that it came of."),
    TIME("time", "By the session's clock."),
    {"kind", FIELD_STRING, FIELD_REQUIRED, .choices = "veto|breaker",
     .help = "An order, or the account."},
    WORD("rule", "Which; engine: none of the rules."),
    WORD("code", "Of the engine's own vetoes; empty."),
    WORD("verdict", "What it said."),
    WORD("strategy", "Whose order, or account."),
    COUNT("instance", "The strategy's number; -1: the account."),
    WORD("instrument", "VENUE/SYMBOL; empty: none."),
    REAL("limit", "That was met."),
    REAL("value", "That met it."),
};
OBJECT(desk_watch_object, "RiskEvent", watch_fields, "A word of the risk gate.");

void desk_print_watch(const struct session_info *info, const struct session_watch *watch,
                      struct text *out) {
    const char *code = watch->rule == RISK_RULE_ENGINE ? engine_veto_name(watch->code) : NULL;
    jout_object(out);
    jout_key_int(out, "seq", (int64_t)watch->seq);
    jout_key_time(out, "time", watch->ts_ns);
    jout_key_string(out, "kind", watch->kind == EVENT_VETO ? "veto" : "breaker");
    jout_key_string(out, "rule", desk_rule_name(watch->rule));
    jout_key_string(out, "code", code != NULL ? code : "");
    jout_key_string(out, "verdict", risk_verdict_name(watch->verdict));
    print_owner(info, watch->strategy, watch->instrument, out);
    jout_key_real(out, "limit", watch->limit);
    jout_key_real(out, "value", watch->value);
    jout_end_object(out);
}
