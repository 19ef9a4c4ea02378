// SPDX-License-Identifier: Apache-2.0
#include "edge/auth/ip.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"

static const uint8_t v4_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
enum { V4_BITS = 96, CALLER_BITS = 64 };

int ip_parse(const char *text, size_t len, struct ip *ret_ip) {
    char copy[IP_TEXT_SIZE];
    struct ip ip;
    if (len == 0 || len >= sizeof copy || memchr(text, '\0', len) != NULL) return ERR_PARSE;
    memcpy(copy, text, len);
    copy[len] = '\0';
    memcpy(ip.bytes, v4_prefix, sizeof v4_prefix);
    if (inet_pton(AF_INET, copy, ip.bytes + sizeof v4_prefix) != 1 &&
        inet_pton(AF_INET6, copy, ip.bytes) != 1)
        return ERR_PARSE;
    *ret_ip = ip;
    return 0;
}

// One to three digits without a leading zero, at most `max`; -1 otherwise.
static int parse_bits(const char *text, size_t len, int max) {
    int bits = 0;
    if (len == 0 || len > 3 || (len > 1 && text[0] == '0')) return -1;
    for (size_t i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '9') return -1;
        bits = bits * 10 + text[i] - '0';
    }
    return bits <= max ? bits : -1;
}

int ip_network_parse(const char *text, size_t len, struct ip_network *ret_network) {
    const char *slash = memchr(text, '/', len);
    size_t address = slash == NULL ? len : (size_t)(slash - text);
    struct ip ip;
    TRY(ip_parse(text, address, &ip));
    // ::ffff:1.2.3.4/96 is written with colons and counts all of its bits.
    bool dotted = memchr(text, ':', address) == NULL;
    int bits = 128;
    if (slash != NULL) {
        bits = parse_bits(slash + 1, len - address - 1, dotted ? 32 : 128);
        if (bits < 0) return ERR_PARSE;
        bits += dotted ? V4_BITS : 0;
    }
    struct ip base = ip_mask(&ip, (unsigned)bits);
    if (!ip_equal(&base, &ip)) return ERR_PARSE;
    *ret_network = (struct ip_network){.base = base, .bits = (uint8_t)bits};
    return 0;
}

bool ip_is_v4(const struct ip *ip) {
    return memcmp(ip->bytes, v4_prefix, sizeof v4_prefix) == 0;
}

bool ip_is_loopback(const struct ip *ip) {
    static const uint8_t one[16] = {[15] = 1};
    return ip_is_v4(ip) ? ip->bytes[12] == 127 : memcmp(ip->bytes, one, sizeof one) == 0;
}

struct ip ip_caller(const struct ip *ip) {
    return ip_is_v4(ip) ? *ip : ip_mask(ip, CALLER_BITS);
}

struct ip ip_mask(const struct ip *ip, unsigned bits) {
    struct ip masked = {{0}};
    CHECK(bits <= 128);
    memcpy(masked.bytes, ip->bytes, bits / 8);
    if (bits % 8 != 0)
        masked.bytes[bits / 8] = ip->bytes[bits / 8] & (uint8_t)(0xff00u >> (bits % 8));
    return masked;
}

bool ip_equal(const struct ip *a, const struct ip *b) {
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

bool ip_within(const struct ip *ip, const struct ip_network *network) {
    // ::/0 is every IPv6 address, not every IPv4 one.
    if (ip_is_v4(ip) && network->bits < V4_BITS) return false;
    struct ip masked = ip_mask(ip, network->bits);
    return ip_equal(&masked, &network->base);
}

size_t ip_print(char buf[IP_TEXT_SIZE], const struct ip *ip) {
    const char *text = ip_is_v4(ip) ? inet_ntop(AF_INET, ip->bytes + 12, buf, IP_TEXT_SIZE)
                                    : inet_ntop(AF_INET6, ip->bytes, buf, IP_TEXT_SIZE);
    CHECK(text != NULL);
    return strlen(buf);
}

size_t ip_network_print(char buf[IP_NETWORK_TEXT_SIZE], const struct ip_network *network) {
    bool v4 = network->bits >= V4_BITS && ip_is_v4(&network->base);
    size_t len = ip_print(buf, &network->base);
    return len + (size_t)snprintf(buf + len, IP_NETWORK_TEXT_SIZE - len, "/%d",
                                  network->bits - (v4 ? V4_BITS : 0));
}
