// SPDX-License-Identifier: Apache-2.0
#include "app/live/words.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/run/run_parts.h"
#include "base/jout.h"
#include "base/timestamp.h"

enum { WORDS_MAX = 24 };

struct words {
    char text[WORDS_LINE_MAX];
    char *word[WORDS_MAX];
    size_t count;
};

static int split(const char *line, struct words *ret_words) {
    if (strlen(line) >= WORDS_LINE_MAX)
        return ERR_SET(ERR_ARGUMENT, "a command has at most %d characters", WORDS_LINE_MAX - 1);
    memcpy(ret_words->text, line, strlen(line) + 1);
    ret_words->count = 0;
    char *rest = NULL;
    for (char *word = strtok_r(ret_words->text, " \t\r\n", &rest); word != NULL;
         word = strtok_r(NULL, " \t\r\n", &rest)) {
        if (ret_words->count == WORDS_MAX)
            return ERR_SET(ERR_ARGUMENT, "a command has at most %d words", WORDS_MAX);
        ret_words->word[ret_words->count++] = word;
    }
    return ret_words->count > 0 ? 0 : ERR_SET(ERR_ARGUMENT, "an empty line is no command");
}

static bool is(const char *word, const char *other) {
    return strcmp(word, other) == 0;
}

static int number(const char *what, const char *word, int32_t decimals, int64_t *ret_mantissa) {
    int rc = decimal_parse(word, strlen(word), decimals, ret_mantissa);
    if (rc == 0 && *ret_mantissa > 0) return 0;
    return ERR_SET(ERR_ARGUMENT, "%s: '%s' is not a number above 0 of at most %d decimals", what,
                   word, decimals);
}

// "limit 10.5" and the like; *at stands on its first word, then on its last.
static int read_term(const struct run *run, const struct words *words, size_t *at,
                     struct manual_order *order) {
    const struct instrument *instrument = &run->instruments.items[order->instrument];
    const char *word = words->word[*at];
    int64_t *places[] = {&order->limit_price.m, &order->stop_price.m, &order->trail.m,
                         &order->qty.m};
    static const char *const names[] = {"limit", "stop", "trail", "qty"};
    for (size_t i = 0; i < 4; i++) {
        if (!is(word, names[i])) continue;
        if (++*at == words->count) return ERR_SET(ERR_ARGUMENT, "%s: a number is to follow", word);
        return number(word, words->word[*at],
                      i == 3 ? instrument->qty_decimals : instrument->price_decimals, places[i]);
    }
    for (uint32_t tif = 0; tif < TIF_COUNT; tif++)
        if (is(word, order_tif_name(tif))) {
            order->tif = (uint16_t)tif;
            return 0;
        }
    if (is(word, "post_only")) order->flags |= ORDER_POST_ONLY;
    if (is(word, "reduce_only")) order->flags |= ORDER_REDUCE_ONLY;
    if (is(word, "post_only") || is(word, "reduce_only")) return 0;
    if (strncmp(word, "id=", 3) == 0 && strlen(word + 3) < MANUAL_ID_SIZE) {
        memset(order->client_id, 0, MANUAL_ID_SIZE);
        memcpy(order->client_id, word + 3, strlen(word + 3));
        if (manual_id_is_valid(order->client_id)) return 0;
    }
    return ERR_SET(ERR_ARGUMENT,
                   "'%s': an order takes limit, stop, trail, gtc, day, ioc, fok, post_only, "
                   "reduce_only and id=ID of at most %d characters",
                   word, MANUAL_ID_SIZE - 1);
}

static uint16_t type_of(const struct manual_order *order) {
    if (order->trail.m > 0) return ORDER_TRAILING_STOP;
    if (order->stop_price.m > 0) return order->limit_price.m > 0 ? ORDER_STOP_LIMIT : ORDER_STOP;
    return order->limit_price.m > 0 ? ORDER_LIMIT : ORDER_MARKET;
}

static void own_id(char client_id[MANUAL_ID_SIZE]) {
    static _Atomic uint32_t count;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    snprintf(client_id, MANUAL_ID_SIZE, "cli-%lld%09ld-%u", (long long)now.tv_sec, now.tv_nsec,
             ++count);
}

static int read_place(const struct run *run, const struct words *words,
                      struct session_command *command) {
    struct manual_order *order = &command->order;
    command->verb = SESSION_PLACE;
    if (words->count < 3)
        return ERR_SET(ERR_ARGUMENT,
                       "%s SYMBOL QTY [limit PRICE] [stop PRICE] [trail DISTANCE] ...",
                       words->word[0]);
    own_id(order->client_id);
    order->side = is(words->word[0], "buy") ? 1 : -1;
    TRY(run_find_instrument(run, words->word[0], words->word[1], &order->instrument));
    TRY(number("quantity", words->word[2], run->instruments.items[order->instrument].qty_decimals,
               &order->qty.m));
    for (size_t at = 3; at < words->count; at++) TRY(read_term(run, words, &at, order));
    order->type = type_of(order);
    return 0;
}

// "#17" or a client id.
static int read_order(const char *word, struct session_command *command) {
    char *end;
    if (word[0] == '#') {
        command->order_id = strtoull(word + 1, &end, 16);
        if (*end == '\0' && command->order_id != 0) return 0;
    } else if (strlen(word) < MANUAL_ID_SIZE) {
        memcpy(command->order.client_id, word, strlen(word));
        return 0;
    }
    return ERR_SET(ERR_ARGUMENT, "'%s' is neither a client id nor #NUMBER, an order's own", word);
}

// The instrument of an order at work, for its decimals.
static int find_instrument(const struct words *words, const struct session_view *view,
                           struct session_command *command) {
    TRY(read_order(words->word[1], command));
    for (uint32_t i = 0; i < view->order_count; i++) {
        const struct session_order *order = &view->orders[i];
        bool named = command->order_id != 0
                         ? order->order.id == command->order_id
                         : strcmp(order->client_id, command->order.client_id) == 0;
        if (!named) continue;
        command->order_id = order->order.id;
        command->order.instrument = order->order.spec.instrument;
        return 0;
    }
    return ERR_SET(ERR_NOT_FOUND, "no order '%s' works", words->word[1]);
}

static int read_replace(const struct run *run, const struct session_view *view,
                        const struct words *words, struct session_command *command) {
    command->verb = SESSION_REPLACE;
    if (words->count < 4)
        return ERR_SET(ERR_ARGUMENT, "replace ID [qty QTY] [limit PRICE] [stop PRICE]");
    TRY(find_instrument(words, view, command));
    for (size_t at = 2; at < words->count; at++) {
        if (!is(words->word[at], "qty") && !is(words->word[at], "limit") &&
            !is(words->word[at], "stop"))
            return ERR_SET(ERR_ARGUMENT, "'%s': a replace changes qty, limit and stop alone",
                           words->word[at]);
        TRY(read_term(run, words, &at, &command->order));
    }
    return 0;
}

static int read_clock(const struct words *words, struct session_command *command) {
    const char *word = words->word[0], *end;
    if (is(word, "pause")) {
        command->verb = SESSION_PAUSE;
    } else if (is(word, "step")) {
        command->verb = SESSION_STEP;
        command->count = words->count > 1 ? strtoull(words->word[1], (char **)&end, 10) : 1;
        if (words->count > 2 || (words->count == 2 && *end != '\0') || command->count == 0)
            return ERR_SET(ERR_ARGUMENT, "step [COUNT], a whole number above 0");
    } else if (is(word, "pace")) {
        command->verb = SESSION_PACE;
        if (words->count != 2) return ERR_SET(ERR_ARGUMENT, "pace FACTOR, or pace max");
        command->pace = is(words->word[1], "max") ? 0 : strtod(words->word[1], (char **)&end);
        if (!is(words->word[1], "max") && (*end != '\0' || !(command->pace > 0)))
            return ERR_SET(ERR_ARGUMENT, "pace: '%s' is neither max nor a number above 0",
                           words->word[1]);
    } else {
        command->verb = SESSION_RUN;
        if (words->count == 1) return 0;
        if (words->count != 3 || !is(words->word[1], "until"))
            return ERR_SET(ERR_ARGUMENT, "run, or run until TIME");
        return run_parse_instant("until", words->word[2], &command->until_ns);
    }
    return 0;
}

// What fulmar backtest --command takes, without its time.
static int read_operator(const struct run *run, const char *line, struct session_command *command) {
    static const struct {
        uint16_t kind;
        uint16_t verb;
    } verbs[] = {{EVENT_KILL, SESSION_KILL},           {EVENT_HALT, SESSION_HALT},
                 {EVENT_RESUME, SESSION_RESUME},       {EVENT_START, SESSION_STRATEGY_START},
                 {EVENT_STOP, SESSION_STRATEGY_STOP},  {EVENT_DRAIN, SESSION_STRATEGY_DRAIN},
                 {EVENT_SET_PARAM, SESSION_SET_PARAM}, {EVENT_SET_LIMIT, SESSION_SET_LIMIT}};
    union event event;
    TRY(run_read_command(run, line, &event));
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        if (verbs[i].kind == event.header.kind) command->verb = verbs[i].verb;
    command->scope = event.command.scope;
    command->index = event.command.index;
    command->rule = event.command.rule;
    command->param = event.command.param;
    command->value = event.command.value;
    command->reason = event.command.reason;
    command->flatten = event.header.kind == EVENT_KILL ? event.command.param : 0;
    return 0;
}

int words_parse(const struct run *run, const struct session_view *view, const char *line,
                enum words_ask *ret_ask, struct session_command *ret_command) {
    static const char *const asks[] = {
        [WORDS_STATUS] = "status", [WORDS_ORDERS] = "orders", [WORDS_POSITIONS] = "positions",
        [WORDS_FILLS] = "fills",   [WORDS_HELP] = "help",     [WORDS_QUIT] = "quit"};
    struct words words;
    struct session_command command = {0};
    TRY(split(line, &words));
    const char *first = words.word[0];
    for (int ask = WORDS_STATUS; ask <= WORDS_QUIT; ask++)
        if (words.count == 1 && is(first, asks[ask])) {
            *ret_ask = (enum words_ask)ask;
            return 0;
        }
    if (is(first, "buy") || is(first, "sell")) {
        TRY(read_place(run, &words, &command));
    } else if (is(first, "cancel")) {
        command.verb = SESSION_CANCEL;
        if (words.count != 2) return ERR_SET(ERR_ARGUMENT, "cancel ID");
        TRY(read_order(words.word[1], &command));
    } else if (is(first, "replace")) {
        TRY(read_replace(run, view, &words, &command));
    } else if ((is(first, "pause") && words.count == 1) || is(first, "run") || is(first, "step") ||
               is(first, "pace")) {
        TRY(read_clock(&words, &command));
    } else {
        TRY(read_operator(run, line, &command));
    }
    *ret_ask = WORDS_COMMAND;
    *ret_command = command;
    return 0;
}

static void add_json_text(struct text *out, const char *key, const char *value) {
    jout_key_string(out, key, value);
}

static void add_decimal(struct text *out, int128_t mantissa, int32_t decimals) {
    char number_text[DECIMAL_TEXT_SIZE];
    decimal_print_short(number_text, sizeof number_text, mantissa, decimals);
    text_add(out, number_text);
}

static const char *time_of(int64_t ns, char buf[TIMESTAMP_TEXT_SIZE]) {
    timestamp_print(buf, TIMESTAMP_TEXT_SIZE, ns);
    return buf;
}

void words_invalid(bool json, struct text *out) {
    if (!json) {
        text_printf(out, "invalid: %s\n", err_story());
        return;
    }
    text_add(out, "{\"outcome\":\"invalid\"");
    add_json_text(out, "reason", err_story());
    text_add(out, "}\n");
}

static void result_json(const struct session_result *result, struct text *out) {
    char at[TIMESTAMP_TEXT_SIZE];
    text_printf(out, "{\"command\":\"%s\",\"outcome\":\"%s\",\"seq\":%" PRIu64,
                session_verb_name(result->verb), session_outcome_name(result->outcome),
                result->seq);
    if (result->ts_ns != 0) add_json_text(out, "time", time_of(result->ts_ns, at));
    if (result->order_id != 0) text_printf(out, ",\"order\":\"%" PRIx64 "\"", result->order_id);
    if (session_verb_is_urgent(result->verb) && result->verb != SESSION_CANCEL)
        text_printf(out, ",\"canceled\":%u", result->canceled);
    if (result->story[0] != '\0') add_json_text(out, "reason", result->story);
    text_printf(out, ",\"durable\":%s}\n", result->durable ? "true" : "false");
}

void words_result(const struct session_info *info, const struct session_result *result, bool json,
                  struct text *out) {
    char at[TIMESTAMP_TEXT_SIZE];
    if (json) {
        result_json(result, out);
        return;
    }
    text_printf(out, "%s: %s", session_verb_name(result->verb),
                session_outcome_name(result->outcome));
    if (result->order_id != 0) text_printf(out, ", order #%" PRIx64, result->order_id);
    if (result->canceled > 0) text_printf(out, ", %u orders are being canceled", result->canceled);
    if (result->story[0] != '\0') text_printf(out, ": %s", result->story);
    if (result->seq != 0)
        text_printf(out, " (input %" PRIu64 ", %s)", result->seq, time_of(result->ts_ns, at));
    if (info->journal[0] != '\0' && result->seq != 0 && !result->durable &&
        info->durability == SESSION_DURABLE_JOURNAL)
        text_add(out, "; not on the disk");
    text_add_char(out, '\n');
}

static const char *halt_of(const struct session_view *view) {
    if (view->halted == ENGINE_HALTED_BY_BREAKER) return "halted by a breaker";
    if (view->halted != 0) return "halted";
    return view->reducing != 0 ? "reducing" : "trading";
}

void words_line(const struct session_info *info, const struct session_view *view,
                struct text *out) {
    char at[TIMESTAMP_TEXT_SIZE];
    text_printf(out, "%s  %s", time_of(view->now_ns, at), session_state_name(view->state));
    if (view->state == SESSION_RUNNING && view->pace > 0) text_printf(out, " x%g", view->pace);
    if (view->state == SESSION_RUNNING && view->pace == 0) text_printf(out, " %.3g/s", view->rate);
    text_printf(out, "  %s  equity ", halt_of(view));
    add_decimal(out, view->equity.m, info->money_decimals);
    uint32_t held = 0;
    for (uint32_t i = 0; i < view->position_count; i++) held += view->positions[i].qty.m != 0;
    text_printf(out, "  %u positions  %u orders  %" PRIu64 " fills", held, view->order_count,
                view->counts.fills);
    if (view->lag_ns > NS_PER_S) text_printf(out, "  %.0f s late", (double)view->lag_ns / 1e9);
}

static void status_json(const struct session_info *info, const struct session_view *view,
                        struct text *out) {
    char at[TIMESTAMP_TEXT_SIZE];
    text_printf(out, "{\"state\":\"%s\",\"trading\":\"%s\",\"seq\":%" PRIu64,
                session_state_name(view->state), halt_of(view), view->seq);
    add_json_text(out, "time", time_of(view->now_ns, at));
    add_json_text(out, "clock", time_of(view->clock_ns, at));
    text_printf(out, ",\"market\":%" PRIu64 ",\"of\":%" PRIu64 ",\"pace\":%.17g", view->market,
                info->market_events, view->pace);
    text_printf(out, ",\"lag_ns\":%" PRId64 ",\"equity\":\"", view->lag_ns);
    add_decimal(out, view->equity.m, info->money_decimals);
    text_add(out, "\",\"cash\":\"");
    add_decimal(out, view->cash.m, info->money_decimals);
    text_printf(out, "\",\"orders\":%u,\"fills\":%" PRIu64 ",\"vetoes\":%" PRIu64,
                view->order_count, view->counts.fills, view->counts.vetoes);
    if (view->hash_seq == view->seq)
        text_printf(out, ",\"state_hash\":\"%016" PRIx64 "\"", view->state_hash);
    if (view->durable_seq != UINT64_MAX)
        text_printf(out, ",\"durable_seq\":%" PRIu64, view->durable_seq);
    if (view->story[0] != '\0') add_json_text(out, "story", view->story);
    text_add(out, "}\n");
}

static void tell_orders(const struct session_info *info, const struct session_view *view,
                        struct text *out) {
    for (uint32_t i = 0; i < view->order_count; i++) {
        const struct order *order = &view->orders[i].order;
        const struct instrument *instrument = &info->instruments->items[order->spec.instrument];
        text_printf(out, "#%" PRIx64 " %s %s ", order->id, order->spec.side > 0 ? "buy" : "sell",
                    instrument->symbol);
        add_decimal(out, order->spec.qty.m, instrument->qty_decimals);
        text_printf(out, " %s", order_type_name(order->spec.type));
        if (order->spec.limit_price.m > 0) {
            text_add(out, " limit ");
            add_decimal(out, order->spec.limit_price.m, instrument->price_decimals);
        }
        if (order->spec.stop_price.m > 0) {
            text_add(out, " stop ");
            add_decimal(out, order->spec.stop_price.m, instrument->price_decimals);
        }
        text_printf(out, " %s", order_state_name(order->state));
        if (order->spec.strategy < info->strategy_count)
            text_printf(out, " of %s", info->strategies[order->spec.strategy].strategy->name);
        if (view->orders[i].client_id[0] != '\0')
            text_printf(out, " id=%s", view->orders[i].client_id);
        text_add_char(out, '\n');
    }
    if (view->order_count == 0) text_add(out, "no order works\n");
}

static void tell_positions(const struct session_info *info, const struct session_view *view,
                           struct text *out) {
    for (uint32_t i = 0; i < view->position_count; i++) {
        const struct session_position *position = &view->positions[i];
        const struct instrument *instrument = &info->instruments->items[position->instrument];
        int32_t decimals = info->instruments->currencies[instrument->currency].decimals;
        text_printf(out, "%s ", instrument->symbol);
        add_decimal(out, position->qty.m, instrument->qty_decimals);
        text_printf(out, " of %s, entry ", info->strategies[position->strategy].strategy->name);
        add_decimal(out, position->entry.m, instrument->price_decimals);
        text_add(out, ", last ");
        add_decimal(out, position->last.m, instrument->price_decimals);
        text_add(out, ", open ");
        add_decimal(out, position->open.m, decimals);
        text_add(out, ", realised ");
        add_decimal(out, position->realised.m, decimals);
        text_add_char(out, '\n');
    }
    if (view->position_count == 0) text_add(out, "nothing is held\n");
    if (view->positions_left_out > 0)
        text_printf(out, "%u more are left out, flat ones first\n", view->positions_left_out);
}

static void tell_fills(const struct session_info *info, const struct session_view *view,
                       struct text *out) {
    char at[TIMESTAMP_TEXT_SIZE];
    for (uint32_t i = view->fill_count > 20 ? view->fill_count - 20 : 0; i < view->fill_count;
         i++) {
        const struct session_fill *fill = &view->fills[i];
        const struct instrument *instrument = &info->instruments->items[fill->instrument];
        text_printf(out, "%s #%" PRIx64 " %s %s ", time_of(fill->ts_ns, at), fill->order_id,
                    fill->side > 0 ? "bought" : "sold", instrument->symbol);
        add_decimal(out, fill->qty.m, instrument->qty_decimals);
        text_add(out, " at ");
        add_decimal(out, fill->price.m, instrument->price_decimals);
        text_add_char(out, '\n');
    }
    if (view->fill_count == 0) text_add(out, "nothing has filled\n");
}

static const char help_text[] =
    "kill [flatten]                 cancel every order, halt; flatten closes positions too\n"
    "halt, resume [reason=CODE]     nothing may raise risk, until resume\n"
    "buy|sell SYMBOL QTY [limit PRICE] [stop PRICE] [trail DISTANCE]\n"
    "    [gtc|day|ioc|fok] [post_only] [reduce_only] [id=ID]\n"
    "cancel ID                      ID is a client id, or #NUMBER\n"
    "replace ID [qty QTY] [limit PRICE] [stop PRICE]\n"
    "pause|resume|stop|drain|start STRATEGY\n"
    "set STRATEGY NAME=VALUE        limit RULE.NAME=VALUE\n"
    "pause, run [until TIME], step [COUNT], pace FACTOR|max\n"
    "status, orders, positions, fills, help, quit\n";

void words_tell(const struct session_info *info, const struct session_view *view,
                enum words_ask ask, bool json, struct text *out) {
    if (json && ask != WORDS_HELP) {
        status_json(info, view, out);
    } else if (ask == WORDS_ORDERS) {
        tell_orders(info, view, out);
    } else if (ask == WORDS_POSITIONS) {
        tell_positions(info, view, out);
    } else if (ask == WORDS_FILLS) {
        tell_fills(info, view, out);
    } else if (ask == WORDS_HELP) {
        text_add(out, help_text);
    } else {
        words_line(info, view, out);
        text_add_char(out, '\n');
    }
}
