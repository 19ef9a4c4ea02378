// SPDX-License-Identifier: Apache-2.0
#include "edge/api/door.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "edge/net/forwarded.h"

enum { FORWARDED_MAX = 4096 };

int door_init(struct door *door, const char *allow, const char *deny, const char *proxies,
              struct auth *auth) {
    *door = (struct door){.auth = auth};
    TRY(ip_list_parse(allow != NULL ? allow : "", &door->rules.allow));
    TRY(ip_list_parse(deny != NULL ? deny : "", &door->rules.deny));
    for (const char *at = proxies; at != NULL && *at != '\0';) {
        size_t size = strcspn(at, " ");
        if (size > 0 && door->proxy_count == DOOR_PROXIES_MAX)
            return ERR_SET(ERR_FULL, "more than %d networks of proxies", DOOR_PROXIES_MAX);
        if (size > 0) TRY(net_range_parse(at, size, &door->proxies[door->proxy_count++]));
        at += size + (at[size] == ' ');
    }
    return 0;
}

struct net_ranges door_proxies(const struct door *door) {
    return (struct net_ranges){door->proxies, door->proxy_count};
}

struct ip door_ip(const struct net_address *address) {
    struct ip ip;
    memcpy(ip.bytes, address->bytes, sizeof ip.bytes);
    return ip;
}

enum door_verdict door_check(struct door *door, const struct net_address *caller, int64_t now_ns,
                             int64_t *ret_wait_ns) {
    struct ip ip = door_ip(caller);
    *ret_wait_ns = 0;
    if (net_address_is_loopback(caller)) return DOOR_OPEN;
    if (!ip_rules_allow(&door->rules, &ip)) {
        door->denied++;
        return DOOR_DENIED;
    }
    if (door->auth != NULL) *ret_wait_ns = auth_banned(door->auth, &ip, now_ns);
    if (*ret_wait_ns <= 0) return DOOR_OPEN;
    door->banned++;
    return DOOR_BANNED;
}

bool door_admit(struct door *door, const struct net_address *peer, int64_t now_ns) {
    struct net_ranges proxies = door_proxies(door);
    int64_t wait_ns;
    return net_ranges_hold(&proxies, peer) || door_check(door, peer, now_ns, &wait_ns) == DOOR_OPEN;
}

// All fields of that name as one list, as RFC 9110 has it.
static void join_fields(const struct http_request *request, const char *name, struct text *out) {
    for (size_t i = 0; i < request->field_count; i++) {
        const struct http_field *field = &request->fields[i];
        if (strcasecmp(request->head + field->name_at, name) != 0) continue;
        if (out->len > 0) text_add(out, ",");
        text_add_bytes(out, request->head + field->value_at, field->value_size);
    }
}

void door_caller(const struct door *door, const struct http_request *request,
                 struct net_address *ret_caller, bool *ret_tls) {
    struct net_ranges proxies = door_proxies(door);
    struct text list;
    *ret_caller = request->peer;
    *ret_tls = request->is_tls;
    if (!net_ranges_hold(&proxies, &request->peer)) return;
    text_init(&list, FORWARDED_MAX);
    join_fields(request, "X-Forwarded-For", &list);
    // A list that is too long is not believed at all.
    if (text_error(&list) == 0 && list.len > 0)
        *ret_caller = forwarded_client(&request->peer, text_string(&list), &proxies);
    text_fini(&list);
    *ret_tls = forwarded_is_tls(&request->peer, request->is_tls,
                                http_request_field(request, "X-Forwarded-Proto"), &proxies);
}

void door_strike(struct door *door, const struct net_address *caller, int64_t now_ns) {
    struct ip ip = door_ip(caller);
    door->strikes++;
    if (door->auth != NULL) auth_strike(door->auth, &ip, now_ns);
}
