// SPDX-License-Identifier: Apache-2.0
#include "strategy/entry_gate.h"

#include <math.h>
#include <string.h>

#include "base/check.h"
#include "base/timestamp.h"
#include "market/calendar.h"
#include "strategy/session_clock.h"

// regime: the class of the close's regime is one of those that are allowed.
enum { REGIME_LOW_TREND, REGIME_RANGE, REGIME_HIGH_TREND, REGIME_EXTREME, REGIME_CONFIDENCE };

#define REGIME_CLASS(name_, def_, help_)                                                           \
    { .name = (name_), .type = PARAM_BOOL, .unit = "", .def = (def_), .help = (help_) }

static const struct param regime_rows[] = {
    REGIME_CLASS("low_trend", 1, "Enter in a trend of low volatility."),
    REGIME_CLASS("range", 1, "Enter in a range."),
    REGIME_CLASS("high_trend", 1, "Enter in a trend of high volatility."),
    REGIME_CLASS("extreme", 0, "Enter in an extreme market."),
    {.name = "confidence",
     .type = PARAM_REAL,
     .unit = "",
     .def = 0,
     .min = 0,
     .max = 1,
     .help = "How probable the class has to be at least."},
};

static const char *regime_fault(const double *params) {
    bool some = params[REGIME_LOW_TREND] != 0 || params[REGIME_RANGE] != 0 ||
                params[REGIME_HIGH_TREND] != 0 || params[REGIME_EXTREME] != 0;
    return some ? NULL : "one regime at least is entered in";
}

static bool regime_opens(const struct entry_view *view, const double *params,
                         struct entry_verdict *ret_verdict) {
    double class = view->inputs[0], confidence = view->inputs[1];
    *ret_verdict = (struct entry_verdict){class, NAN};
    if (isnan(class) || isnan(confidence) || params[(size_t) class] == 0) return false;
    *ret_verdict = (struct entry_verdict){confidence, params[REGIME_CONFIDENCE]};
    return confidence >= params[REGIME_CONFIDENCE];
}

// score: the six-factor score, in the direction of the entry.
enum { SCORE_MIN, SCORE_SIDE };

static const struct param score_rows[] = {
    [SCORE_MIN] = {.name = "min",
                   .type = PARAM_REAL,
                   .unit = "",
                   .def = 50,
                   .min = 0,
                   .max = 100,
                   .help = "The least score to enter at."},
    [SCORE_SIDE] = {.name = "same_side",
                    .type = PARAM_BOOL,
                    .unit = "",
                    .def = 1,
                    .help = "The score's own direction has to be the entry's."},
};

static bool score_opens(const struct entry_view *view, const double *params,
                        struct entry_verdict *ret_verdict) {
    double score = view->inputs[0], side = view->inputs[1];
    bool against = params[SCORE_SIDE] != 0 && side != view->side;
    *ret_verdict = (struct entry_verdict){against ? 0 : score, params[SCORE_MIN]};
    return !against && score >= params[SCORE_MIN];
}

// session: within a part of the calendar's session.
enum { SESSION_CALENDAR, SESSION_FROM, SESSION_UNTIL };

static const struct param session_rows[] = {
    [SESSION_CALENDAR] = SESSION_CALENDAR_PARAM,
    [SESSION_FROM] = {.name = "from",
                      .type = PARAM_DURATION,
                      .unit = "s",
                      .def = 0,
                      .min = 0,
                      .max = 86400,
                      .help = "After the open, before which nothing is entered."},
    [SESSION_UNTIL] = {.name = "until",
                       .type = PARAM_DURATION,
                       .unit = "s",
                       .def = 0,
                       .min = 0,
                       .max = 86400,
                       .help = "Before the close, from which on nothing is entered."},
};

// A bar that ends with the session is the session's: its decision is judged by the bar's last instant.
static bool session_opens(const struct entry_view *view, const double *params,
                          struct entry_verdict *ret_verdict) {
    enum calendar_id calendar = (enum calendar_id)params[SESSION_CALENDAR];
    struct session_clock clock = {0, 0};
    double from = params[SESSION_FROM], until = params[SESSION_UNTIL];
    *ret_verdict = (struct entry_verdict){NAN, NAN};
    if (session_watch(&clock, calendar, view->now_ns) == SESSION_OUTSIDE) return false;
    double passed = (double)(view->now_ns - clock.open_ns) / (double)NS_PER_S;
    double left = (double)(clock.close_ns - view->now_ns) / (double)NS_PER_S;
    bool early = passed < from;
    *ret_verdict =
        early ? (struct entry_verdict){passed, from} : (struct entry_verdict){left, until};
    return !early && (until == 0 || left > until);
}

// timeframes: the frames' alignment goes with the entry.
enum { TIMEFRAMES_MIN, TIMEFRAMES_KNOWN };

static const struct param timeframes_rows[] = {
    [TIMEFRAMES_MIN] = {.name = "min",
                        .type = PARAM_REAL,
                        .unit = "",
                        .def = 0.2,
                        .min = -1,
                        .max = 1,
                        .help = "The least alignment, seen from the side of the entry."},
    [TIMEFRAMES_KNOWN] = {.name = "known",
                          .type = PARAM_INT,
                          .unit = "frames",
                          .def = 1,
                          .min = 1,
                          .max = 7,
                          .help = "Frames that have to be known."},
};

static bool timeframes_opens(const struct entry_view *view, const double *params,
                             struct entry_verdict *ret_verdict) {
    double alignment = view->side * view->inputs[0], known = view->inputs[1];
    *ret_verdict = (struct entry_verdict){alignment, params[TIMEFRAMES_MIN]};
    if (known < params[TIMEFRAMES_KNOWN])
        *ret_verdict = (struct entry_verdict){known, params[TIMEFRAMES_KNOWN]};
    return known >= params[TIMEFRAMES_KNOWN] && alignment >= params[TIMEFRAMES_MIN];
}

// volatility: what the closes of late have moved by, a year, is within bounds.
enum { VOLATILITY_WINDOW, VOLATILITY_MIN, VOLATILITY_MAX };

#define VOLATILITY_BOUND(name_, def_, help_)                                                       \
    {                                                                                              \
        .name = (name_), .type = PARAM_REAL, .unit = "fraction per year", .def = (def_), .min = 0, \
        .max = 100, .help = (help_)                                                                \
    }

static const struct param volatility_rows[] = {
    [VOLATILITY_WINDOW] = {.name = "window",
                           .type = PARAM_INT,
                           .unit = "bars",
                           .def = 20,
                           .min = 2,
                           .max = 10000,
                           .help = "Returns whose volatility is meant."},
    [VOLATILITY_MIN] = VOLATILITY_BOUND("min", 0, "The least volatility to enter at."),
    [VOLATILITY_MAX] = VOLATILITY_BOUND("max", 1, "The largest volatility to enter at."),
};

static const char *volatility_fault(const double *params) {
    return params[VOLATILITY_MIN] <= params[VOLATILITY_MAX] ? NULL : "min is not above max";
}

static bool volatility_opens(const struct entry_view *view, const double *params,
                             struct entry_verdict *ret_verdict) {
    double volatility = view->inputs[0];
    bool low = volatility < params[VOLATILITY_MIN];
    double limit = low ? params[VOLATILITY_MIN] : params[VOLATILITY_MAX];
    *ret_verdict = (struct entry_verdict){volatility, limit};
    return !low && volatility <= params[VOLATILITY_MAX];
}

#define ROWS(rows_) .params = (rows_), .param_count = sizeof(rows_) / sizeof *(rows_)

static const struct entry_gate gates[] = {
    {.name = "regime",
     .summary = "Enter in chosen regimes alone: indicator regime of the close.",
     ROWS(regime_rows),
     .inputs = {"regime(close).class", "regime(close).confidence"},
     .input_count = 2,
     .fault = regime_fault,
     .opens = regime_opens},
    {.name = "score",
     .summary = "Enter where the six-factor score is high enough, in its direction.",
     ROWS(score_rows),
     .inputs = {"score().score", "score().side"},
     .input_count = 2,
     .opens = score_opens},
    {.name = "session",
     .summary = "Enter within a part of the calendar's sessions.",
     ROWS(session_rows),
     .opens = session_opens},
    {.name = "timeframes",
     .summary =
         "Enter where the trends of M1 to D1, from the decision frame up, go with the entry.",
     ROWS(timeframes_rows),
     .inputs = {"timeframes(row=$frame).alignment", "timeframes(row=$frame).frames"},
     .input_count = 2,
     .opens = timeframes_opens},
    {.name = "volatility",
     .summary = "Enter while the annual volatility of the closes is within bounds.",
     ROWS(volatility_rows),
     .inputs = {"close_to_close(close, $window, $periods)"},
     .input_count = 1,
     .fault = volatility_fault,
     .opens = volatility_opens},
};

size_t entry_gate_count(void) {
    return sizeof gates / sizeof *gates;
}

const struct entry_gate *entry_gate_at(size_t index) {
    CHECK(index < entry_gate_count());
    return &gates[index];
}

int entry_gate_find(const char *name) {
    for (size_t i = 0; i < entry_gate_count(); i++)
        if (strcmp(gates[i].name, name) == 0) return (int)i;
    return -1;
}

int entry_gate_check(const struct entry_gate_choice *choice) {
    const struct entry_gate *gate = entry_gate_at(choice->gate);
    TRY(params_check(gate->params, gate->param_count, gate->name, choice->params));
    const char *wrong = gate->fault != NULL ? gate->fault(choice->params) : NULL;
    return wrong == NULL ? 0 : ERR_SET(ERR_ARGUMENT, "gate %s: %s", gate->name, wrong);
}
