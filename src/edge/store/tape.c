// SPDX-License-Identifier: Apache-2.0
#include "edge/store/tape.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/timestamp.h"
#include "edge/store/tape_manifest.h"
#include "edge/store/tape_partition.h"
#include "market/calendar.h"

enum { OPEN_ATTEMPTS = 3, SECONDS_PER_DAY = 86400 };

struct tape {
    struct tape_manifest manifest;
    struct tape_map *maps; // one a partition
    uint64_t count;
    char dir[TAPE_PATH_SIZE];
};

static int tape_map(struct tape *tape, const struct tape_series *series);
static void tape_unmap(struct tape *tape);
static int header_agrees(const struct tape *tape, uint32_t partition, const char *path);
static const struct tape_map *partition_get(const struct tape *tape, uint32_t partition);

int tape_open(const char *root, const struct tape_series *series, struct tape **ret_tape) {
    struct tape *tape = calloc(1, sizeof *tape);
    if (tape == NULL) return ERR_SET(ERR_NOMEM, "no memory for a tape");
    int rc = tape_series_path(root, series, tape->dir);
    // A writer that commits between our reading of the manifest and of what it lists removes the old files:
    // then the new manifest is there to be read.
    for (int attempt = 0; rc == 0 && attempt < OPEN_ATTEMPTS; attempt++) {
        rc = tape_map(tape, series);
        bool moved = rc == ERR_NOT_FOUND && tape->maps != NULL && attempt + 1 < OPEN_ATTEMPTS;
        if (!moved) break;
        tape_unmap(tape);
        rc = 0;
    }
    if (rc < 0) {
        tape_close(tape);
        return rc;
    }
    *ret_tape = tape;
    return 0;
}

void tape_close(struct tape *tape) {
    if (tape == NULL) return;
    tape_unmap(tape);
    free(tape);
}

const struct tape_series *tape_series_of(const struct tape *tape) {
    return &tape->manifest.series;
}

const struct tape_meta *tape_meta(const struct tape *tape) {
    return &tape->manifest.meta;
}

uint64_t tape_count(const struct tape *tape) {
    return tape->count;
}

uint64_t tape_bytes(const struct tape *tape) {
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < tape->manifest.partition_count; i++)
        bytes += tape_file_bytes(tape->manifest.series.kind, tape->manifest.partitions[i].count);
    return bytes;
}

uint32_t tape_partition_count(const struct tape *tape) {
    return tape->manifest.partition_count;
}

uint64_t tape_partition_rows(const struct tape *tape, uint32_t partition) {
    CHECK(partition < tape->manifest.partition_count);
    return tape->manifest.partitions[partition].count;
}

const char *tape_directory(const struct tape *tape) {
    return tape->dir;
}

uint32_t tape_partition_mark(const struct tape *tape, uint32_t partition) {
    return partition_get(tape, partition)->header->header_crc;
}

int64_t tape_first_ns(const struct tape *tape) {
    return tape->count == 0 ? 0 : tape->manifest.partitions[0].first_ns;
}

int64_t tape_last_ns(const struct tape *tape) {
    uint32_t count = tape->manifest.partition_count;
    return count == 0 ? 0 : tape->manifest.partitions[count - 1].last_ns;
}

struct tape_bars tape_bars(const struct tape *tape, uint32_t partition) {
    uint32_t kind = tape->manifest.series.kind;
    CHECK(kind == TAPE_BARS || kind == TAPE_MIDS);
    const struct tape_map *map = partition_get(tape, partition);
    return (struct tape_bars){tape_map_column(map, 0), tape_map_column(map, 1),
                              tape_map_column(map, 2), tape_map_column(map, 3),
                              tape_map_column(map, 4), tape_map_column(map, 5),
                              tape_map_column(map, 6), map->header->count};
}

struct tape_trades tape_trades(const struct tape *tape, uint32_t partition) {
    CHECK(tape->manifest.series.kind == TAPE_TRADES);
    const struct tape_map *map = partition_get(tape, partition);
    return (struct tape_trades){tape_map_column(map, 0), tape_map_column(map, 1),
                                tape_map_column(map, 2), tape_map_column(map, 3),
                                tape_map_column(map, 4), map->header->count};
}

struct tape_quotes tape_quotes(const struct tape *tape, uint32_t partition) {
    CHECK(tape->manifest.series.kind == TAPE_QUOTES);
    const struct tape_map *map = partition_get(tape, partition);
    return (struct tape_quotes){tape_map_column(map, 0), tape_map_column(map, 1),
                                tape_map_column(map, 2), tape_map_column(map, 3),
                                tape_map_column(map, 4), map->header->count};
}

struct tape_feed tape_feed(const struct tape *tape, uint32_t partition) {
    CHECK(tape->manifest.series.kind == TAPE_FEED);
    const struct tape_map *map = partition_get(tape, partition);
    return (struct tape_feed){tape_map_column(map, 0), tape_map_column(map, 1),
                              tape_map_column(map, 2), tape_map_column(map, 3),
                              tape_map_column(map, 4), tape_map_column(map, 5),
                              map->header->count};
}

int tape_verify(const struct tape *tape) {
    int64_t last_ns = INT64_MIN;
    for (uint32_t i = 0; i < tape->manifest.partition_count; i++) {
        const struct tape_map *map = partition_get(tape, i);
        const struct tape_partition *partition = &tape->manifest.partitions[i];
        TRY(tape_map_verify(map, partition->file));
        int64_t first_key = tape_key_of(&tape->manifest.series, map->header->first_ns).number;
        const int64_t *first = tape_map_column(map, 0);
        int64_t last_key =
            tape_key_of(&tape->manifest.series, first[map->header->count - 1]).number;
        if (first_key != partition->key || last_key != partition->key)
            return ERR_SET(ERR_CORRUPT, "%s holds rows of another partition", partition->file);
        if (tape_map_column(map, tape_known_column(map->header->kind))[0] < last_ns)
            return ERR_SET(ERR_CORRUPT, "%s begins before its predecessor ends", partition->file);
        last_ns = map->header->last_ns;
    }
    return 0;
}

struct tape_gaps tape_gaps(const struct tape *tape) {
    struct tape_gaps gaps = {0};
    int64_t last_ns = INT64_MIN;
    uint32_t frame_s = tape->manifest.series.frame_s;
    enum calendar_id calendar = tape->manifest.meta.instrument.calendar;
    for (uint32_t i = 0; i < tape->manifest.partition_count; i++) {
        struct tape_bars bars = tape_bars(tape, i);
        for (uint64_t k = 0; k < bars.count; last_ns = bars.open_ns[k++]) {
            if (last_ns == INT64_MIN || !tape_is_gap(calendar, frame_s, last_ns, bars.open_ns[k]))
                continue;
            gaps.count++;
            if (bars.open_ns[k] - last_ns <= gaps.longest_ns) continue;
            gaps.longest_ns = bars.open_ns[k] - last_ns;
            gaps.longest_at = last_ns;
        }
    }
    return gaps;
}

bool tape_is_gap(enum calendar_id calendar, uint32_t frame_s, int64_t open_ns, int64_t next_ns) {
    if ((uint64_t)next_ns - (uint64_t)open_ns <= (uint64_t)frame_s * NS_PER_S) return false;
    if (calendar == CALENDAR_24_7) return true;
    int32_t day = calendar_day_of(calendar, open_ns);
    int32_t next_day = calendar_day_of(calendar, next_ns);
    if (frame_s < SECONDS_PER_DAY) return day == next_day;
    if (frame_s > SECONDS_PER_DAY) return true;
    struct session session;
    calendar_next_session(calendar, day, &session);
    return session.date < next_day;
}

static int tape_map(struct tape *tape, const struct tape_series *series) {
    TRY(tape_manifest_read(tape->dir, &tape->manifest));
    if (memcmp(&tape->manifest.series, series, sizeof *series) != 0)
        return ERR_SET(ERR_CORRUPT, "the manifest in %s is of another series", tape->dir);
    tape->maps = calloc(tape->manifest.partition_count + 1, sizeof *tape->maps);
    if (tape->maps == NULL) return ERR_SET(ERR_NOMEM, "no memory for a tape");
    for (uint32_t i = 0; i < tape->manifest.partition_count; i++) {
        char path[TAPE_PATH_SIZE + TAPE_FILE_SIZE];
        snprintf(path, sizeof path, "%s/%s", tape->dir, tape->manifest.partitions[i].file);
        TRY(tape_map_open(path, &tape->maps[i]));
        TRY(header_agrees(tape, i, path));
        tape->count += tape->manifest.partitions[i].count;
    }
    return 0;
}

static void tape_unmap(struct tape *tape) {
    for (uint32_t i = 0; tape->maps != NULL && i < tape->manifest.partition_count; i++)
        tape_map_close(&tape->maps[i]);
    free(tape->maps);
    tape->maps = NULL;
    tape->count = 0;
    tape_manifest_fini(&tape->manifest);
}

static int header_agrees(const struct tape *tape, uint32_t partition, const char *path) {
    const struct tape_partition *listed = &tape->manifest.partitions[partition];
    const struct tape_header *header = tape->maps[partition].header;
    if (header->header_crc != listed->header_crc || header->count != listed->count ||
        header->first_ns != listed->first_ns || header->last_ns != listed->last_ns ||
        header->kind != tape->manifest.series.kind ||
        header->frame_s != tape->manifest.series.frame_s ||
        header->price_decimals != listed->price_decimals ||
        header->qty_decimals != listed->qty_decimals)
        return ERR_SET(ERR_CORRUPT, "%s is not the partition that the manifest lists", path);
    return 0;
}

static const struct tape_map *partition_get(const struct tape *tape, uint32_t partition) {
    CHECK(partition < tape->manifest.partition_count);
    return &tape->maps[partition];
}
