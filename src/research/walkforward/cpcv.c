// SPDX-License-Identifier: Apache-2.0
#include "research/walkforward/cpcv.h"

#include "base/check.h"
#include "base/timestamp.h"

static uint64_t choose(uint32_t n, uint32_t k) {
    uint64_t value = 1;
    for (uint32_t i = 1; i <= k; i++) value = value * (n - k + i) / i;
    return value;
}

int cpcv_init(struct cpcv *cpcv, uint32_t groups, uint32_t tests, int64_t first_ns, int64_t last_ns,
              int64_t purge_ns, int64_t embargo_ns) {
    if (groups < 2 || groups > CPCV_GROUPS_MAX || tests < 1 || tests >= groups)
        return ERR_SET(ERR_ARGUMENT,
                       "want 2 to %d groups and fewer of them to test, at least one; not %u and %u",
                       CPCV_GROUPS_MAX, groups, tests);
    uint64_t splits = choose(groups, tests);
    if (splits > CPCV_SPLITS_MAX)
        return ERR_SET(ERR_ARGUMENT, "%u of %u groups are %llu splits, over %d", tests, groups,
                       (unsigned long long)splits, CPCV_SPLITS_MAX);
    int64_t group_ns = (last_ns + 1 - first_ns) / (int64_t)groups;
    if (group_ns <= purge_ns + embargo_ns)
        return ERR_SET(ERR_ARGUMENT,
                       "a group of %.6g days is no longer than purge and embargo, %.6g days",
                       (double)group_ns / (double)NS_PER_DAY,
                       (double)(purge_ns + embargo_ns) / (double)NS_PER_DAY);
    *cpcv = (struct cpcv){.groups = groups,
                          .tests = tests,
                          .splits = (uint32_t)splits,
                          .paths = (uint32_t)(splits * tests / groups),
                          .first_ns = first_ns,
                          .group_ns = group_ns,
                          .last_ns = last_ns,
                          .purge_ns = purge_ns,
                          .embargo_ns = embargo_ns};
    return 0;
}

uint32_t cpcv_split(const struct cpcv *cpcv, uint32_t split) {
    CHECK(split < cpcv->splits);
    uint32_t tested = 0, left = cpcv->tests;
    uint64_t rank = split;
    for (uint32_t group = 0; left > 0; group++) {
        uint64_t with = choose(cpcv->groups - group - 1, left - 1); // splits that have the group
        if (rank < with) {
            tested |= 1u << group;
            left--;
        } else {
            rank -= with;
        }
    }
    return tested;
}

uint32_t cpcv_of_path(const struct cpcv *cpcv, uint32_t path, uint32_t group) {
    CHECK(path < cpcv->paths && group < cpcv->groups);
    for (uint32_t split = 0, seen = 0;; split++)
        if ((cpcv_split(cpcv, split) >> group & 1) && seen++ == path) return split;
}

uint32_t cpcv_group(const struct cpcv *cpcv, int64_t ts_ns) {
    int64_t group = ts_ns > cpcv->first_ns ? (ts_ns - cpcv->first_ns) / cpcv->group_ns : 0;
    return group < cpcv->groups ? (uint32_t)group : cpcv->groups - 1;
}

int64_t cpcv_group_from(const struct cpcv *cpcv, uint32_t group) {
    return cpcv->first_ns + (int64_t)group * cpcv->group_ns;
}

bool cpcv_trains(const struct cpcv *cpcv, uint32_t tested, int64_t ts_ns) {
    uint32_t group = cpcv_group(cpcv, ts_ns);
    if (tested >> group & 1) return false;
    bool next = group + 1 < cpcv->groups && (tested >> (group + 1) & 1);
    bool before = group > 0 && (tested >> (group - 1) & 1);
    if (next && ts_ns >= cpcv_group_from(cpcv, group + 1) - cpcv->purge_ns) return false;
    return !before || ts_ns >= cpcv_group_from(cpcv, group) + cpcv->embargo_ns;
}
