// SPDX-License-Identifier: Apache-2.0
#include "edge/store/pyramid.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/hash.h"
#include "base/io.h"

enum { FIRST = 64, FAN = 8, LEVELS_MAX = 20, VERSION = 1 };

// The file: header, one part a partition, entries of each part level by level.
struct header {
    char magic[8]; // "FULPYRA\n"
    uint32_t version;
    uint32_t part_count;
    uint64_t entry_count;
    uint32_t crc;        // of parts and entries
    uint32_t header_crc; // of these bytes with header_crc 0
};
_Static_assert(sizeof(struct header) == 32, "file format");

struct part {
    uint64_t rows;
    uint64_t entry; // the number of its first one
    uint32_t mark;  // of the partition
    uint32_t reserved;
};
_Static_assert(sizeof(struct part) == 24, "file format");

struct entry {
    int64_t first_ns, last_ns;
    int64_t open, high, low, close;
    int64_t volume_low, volume_high; // halves of 128 bits
};
_Static_assert(sizeof(struct entry) == 64, "file format");

struct pyramid {
    const struct tape *tape;
    const void *map; // the file; NULL: `memory`
    void *memory;
    size_t size;
    const struct part *parts;
    const struct entry *entries;
    bool built;
};

// The columns of a partition that a pyramid is made of.
struct columns {
    const int64_t *time, *open, *high, *low, *close, *volume; // volume NULL: none
    const int64_t *bid, *ask;                                 // quotes: in place of prices
    uint64_t count;
};

static struct columns columns_of(const struct tape *tape, uint32_t partition) {
    uint32_t kind = tape_series_of(tape)->kind;
    if (kind == TAPE_TRADES) {
        struct tape_trades trades = tape_trades(tape, partition);
        const int64_t *price = trades.price;
        return (struct columns){trades.ts_ns, price, price, price,       price,
                                trades.qty,   NULL,  NULL,  trades.count};
    }
    if (kind == TAPE_QUOTES) {
        struct tape_quotes quotes = tape_quotes(tape, partition);
        return (struct columns){
            .time = quotes.ts_ns, .bid = quotes.bid, .ask = quotes.ask, .count = quotes.count};
    }
    struct tape_bars bars = tape_bars(tape, partition);
    return (struct columns){bars.open_ns, bars.open, bars.high, bars.low,  bars.close,
                            bars.volume,  NULL,      NULL,      bars.count};
}

static int128_t volume_of(const struct entry *entry) {
    return (int128_t)((unsigned __int128)(uint64_t)entry->volume_high << 64 |
                      (uint64_t)entry->volume_low);
}

static struct entry entry_of_row(const struct columns *columns, uint64_t row) {
    int64_t time = columns->time[row];
    if (columns->bid != NULL) {
        int64_t bid = columns->bid[row], ask = columns->ask[row];
        int64_t mid = bid == 0 ? ask : ask == 0 ? bid : (bid >> 1) + (ask >> 1) + (bid & ask & 1);
        return (struct entry){time, time, mid, mid, mid, mid, 0, 0};
    }
    int64_t volume = columns->volume[row];
    return (struct entry){time,
                          time,
                          columns->open[row],
                          columns->high[row],
                          columns->low[row],
                          columns->close[row],
                          volume,
                          volume < 0 ? -1 : 0};
}

// `next` follows what is in `sum`.
static void add(struct entry *sum, const struct entry *next) {
    int128_t volume = volume_of(sum) + volume_of(next);
    sum->last_ns = next->last_ns;
    sum->close = next->close;
    if (next->high > sum->high) sum->high = next->high;
    if (next->low < sum->low) sum->low = next->low;
    sum->volume_low = (int64_t)(uint64_t)volume;
    sum->volume_high = (int64_t)(volume >> 64);
}

static uint64_t level_count(uint64_t rows, int level) {
    uint64_t count = (rows + FIRST - 1) / FIRST;
    for (int i = 0; i < level; i++) count = (count + FAN - 1) / FAN;
    return count;
}

// The top level has one entry.
static int levels_of(uint64_t rows) {
    int levels = 0;
    if (rows == 0) return 0;
    while (level_count(rows, levels) > 1) levels++;
    return levels + 1;
}

static uint64_t entries_of(uint64_t rows) {
    uint64_t sum = 0;
    for (int level = 0; level < levels_of(rows); level++) sum += level_count(rows, level);
    return sum;
}

static void build_part(const struct tape *tape, uint32_t partition, struct entry *entries) {
    struct columns columns = columns_of(tape, partition);
    struct entry *below = entries, *at = entries;
    for (uint64_t row = 0; row < columns.count; row++) {
        struct entry one = entry_of_row(&columns, row);
        if (row % FIRST == 0)
            *at++ = one;
        else
            add(at - 1, &one);
    }
    for (int level = 1; level < levels_of(columns.count); level++) {
        uint64_t count = (uint64_t)(at - below);
        const struct entry *from = below;
        below = at;
        for (uint64_t i = 0; i < count; i++) {
            if (i % FAN == 0)
                *at++ = from[i];
            else
                add(at - 1, &from[i]);
        }
    }
}

static uint32_t header_crc(struct header header) {
    header.header_crc = 0;
    return crc32c(0, &header, sizeof header);
}

static void path_of(const struct tape *tape, char ret_path[TAPE_PATH_SIZE + 16]) {
    snprintf(ret_path, TAPE_PATH_SIZE + 16, "%s/pyramid.bin", tape_directory(tape));
}

// Whether bytes are a pyramid, sound, and as long as it says.
static bool is_sound(const void *data, size_t size) {
    struct header header;
    if (size < sizeof header) return false;
    memcpy(&header, data, sizeof header);
    if (memcmp(header.magic, "FULPYRA\n", 8) != 0 || header.version != VERSION ||
        header.header_crc != header_crc(header) || header.entry_count > SIZE_MAX / 128)
        return false;
    size_t want = sizeof header + header.part_count * sizeof(struct part) +
                  (size_t)header.entry_count * sizeof(struct entry);
    if (size != want) return false;
    const struct part *parts = (const void *)((const char *)data + sizeof header);
    uint64_t entry = 0;
    for (uint32_t i = 0; i < header.part_count; i++) {
        if (parts[i].entry != entry || parts[i].rows > UINT64_MAX / 128) return false;
        entry += entries_of(parts[i].rows);
    }
    return entry == header.entry_count && crc32c(0, parts, size - sizeof header) == header.crc;
}

static void point(struct pyramid *pyramid, const void *data, size_t size) {
    const struct header *header = data;
    pyramid->size = size;
    pyramid->parts = (const void *)(header + 1);
    pyramid->entries = (const void *)(pyramid->parts + header->part_count);
}

static void map_file(struct pyramid *pyramid) {
    char path[TAPE_PATH_SIZE + 16];
    uint64_t size = 0;
    int fd;
    path_of(pyramid->tape, path);
    if (io_open(path, O_RDONLY, 0, &fd) < 0) return;
    if (io_size(fd, path, &size) == 0 && size > 0 && io_map(fd, path, size, &pyramid->map) == 0 &&
        !is_sound(pyramid->map, size)) {
        io_unmap(pyramid->map, size);
        pyramid->map = NULL;
    }
    if (pyramid->map != NULL) point(pyramid, pyramid->map, size);
    (void)!io_close(fd, path);
    err_clear();
}

static uint32_t part_count(const struct pyramid *pyramid) {
    return pyramid->parts == NULL ? 0 : ((const struct header *)pyramid->parts - 1)->part_count;
}

static bool is_current(const struct pyramid *pyramid) {
    const struct tape *tape = pyramid->tape;
    if (pyramid->parts == NULL || part_count(pyramid) != tape_partition_count(tape)) return false;
    for (uint32_t i = 0; i < part_count(pyramid); i++)
        if (pyramid->parts[i].mark != tape_partition_mark(tape, i) ||
            pyramid->parts[i].rows != tape_partition_rows(tape, i))
            return false;
    return true;
}

// The part of an older pyramid for a partition. Partitions are in order in both.
static const struct part *known_part(const struct pyramid *old, const struct part *part,
                                     uint32_t *at) {
    for (uint32_t i = *at; i < part_count(old); i++) {
        if (old->parts[i].mark != part->mark || old->parts[i].rows != part->rows) continue;
        *at = i + 1;
        return &old->parts[i];
    }
    return NULL;
}

static void fill(const struct pyramid *old, struct part *parts, struct entry *entries) {
    const struct tape *tape = old->tape;
    uint64_t entry = 0;
    uint32_t at = 0;
    for (uint32_t i = 0; i < tape_partition_count(tape); i++) {
        parts[i] = (struct part){.rows = tape_partition_rows(tape, i),
                                 .entry = entry,
                                 .mark = tape_partition_mark(tape, i)};
        uint64_t count = entries_of(parts[i].rows);
        const struct part *known = known_part(old, &parts[i], &at);
        if (known != NULL)
            memcpy(&entries[entry], &old->entries[known->entry], count * sizeof *entries);
        else
            build_part(tape, i, &entries[entry]);
        entry += count;
    }
}

// Makes the pyramid in memory, from the tape and what an older one knows.
static int build(struct pyramid *pyramid) {
    const struct tape *tape = pyramid->tape;
    uint64_t count = 0;
    for (uint32_t i = 0; i < tape_partition_count(tape); i++)
        count += entries_of(tape_partition_rows(tape, i));
    struct header header = {.magic = "FULPYRA\n",
                            .version = VERSION,
                            .part_count = tape_partition_count(tape),
                            .entry_count = count};
    size_t size =
        sizeof header + header.part_count * sizeof(struct part) + count * sizeof(struct entry);
    char *data = malloc(size);
    if (data == NULL) return ERR_SET(ERR_NOMEM, "no memory for a pyramid of %zu bytes", size);
    struct part *parts = (void *)(data + sizeof header);
    fill(pyramid, parts, (void *)(parts + header.part_count));
    header.crc = crc32c(0, parts, size - sizeof header);
    header.header_crc = header_crc(header);
    memcpy(data, &header, sizeof header);
    if (pyramid->map != NULL) io_unmap(pyramid->map, pyramid->size);
    pyramid->map = NULL;
    pyramid->memory = data;
    pyramid->built = true;
    point(pyramid, data, size);
    return 0;
}

// Two that build it at once write the same bytes to files of their own; the later rename stands.
static void keep(struct pyramid *pyramid) {
    char path[TAPE_PATH_SIZE + 16];
    path_of(pyramid->tape, path);
    if (io_write_file(path, pyramid->memory, pyramid->size) < 0) err_clear();
}

int pyramid_open(const struct tape *tape, struct pyramid **ret_pyramid) {
    if (tape_series_of(tape)->kind == TAPE_FEED)
        return ERR_SET(ERR_UNSUPPORTED, "a recorded feed has no pyramid");
    struct pyramid *pyramid = calloc(1, sizeof *pyramid);
    if (pyramid == NULL) return ERR_SET(ERR_NOMEM, "no memory for a pyramid");
    pyramid->tape = tape;
    map_file(pyramid);
    int rc = is_current(pyramid) ? 0 : build(pyramid);
    if (rc < 0) {
        pyramid_close(pyramid);
        return rc;
    }
    if (pyramid->built && tape_count(tape) > FIRST * FIRST) keep(pyramid);
    *ret_pyramid = pyramid;
    return 0;
}

void pyramid_close(struct pyramid *pyramid) {
    if (pyramid == NULL) return;
    if (pyramid->map != NULL) io_unmap(pyramid->map, pyramid->size);
    free(pyramid->memory);
    free(pyramid);
}

bool pyramid_was_built(const struct pyramid *pyramid) {
    return pyramid->built;
}

uint64_t pyramid_bytes(const struct pyramid *pyramid) {
    return pyramid->size;
}

// A partition with its levels.
struct view {
    struct columns columns;
    const struct entry *level[LEVELS_MAX];
    uint64_t count[LEVELS_MAX];
    int levels;
};

static void view_part(const struct pyramid *pyramid, uint32_t partition, struct view *ret_view) {
    const struct part *part = &pyramid->parts[partition];
    const struct entry *at = &pyramid->entries[part->entry];
    ret_view->columns = columns_of(pyramid->tape, partition);
    ret_view->levels = levels_of(part->rows);
    for (int level = 0; level < ret_view->levels; level++) {
        ret_view->level[level] = at;
        ret_view->count[level] = level_count(part->rows, level);
        at += ret_view->count[level];
    }
}

// The first row at or behind an instant: down from the top, each time into the last entry that begins before it.
static uint64_t row_at(const struct view *view, int64_t ns) {
    uint64_t index = 0;
    if (view->levels == 0 || view->columns.time[0] >= ns) return 0;
    for (int level = view->levels - 2; level >= 0; level--) {
        uint64_t child = index * FAN, end = child + FAN;
        if (end > view->count[level]) end = view->count[level];
        while (child + 1 < end && view->level[level][child + 1].first_ns < ns) child++;
        index = child;
    }
    uint64_t row = index * FIRST, end = row + FIRST;
    if (end > view->columns.count) end = view->columns.count;
    while (row < end && view->columns.time[row] < ns) row++;
    return row;
}

static void take(struct pyramid_row *sum, const struct entry *entry, uint64_t rows) {
    if (sum->rows == 0) {
        sum->first_ns = entry->first_ns;
        sum->open = entry->open;
        sum->high = entry->high;
        sum->low = entry->low;
    }
    if (entry->high > sum->high) sum->high = entry->high;
    if (entry->low < sum->low) sum->low = entry->low;
    sum->last_ns = entry->last_ns;
    sum->close = entry->close;
    sum->volume += volume_of(entry);
    sum->rows += rows;
}

// The largest entry that begins at a row and ends at `end` or before; -1: none does.
static int level_at(const struct view *view, uint64_t row, uint64_t end, uint64_t *ret_span) {
    uint64_t span = FIRST, rows = view->columns.count;
    int best = -1;
    for (int level = 0; level < view->levels && row % span == 0; level++, span *= FAN) {
        uint64_t stop = row + span < rows ? row + span : rows;
        if (stop > end) break;
        best = level;
        *ret_span = stop - row;
    }
    return best;
}

static void add_rows(const struct view *view, uint64_t row, uint64_t end, struct pyramid_row *sum) {
    while (row < end) {
        uint64_t span = 1, width = FIRST;
        int level = level_at(view, row, end, &span);
        if (level < 0) {
            struct entry one = entry_of_row(&view->columns, row);
            take(sum, &one, 1);
        } else {
            for (int i = 0; i < level; i++) width *= FAN;
            take(sum, &view->level[level][row / width], span);
        }
        row += span;
    }
}

int64_t pyramid_width(int64_t from_ns, int64_t to_ns, int count) {
    uint64_t length = (uint64_t)to_ns - (uint64_t)from_ns, width = length / (uint64_t)count;
    return (int64_t)(width * (uint64_t)count < length ? width + 1 : width);
}

static int64_t last_of(const struct pyramid *pyramid, uint32_t partition) {
    const struct part *part = &pyramid->parts[partition];
    return pyramid->entries[part->entry + entries_of(part->rows) - 1].last_ns;
}

uint64_t pyramid_rows_before(const struct pyramid *pyramid, int64_t ns) {
    uint64_t before = 0;
    for (uint32_t i = 0; i < part_count(pyramid); i++) {
        struct view view;
        if (pyramid->parts[i].rows > 0 && last_of(pyramid, i) >= ns) {
            view_part(pyramid, i, &view);
            return before + row_at(&view, ns);
        }
        before += pyramid->parts[i].rows;
    }
    return before;
}

// An answer under way: stretches that follow each other, through partitions that do.
struct reading {
    int64_t from_ns, to_ns;
    uint64_t width;
    uint64_t index; // of the stretch
    struct pyramid_row *rows;
    int count; // stretches begun
};

// The end of a stretch, not behind the end of the whole.
static int64_t end_of(const struct reading *reading, uint64_t index) {
    uint64_t length = (uint64_t)reading->to_ns - (uint64_t)reading->from_ns;
    uint64_t offset = (index + 1) * reading->width;
    return offset >= length ? reading->to_ns : (int64_t)((uint64_t)reading->from_ns + offset);
}

static struct pyramid_row *stretch(struct reading *reading, uint64_t index) {
    if (reading->count == 0 || reading->index != index)
        reading->rows[reading->count++] = (struct pyramid_row){
            .from_ns = (int64_t)((uint64_t)reading->from_ns + index * reading->width)};
    reading->index = index;
    return &reading->rows[reading->count - 1];
}

static void read_part(struct reading *reading, const struct view *view) {
    uint64_t row = row_at(view, reading->from_ns), last = row_at(view, reading->to_ns);
    while (row < last) {
        uint64_t index =
            ((uint64_t)view->columns.time[row] - (uint64_t)reading->from_ns) / reading->width;
        int64_t end_ns = end_of(reading, index);
        uint64_t end = end_ns == reading->to_ns ? last : row_at(view, end_ns);
        add_rows(view, row, end, stretch(reading, index));
        row = end;
    }
}

int pyramid_read(const struct pyramid *pyramid, int64_t from_ns, int64_t to_ns, int count,
                 struct pyramid_row *ret_rows) {
    CHECK(from_ns < to_ns && count >= 1 && count <= PYRAMID_ROWS_MAX);
    struct reading reading = {.from_ns = from_ns,
                              .to_ns = to_ns,
                              .rows = ret_rows,
                              .width = (uint64_t)pyramid_width(from_ns, to_ns, count)};
    for (uint32_t i = 0; i < part_count(pyramid); i++) {
        struct view view;
        if (pyramid->parts[i].rows == 0 || last_of(pyramid, i) < from_ns) continue;
        if (pyramid->entries[pyramid->parts[i].entry].first_ns >= to_ns) break;
        view_part(pyramid, i, &view);
        read_part(&reading, &view);
    }
    return reading.count;
}
