// SPDX-License-Identifier: Apache-2.0
#include "edge/api/repeat.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

enum { WAYS = 8, SETS = REPEAT_MAX / WAYS };

enum state { FREE, RUNNING, ANSWERED };

struct repeat_entry {
    enum state state;
    int status;
    int64_t user_id, key_id;
    const char *route;
    char key[REPEAT_KEY_SIZE];
    uint8_t digest[SHA256_SIZE]; // of path and body
    int64_t taken_ns;
    const char *media;
    char *body;
    size_t size;
};

struct repeat {
    struct repeat_entry entries[SETS][WAYS];
};

int repeat_open(struct repeat **ret_repeat) {
    *ret_repeat = calloc(1, sizeof **ret_repeat);
    return *ret_repeat != NULL ? 0 : ERR_SET(ERR_NOMEM, "no memory for answers that are kept");
}

static void clear(struct repeat_entry *entry) {
    free(entry->body);
    *entry = (struct repeat_entry){.state = FREE};
}

void repeat_close(struct repeat *repeat) {
    if (repeat == NULL) return;
    for (size_t i = 0; i < SETS; i++)
        for (size_t k = 0; k < WAYS; k++) clear(&repeat->entries[i][k]);
    free(repeat);
}

static void digest_of(const struct repeat_request *request, uint8_t ret_digest[SHA256_SIZE]) {
    struct sha256 *sha = sha256_new();
    memset(ret_digest, 0, SHA256_SIZE);
    if (sha == NULL) return;
    sha256_update(sha, request->path, strlen(request->path) + 1);
    sha256_update(sha, request->body, request->body_size);
    sha256_final(sha, ret_digest);
    sha256_free(sha);
}

static bool is_same(const struct repeat_entry *entry, const struct repeat_request *request) {
    return entry->state != FREE && entry->user_id == request->user_id &&
           entry->key_id == request->key_id && strcmp(entry->route, request->route) == 0 &&
           strcmp(entry->key, request->key) == 0;
}

static struct repeat_entry *set_of(struct repeat *repeat, const struct repeat_request *request) {
    uint64_t hash = hash64((uint64_t)request->user_id, request->key, strlen(request->key));
    hash = hash64(hash ^ (uint64_t)request->key_id, request->route, strlen(request->route));
    return repeat->entries[hash % SETS];
}

// A free place, else that of the oldest that was answered, else of the oldest.
static struct repeat_entry *place_in(struct repeat_entry *set) {
    struct repeat_entry *best = &set[0];
    for (size_t i = 1; i < WAYS; i++) {
        bool better = set[i].state == FREE          ? best->state != FREE
                      : best->state == FREE         ? false
                      : set[i].state != best->state ? set[i].state == ANSWERED
                                                    : set[i].taken_ns < best->taken_ns;
        if (better) best = &set[i];
    }
    return best;
}

enum repeat_verdict repeat_take(struct repeat *repeat, const struct repeat_request *request,
                                int64_t now_ns, struct repeat_entry **ret_entry) {
    struct repeat_entry *set = set_of(repeat, request);
    uint8_t digest[SHA256_SIZE];
    digest_of(request, digest);
    for (size_t i = 0; i < WAYS; i++) {
        if (set[i].state == ANSWERED && now_ns - set[i].taken_ns > REPEAT_KEPT_NS) clear(&set[i]);
        if (!is_same(&set[i], request)) continue;
        *ret_entry = &set[i];
        if (memcmp(set[i].digest, digest, sizeof digest) != 0) return REPEAT_OTHER;
        return set[i].state == RUNNING ? REPEAT_RUNNING : REPEAT_ANSWERED;
    }
    struct repeat_entry *entry = place_in(set);
    if (entry->state == RUNNING)
        return REPEAT_RUNNING; // eight at once, none answered: as if it were one of them
    clear(entry);
    entry->state = RUNNING;
    entry->user_id = request->user_id;
    entry->key_id = request->key_id;
    entry->route = request->route;
    entry->taken_ns = now_ns;
    memcpy(entry->digest, digest, sizeof digest);
    snprintf(entry->key, sizeof entry->key, "%s", request->key);
    *ret_entry = entry;
    return REPEAT_NEW;
}

void repeat_finish(struct repeat_entry *entry, int status, const char *media, const void *body,
                   size_t size) {
    char *copy = status != 0 && size <= REPEAT_BODY_MAX ? malloc(size + 1) : NULL;
    if (copy == NULL) {
        clear(entry);
        return;
    }
    if (size > 0) memcpy(copy, body, size);
    entry->state = ANSWERED;
    entry->status = status;
    entry->media = media;
    entry->body = copy;
    entry->size = size;
}

struct repeat_answer repeat_answer(const struct repeat_entry *entry) {
    return (struct repeat_answer){entry->status, entry->media, entry->body, entry->size};
}
