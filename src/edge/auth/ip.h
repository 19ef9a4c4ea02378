// SPDX-License-Identifier: Apache-2.0
// Internet addresses and networks. An IPv4 address is kept as ::ffff:a.b.c.d, so that one compares as it is however it
// arrived. Text is read strictly: four decimal numbers without leading zeros, or RFC 4291; no zones, no blanks. A
// network without a mask is one address (/32, /128), and one with bits set behind its mask is refused.
#ifndef FULMAR_EDGE_AUTH_IP_H
#define FULMAR_EDGE_AUTH_IP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { IP_TEXT_SIZE = 46, IP_NETWORK_TEXT_SIZE = 50 };

struct ip {
    uint8_t bytes[16];
};

struct ip_network {
    struct ip base;
    uint8_t bits; // 0 to 128; of an IPv4 network 96 and more
    uint8_t reserved[7];
};

// ERR_PARSE without a story.
int ip_parse(const char *text, size_t len, struct ip *ret_ip) MUST_USE;
int ip_network_parse(const char *text, size_t len, struct ip_network *ret_network) MUST_USE;

bool ip_is_v4(const struct ip *ip);
bool ip_is_loopback(const struct ip *ip);
// What counts as one caller: an IPv4 address, or the /64 of an IPv6 one.
struct ip ip_caller(const struct ip *ip);
// The first `bits` of an address, the rest zero.
struct ip ip_mask(const struct ip *ip, unsigned bits);

bool ip_equal(const struct ip *a, const struct ip *b);
bool ip_within(const struct ip *ip, const struct ip_network *network);

// RFC 5952, and dotted for IPv4. Return the length.
size_t ip_print(char buf[IP_TEXT_SIZE], const struct ip *ip);
size_t ip_network_print(char buf[IP_NETWORK_TEXT_SIZE], const struct ip_network *network);

#endif
