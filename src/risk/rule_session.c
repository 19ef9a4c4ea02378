// SPDX-License-Identifier: Apache-2.0
// Nothing that raises risk outside the instrument's session, nor near its edges.
#include "market/calendar.h"
#include "risk/rule.h"

enum { AFTER_OPEN, BEFORE_CLOSE, PARAMS };

static const struct param params[PARAMS] = {
    {.name = "after_open_s",
     .type = PARAM_DURATION,
     .unit = "s",
     .def = 0,
     .min = 0,
     .max = 86400,
     .help = "How long after the opening nothing may raise risk."},
    {.name = "before_close_s",
     .type = PARAM_DURATION,
     .unit = "s",
     .def = 0,
     .min = 0,
     .max = 86400,
     .help = "How long before the close nothing may raise risk."},
};

// The latest session that was looked up, of each calendar.
struct sessions {
    struct session of[CALENDAR_COUNT];
};

static const struct session *session_of(struct sessions *sessions, uint32_t calendar,
                                        int64_t now_ns) {
    struct session *session = &sessions->of[calendar];
    uint64_t length_ns = (uint64_t)(session->close_ns - session->open_ns);
    if ((uint64_t)(now_ns - session->open_ns) >= length_ns)
        calendar_session((enum calendar_id)calendar,
                         calendar_day_of((enum calendar_id)calendar, now_ns), session);
    return session;
}

static enum risk_verdict check(const struct risk_view *view, const double *values, void *state,
                               const struct risk_order *order, struct risk_result *ret_result) {
    uint32_t calendar = view->instruments->items[order->spec->instrument].calendar;
    const struct session *session = session_of(state, calendar, view->now_ns);
    int64_t open_ns = session->open_ns + (int64_t)(values[AFTER_OPEN] * 1e9);
    int64_t close_ns = session->close_ns - (int64_t)(values[BEFORE_CLOSE] * 1e9);
    ret_result->limit = (double)(view->now_ns < open_ns ? open_ns : close_ns) / 1e9;
    ret_result->value = (double)view->now_ns / 1e9;
    return view->now_ns >= open_ns && view->now_ns < close_ns ? RISK_ALLOW : RISK_VETO;
}

const struct risk_rule risk_rule_session = {
    .name = "session",
    .summary = "Refuses what raises risk outside the session of the instrument's calendar.",
    .params = params,
    .param_count = PARAMS,
    .state_size = sizeof(struct sessions),
    .rank = RISK_RANK_SESSION,
    .check = check,
};
