// SPDX-License-Identifier: Apache-2.0
#include "edge/api/run_index.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/io.h"

enum { ENTRIES_MAX = 4096, MANIFEST_MAX = 4 << 20 };

struct run_index {
    char root[RUN_STORE_PATH_SIZE];
    struct run_entry *entries; // by key
    size_t count;
    struct run_entry *before; // of the look before, by name
    size_t before_count;
    size_t left_out;
    int64_t looked_ns; // INT64_MIN: never
};

int run_index_open(const char *root, struct run_index **ret_index) {
    struct run_index *index = calloc(1, sizeof *index);
    if (index == NULL) return ERR_SET(ERR_NOMEM, "no memory for the list of runs");
    index->entries = calloc(ENTRIES_MAX, sizeof *index->entries);
    index->before = calloc(ENTRIES_MAX, sizeof *index->before);
    snprintf(index->root, sizeof index->root, "%s", root);
    index->looked_ns = INT64_MIN;
    if (index->entries == NULL || index->before == NULL) {
        run_index_close(index);
        return ERR_SET(ERR_NOMEM, "no memory for the list of runs");
    }
    *ret_index = index;
    return 0;
}

static void forget(struct run_entry *entries, size_t count) {
    for (size_t i = 0; i < count; i++) json_decref((json_t *)entries[i].manifest);
}

void run_index_close(struct run_index *index) {
    if (index == NULL) return;
    if (index->entries != NULL) forget(index->entries, index->count);
    free(index->entries);
    free(index->before);
    free(index);
}

void run_index_forget(struct run_index *index) {
    index->looked_ns = INT64_MIN;
}

size_t run_index_count(const struct run_index *index) {
    return index->count;
}

size_t run_index_left_out(const struct run_index *index) {
    return index->left_out;
}

const struct run_entry *run_index_at(const struct run_index *index, size_t i) {
    return &index->entries[i];
}

const struct run_entry *run_index_find(const struct run_index *index, const char *name) {
    for (size_t i = 0; i < index->count; i++)
        if (strcmp(index->entries[i].name, name) == 0) return &index->entries[i];
    return NULL;
}

static int by_key(const void *left, const void *right) {
    return strcmp(((const struct run_entry *)left)->key, ((const struct run_entry *)right)->key);
}

static int by_name(const void *left, const void *right) {
    return strcmp(((const struct run_entry *)left)->name, ((const struct run_entry *)right)->name);
}

static json_t *read_manifest(const char *folder) {
    char path[RUN_STORE_PATH_SIZE + 16], *data;
    size_t size;
    json_error_t error;
    snprintf(path, sizeof path, "%s/manifest.json", folder);
    if (io_read_file(path, MANIFEST_MAX, &data, &size) < 0) return NULL;
    json_t *manifest = json_loadb(data, size, 0, &error);
    free(data);
    const char *format = json_string_value(json_object_get(manifest, "format"));
    if (format != NULL && strcmp(format, "fulmar-run-1") == 0) return manifest;
    json_decref(manifest);
    return NULL;
}

// A manifest is replaced by a rename, which changes the time of its folder.
static int look_at(void *self, const char *name) {
    struct run_index *index = self;
    struct run_entry key, *entry = &index->entries[index->count], *known;
    char folder[RUN_STORE_PATH_SIZE];
    struct stat status;
    if (index->count == ENTRIES_MAX) return ERR_SET(ERR_FULL, "more than %d runs", ENTRIES_MAX);
    if (run_store_find(index->root, name, folder) < 0 || stat(folder, &status) != 0) return 0;
    *entry = (struct run_entry){.changed_ns = status.st_mtim.tv_sec * INT64_C(1000000000) +
                                              status.st_mtim.tv_nsec};
    snprintf(entry->name, sizeof entry->name, "%s", name);
    snprintf(key.name, sizeof key.name, "%s", name);
    known = bsearch(&key, index->before, index->before_count, sizeof key, by_name);
    if (known != NULL && known->manifest != NULL && known->changed_ns == entry->changed_ns) {
        entry->manifest = known->manifest;
        known->manifest = NULL;
    } else {
        entry->manifest = read_manifest(folder);
    }
    if (entry->manifest == NULL) {
        index->left_out++;
        return 0;
    }
    const char *made = json_string_value(json_object_get(entry->manifest, "made"));
    snprintf(entry->key, sizeof entry->key, "%.40s %s", made != NULL ? made : "", name);
    index->count++;
    return 0;
}

int run_index_refresh(struct run_index *index, int64_t now_ns) {
    if (index->looked_ns != INT64_MIN && now_ns - index->looked_ns < RUN_INDEX_FRESH_NS) return 0;
    struct run_entry *entries = index->entries;
    index->entries = index->before;
    index->before = entries;
    index->before_count = index->count;
    index->count = index->left_out = 0;
    qsort(index->before, index->before_count, sizeof *index->before, by_name);
    struct run_store_visitor visitor = {look_at, index};
    int rc = run_store_list(index->root, &visitor);
    forget(index->before, index->before_count);
    index->before_count = 0;
    qsort(index->entries, index->count, sizeof *index->entries, by_key);
    index->looked_ns = now_ns;
    if (rc == 0) err_clear();
    return rc;
}

int run_index_path(const struct run_index *index, const char *name, const char *file,
                   char ret_path[RUN_STORE_PATH_SIZE]) {
    char folder[RUN_STORE_PATH_SIZE];
    if (strstr(file, "..") != NULL || file[0] == '/')
        return ERR_SET(ERR_ARGUMENT, "'%s' is no file of a run", file);
    TRY(run_store_find(index->root, name, folder));
    int len = snprintf(ret_path, RUN_STORE_PATH_SIZE, "%s/%s", folder, file);
    if (len < 0 || len >= RUN_STORE_PATH_SIZE)
        return ERR_SET(ERR_RANGE, "%s: the path is too long", name);
    return 0;
}
