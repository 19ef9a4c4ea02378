// SPDX-License-Identifier: Apache-2.0
#include "edge/auth/rate_limit.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/timestamp.h"
#include "edge/auth/secret.h"

// A draw on the burst is kept in 256ths, so that a part of one can come back with every span.
enum { WAYS = 8, SPANS = 21, SLOTS = SPANS + 1, BURST_WINDOWS = 10, DRAW = 256 };

struct entry {
    uint64_t key; // 0: free
    int64_t last_ns;
    uint16_t counts[SLOTS]; // of span s at s % SLOTS
    uint16_t drawn;         // of the burst, in DRAWths
    uint16_t window_s;      // at least, for who makes room
};
_Static_assert(sizeof(struct entry) == RATE_KEY_SIZE, "as the header says");

struct rate_limiter {
    pthread_mutex_t lock;
    struct siphash_key hash;
    size_t mask; // of sets
    struct entry *entries;
};

int rate_limiter_open(size_t keys, struct rate_limiter **ret_limiter) {
    size_t sets = 1;
    while (sets * WAYS < keys) sets *= 2;
    struct rate_limiter *limiter = calloc(1, sizeof *limiter);
    if (limiter == NULL ||
        (limiter->entries = calloc(sets * WAYS, sizeof *limiter->entries)) == NULL) {
        free(limiter);
        return ERR_SET(ERR_NOMEM, "no memory for the rate limits of %zu keys", keys);
    }
    limiter->mask = sets - 1;
    secret_random(&limiter->hash, sizeof limiter->hash);
    pthread_mutex_init(&limiter->lock, NULL);
    *ret_limiter = limiter;
    return 0;
}

void rate_limiter_close(struct rate_limiter *limiter) {
    if (limiter == NULL) return;
    pthread_mutex_destroy(&limiter->lock);
    free(limiter->entries);
    free(limiter);
}

size_t rate_limiter_memory(const struct rate_limiter *limiter) {
    return sizeof *limiter + (limiter->mask + 1) * WAYS * sizeof(struct entry);
}

// Rules count apart, so the rule's name is part of the key.
static uint64_t hash_of(const struct rate_limiter *limiter, const struct rate_rule *rule,
                        const void *key, size_t size) {
    uint64_t pair[2] = {siphash(&limiter->hash, rule->name, strlen(rule->name)),
                        siphash(&limiter->hash, key, size)};
    uint64_t mixed = siphash(&limiter->hash, pair, sizeof pair);
    return mixed != 0 ? mixed : 1;
}

static uint32_t sum(const struct entry *entry) {
    uint32_t total = 0;
    for (int i = 0; i < SLOTS; i++) total += entry->counts[i];
    return total;
}

// What is lost when the entry goes; 0: nothing.
static uint32_t worth(const struct entry *entry, int64_t now_ns) {
    int64_t kept_ns = (int64_t)entry->window_s * NS_PER_S;
    if (entry->key == 0 || entry->last_ns + kept_ns + kept_ns / SPANS + 1 <= now_ns) return 0;
    return 1 + sum(entry);
}

static struct entry *locate(struct rate_limiter *limiter, const struct rate_rule *rule,
                            uint64_t key, int64_t now_ns) {
    struct entry *set = &limiter->entries[(key & limiter->mask) * WAYS], *least = set;
    uint32_t least_worth = UINT32_MAX;
    for (int i = 0; i < WAYS; i++)
        if (set[i].key == key) return &set[i];
    for (int i = 0; i < WAYS; i++) {
        uint32_t value = worth(&set[i], now_ns);
        if (value >= least_worth) continue;
        least = &set[i];
        least_worth = value;
    }
    *least = (struct entry){.key = key,
                            .last_ns = now_ns,
                            .window_s =
                                (uint16_t)((rule->window_ns + NS_PER_S - 1) / NS_PER_S > UINT16_MAX
                                               ? UINT16_MAX
                                               : (rule->window_ns + NS_PER_S - 1) / NS_PER_S)};
    return least;
}

static int64_t span_of(const struct rate_rule *rule) {
    return (rule->window_ns + SPANS - 1) / SPANS;
}

// Forgets the spans that have left the window since the entry's last request.
static void advance(struct entry *entry, const struct rate_rule *rule, int64_t now_ns) {
    int64_t span_ns = span_of(rule), before = entry->last_ns / span_ns, now = now_ns / span_ns;
    int64_t passed = now - before;
    for (int64_t i = 1; i <= passed && i <= SLOTS; i++) entry->counts[(before + i) % SLOTS] = 0;
    int64_t back = passed > SPANS * BURST_WINDOWS
                       ? UINT16_MAX
                       : passed * (int64_t)rule->burst * DRAW / (SPANS * BURST_WINDOWS);
    entry->drawn = back >= entry->drawn ? 0 : (uint16_t)(entry->drawn - back);
    if (entry->drawn > rule->burst * DRAW) entry->drawn = (uint16_t)(rule->burst * DRAW);
    entry->last_ns = now_ns;
}

// Until as many of the oldest spans have left that one more passes without the burst.
static int64_t time_to_pass(const struct entry *entry, const struct rate_rule *rule) {
    int64_t span_ns = span_of(rule), now = entry->last_ns / span_ns;
    uint32_t left = sum(entry);
    int64_t passed = 0;
    while (left >= rule->limit && passed < SLOTS) {
        passed++;
        left -= entry->counts[(now + passed) % SLOTS];
    }
    return (now + passed) * span_ns - entry->last_ns;
}

static int64_t time_to_empty(const struct entry *entry, const struct rate_rule *rule) {
    int64_t span_ns = span_of(rule), now = entry->last_ns / span_ns;
    for (int64_t age = 0; age < SLOTS; age++)
        if (entry->counts[(now - age + SLOTS) % SLOTS] > 0)
            return (now - age + SLOTS) * span_ns - entry->last_ns;
    return 0;
}

static struct rate_result take(struct entry *entry, const struct rate_rule *rule) {
    int64_t span_ns = span_of(rule), now = entry->last_ns / span_ns;
    uint32_t all = sum(entry), most = rule->limit + rule->burst;
    uint32_t oldest = entry->counts[(now + 1) % SLOTS];
    // What part of the oldest span has left the window.
    uint32_t gone = (uint32_t)((unsigned __int128)oldest * (uint64_t)(entry->last_ns % span_ns) /
                               (uint64_t)span_ns);
    uint32_t within = all - gone, burst_left = (rule->burst * DRAW - entry->drawn) / DRAW;
    uint32_t plain_left = within < rule->limit ? rule->limit - within : 0;
    uint32_t left = plain_left + burst_left;
    if (left > most - (all < most ? all : most)) left = most - (all < most ? all : most);
    struct rate_result result = {.allowed = left > 0, .limit = rule->limit};
    if (result.allowed) {
        entry->counts[now % SLOTS]++;
        if (plain_left == 0) entry->drawn = (uint16_t)(entry->drawn + DRAW);
        left--;
    } else {
        result.retry_ns = time_to_pass(entry, rule);
        if (result.retry_ns <= 0) result.retry_ns = span_ns;
    }
    result.remaining = left;
    result.reset_ns = time_to_empty(entry, rule);
    return result;
}

struct rate_result rate_take(struct rate_limiter *limiter, const struct rate_rule *rule,
                             const void *key, size_t key_size, int64_t now_ns) {
    CHECK(now_ns >= 0 && rule->limit > 0 && rule->burst <= RATE_BURST_MAX &&
          rule->limit + rule->burst <= RATE_LIMIT_MAX);
    uint64_t hash = hash_of(limiter, rule, key, key_size);
    pthread_mutex_lock(&limiter->lock);
    struct entry *entry = locate(limiter, rule, hash, now_ns);
    advance(entry, rule, now_ns > entry->last_ns ? now_ns : entry->last_ns);
    struct rate_result result = take(entry, rule);
    pthread_mutex_unlock(&limiter->lock);
    return result;
}

// The first word says what the second is, so that user 7 and tenant 7 are two keys.
struct rate_result rate_take_request(struct rate_limiter *limiter, const struct rate_rule *rule,
                                     const struct principal *principal, const struct ip *address,
                                     int64_t now_ns) {
    if (principal == NULL || rule->by == RATE_BY_CALLER) {
        struct ip caller = ip_caller(address);
        return rate_take(limiter, rule, caller.bytes, sizeof caller.bytes, now_ns);
    }
    bool tenant = rule->by == RATE_BY_TENANT, key = !tenant && principal->key_id != 0;
    int64_t words[3] = {tenant ? 1
                        : key  ? 2
                               : 3,
                        tenant ? principal->tenant_id
                        : key  ? principal->key_id
                               : principal->user_id,
                        0};
    return rate_take(limiter, rule, words, sizeof words, now_ns);
}
