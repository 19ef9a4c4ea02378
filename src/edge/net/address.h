// SPDX-License-Identifier: Apache-2.0
// Internet addresses and ranges of them: pure, without a look-up of names.
#ifndef FULMAR_EDGE_NET_ADDRESS_H
#define FULMAR_EDGE_NET_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { NET_ADDRESS_SIZE = 16, NET_ADDRESS_TEXT_SIZE = 56 };

// IPv4 and IPv6 as 16 bytes: an IPv4 address stands as ::ffff:a.b.c.d, so that a client is the same whichever socket it
// came in by. No scope. `port` is 0 where there is none; comparing and ranges leave it out.
struct net_address {
    uint8_t bytes[NET_ADDRESS_SIZE];
    uint16_t port;
    bool ipv4;
};

// "192.0.2.1", "2001:db8::1": nothing before, nothing behind, no port, no zone. IPv4 is four decimal numbers without
// leading zeros. ::ffff:192.0.2.1 is IPv4. ERR_PARSE (no story).
int net_address_parse(const char *text, size_t len, struct net_address *ret_address) MUST_USE;
// The shortest form of RFC 5952, without the port; returns the length. size >= NET_ADDRESS_TEXT_SIZE.
size_t net_address_print(char *buf, size_t size, const struct net_address *address);
bool net_address_equal(const struct net_address *a, const struct net_address *b);

// 127.0.0.0/8 and ::1: what never leaves the machine. Text that is no address is not ("localhost" is, as the one name
// that RFC 6761 keeps for it).
bool net_address_is_loopback(const struct net_address *address);
bool net_is_loopback(const char *host);

// The first `bits` bits of an address. IPv4 ranges have 0 to 32 bits, IPv6 0 to 128.
struct net_range {
    struct net_address first;
    int bits;
};

// "192.0.2.0/24", "2001:db8::/32"; an address alone is itself: /32 or /128. Bits behind the mask must be zero, so that
// a slip of the pen is no wider range. ERR_PARSE with a story that names what would be right.
int net_range_parse(const char *text, size_t len, struct net_range *ret_range) MUST_USE;
// IPv4 addresses are in IPv4 ranges alone, IPv6 in IPv6.
bool net_range_holds(const struct net_range *range, const struct net_address *address);

// A list of ranges in the caller's memory.
struct net_ranges {
    const struct net_range *items;
    size_t count;
};
bool net_ranges_hold(const struct net_ranges *ranges, const struct net_address *address);

// What one customer of a provider has: an IPv4 address or an IPv6 /64. Same customer, same key; `seed` keeps strangers
// from choosing keys that collide.
uint64_t net_address_key(const struct net_address *address, uint64_t seed);

#endif
