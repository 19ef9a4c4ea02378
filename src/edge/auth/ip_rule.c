// SPDX-License-Identifier: Apache-2.0
#include "edge/auth/ip_rule.h"

#include <stdio.h>
#include <string.h>

int ip_list_parse(const char *text, struct ip_list *ret_list) {
    static const char between[] = " ,\n";
    struct ip_list list = {.count = 0};
    for (const char *at = text + strspn(text, between); *at != '\0'; at += strspn(at, between)) {
        size_t len = strcspn(at, between);
        if (list.count == IP_LIST_MAX)
            return ERR_SET(ERR_FULL, "more than %d networks in a list", IP_LIST_MAX);
        if (ip_network_parse(at, len, &list.networks[list.count]) < 0)
            return ERR_SET(ERR_PARSE,
                           "'%.*s' is no address and no network; right would be 10.0.0.0/8, "
                           "192.0.2.7 or 2001:db8::/32, with no bit set behind the mask",
                           len > 60 ? 60 : (int)len, at);
        list.count++;
        at += len;
    }
    *ret_list = list;
    return 0;
}

int ip_list_print(const struct ip_list *list, char *buf, size_t size) {
    size_t len = 0;
    if (size > 0) buf[0] = '\0';
    for (size_t i = 0; i < list->count; i++) {
        char one[IP_NETWORK_TEXT_SIZE];
        size_t more = ip_network_print(one, &list->networks[i]);
        if (len + more + 2 > size) return ERR_SET(ERR_FULL, "a list of networks is too long");
        len += (size_t)snprintf(buf + len, size - len, "%s%s", i > 0 ? " " : "", one);
    }
    return 0;
}

bool ip_list_has(const struct ip_list *list, const struct ip *ip) {
    for (size_t i = 0; i < list->count; i++)
        if (ip_within(ip, &list->networks[i])) return true;
    return false;
}

bool ip_rules_allow(const struct ip_rules *rules, const struct ip *ip) {
    if (ip_list_has(&rules->deny, ip)) return false;
    return rules->allow.count == 0 || ip_list_has(&rules->allow, ip);
}
