// SPDX-License-Identifier: Apache-2.0
// The one choke point of authorization: a route's rule and who asks, in; a verdict, out. Whatever answers requests asks
// here twice: access_check before it does anything, access_object for each object that it names.
//
// What is not there and what is another tenant's (or another user's, where objects are a user's own) give the same
// verdict, so that nobody learns which.
#ifndef FULMAR_EDGE_AUTH_ACCESS_H
#define FULMAR_EDGE_AUTH_ACCESS_H

#include "edge/auth/principal.h"

// How long a step-up is good for.
#define ACCESS_STEP_UP_NS INT64_C(300000000000) // 5 minutes

struct route_rule {
    bool is_public;      // nobody has to be known; all else is ignored
    enum role min_role;  // ROLE_NONE: no rule was written, and nobody passes
    uint32_t scopes;     // all of these; not 0 unless public
    bool person_only;    // no API key, whatever its scopes: passwords, keys, second factors
    bool second_factor;  // shown at login; with min_role ROLE_ADMIN always
    bool step_up;        // and again within ACCESS_STEP_UP_NS: kill reset, keys, going live
    bool without_factor; // open to who has yet to set a second factor up, though the role needs one
};

enum access_verdict {
    ACCESS_ALLOW,
    ACCESS_UNKNOWN,        // 401: nobody is known
    ACCESS_DENIED,         // 403: role, scope, or a key where a person is asked for
    ACCESS_FACTOR_NEEDED,  // 403: log in with a second factor, or set one up
    ACCESS_STEP_UP_NEEDED, // 403: prove again that it is you
    ACCESS_NOT_FOUND,      // 404
};

// Whether a rule says enough to be used; a table with one that does not is a bug.
bool access_rule_is_whole(const struct route_rule *rule);

// `principal` NULL: nobody is known. `now_ns` against the principal's end and step-up. CHECKs that the rule is whole.
enum access_verdict access_check(const struct route_rule *rule, const struct principal *principal,
                                 int64_t now_ns);

// An admin whom that counts for: a person who showed the second factor, or a key.
bool access_is_admin(const struct principal *principal);

// Whose an object is, as its row says. tenant_id 0: there is no such row.
struct access_owner {
    int64_t tenant_id;
    int64_t
        user_id; // 0: all of the tenant may, as their role says; else this user and the tenant's admins
};
enum access_verdict access_object(const struct principal *principal, struct access_owner owner);

// 200, 401, 403, 404; and a stable word for problem details: "second_factor_needed".
int access_status(enum access_verdict verdict);
const char *access_word(enum access_verdict verdict);

// An admin may not be disabled, demoted or locked out by its own hand alone: whether `actor` may change user
// `user_id` of `tenant_id` at all.
enum access_verdict access_user(const struct principal *actor, int64_t user_id, int64_t tenant_id);

#endif
