// SPDX-License-Identifier: Apache-2.0
#include "edge/store/tape_commit.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "base/io.h"
#include "edge/store/tape_merge.h"

static int rows_load(const struct tape_writer *writer, const struct tape_partition *partition,
                     struct tape_rows *ret_rows);
static int rows_write(const struct tape_writer *writer, int64_t key, const struct tape_rows *rows,
                      struct tape_partition *ret_partition);
static int partitions_merge(struct tape_writer *writer, const struct tape_partition *old,
                            const struct tape_partition *fresh,
                            struct tape_partition *ret_partition);
static int merge_onto(struct tape_writer *writer, const struct tape_partition *old,
                      const struct tape_rows *fresh, struct tape_added_counts *counts,
                      struct tape_partition *ret_partition);
static int partition_settle(struct tape_writer *writer, const struct tape_partition *partition,
                            struct tape_partition *ret_partition);
static int pending_insert(struct tape_writer *writer, uint32_t at,
                          const struct tape_partition *partition);
static int next_build(struct tape_writer *writer);
static int next_imports(struct tape_writer *writer);
static void next_meta(struct tape_writer *writer);
static int next_sync(const struct tape_writer *writer);
static void files_sweep(const struct tape_writer *writer, const struct tape_manifest *manifest,
                        DIR *dir);
static void dirs_sweep(const struct tape_writer *writer);
static bool listed(const struct tape_manifest *manifest, const char *file);

int tape_writer_prepare(struct tape_writer *writer, struct tape_added_counts *ret_counts) {
    CHECK(!writer->prepared);
    TRY(tape_writer_flush(writer));
    TRY(next_build(writer));
    TRY(next_imports(writer));
    next_meta(writer);
    TRY(next_sync(writer));
    writer->prepared = true;
    *ret_counts = writer->counts;
    return 0;
}

int tape_writer_commit(struct tape_writer *writer) {
    CHECK(writer->prepared);
    TRY(tape_manifest_write(writer->dir, &writer->next));
    tape_manifest_fini(&writer->old);
    writer->old = writer->next;
    writer->next = (struct tape_manifest){0};
    writer->fresh = false;
    return 0;
}

int tape_pending_put(struct tape_writer *writer) {
    uint32_t at = writer->pending_count;
    while (at > 0 && writer->pending[at - 1].key >= writer->key.number) at--;
    bool there = at < writer->pending_count && writer->pending[at].key == writer->key.number;
    struct tape_partition partition;
    if (!there) {
        TRY(rows_write(writer, writer->key.number, &writer->rows, &partition));
        return pending_insert(writer, at, &partition);
    }
    struct tape_added_counts counts = {0};
    TRY(merge_onto(writer, &writer->pending[at], &writer->rows, &counts, &partition));
    writer->counts.duplicates += counts.duplicates;
    if (counts.conflicts > 0 && writer->counts.conflicts == 0)
        writer->counts.conflict_ns = counts.conflict_ns;
    writer->counts.conflicts += counts.conflicts;
    writer->pending[at] = partition;
    return 0;
}

void tape_sweep(struct tape_writer *writer) {
    // What is in force is what the disk says: a commit may have failed after its rename. Errors are
    // passed over, and not told over the story of what went wrong before.
    struct tape_manifest manifest = {0};
    char path[TAPE_PATH_SIZE + 16];
    snprintf(path, sizeof path, "%s/manifest.json", writer->dir);
    bool fresh = access(path, F_OK) != 0 && errno == ENOENT;
    if (!fresh && tape_manifest_read(writer->dir, &manifest) < 0) return;
    DIR *dir = opendir(writer->dir);
    if (dir != NULL) {
        files_sweep(writer, &manifest, dir);
        closedir(dir);
    }
    if (fresh) dirs_sweep(writer);
    tape_manifest_fini(&manifest);
}

static void files_sweep(const struct tape_writer *writer, const struct tape_manifest *manifest,
                        DIR *dir) {
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        char path[TAPE_PATH_SIZE + 256];
        const char *name = entry->d_name;
        const char *dot = strrchr(name, '.');
        bool partition = dot != NULL && strcmp(dot, ".tape") == 0;
        bool torn = dot != NULL && strcmp(dot, ".tmp") == 0;
        if (!torn && (!partition || listed(manifest, name))) continue;
        snprintf(path, sizeof path, "%s/%s", writer->dir, name);
        (void)unlink(path);
    }
}

// A series that never was leaves no directories.
static void dirs_sweep(const struct tape_writer *writer) {
    char path[TAPE_PATH_SIZE];
    memcpy(path, writer->dir, sizeof path);
    for (int level = 0; level < 3 && rmdir(path) == 0; level++) *strrchr(path, '/') = '\0';
}

// Into memory, at the decimals of now.
static int rows_load(const struct tape_writer *writer, const struct tape_partition *partition,
                     struct tape_rows *ret_rows) {
    char path[TAPE_PATH_SIZE + TAPE_FILE_SIZE];
    struct tape_map map;
    snprintf(path, sizeof path, "%s/%s", writer->dir, partition->file);
    TRY(tape_map_open(path, &map));
    int rc = tape_map_verify(&map, path);
    if (rc == 0 && map.header->kind != writer->series.kind)
        rc = ERR_SET(ERR_CORRUPT, "%s is of another kind", path);
    if (rc == 0) rc = tape_rows_reserve(ret_rows, map.header->count);
    for (uint32_t i = 0; rc == 0 && i < ret_rows->column_count; i++)
        memcpy(ret_rows->column[i], tape_map_column(&map, i), map.header->count * sizeof(int64_t));
    if (rc == 0) {
        ret_rows->count = map.header->count;
        rc = tape_rows_rescale(ret_rows, writer->series.kind,
                               writer->price_decimals - map.header->price_decimals,
                               writer->qty_decimals - map.header->qty_decimals);
    }
    tape_map_close(&map);
    return rc;
}

static int rows_write(const struct tape_writer *writer, int64_t key, const struct tape_rows *rows,
                      struct tape_partition *ret_partition) {
    char name[16];
    struct tape_header header;
    struct tape_partition partition = {
        .key = key, .price_decimals = writer->price_decimals, .qty_decimals = writer->qty_decimals};
    tape_key_print(&writer->series, key, name);
    TRY(tape_partition_write(writer->dir, name, &writer->series, writer->price_decimals,
                             writer->qty_decimals, rows, partition.file, &header));
    partition.count = header.count;
    partition.first_ns = header.first_ns;
    partition.last_ns = header.last_ns;
    partition.header_crc = header.header_crc;
    *ret_partition = partition;
    return 0;
}

static int partitions_merge(struct tape_writer *writer, const struct tape_partition *old,
                            const struct tape_partition *fresh,
                            struct tape_partition *ret_partition) {
    struct tape_rows rows;
    tape_rows_init(&rows, writer->series.kind);
    int rc = rows_load(writer, fresh, &rows);
    if (rc == 0) rc = merge_onto(writer, old, &rows, &writer->counts, ret_partition);
    tape_rows_fini(&rows);
    return rc;
}

static int merge_onto(struct tape_writer *writer, const struct tape_partition *old,
                      const struct tape_rows *fresh, struct tape_added_counts *counts,
                      struct tape_partition *ret_partition) {
    struct tape_rows loaded, merged;
    tape_rows_init(&loaded, writer->series.kind);
    tape_rows_init(&merged, writer->series.kind);
    int rc = rows_load(writer, old, &loaded);
    if (rc == 0)
        rc = tape_merge(writer->series.kind, &loaded, fresh, writer->replace, &merged, counts);
    if (rc == 0) rc = rows_write(writer, old->key, &merged, ret_partition);
    tape_rows_fini(&loaded);
    tape_rows_fini(&merged);
    return rc;
}

// A partition that stays: as it is, or written anew where the decimals have grown.
static int partition_settle(struct tape_writer *writer, const struct tape_partition *partition,
                            struct tape_partition *ret_partition) {
    if (partition->price_decimals == writer->price_decimals &&
        partition->qty_decimals == writer->qty_decimals) {
        *ret_partition = *partition;
        return 0;
    }
    struct tape_rows rows;
    tape_rows_init(&rows, writer->series.kind);
    int rc = rows_load(writer, partition, &rows);
    if (rc == 0) rc = rows_write(writer, partition->key, &rows, ret_partition);
    tape_rows_fini(&rows);
    return rc;
}

static int pending_insert(struct tape_writer *writer, uint32_t at,
                          const struct tape_partition *partition) {
    size_t count = writer->pending_count;
    struct tape_partition *grown = realloc(writer->pending, (count + 1) * sizeof *grown);
    if (grown == NULL) return ERR_SET(ERR_NOMEM, "no memory for a tape writer");
    memmove(grown + at + 1, grown + at, (count - at) * sizeof *grown);
    grown[at] = *partition;
    writer->pending = grown;
    writer->pending_count++;
    return 0;
}

static int next_build(struct tape_writer *writer) {
    const struct tape_manifest *old = &writer->old;
    struct tape_manifest *next = &writer->next;
    uint32_t a = 0, b = 0;
    const struct tape_partition *pending = writer->pending;
    next->series = writer->series;
    next->partitions =
        calloc(old->partition_count + writer->pending_count + 1, sizeof *next->partitions);
    if (next->partitions == NULL) return ERR_SET(ERR_NOMEM, "no memory for a manifest");
    while (a < old->partition_count || b < writer->pending_count) {
        int64_t old_key = a < old->partition_count ? old->partitions[a].key : INT64_MAX;
        int64_t key = b < writer->pending_count ? pending[b].key : INT64_MAX;
        struct tape_partition *to = &next->partitions[next->partition_count++];
        if (old_key == key) {
            TRY(partitions_merge(writer, &old->partitions[a++], &pending[b++], to));
        } else if (old_key < key) {
            TRY(partition_settle(writer, &old->partitions[a++], to));
        } else {
            TRY(partition_settle(writer, &pending[b], to));
            writer->counts.rows += pending[b++].count;
        }
    }
    return 0;
}

// Whether it is the same file with the same outcome.
static bool import_equal(const struct tape_import *a, const struct tape_import *b) {
    return strcmp(a->source, b->source) == 0 && strcmp(a->sha256, b->sha256) == 0 &&
           strcmp(a->importer, b->importer) == 0 && a->rows == b->rows &&
           a->accepted == b->accepted && strcmp(a->faults, b->faults) == 0;
}

static int next_imports(struct tape_writer *writer) {
    struct tape_manifest *next = &writer->next;
    const struct tape_manifest *old = &writer->old;
    next->imports = calloc(old->import_count + writer->import_count + 1, sizeof *next->imports);
    if (next->imports == NULL) return ERR_SET(ERR_NOMEM, "no memory for a manifest");
    if (old->import_count > 0)
        memcpy(next->imports, old->imports, old->import_count * sizeof *next->imports);
    next->import_count = old->import_count;
    for (uint32_t i = 0; i < writer->import_count; i++) {
        uint32_t k = 0;
        while (k < next->import_count && !import_equal(&next->imports[k], &writer->imports[i])) k++;
        if (k == next->import_count) next->imports[next->import_count++] = writer->imports[i];
    }
    return 0;
}

static void next_meta(struct tape_writer *writer) {
    struct instrument *to = &writer->meta.instrument;
    int64_t price_factor = decimal_pow10(writer->price_decimals - writer->tick_decimals);
    int64_t qty_factor = decimal_pow10(writer->qty_decimals - writer->lot_decimals);
    to->tick.m = to->tick.m == 0 ? 1 : to->tick.m * price_factor;
    to->lot.m = to->lot.m == 0 ? 1 : to->lot.m * qty_factor;
    to->qty_min.m = to->qty_min.m == 0 ? to->lot.m : to->qty_min.m * qty_factor;
    to->price_decimals = writer->price_decimals;
    to->qty_decimals = writer->qty_decimals;
    writer->next.meta = writer->meta;
}

// Before the manifest may name them, partitions and the directories above them are on the disk.
static int next_sync(const struct tape_writer *writer) {
    char path[TAPE_PATH_SIZE + TAPE_FILE_SIZE];
    for (uint32_t i = 0; i < writer->next.partition_count; i++) {
        const char *file = writer->next.partitions[i].file;
        int fd;
        if (listed(&writer->old, file)) continue;
        snprintf(path, sizeof path, "%s/%s", writer->dir, file);
        TRY(io_open(path, O_RDONLY, 0, &fd));
        int rc = io_sync_data(fd, path);
        int closed = io_close(fd, path);
        TRY(rc);
        TRY(closed);
    }
    snprintf(path, sizeof path, "%s/x", writer->dir);
    for (int level = 0; level < 4; level++) {
        TRY(io_sync_parent(path));
        char *slash = strrchr(path, '/');
        if (slash == NULL || slash == path) break;
        *slash = '\0';
    }
    return 0;
}

static bool listed(const struct tape_manifest *manifest, const char *file) {
    for (uint32_t i = 0; i < manifest->partition_count; i++)
        if (strcmp(manifest->partitions[i].file, file) == 0) return true;
    return false;
}
