// SPDX-License-Identifier: Apache-2.0
// Calendar effects: holds over the days of the year, month or week that have risen most in the past, else nothing.
//
// Idea: money arrives by the calendar: salaries and funds at the turn of the month, bonuses in winter; bad news over
// the weekend.
// The decision at a bar's close is about the next session of `calendar`, which fills at its open:
//   turn_of_month  the last `before` sessions of a month and the first `after` of the next
//   winter         sessions from the month `from` to the month `until`, both included; from > until: over the new year
//   weekday        all sessions but those that fall on the weekday `avoid`
// Sources: Josef Lakonishok and Seymour Smidt, "Are Seasonal Anomalies Real?", Review of Financial Studies 1
// (1988), for the turn of the month (-1, +3); Sven Bouman and Ben Jacobsen, "The Halloween Indicator, Sell in May
// and Go Away", American Economic Review 92 (2002); Kenneth R. French, "Stock Returns and the Weekend Effect",
// Journal of Financial Economics 8 (1980).
// Where it fails: effects that are known are traded away (the weekend's has been gone since the 1980s), out of the
// market it earns nothing, and the fill at the open misses the night before.
#include "base/timestamp.h"
#include "market/calendar.h"
#include "strategy/strategy.h"

enum { RULE, CALENDAR, BEFORE, AFTER, FROM, UNTIL, AVOID };
enum { RULE_TURN, RULE_WINTER, RULE_WEEKDAY };
enum { WHY_SEASON = 1, WHY_OUT = 2 };
static const char *const reasons[] = {[WHY_SEASON] = "season", [WHY_OUT] = "out"};

static const struct param params[] = {
    [RULE] = {.name = "rule",
              .type = PARAM_ENUM,
              .unit = "",
              .choices = "turn_of_month|winter|weekday",
              .help = "Which days are held over."},
    [CALENDAR] = {.name = "calendar",
                  .type = PARAM_ENUM,
                  .unit = "",
                  .def = 1,
                  .choices = "24/7|XNYS|XNSE",
                  .help = "The calendar whose sessions are counted."},
    [BEFORE] = {.name = "before",
                .type = PARAM_INT,
                .unit = "sessions",
                .def = 1,
                .min = 0,
                .max = 10,
                .help = "The last ones of a month that are held, of turn_of_month."},
    [AFTER] = {.name = "after",
               .type = PARAM_INT,
               .unit = "sessions",
               .def = 3,
               .min = 0,
               .max = 10,
               .help = "The first ones of a month that are held, of turn_of_month."},
    [FROM] = {.name = "from",
              .type = PARAM_INT,
              .unit = "month",
              .def = 11,
              .min = 1,
              .max = 12,
              .help = "First month that is held, of winter."},
    [UNTIL] = {.name = "until",
               .type = PARAM_INT,
               .unit = "month",
               .def = 4,
               .min = 1,
               .max = 12,
               .help = "Last month that is held, of winter."},
    [AVOID] = {.name = "avoid",
               .type = PARAM_ENUM,
               .unit = "",
               .choices = "monday|tuesday|wednesday|thursday|friday|saturday|sunday",
               .help = "The day that is not held, of weekday."},
};

static int32_t month_of(int32_t date) {
    struct civil_date civil = date_to_civil(date);
    return civil.year * 12 + civil.month - 1;
}

// How many sessions of its month come before that of `date`, counted up to `most`.
static int sessions_before(enum calendar_id calendar, int32_t date, int most) {
    struct session session = {.date = date};
    int count = 0;
    for (; count < most; count++) {
        calendar_prev_session(calendar, session.date, &session);
        if (month_of(session.date) != month_of(date)) break;
    }
    return count;
}

static int sessions_after(enum calendar_id calendar, int32_t date, int most) {
    struct session session = {.date = date};
    int count = 0;
    for (; count < most; count++) {
        calendar_next_session(calendar, session.date, &session);
        if (month_of(session.date) != month_of(date)) break;
    }
    return count;
}

static bool is_turn(enum calendar_id calendar, int32_t date, int before, int after) {
    return sessions_before(calendar, date, after) < after ||
           sessions_after(calendar, date, before) < before;
}

static bool in_months(int32_t month, int32_t from, int32_t until) {
    return from <= until ? from <= month && month <= until : month >= from || month <= until;
}

static bool in_season(const double *values, int32_t date) {
    switch ((int)values[RULE]) {
    case RULE_TURN:
        return is_turn((enum calendar_id)values[CALENDAR], date, (int)values[BEFORE],
                       (int)values[AFTER]);
    case RULE_WINTER:
        return in_months(date_to_civil(date).month, (int32_t)values[FROM], (int32_t)values[UNTIL]);
    default:
        return date_weekday(date) != (int32_t)values[AVOID];
    }
}

// A bar that ends at midnight is of the date that ends.
static void decide(const struct strategy_view *view, void *state, struct strategy_out *ret_out) {
    if (view->bars[0].close_ns == 0) return;
    enum calendar_id calendar = (enum calendar_id)view->params[CALENDAR];
    int32_t today = calendar_day_of(calendar, view->bars[0].close_ns - 1);
    struct session next;
    calendar_next_session(calendar, today, &next);
    bool hold = in_season(view->params, next.date);
    if (!hold && view->position[0] == 0) return;
    struct strategy_target *target = &ret_out->targets[0];
    target->kind = TARGET_SET;
    target->weight = hold ? 1 : 0;
    target->reason = hold ? WHY_SEASON : WHY_OUT;
}

const struct strategy strategy_seasonal = {
    .name = "seasonal",
    .summary = "Holds over the turn of the month, the winter half-year, or all but one weekday.",
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .reasons = reasons,
    .reason_count = sizeof reasons / sizeof *reasons,
    .scope = SCOPE_INSTRUMENT,
    .decide = decide,
};
