// SPDX-License-Identifier: Apache-2.0
// Who may connect at all: lists of networks that are allowed and denied.
#ifndef FULMAR_EDGE_AUTH_IP_RULE_H
#define FULMAR_EDGE_AUTH_IP_RULE_H

#include "edge/auth/ip.h"

enum { IP_LIST_MAX = 64 };

struct ip_list {
    struct ip_network networks[IP_LIST_MAX];
    size_t count;
};

struct ip_rules {
    struct ip_list allow; // empty: everybody whom `deny` leaves
    struct ip_list deny;  // comes first
};

// Networks with blanks or commas between; "" is none. ERR_PARSE names the word that is none, ERR_FULL.
int ip_list_parse(const char *text, struct ip_list *ret_list) MUST_USE;
// The same, one canonical text; ERR_FULL when it does not fit.
int ip_list_print(const struct ip_list *list, char *buf, size_t size) MUST_USE;
bool ip_list_has(const struct ip_list *list, const struct ip *ip);

bool ip_rules_allow(const struct ip_rules *rules, const struct ip *ip);

#endif
