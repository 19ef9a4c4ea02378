// SPDX-License-Identifier: Apache-2.0
#include "quant/math/hierarchy.h"

#include <math.h>
#include <stdbool.h>

#include "base/check.h"

// The distance of a cluster k from i and j together, from those of k from each.
static double joined(enum hierarchy_linkage linkage, double ki, double kj, double ij,
                     const size_t size[3]) {
    double i = (double)size[0], j = (double)size[1], k = (double)size[2];
    switch (linkage) {
    case HIERARCHY_SINGLE:
        return fmin(ki, kj);
    case HIERARCHY_COMPLETE:
        return fmax(ki, kj);
    case HIERARCHY_AVERAGE:
        return (i * ki + j * kj) / (i + j);
    default:
        return sqrt(((k + i) * ki * ki + (k + j) * kj * kj - k * ij * ij) / (i + j + k));
    }
}

// `place` holds each cluster's number where the row of its distances is.
void hierarchy_link(double *d, size_t n, enum hierarchy_linkage linkage, size_t *scratch,
                    struct hierarchy_join *ret_joins) {
    size_t *place = scratch, *sizes = scratch + n;
    for (size_t i = 0; i < n; i++) {
        place[i] = i;
        sizes[i] = 1;
    }
    for (size_t step = 0; step + 1 < n; step++) {
        size_t a = n, b = n;
        for (size_t i = 0; i < n; i++)
            for (size_t j = i + 1; sizes[i] > 0 && j < n; j++)
                if (sizes[j] > 0 && (a == n || d[i * n + j] < d[a * n + b])) {
                    a = i;
                    b = j;
                }
        bool swapped = place[a] > place[b];
        ret_joins[step] = (struct hierarchy_join){.left = swapped ? place[b] : place[a],
                                                  .right = swapped ? place[a] : place[b],
                                                  .distance = d[a * n + b],
                                                  .size = sizes[a] + sizes[b]};
        for (size_t k = 0; k < n; k++)
            if (k != a && k != b && sizes[k] > 0)
                d[a * n + k] = d[k * n + a] =
                    joined(linkage, d[a * n + k], d[b * n + k], d[a * n + b],
                           (size_t[]){sizes[a], sizes[b], sizes[k]});
        sizes[a] += sizes[b];
        sizes[b] = 0;
        place[a] = n + step;
    }
}

// What is still to be opened lies on a stack, the left one on top.
size_t hierarchy_items(const struct hierarchy_join *joins, size_t n, size_t cluster, size_t *stack,
                       size_t *ret_items) {
    size_t depth = 0, count = 0;
    stack[depth++] = cluster;
    while (depth > 0) {
        size_t next = stack[--depth];
        if (next < n) {
            ret_items[count++] = next;
            continue;
        }
        stack[depth++] = joins[next - n].right;
        stack[depth++] = joins[next - n].left;
    }
    return count;
}

void hierarchy_cut(const struct hierarchy_join *joins, size_t n, size_t count, size_t *stack,
                   size_t *ret_clusters) {
    CHECK(count >= 1 && count <= n);
    size_t depth = 0, found = 0, first_open = 2 * n - count;
    stack[depth++] = 2 * n - 2;
    while (depth > 0) {
        size_t next = stack[--depth];
        if (next < first_open) {
            ret_clusters[found++] = next;
            continue;
        }
        stack[depth++] = joins[next - n].right;
        stack[depth++] = joins[next - n].left;
    }
}

static double dispersion(const double *distances, const struct hierarchy_join *joins, size_t n,
                         size_t count, size_t *scratch) {
    size_t *clusters = scratch, *items = scratch + n, *stack = scratch + 2 * n;
    double total = 0;
    hierarchy_cut(joins, n, count, stack, clusters);
    for (size_t k = 0; k < count; k++) {
        size_t size = hierarchy_items(joins, n, clusters[k], stack, items);
        double sum = 0;
        for (size_t i = 0; i < size; i++)
            for (size_t j = 0; j < i; j++) sum += distances[items[i] * n + items[j]];
        total += sum / (double)size;
    }
    return total;
}

size_t hierarchy_count(const double *distances, const struct hierarchy_join *joins, size_t n,
                       size_t *scratch) {
    if (n <= 2) return n;
    size_t most = (size_t)fmin((double)n, fmax(8, floor(sqrt((double)n) + 0.5))), best = 2;
    double largest = -INFINITY, before = dispersion(distances, joins, n, 1, scratch);
    double here = dispersion(distances, joins, n, 2, scratch);
    for (size_t count = 2; count < most; count++) {
        double after = dispersion(distances, joins, n, count + 1, scratch);
        if (before + after - 2 * here > largest) {
            largest = before + after - 2 * here;
            best = count;
        }
        before = here;
        here = after;
    }
    return best;
}
