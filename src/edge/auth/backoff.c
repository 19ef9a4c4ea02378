// SPDX-License-Identifier: Apache-2.0
#include "edge/auth/backoff.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/timestamp.h"
#include "edge/auth/secret.h"

enum { WAYS = 8 };

struct slot {
    uint64_t key; // 0: free
    int64_t last_ns;
    int64_t until_ns;
    uint32_t failures;
    uint32_t kind;
};
_Static_assert(sizeof(struct slot) == 32, "as the header says");

struct backoff {
    pthread_mutex_t lock;
    struct siphash_key hash;
    size_t mask; // of sets
    struct slot *slots;
};

static const struct backoff_policy policies[BACKOFF_KIND_COUNT] = {
    [BACKOFF_PAIR] = {4, NS_PER_S, 15 * NS_PER_MIN, 30 * NS_PER_MIN},
    [BACKOFF_NAME] = {20, NS_PER_S, NS_PER_MIN, 30 * NS_PER_MIN},
    [BACKOFF_CALLER] = {20, NS_PER_S, 15 * NS_PER_MIN, 30 * NS_PER_MIN},
    [BACKOFF_CODE] = {4, 5 * NS_PER_S, 15 * NS_PER_MIN, 60 * NS_PER_MIN},
    [BACKOFF_BAN] = {50, 5 * NS_PER_MIN, NS_PER_DAY, NS_PER_DAY},
};

const struct backoff_policy *backoff_policy(enum backoff_kind kind) {
    CHECK((unsigned)kind < BACKOFF_KIND_COUNT);
    return &policies[kind];
}

int backoff_open(size_t max, struct backoff **ret_backoff) {
    size_t sets = 1;
    while (sets * WAYS < max) sets *= 2;
    struct backoff *backoff = calloc(1, sizeof *backoff);
    if (backoff == NULL || (backoff->slots = calloc(sets * WAYS, sizeof *backoff->slots)) == NULL) {
        free(backoff);
        return ERR_SET(ERR_NOMEM, "no memory to count failed logins");
    }
    backoff->mask = sets - 1;
    secret_random(&backoff->hash, sizeof backoff->hash);
    pthread_mutex_init(&backoff->lock, NULL);
    *ret_backoff = backoff;
    return 0;
}

void backoff_close(struct backoff *backoff) {
    if (backoff == NULL) return;
    pthread_mutex_destroy(&backoff->lock);
    free(backoff->slots);
    free(backoff);
}

static uint64_t key_of(const struct backoff *backoff, enum backoff_kind kind, const void *key,
                       size_t size) {
    CHECK((unsigned)kind < BACKOFF_KIND_COUNT);
    uint64_t pair[2] = {siphash(&backoff->hash, key, size), (uint64_t)kind};
    uint64_t mixed = siphash(&backoff->hash, pair, sizeof pair);
    return mixed != 0 ? mixed : 1;
}

static struct slot *find(struct backoff *backoff, uint64_t key) {
    struct slot *set = &backoff->slots[(key & backoff->mask) * WAYS];
    for (int i = 0; i < WAYS; i++)
        if (set[i].key == key) return &set[i];
    return NULL;
}

// When the slot may go: what waits comes after all that does not.
static int64_t worth(const struct slot *slot, int64_t now_ns) {
    int64_t end = slot->last_ns + policies[slot->kind].forget_ns;
    if (slot->key == 0 || end <= now_ns) return 0;
    return slot->until_ns > now_ns ? end + 2 * NS_PER_DAY : end;
}

static struct slot *make_room(struct backoff *backoff, uint64_t key, int64_t now_ns) {
    struct slot *set = &backoff->slots[(key & backoff->mask) * WAYS], *least = set;
    for (int i = 1; i < WAYS; i++)
        if (worth(&set[i], now_ns) < worth(least, now_ns)) least = &set[i];
    *least = (struct slot){.key = key};
    return least;
}

int64_t backoff_wait(struct backoff *backoff, enum backoff_kind kind, const void *key, size_t size,
                     int64_t now_ns) {
    uint64_t hash = key_of(backoff, kind, key, size);
    pthread_mutex_lock(&backoff->lock);
    const struct slot *slot = find(backoff, hash);
    int64_t left = slot == NULL ? 0 : slot->until_ns - now_ns;
    pthread_mutex_unlock(&backoff->lock);
    return left > 0 ? left : 0;
}

static int64_t wait_after(const struct backoff_policy *policy, uint32_t failures) {
    if (failures <= policy->free) return 0;
    int64_t wait = policy->first_ns;
    for (uint32_t i = policy->free + 1; i < failures && wait < policy->most_ns; i++) wait *= 2;
    return wait < policy->most_ns ? wait : policy->most_ns;
}

int64_t backoff_fail(struct backoff *backoff, enum backoff_kind kind, const void *key, size_t size,
                     int64_t now_ns) {
    const struct backoff_policy *policy = backoff_policy(kind);
    uint64_t hash = key_of(backoff, kind, key, size);
    pthread_mutex_lock(&backoff->lock);
    struct slot *slot = find(backoff, hash);
    if (slot == NULL) slot = make_room(backoff, hash, now_ns);
    if (slot->last_ns + policy->forget_ns <= now_ns) slot->failures = 0;
    if (slot->failures < UINT32_MAX) slot->failures++;
    slot->kind = (uint32_t)kind;
    slot->last_ns = now_ns;
    int64_t wait = wait_after(policy, slot->failures);
    slot->until_ns = wait > 0 ? now_ns + wait : 0;
    pthread_mutex_unlock(&backoff->lock);
    return wait;
}

void backoff_clear(struct backoff *backoff, enum backoff_kind kind, const void *key, size_t size) {
    uint64_t hash = key_of(backoff, kind, key, size);
    pthread_mutex_lock(&backoff->lock);
    struct slot *slot = find(backoff, hash);
    if (slot != NULL) *slot = (struct slot){.key = 0};
    pthread_mutex_unlock(&backoff->lock);
}
