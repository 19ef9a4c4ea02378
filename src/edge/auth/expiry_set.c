// SPDX-License-Identifier: Apache-2.0
#include "edge/auth/expiry_set.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/hash.h"

struct item {
    uint64_t digest[2]; // both 0: free
    int64_t until_ns;
};

// Open addressing, linear probing, backward-shift deletion, at most half full.
struct expiry_set {
    pthread_mutex_t lock;
    struct item *items;
    size_t mask, count, max;
    int64_t oldest_ns; // no item ends before: a sweep earlier finds nothing
};

int expiry_set_open(size_t max, struct expiry_set **ret_set) {
    size_t slots = 4;
    CHECK(max > 0);
    while (slots < 2 * max) slots *= 2;
    struct expiry_set *set = calloc(1, sizeof *set);
    if (set == NULL || (set->items = calloc(slots, sizeof *set->items)) == NULL) {
        free(set);
        return ERR_SET(ERR_NOMEM, "no memory for a set of denied tokens");
    }
    set->mask = slots - 1;
    set->max = max;
    set->oldest_ns = INT64_MAX;
    pthread_mutex_init(&set->lock, NULL);
    *ret_set = set;
    return 0;
}

void expiry_set_close(struct expiry_set *set) {
    if (set == NULL) return;
    pthread_mutex_destroy(&set->lock);
    free(set->items);
    free(set);
}

static struct item item_of(const void *data, size_t size) {
    uint8_t digest[SHA256_SIZE];
    struct item item;
    sha256(data, size, digest);
    memcpy(item.digest, digest, sizeof item.digest);
    item.digest[0] |= 1; // never free
    item.until_ns = 0;
    return item;
}

static bool is_free(const struct item *item) {
    return item->digest[0] == 0;
}

// Where the item is, or the free place where it would be.
static size_t locate(const struct expiry_set *set, const struct item *item) {
    size_t at = item->digest[1] & set->mask;
    while (!is_free(&set->items[at]) &&
           memcmp(set->items[at].digest, item->digest, sizeof item->digest) != 0)
        at = (at + 1) & set->mask;
    return at;
}

static void remove_at(struct expiry_set *set, size_t at) {
    size_t next = at;
    set->count--;
    for (;;) {
        set->items[at] = (struct item){.until_ns = 0};
        size_t home;
        do {
            next = (next + 1) & set->mask;
            if (is_free(&set->items[next])) return;
            home = set->items[next].digest[1] & set->mask;
        } while (((next - home) & set->mask) < ((next - at) & set->mask));
        set->items[at] = set->items[next];
        at = next;
    }
}

static void sweep(struct expiry_set *set, int64_t now_ns) {
    if (now_ns < set->oldest_ns) return;
    for (size_t at = 0; at <= set->mask;) {
        if (!is_free(&set->items[at]) && set->items[at].until_ns <= now_ns)
            remove_at(set, at); // another may stand here now
        else
            at++;
    }
    set->oldest_ns = INT64_MAX;
    for (size_t at = 0; at <= set->mask; at++)
        if (!is_free(&set->items[at]) && set->items[at].until_ns < set->oldest_ns)
            set->oldest_ns = set->items[at].until_ns;
}

static int add(struct expiry_set *set, struct item *item, int64_t now_ns) {
    struct item *there = &set->items[locate(set, item)];
    if (!is_free(there)) {
        bool over = there->until_ns <= now_ns;
        if (there->until_ns < item->until_ns) there->until_ns = item->until_ns;
        return over;
    }
    if (set->count == set->max) {
        sweep(set, now_ns);
        if (set->count == set->max) return ERR_FULL;
        there = &set->items[locate(set, item)];
    }
    *there = *item;
    set->count++;
    if (item->until_ns < set->oldest_ns) set->oldest_ns = item->until_ns;
    return 1;
}

int expiry_set_add(struct expiry_set *set, const void *data, size_t size, int64_t until_ns,
                   int64_t now_ns) {
    struct item item = item_of(data, size);
    item.until_ns = until_ns;
    pthread_mutex_lock(&set->lock);
    int rc = add(set, &item, now_ns);
    pthread_mutex_unlock(&set->lock);
    return rc;
}

bool expiry_set_has(struct expiry_set *set, const void *data, size_t size, int64_t now_ns) {
    struct item item = item_of(data, size);
    pthread_mutex_lock(&set->lock);
    const struct item *there = &set->items[locate(set, &item)];
    bool has = !is_free(there) && there->until_ns > now_ns;
    pthread_mutex_unlock(&set->lock);
    return has;
}

bool expiry_set_take(struct expiry_set *set, const void *data, size_t size, int64_t now_ns) {
    struct item item = item_of(data, size);
    pthread_mutex_lock(&set->lock);
    size_t at = locate(set, &item);
    bool has = !is_free(&set->items[at]);
    bool good = has && set->items[at].until_ns > now_ns;
    if (has) remove_at(set, at);
    pthread_mutex_unlock(&set->lock);
    return good;
}

size_t expiry_set_count(struct expiry_set *set, int64_t now_ns) {
    pthread_mutex_lock(&set->lock);
    sweep(set, now_ns);
    size_t count = set->count;
    pthread_mutex_unlock(&set->lock);
    return count;
}
