// SPDX-License-Identifier: Apache-2.0
// What a trading session holds, as JSON: the objects of the routes and of the
// stream are the same. Prices and quantities have their instrument's decimals, amounts those of their currency.
#ifndef FULMAR_EDGE_API_DESK_PRINT_H
#define FULMAR_EDGE_API_DESK_PRINT_H

#include "base/text.h"
#include "edge/api/desks.h"
#include "edge/api/schema.h"

extern const struct object desk_session_object;  // "Session"
extern const struct object desk_position_object; // "Position"
extern const struct object desk_order_object;    // "Order"
extern const struct object desk_fill_object;     // "Fill"
extern const struct object desk_strategy_object; // "RunningStrategy"
extern const struct object desk_quote_object;    // "Quote"
extern const struct object desk_rule_object;     // "RunningRule"
extern const struct object desk_watch_object;    // "RiskEvent"

void desk_print_session(const struct desk *desk, struct text *out); // of any phase
void desk_print_position(const struct session_info *info, const struct session_position *position,
                         struct text *out);
void desk_print_order(const struct session_info *info, const struct session_order *order,
                      struct text *out);
void desk_print_fill(const struct session_info *info, const struct session_fill *fill,
                     struct text *out);
void desk_print_strategy(const struct session_info *info, const struct session_view *view,
                         uint32_t strategy, struct text *out);
void desk_print_quote(const struct session_info *info, const struct session_view *view,
                      uint32_t instrument, struct text *out);
void desk_print_rule(const struct session_view *view, uint32_t rule, struct text *out);
void desk_print_watch(const struct session_info *info, const struct session_watch *watch,
                      struct text *out);

// The names of a strategy and of an instrument of a session; "account" and "" for none.
const char *desk_strategy_name(const struct session_info *info, uint32_t strategy);
void desk_print_symbol(const struct session_info *info, uint32_t instrument, struct text *out);
// The instrument of a symbol, at a venue where one is named; -1: there is none.
int desk_find_instrument(const struct session_info *info, const char *venue, const char *symbol);
// "manual_too_late" and the like: what a rule is called, and a veto by the engine itself.
const char *desk_rule_name(uint32_t rule);

#endif
