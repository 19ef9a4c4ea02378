// SPDX-License-Identifier: Apache-2.0
// Who may come at all, before anything of a request is looked at: networks that are allowed and denied, callers that
// are banned, and which address a request is from where proxies of ours stand in front.
//
// A strike is what only a caller at fault does: credentials that are none, paths that are guessed, limits that are run
// into (edge/auth/auth.h has the count and the bans). This machine itself is neither denied nor banned.
#ifndef FULMAR_EDGE_API_DOOR_H
#define FULMAR_EDGE_API_DOOR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "edge/auth/auth.h"
#include "edge/auth/ip_rule.h"
#include "edge/net/server.h"

enum { DOOR_PROXIES_MAX = 32 };

struct door {
    struct ip_rules rules;
    struct net_range proxies[DOOR_PROXIES_MAX];
    size_t proxy_count;
    struct auth *auth; // NULL: nobody is banned
    uint64_t denied;   // connections and requests turned away by the rules
    uint64_t banned;   // by a ban
    uint64_t strikes;
};

enum door_verdict { DOOR_OPEN, DOOR_DENIED, DOOR_BANNED };

// Networks with blanks between; NULL or "": none. ERR_PARSE names the word that is none, ERR_FULL.
int door_init(struct door *door, const char *allow, const char *deny, const char *proxies,
              struct auth *auth) MUST_USE;
struct net_ranges door_proxies(const struct door *door);

// Whether a connection is taken: one of a proxy is, whoever it speaks for.
bool door_admit(struct door *door, const struct net_address *peer, int64_t now_ns);
// Who a request is from, and whether the caller spoke TLS.
void door_caller(const struct door *door, const struct http_request *request,
                 struct net_address *ret_caller, bool *ret_tls);
// *ret_wait_ns: of a ban.
enum door_verdict door_check(struct door *door, const struct net_address *caller, int64_t now_ns,
                             int64_t *ret_wait_ns);
void door_strike(struct door *door, const struct net_address *caller, int64_t now_ns);

struct ip door_ip(const struct net_address *address);

#endif
