// SPDX-License-Identifier: Apache-2.0
#include "edge/store/tape_merge.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct merge {
    const struct tape_rows *old;
    const struct tape_rows *fresh;
    struct tape_rows *out;
    struct tape_added_counts *counts;
    bool replace;
};

static void merge_bars(struct merge *merge);
static int merge_ticks(struct merge *merge);
static void merge_feed(struct merge *merge);
static void merge_overlap(struct merge *merge, uint64_t a, uint64_t a_end, uint64_t b,
                          uint64_t b_end);
static uint64_t rows_until(const struct tape_rows *rows, int64_t ns, bool after);
static int merge_group(struct merge *merge, uint64_t a, uint64_t a_end, uint64_t b, uint64_t b_end);
static void copy_rows(struct merge *merge, const struct tape_rows *from, uint64_t begin,
                      uint64_t end);
static bool rows_equal(const struct tape_rows *a, uint64_t i, const struct tape_rows *b,
                       uint64_t k);
static uint64_t group_end(const struct tape_rows *rows, uint64_t begin);
static int order_check(enum tape_kind kind, const struct tape_rows *rows);

int tape_merge(enum tape_kind kind, const struct tape_rows *old, const struct tape_rows *fresh,
               bool replace, struct tape_rows *ret_rows, struct tape_added_counts *ret_counts) {
    struct merge merge = {old, fresh, ret_rows, ret_counts, replace};
    TRY(tape_rows_reserve(ret_rows, old->count + fresh->count));
    if (kind == TAPE_FEED) {
        merge_feed(&merge);
        return 0;
    }
    if (kind == TAPE_TRADES || kind == TAPE_QUOTES) return merge_ticks(&merge);
    merge_bars(&merge);
    return order_check(kind, ret_rows);
}

static void merge_bars(struct merge *merge) {
    const struct tape_rows *old = merge->old, *fresh = merge->fresh;
    uint64_t a = 0, b = 0;
    while (a < old->count && b < fresh->count) {
        int64_t old_ns = old->column[0][a], fresh_ns = fresh->column[0][b];
        if (old_ns < fresh_ns) {
            copy_rows(merge, old, a, a + 1);
            a++;
        } else if (fresh_ns < old_ns) {
            copy_rows(merge, fresh, b, b + 1);
            merge->counts->rows++;
            b++;
        } else {
            bool same = rows_equal(old, a, fresh, b);
            merge->counts->duplicates += same;
            if (!same && merge->counts->conflicts++ == 0) merge->counts->conflict_ns = fresh_ns;
            copy_rows(merge, merge->replace ? fresh : old, merge->replace ? b : a,
                      (merge->replace ? b : a) + 1);
            a++;
            b++;
        }
    }
    copy_rows(merge, old, a, old->count);
    copy_rows(merge, fresh, b, fresh->count);
    merge->counts->rows += fresh->count - b;
}

static int merge_ticks(struct merge *merge) {
    const struct tape_rows *old = merge->old, *fresh = merge->fresh;
    uint64_t a = 0, b = 0;
    while (a < old->count && b < fresh->count) {
        int64_t old_ns = old->column[0][a], fresh_ns = fresh->column[0][b];
        uint64_t a_end = old_ns <= fresh_ns ? group_end(old, a) : a;
        uint64_t b_end = fresh_ns <= old_ns ? group_end(fresh, b) : b;
        TRY(merge_group(merge, a, a_end, b, b_end));
        a = a_end;
        b = b_end;
    }
    copy_rows(merge, old, a, old->count);
    copy_rows(merge, fresh, b, fresh->count);
    merge->counts->rows += fresh->count - b;
    return 0;
}

// Old rows of one instant, then those of the fresh ones that are not among them, each old row
// matching once.
static int merge_group(struct merge *merge, uint64_t a, uint64_t a_end, uint64_t b,
                       uint64_t b_end) {
    bool *matched = calloc(a_end - a + 1, sizeof *matched);
    if (matched == NULL) return ERR_SET(ERR_NOMEM, "no memory to merge ticks");
    bool replace = merge->replace && b < b_end;
    if (!replace) copy_rows(merge, merge->old, a, a_end);
    for (uint64_t k = b; k < b_end; k++) {
        uint64_t i = a;
        while (i < a_end && (matched[i - a] || !rows_equal(merge->old, i, merge->fresh, k))) i++;
        bool there = i < a_end;
        if (there) matched[i - a] = true;
        merge->counts->duplicates += there;
        merge->counts->rows += !there;
        if (replace || !there) copy_rows(merge, merge->fresh, k, k + 1);
    }
    free(matched);
    return 0;
}

// Rows of the import that lie before the tape's, among them and after them.
static void merge_feed(struct merge *merge) {
    const struct tape_rows *old = merge->old, *fresh = merge->fresh;
    uint64_t b = 0, b_end = 0;
    if (old->count > 0) {
        b = rows_until(fresh, old->column[0][0], false);
        b_end = rows_until(fresh, old->column[0][old->count - 1], true);
    }
    uint64_t a = 0, a_end = 0; // of the tape: what lies among those
    if (b < b_end) {
        a = rows_until(old, fresh->column[0][b], false);
        a_end = rows_until(old, fresh->column[0][b_end - 1], true);
    }
    copy_rows(merge, fresh, 0, b);
    copy_rows(merge, old, 0, a);
    merge_overlap(merge, a, a_end, b, b_end);
    copy_rows(merge, old, a_end, old->count);
    copy_rows(merge, fresh, b_end, fresh->count);
    merge->counts->rows += fresh->count - (b_end - b);
}

static void merge_overlap(struct merge *merge, uint64_t a, uint64_t a_end, uint64_t b,
                          uint64_t b_end) {
    uint64_t old_count = a_end - a, fresh_count = b_end - b, equal = 0;
    uint64_t both = old_count < fresh_count ? old_count : fresh_count;
    while (equal < both && rows_equal(merge->old, a + equal, merge->fresh, b + equal)) equal++;
    if (old_count == 0 || merge->replace)
        copy_rows(merge, merge->fresh, b, b_end);
    else
        copy_rows(merge, merge->old, a, a_end);
    if (old_count == 0) {
        merge->counts->rows += fresh_count;
        return;
    }
    uint64_t conflicts = (old_count > fresh_count ? old_count : fresh_count) - equal;
    merge->counts->duplicates += equal;
    if (conflicts == 0) return;
    if (merge->counts->conflicts == 0)
        merge->counts->conflict_ns =
            merge->fresh->column[0][equal < fresh_count ? b + equal : b_end - 1];
    merge->counts->conflicts += conflicts;
}

// How many rows lie before an instant, or up to its end.
static uint64_t rows_until(const struct tape_rows *rows, int64_t ns, bool after) {
    uint64_t lo = 0, hi = rows->count;
    while (lo < hi) {
        uint64_t mid = lo + (hi - lo) / 2;
        int64_t at = rows->column[0][mid];
        if (at < ns || (after && at == ns))
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static void copy_rows(struct merge *merge, const struct tape_rows *from, uint64_t begin,
                      uint64_t end) {
    struct tape_rows *out = merge->out;
    for (uint32_t i = 0; i < out->column_count && end > begin; i++)
        memcpy(out->column[i] + out->count, from->column[i] + begin,
               (end - begin) * sizeof(int64_t));
    out->count += end - begin;
}

static bool rows_equal(const struct tape_rows *a, uint64_t i, const struct tape_rows *b,
                       uint64_t k) {
    for (uint32_t c = 0; c < a->column_count; c++)
        if (a->column[c][i] != b->column[c][k]) return false;
    return true;
}

static uint64_t group_end(const struct tape_rows *rows, uint64_t begin) {
    uint64_t end = begin + 1;
    while (end < rows->count && rows->column[0][end] == rows->column[0][begin]) end++;
    return end;
}

static int order_check(enum tape_kind kind, const struct tape_rows *rows) {
    const int64_t *known = rows->column[tape_known_column(kind)];
    for (uint64_t i = 1; i < rows->count; i++)
        if (known[i] < known[i - 1])
            return ERR_SET(ERR_ARGUMENT, "the new bars overlap those on the tape: one that opens "
                                         "later closes earlier; import them as another series");
    return 0;
}
