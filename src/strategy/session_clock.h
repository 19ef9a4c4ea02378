// SPDX-License-Identifier: Apache-2.0
// Which session of a calendar a bar ended in, for strategies that begin and end with the day. Part of a strategy's
// state: no padding. A bar counts as inside when it ends after the opening and not after the close; one that began
// before the opening is taken whole.
#ifndef FULMAR_STRATEGY_SESSION_CLOCK_H
#define FULMAR_STRATEGY_SESSION_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/timestamp.h"
#include "market/calendar.h"

struct session_clock {
    int64_t open_ns; // of the latest session that a bar ended in; 0 with close_ns 0: none yet
    int64_t close_ns;
};
_Static_assert(sizeof(struct session_clock) == 16, "part of states that are hashed as bytes");

enum session_place {
    SESSION_OUTSIDE, // between sessions
    SESSION_SAME,    // in the session of the bar before
    SESSION_NEW,     // the first bar of its session
};

static inline enum session_place session_watch(struct session_clock *clock,
                                               enum calendar_id calendar, int64_t close_ns) {
    struct session session;
    if (close_ns > clock->open_ns && close_ns <= clock->close_ns) return SESSION_SAME;
    if (!calendar_session(calendar, calendar_day_of(calendar, close_ns - 1), &session))
        return SESSION_OUTSIDE;
    if (close_ns <= session.open_ns || close_ns > session.close_ns) return SESSION_OUTSIDE;
    *clock = (struct session_clock){session.open_ns, session.close_ns};
    return SESSION_NEW;
}

// Whether at least `seconds` of the session have passed at an instant, and whether at most that are left.
static inline bool session_passed(const struct session_clock *clock, int64_t ns, double seconds) {
    return (double)(ns - clock->open_ns) >= seconds * (double)NS_PER_S;
}
static inline bool session_ends(const struct session_clock *clock, int64_t ns, double seconds) {
    return (double)(clock->close_ns - ns) <= seconds * (double)NS_PER_S;
}

// The parameter that every such strategy has.
#define SESSION_CALENDAR_PARAM                                                                     \
    {                                                                                              \
        .name = "calendar", .type = PARAM_ENUM, .unit = "", .def = CALENDAR_XNYS,                  \
        .choices = "24/7|XNYS|XNSE", .help = "The calendar whose sessions are traded."             \
    }

#endif
