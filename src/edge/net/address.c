// SPDX-License-Identifier: Apache-2.0
#include "edge/net/address.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/check.h"
#include "base/hash.h"

enum { MAPPED_SIZE = 12, IPV4_BITS = 32, IPV6_BITS = 128, PREFIX_SIZE = 8 };

static const uint8_t mapped[MAPPED_SIZE] = {[10] = 0xff, [11] = 0xff};

int net_address_parse(const char *text, size_t len, struct net_address *ret_address) {
    char copy[INET6_ADDRSTRLEN];
    struct net_address address = {0};
    if (len == 0 || len >= sizeof copy || memchr(text, '\0', len) != NULL) return ERR_PARSE;
    memcpy(copy, text, len);
    copy[len] = '\0';
    if (inet_pton(AF_INET, copy, address.bytes + MAPPED_SIZE) == 1)
        memcpy(address.bytes, mapped, MAPPED_SIZE);
    else if (inet_pton(AF_INET6, copy, address.bytes) != 1)
        return ERR_PARSE;
    address.ipv4 = memcmp(address.bytes, mapped, MAPPED_SIZE) == 0;
    *ret_address = address;
    return 0;
}

size_t net_address_print(char *buf, size_t size, const struct net_address *address) {
    CHECK(size >= NET_ADDRESS_TEXT_SIZE);
    const void *bytes = address->ipv4 ? address->bytes + MAPPED_SIZE : address->bytes;
    CHECK(inet_ntop(address->ipv4 ? AF_INET : AF_INET6, bytes, buf, (socklen_t)size) != NULL);
    return strlen(buf);
}

bool net_address_equal(const struct net_address *a, const struct net_address *b) {
    return memcmp(a->bytes, b->bytes, NET_ADDRESS_SIZE) == 0;
}

bool net_address_is_loopback(const struct net_address *address) {
    static const uint8_t one[NET_ADDRESS_SIZE] = {[NET_ADDRESS_SIZE - 1] = 1};
    if (address->ipv4) return address->bytes[MAPPED_SIZE] == 127;
    return memcmp(address->bytes, one, sizeof one) == 0;
}

bool net_is_loopback(const char *host) {
    struct net_address address;
    if (strcmp(host, "localhost") == 0) return true;
    return net_address_parse(host, strlen(host), &address) == 0 &&
           net_address_is_loopback(&address);
}

// How many of the first bits are the same.
static int common_bits(const struct net_address *a, const struct net_address *b) {
    for (int i = 0; i < NET_ADDRESS_SIZE; i++) {
        unsigned differ = (unsigned)(a->bytes[i] ^ b->bytes[i]);
        if (differ != 0) return i * 8 + __builtin_clz(differ) - 24;
    }
    return IPV6_BITS;
}

// Whether no bit behind the mask is set.
static bool is_masked(const struct net_address *first, int bits) {
    for (int i = bits; i < IPV6_BITS; i++)
        if (first->bytes[i / 8] & 0x80 >> i % 8) return false;
    return true;
}

static int parse_bits(const char *text, size_t len, int most) {
    int bits = 0;
    if (len == 0 || len > 3 || (len > 1 && text[0] == '0')) return -1;
    for (size_t i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '9') return -1;
        bits = bits * 10 + text[i] - '0';
    }
    return bits <= most ? bits : -1;
}

int net_range_parse(const char *text, size_t len, struct net_range *ret_range) {
    const char *slash = memchr(text, '/', len);
    size_t address_len = slash != NULL ? (size_t)(slash - text) : len;
    struct net_range range;
    int shown = len < 64 ? (int)len : 64;
    if (net_address_parse(text, address_len, &range.first) < 0)
        return ERR_SET(ERR_PARSE,
                       "'%.*s' is no range of addresses; 192.0.2.0/24 and 2001:db8::/32 are", shown,
                       text);
    int most = range.first.ipv4 ? IPV4_BITS : IPV6_BITS;
    int bits = slash == NULL ? most : parse_bits(slash + 1, len - address_len - 1, most);
    if (bits < 0)
        return ERR_SET(ERR_PARSE, "'%.*s': behind the slash stands a number from 0 to %d", shown,
                       text, most);
    range.bits = bits + IPV6_BITS - most;
    if (!is_masked(&range.first, range.bits))
        return ERR_SET(ERR_PARSE, "'%.*s' has bits behind its mask; those have to be zero", shown,
                       text);
    range.bits = bits;
    *ret_range = range;
    return 0;
}

bool net_range_holds(const struct net_range *range, const struct net_address *address) {
    int before = range->first.ipv4 ? IPV6_BITS - IPV4_BITS : 0;
    return range->first.ipv4 == address->ipv4 &&
           common_bits(&range->first, address) >= before + range->bits;
}

bool net_ranges_hold(const struct net_ranges *ranges, const struct net_address *address) {
    for (size_t i = 0; i < ranges->count; i++)
        if (net_range_holds(&ranges->items[i], address)) return true;
    return false;
}

uint64_t net_address_key(const struct net_address *address, uint64_t seed) {
    return hash64(seed, address->bytes, address->ipv4 ? NET_ADDRESS_SIZE : PREFIX_SIZE);
}
