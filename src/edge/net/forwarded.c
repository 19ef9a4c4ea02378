// SPDX-License-Identifier: Apache-2.0
#include "edge/net/forwarded.h"

#include <string.h>

// The last piece of a list, blanks taken off; the list ends before it afterwards. False: there is none.
static bool last_piece(const char *list, size_t *len, const char **ret_at, size_t *ret_size) {
    size_t end = *len, at;
    if (end == SIZE_MAX) return false;
    for (at = end; at > 0 && list[at - 1] != ',';) at--;
    *len = at > 0 ? at - 1 : SIZE_MAX;
    while (at < end && (list[at] == ' ' || list[at] == '\t')) at++;
    while (end > at && (list[end - 1] == ' ' || list[end - 1] == '\t')) end--;
    *ret_at = list + at;
    *ret_size = end - at;
    return true;
}

static bool is_port(const char *at, size_t size) {
    if (size == 0 || size > 5) return false;
    for (size_t i = 0; i < size; i++)
        if (at[i] < '0' || at[i] > '9') return false;
    return true;
}

// An address, perhaps in brackets, perhaps with a port.
static int parse_hop(const char *at, size_t size, struct net_address *ret_address) {
    if (size > 0 && at[0] == '[') {
        const char *close = memchr(at, ']', size);
        if (close == NULL) return ERR_PARSE;
        size_t behind = size - (size_t)(close + 1 - at);
        if (behind > 0 && (close[1] != ':' || !is_port(close + 2, behind - 1))) return ERR_PARSE;
        return net_address_parse(at + 1, (size_t)(close - at - 1), ret_address);
    }
    const char *colon = memchr(at, ':', size);
    bool port = colon != NULL && memchr(at, '.', (size_t)(colon - at)) != NULL &&
                is_port(colon + 1, size - (size_t)(colon + 1 - at));
    return net_address_parse(at, port ? (size_t)(colon - at) : size, ret_address);
}

struct net_address forwarded_client(const struct net_address *peer, const char *forwarded_for,
                                    const struct net_ranges *trusted) {
    struct net_address client = *peer;
    size_t len = forwarded_for != NULL ? strlen(forwarded_for) : SIZE_MAX, size;
    const char *at;
    for (int hops = 0; hops < FORWARDED_HOPS_MAX && net_ranges_hold(trusted, &client); hops++) {
        if (!last_piece(forwarded_for, &len, &at, &size)) break;
        if (parse_hop(at, size, &client) < 0) break;
    }
    return client;
}

bool forwarded_is_tls(const struct net_address *peer, bool is_tls, const char *forwarded_proto,
                      const struct net_ranges *trusted) {
    return is_tls || (forwarded_proto != NULL && strcmp(forwarded_proto, "https") == 0 &&
                      net_ranges_hold(trusted, peer));
}
