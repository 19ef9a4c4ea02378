// SPDX-License-Identifier: Apache-2.0
// Rate limits: so many requests in a sliding window, and now and then a burst more.
//
// A window is cut into 21 spans, and a key keeps how many requests each had, and the one that is beginning. A request
// passes while the count of the window, with its oldest span in part, is below `limit`. Beyond it draws on `burst`
// extra ones, which come back one by one, all of them within ten windows. Whatever the arrivals, no window of that
// length, wherever it begins, holds more than limit + burst; with burst 0 a request may have to wait up to a 21st of a
// window longer than an exact log of times would make it.
//
// A key (tenant, user, API key, address) takes 64 bytes. The table has a fixed size and knows keys by a keyed hash of
// 64 bits; when the eight places of a key's set are taken, the one with the fewest requests in its window makes room,
// so that a flood of new addresses pushes out itself. Thread-safe.
#ifndef FULMAR_EDGE_AUTH_RATE_LIMIT_H
#define FULMAR_EDGE_AUTH_RATE_LIMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "edge/auth/ip.h"
#include "edge/auth/principal.h"

enum { RATE_KEY_SIZE = 64, RATE_LIMIT_MAX = 60000, RATE_BURST_MAX = 250, RATE_RULES_MAX = 32 };
#define RATE_WINDOW_MIN_NS INT64_C(100000000)      // 100 ms
#define RATE_WINDOW_MAX_NS INT64_C(86400000000000) // a day

// Whom a rule counts.
enum rate_by {
    RATE_BY_CALLER, // the address (ip_caller)
    RATE_BY_USER, // the user, or the API key that came in its place; the address where there is neither
    RATE_BY_TENANT, // all of a tenant together
};

struct rate_rule {
    const char *name; // "login"
    const char *summary;
    enum rate_by by;
    uint32_t limit;    // 1 to RATE_LIMIT_MAX, as limit + burst
    uint32_t burst;    // at most RATE_BURST_MAX
    int64_t window_ns; // RATE_WINDOW_MIN_NS to RATE_WINDOW_MAX_NS
};

// The rules of a server: those of the table, some of them changed.
struct rate_rules {
    struct rate_rule rows[RATE_RULES_MAX];
    size_t count;
};
void rate_rules_init(struct rate_rules *rules);
// "login=10/1m", "read=2000/1m+500": limit / window + burst. ERR_NOT_FOUND, ERR_PARSE, ERR_RANGE.
int rate_rules_change(struct rate_rules *rules, const char *text) MUST_USE;
// NULL: there is no rule of that name.
const struct rate_rule *rate_rules_find(const struct rate_rules *rules, const char *name);

struct rate_result {
    bool allowed;
    uint32_t limit;     // RateLimit-Limit
    uint32_t remaining; // RateLimit-Remaining: that would pass now
    int64_t reset_ns;   // RateLimit-Reset: until the window is empty again when nothing more comes
    int64_t retry_ns;   // Retry-After: 0 when allowed
};

struct rate_limiter;

// Room for at least `keys` keys (rounded up to a power of two); ERR_NOMEM.
int rate_limiter_open(size_t keys, struct rate_limiter **ret_limiter) MUST_USE;
void rate_limiter_close(struct rate_limiter *limiter);          // NULL is fine
size_t rate_limiter_memory(const struct rate_limiter *limiter); // bytes

// Counts a request of `key` under `rule`. A clock that goes back counts as one that stands.
struct rate_result rate_take(struct rate_limiter *limiter, const struct rate_rule *rule,
                             const void *key, size_t key_size, int64_t now_ns);

// The same with the key that the rule counts; `principal` NULL: nobody is known yet.
struct rate_result rate_take_request(struct rate_limiter *limiter, const struct rate_rule *rule,
                                     const struct principal *principal, const struct ip *address,
                                     int64_t now_ns);

#endif
