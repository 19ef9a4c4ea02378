// SPDX-License-Identifier: Apache-2.0
#include <math.h>
#include <string.h>

#include "quant/portfolio/risk_parity.h"
#include "quant/series/covariance.h"

// Risk and share are by cluster of the tree: an asset, or a join's number behind them.
struct work {
    size_t n, count;
    double *correlation, *distances, *deviations, *risk, *share;
    size_t *items, *stack, *cut;
};

static int work_new(const double *covariance, size_t n, struct arena *arena, struct work *work) {
    *work = (struct work){.n = n};
    double **matrices[] = {&work->correlation, &work->distances};
    for (size_t i = 0; i < 2; i++)
        if ((*matrices[i] = ARENA_NEW(arena, double, n *n)) == NULL) return ERR_NOMEM;
    work->deviations = ARENA_NEW(arena, double, n);
    work->risk = ARENA_NEW(arena, double, 2 * n);
    work->share = ARENA_NEW(arena, double, 2 * n);
    work->items = ARENA_NEW(arena, size_t, n);
    work->stack = ARENA_NEW(arena, size_t, 3 * n + 2);
    work->cut = ARENA_NEW(arena, size_t, n);
    if (work->deviations == NULL || work->risk == NULL || work->share == NULL ||
        work->items == NULL || work->stack == NULL || work->cut == NULL)
        return ERR_NOMEM;
    memcpy(work->correlation, covariance, n * n * sizeof *covariance);
    return covariance_to_correlation(work->correlation, n, work->deviations);
}

// Grows the tree and finds where to cut it. Distances are made twice: linking destroys them.
static int grow(struct work *work, const struct risk_parity_hierarchy *hierarchy,
                struct arena *arena, struct hierarchy_join *ret_joins) {
    size_t n = work->n;
    double *scratch = ARENA_NEW(arena, double, n *n);
    if (scratch == NULL) return ERR_NOMEM;
    const double *correlation =
        hierarchy->correlation != NULL ? hierarchy->correlation : work->correlation;
    for (size_t round = 0; round < 2; round++) {
        risk_parity_distances(correlation, n, hierarchy->distance, scratch, work->distances);
        if (round == 0)
            hierarchy_link(work->distances, n, hierarchy->linkage, work->stack, ret_joins);
    }
    work->count = hierarchy->clusters != 0
                      ? hierarchy->clusters
                      : hierarchy_count(work->distances, ret_joins, n, work->stack);
    hierarchy_cut(ret_joins, n, work->count, work->stack, work->cut);
    return 0;
}

// Risks upwards from the clusters, shares downwards from the root, then within the clusters.
static void share_out(struct work *work, const double *covariance,
                      const struct hierarchy_join *joins, double *ret_weights,
                      size_t *ret_cluster) {
    size_t n = work->n, first_open = 2 * n - work->count;
    for (size_t k = 0; k < work->count; k++) {
        size_t size = hierarchy_items(joins, n, work->cut[k], work->stack, work->items);
        work->risk[work->cut[k]] = risk_parity_inverse_variance(covariance, n, work->items, size);
    }
    for (size_t c = first_open; c < 2 * n - 1; c++)
        work->risk[c] = work->risk[joins[c - n].left] + work->risk[joins[c - n].right];
    work->share[2 * n - 2] = 1;
    for (size_t c = 2 * n - 1; c-- > first_open;) {
        size_t left = joins[c - n].left, right = joins[c - n].right;
        work->share[left] = work->share[c] * (work->risk[right] / work->risk[c]);
        work->share[right] = work->share[c] * (work->risk[left] / work->risk[c]);
    }
    for (size_t k = 0; k < work->count; k++) {
        size_t size = hierarchy_items(joins, n, work->cut[k], work->stack, work->items);
        double sum = 0;
        for (size_t i = 0; i < size; i++) sum += 1 / covariance[work->items[i] * (n + 1)];
        for (size_t i = 0; i < size; i++) {
            size_t asset = work->items[i];
            ret_weights[asset] = work->share[work->cut[k]] / covariance[asset * (n + 1)] / sum;
            if (ret_cluster != NULL) ret_cluster[asset] = k;
        }
    }
}

static int clustered(const double *covariance, size_t n,
                     const struct risk_parity_hierarchy *hierarchy, struct arena *arena,
                     double *ret_weights, struct risk_parity_tree *ret_tree) {
    struct work work;
    if (hierarchy->clusters > n)
        return ERR_SET(ERR_ARGUMENT, "%zu clusters of %zu assets are too many", hierarchy->clusters,
                       n);
    TRY(work_new(covariance, n, arena, &work));
    TRY(grow(&work, hierarchy, arena, ret_tree->joins));
    hierarchy_items(ret_tree->joins, n, 2 * n - 2, work.stack, ret_tree->order);
    share_out(&work, covariance, ret_tree->joins, ret_weights, ret_tree->cluster);
    ret_tree->cluster_count = work.count;
    return 0;
}

int risk_parity_clustered(const double *covariance, size_t count, const char *const *names,
                          const struct risk_parity_hierarchy *hierarchy, struct arena *arena,
                          double *ret_weights, struct risk_parity_tree *ret_tree) {
    size_t mark = arena->used;
    int rc = portfolio_check(covariance, count, names, arena);
    if (rc == 0) rc = clustered(covariance, count, hierarchy, arena, ret_weights, ret_tree);
    arena_rewind(arena, mark);
    return rc;
}
