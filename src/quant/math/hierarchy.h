// SPDX-License-Identifier: Apache-2.0
// Agglomerative clustering: the nearest two clusters join until one is left (Lance and Williams, Computer J.
// 9, 1967; Murtagh and Contreras, WIREs Data Mining 2, 2012). Numbers are scipy's: items are 0 .. n - 1,
// join k is cluster n + k.
//
// Deterministic: of equally near pairs the first row's first column joins.
#ifndef FULMAR_QUANT_MATH_HIERARCHY_H
#define FULMAR_QUANT_MATH_HIERARCHY_H

#include <stddef.h>

// How far clusters are from each other: their nearest items, their furthest, the mean of all pairs, or the
// growth of the sum of squares (Ward, J. American Statistical Association 58, 1963; the root of it).
enum hierarchy_linkage { HIERARCHY_SINGLE, HIERARCHY_COMPLETE, HIERARCHY_AVERAGE, HIERARCHY_WARD };

// One join: clusters `left` < `right` and how far apart they were.
struct hierarchy_join {
    size_t left;
    size_t right;
    double distance;
    size_t size; // items in it
};

// distances: n x n, symmetric, finite; destroyed. scratch[2 n]. ret_joins[n - 1].
void hierarchy_link(double *distances, size_t n, enum hierarchy_linkage linkage, size_t *scratch,
                    struct hierarchy_join *ret_joins);

// The items of a cluster from left to right. scratch[n + 1]. Returns how many there are.
size_t hierarchy_items(const struct hierarchy_join *joins, size_t n, size_t cluster,
                       size_t *scratch, size_t *ret_items);

// The clusters, 1 <= count <= n (CHECK), that are there before the last count - 1 joins, from left to right
// as they stand under the root. scratch[n + 1]; ret_clusters[count].
void hierarchy_cut(const struct hierarchy_join *joins, size_t n, size_t count, size_t *scratch,
                   size_t *ret_clusters);

// How many clusters there are by the largest second difference of within-cluster dispersion (Yue, Wang and
// Wei, "Application of Two-Order Difference to Gap Statistic", Trans. Tianjin University 15, 2009):
// W(k) = sum over clusters of the sum of distances of pairs over the number of items; the k from 2 on with the
// largest W(k - 1) + W(k + 1) - 2 W(k), k + 1 at most max(8, root of n) and n. 1 and 2 items have as
// many clusters. `distances` as they were before hierarchy_link. scratch[3 n + 2].
size_t hierarchy_count(const double *distances, const struct hierarchy_join *joins, size_t n,
                       size_t *scratch);

#endif
