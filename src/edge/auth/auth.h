// SPDX-License-Identifier: Apache-2.0
// Identity as a server has it: secrets, what is known of people, and who waits after failures. One a process.
//
// Two kinds of calls. Those that every request makes (auth_bearer, auth_signed) look at memory alone and take some
// microseconds, on any thread. Those that change something (login.h, session.h, factor.h, user.h, key_store.h) take a
// connection to the database and may take a quarter of a second of processor for a password: they belong on a
// work_pool.h of two threads and a queue of 32, one connection a thread.
//
// What somebody may do is access.h's; how often, rate_limit.h's.
#ifndef FULMAR_EDGE_AUTH_AUTH_H
#define FULMAR_EDGE_AUTH_AUTH_H

#include "edge/auth/api_key.h"
#include "edge/auth/audit.h"
#include "edge/auth/principal.h"
#include "edge/auth/secrets.h"
#include "edge/sql/sql.h"

struct auth;

struct auth_options {
    const struct secrets *secrets; // copied
    int password_cost;             // 0: PASSWORD_COST
    size_t denied_max;             // 0: 65,536 sessions
    size_t nonce_max;              // 0: 262,144 signed requests within a minute
    size_t waiting_max;            // 0: 65,536 names and addresses that failed
    int64_t sessions_max;          // of one user; 0: 10. The oldest ends when another one begins.
};

int auth_open(const struct auth_options *options, struct auth **ret_auth) MUST_USE;
void auth_close(struct auth *auth); // NULL is fine

// Reads people, keys and denied sessions: once before the first request.
int auth_load(struct auth *auth, struct sql *sql, int64_t now_ns) MUST_USE;
// What other processes changed; each second. Removes rows whose time is long over now and then.
int auth_refresh(struct auth *auth, struct sql *sql, int64_t now_ns) MUST_USE;

enum auth_verdict {
    AUTH_KNOWN,
    AUTH_REFUSED, // 401; auth_reason tells logs why, nobody else
    AUTH_BUSY     // 503: too many signed requests to remember
};

// Who sends this in Authorization: Bearer, an access token or an API key. The principal is written when AUTH_KNOWN.
// ret_reason: a word for logs and counters, of static storage; never NULL.
enum auth_verdict auth_bearer(struct auth *auth, const char *text, size_t len,
                              const struct ip *address, int64_t now_ns,
                              struct principal *ret_principal, const char **ret_reason);

// Who signed this request with the key of that id.
enum auth_verdict auth_signed(struct auth *auth, const char *key_id,
                              const struct signed_request *request, const struct ip *address,
                              int64_t now_ns, struct principal *ret_principal,
                              const char **ret_reason);

// Whether what was found at the beginning of a long connection still holds: for streams, each second or so.
bool auth_still(struct auth *auth, const struct principal *principal, int64_t now_ns);

// Who does something, as the audit and login_sessions have it.
struct auth_caller {
    struct ip address;
    const char *agent;      // User-Agent; "" where there is none
    const char *request_id; // ""
    int64_t now_ns;
};

// A ticket for a stream, good once within 30 s, for who holds the session or key of the principal. ret_ticket has
// AUTH_TICKET_SIZE bytes. ERR_FULL.
enum { AUTH_TICKET_SIZE = 44, AUTH_TICKETS_MAX = 4096 };
int auth_ticket_issue(struct auth *auth, const struct principal *principal, int64_t now_ns,
                      char ret_ticket[AUTH_TICKET_SIZE]) MUST_USE;
bool auth_ticket_redeem(struct auth *auth, const char *ticket, size_t len, int64_t now_ns,
                        struct principal *ret_principal);

#endif
