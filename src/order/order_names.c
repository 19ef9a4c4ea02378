// SPDX-License-Identifier: Apache-2.0
// Names of the enumerations, and client order ids.
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "order/order.h"

enum { RUN_DIGITS = 13, DIGIT_BITS = 5, RUN_TOP_BITS = 4 };

static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUV";

static const char *const type_names[ORDER_TYPE_COUNT] = {
    [ORDER_MARKET] = "market",
    [ORDER_LIMIT] = "limit",
    [ORDER_STOP] = "stop",
    [ORDER_STOP_LIMIT] = "stop_limit",
    [ORDER_TRAILING_STOP] = "trailing_stop",
    [ORDER_MARKET_ON_CLOSE] = "market_on_close",
    [ORDER_MARKET_TO_LIMIT] = "market_to_limit",
};

static const char *const tif_names[TIF_COUNT] = {
    [TIF_GTC] = "gtc", [TIF_DAY] = "day",         [TIF_IOC] = "ioc",           [TIF_FOK] = "fok",
    [TIF_GTD] = "gtd", [TIF_AT_OPEN] = "at_open", [TIF_AT_CLOSE] = "at_close",
};

static const char *const state_names[ORDER_STATE_COUNT] = {
    [ORDER_FREE] = "free",
    [ORDER_SUBMITTED] = "submitted",
    [ORDER_WORKING] = "working",
    [ORDER_PARTIALLY_FILLED] = "partially_filled",
    [ORDER_PENDING_CANCEL] = "pending_cancel",
    [ORDER_PENDING_REPLACE] = "pending_replace",
    [ORDER_UNKNOWN] = "unknown",
    [ORDER_FILLED] = "filled",
    [ORDER_CANCELED] = "canceled",
    [ORDER_REJECTED] = "rejected",
    [ORDER_EXPIRED] = "expired",
};

static const char *const reason_names[REASON_COUNT] = {
    [REASON_NONE] = "none",
    [REASON_INSUFFICIENT_MARGIN] = "insufficient_margin",
    [REASON_POST_ONLY_WOULD_TAKE] = "post_only_would_take",
    [REASON_REDUCE_ONLY] = "reduce_only",
    [REASON_NO_LIQUIDITY] = "no_liquidity",
    [REASON_END_OF_SESSION] = "end_of_session",
    [REASON_TIME] = "time",
    [REASON_OCO] = "oco",
    [REASON_PARENT] = "parent",
    [REASON_REQUESTED] = "requested",
    [REASON_NOT_SHORTABLE] = "not_shortable",
    [REASON_MARKET_CLOSED] = "market_closed",
    [REASON_DELISTED] = "delisted",
    [REASON_LIQUIDATION] = "liquidation",
    [REASON_BAD_ORDER] = "bad_order",
    [REASON_TOO_LATE] = "too_late",
    [REASON_END_OF_DATA] = "end_of_data",
    [REASON_SELF_TRADE] = "self_trade",
    [REASON_DUPLICATE_ID] = "duplicate_id",
    [REASON_UNKNOWN_ORDER] = "unknown_order",
    [REASON_FULL] = "full",
    [REASON_PRICE_BAND] = "price_band",
    [REASON_HALTED] = "halted",
    [REASON_PHASE] = "phase",
    [REASON_AUCTION] = "auction",
    [REASON_VOLATILITY] = "volatility",
    [REASON_RATE_LIMIT] = "rate_limit",
    [REASON_MIN_NOTIONAL] = "min_notional",
};

static const char *const purpose_names[PURPOSE_COUNT] = {
    [PURPOSE_TARGET] = "target",           [PURPOSE_STOP_LOSS] = "stop_loss",
    [PURPOSE_TAKE_PROFIT] = "take_profit", [PURPOSE_STRATEGY] = "strategy",
    [PURPOSE_FLATTEN] = "flatten",
};

static bool parse_run(const char **text, uint64_t *ret_run_id);
static bool parse_number(const char **text, uint64_t max, uint64_t *ret_number);

void client_order_id_print(char buf[CLIENT_ORDER_ID_SIZE], uint64_t run_id, uint64_t order_id) {
    char run[RUN_DIGITS + 1] = {0};
    for (int i = RUN_DIGITS - 1; i >= 0; i--, run_id >>= DIGIT_BITS) run[i] = digits[run_id & 31];
    int len = snprintf(buf, CLIENT_ORDER_ID_SIZE, "F%s-%u-%llu", run, order_id_strategy(order_id),
                       (unsigned long long)order_id_sequence(order_id));
    CHECK(len > 0 && len < CLIENT_ORDER_ID_SIZE);
}

int client_order_id_parse(const char *text, uint64_t *ret_run_id, uint64_t *ret_order_id) {
    uint64_t run_id;
    uint64_t strategy;
    uint64_t sequence;
    if (*text++ != 'F' || !parse_run(&text, &run_id)) return ERR_PARSE;
    if (*text++ != '-' || !parse_number(&text, UINT16_MAX, &strategy)) return ERR_PARSE;
    if (*text++ != '-') return ERR_PARSE;
    if (!parse_number(&text, (UINT64_C(1) << 48) - 1, &sequence)) return ERR_PARSE;
    if (*text != '\0') return ERR_PARSE;
    *ret_run_id = run_id;
    *ret_order_id = order_id_make((uint32_t)strategy, sequence);
    return 0;
}

const char *order_type_name(uint32_t type) {
    return type < ORDER_TYPE_COUNT ? type_names[type] : NULL;
}

const char *order_tif_name(uint32_t tif) {
    return tif < TIF_COUNT ? tif_names[tif] : NULL;
}

const char *order_state_name(uint32_t state) {
    return state < ORDER_STATE_COUNT ? state_names[state] : NULL;
}

const char *order_reason_name(uint32_t reason) {
    return reason < REASON_COUNT ? reason_names[reason] : NULL;
}

const char *order_purpose_name(uint32_t purpose) {
    return purpose < PURPOSE_COUNT ? purpose_names[purpose] : NULL;
}

// 13 digits hold 65 bits: the first is 0 to F.
static bool parse_run(const char **text, uint64_t *ret_run_id) {
    uint64_t run_id = 0;
    for (int i = 0; i < RUN_DIGITS; i++, ++*text) {
        const char *digit = **text == '\0' ? NULL : strchr(digits, **text);
        if (digit == NULL) return false;
        if (i == 0 && digit - digits >= 1 << RUN_TOP_BITS) return false;
        run_id = run_id << DIGIT_BITS | (uint64_t)(digit - digits);
    }
    *ret_run_id = run_id;
    return true;
}

static bool parse_number(const char **text, uint64_t max, uint64_t *ret_number) {
    uint64_t number = 0;
    const char *p = *text;
    if (*p == '0' && p[1] >= '0' && p[1] <= '9') return false;
    for (; *p >= '0' && *p <= '9'; p++) {
        number = number * 10 + (uint64_t)(*p - '0');
        if (number > max) return false;
    }
    if (p == *text) return false;
    *text = p;
    *ret_number = number;
    return true;
}
