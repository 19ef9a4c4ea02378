// SPDX-License-Identifier: Apache-2.0
#include "edge/api/tape_cache.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct slot {
    struct tape *tape;       // NULL: free
    struct pyramid *pyramid; // NULL: not asked for yet
    struct tape_series series;
    struct timespec written; // of the manifest
    uint64_t used;           // the turn in which it was asked for last
};

struct tape_cache {
    char root[TAPE_PATH_SIZE];
    struct slot slots[TAPE_CACHE_MAX];
    uint64_t turn;
    struct tape_series *items;
    size_t count, capacity;
    int64_t listed_ns;
    bool listed;
};

int tape_cache_open(const char *root, struct tape_cache **ret_cache) {
    struct tape_cache *cache = calloc(1, sizeof *cache);
    if (cache == NULL) return ERR_SET(ERR_NOMEM, "no memory for the list of series");
    snprintf(cache->root, sizeof cache->root, "%s", root);
    *ret_cache = cache;
    return 0;
}

void tape_cache_close(struct tape_cache *cache) {
    if (cache == NULL) return;
    for (size_t i = 0; i < TAPE_CACHE_MAX; i++) {
        pyramid_close(cache->slots[i].pyramid);
        tape_close(cache->slots[i].tape);
    }
    free(cache->items);
    free(cache);
}

static bool written_at(const char *root, const struct tape_series *series,
                       struct timespec *ret_written) {
    char path[TAPE_PATH_SIZE], manifest[TAPE_PATH_SIZE + 16];
    struct stat status;
    if (tape_series_path(root, series, path) < 0) return false;
    snprintf(manifest, sizeof manifest, "%s/manifest.json", path);
    if (stat(manifest, &status) != 0) return false;
    *ret_written = status.st_mtim;
    return true;
}

static bool is_series(const struct tape_series *a, const struct tape_series *b) {
    return a->kind == b->kind && a->frame_s == b->frame_s &&
           strncmp(a->venue, b->venue, sizeof a->venue) == 0 &&
           strncmp(a->symbol, b->symbol, sizeof a->symbol) == 0;
}

// The slot that has the series, else a free one, else the one that was not asked for longest.
static struct slot *slot_for(struct tape_cache *cache, const struct tape_series *series) {
    struct slot *oldest = &cache->slots[0];
    for (size_t i = 0; i < TAPE_CACHE_MAX; i++) {
        struct slot *slot = &cache->slots[i];
        if (slot->tape != NULL && is_series(&slot->series, series)) return slot;
        if (slot->tape == NULL ? oldest->tape != NULL : slot->used < oldest->used) oldest = slot;
    }
    return oldest;
}

static int get(struct tape_cache *cache, const struct tape_series *series, struct slot **ret_slot) {
    struct timespec written = {0};
    struct slot *slot = slot_for(cache, series);
    bool there = written_at(cache->root, series, &written);
    bool fresh = there && slot->tape != NULL && is_series(&slot->series, series) &&
                 slot->written.tv_sec == written.tv_sec && slot->written.tv_nsec == written.tv_nsec;
    if (!fresh) {
        struct tape *tape;
        TRY(tape_open(cache->root, series, &tape));
        pyramid_close(slot->pyramid);
        tape_close(slot->tape);
        *slot = (struct slot){.tape = tape, .series = *series, .written = written};
    }
    slot->used = ++cache->turn;
    *ret_slot = slot;
    return 0;
}

int tape_cache_get(struct tape_cache *cache, const struct tape_series *series,
                   struct tape **ret_tape) {
    struct slot *slot;
    TRY(get(cache, series, &slot));
    *ret_tape = slot->tape;
    return 0;
}

int tape_cache_pyramid(struct tape_cache *cache, const struct tape_series *series,
                       struct tape **ret_tape, struct pyramid **ret_pyramid) {
    struct slot *slot;
    TRY(get(cache, series, &slot));
    if (slot->pyramid == NULL) TRY(pyramid_open(slot->tape, &slot->pyramid));
    *ret_tape = slot->tape;
    *ret_pyramid = slot->pyramid;
    return 0;
}

static int add_series(void *self, const struct tape_series *series) {
    struct tape_cache *cache = self;
    if (cache->count == TAPE_CACHE_SERIES_MAX)
        return ERR_SET(ERR_FULL, "more than %d series on the tape", TAPE_CACHE_SERIES_MAX);
    if (cache->count == cache->capacity) {
        size_t capacity = cache->capacity > 0 ? 2 * cache->capacity : 64;
        struct tape_series *items = realloc(cache->items, capacity * sizeof *items);
        if (items == NULL) return ERR_SET(ERR_NOMEM, "no memory for the list of series");
        cache->items = items;
        cache->capacity = capacity;
    }
    cache->items[cache->count++] = *series;
    return 0;
}

int tape_cache_list(struct tape_cache *cache, int64_t now_ns, const struct tape_series **ret_items,
                    size_t *ret_count) {
    if (!cache->listed || now_ns - cache->listed_ns >= TAPE_CACHE_FRESH_NS) {
        struct tape_visitor visitor = {add_series, cache};
        cache->count = 0;
        TRY(tape_list(cache->root, &visitor));
        cache->listed = true;
        cache->listed_ns = now_ns;
    }
    *ret_items = cache->items;
    *ret_count = cache->count;
    return 0;
}
