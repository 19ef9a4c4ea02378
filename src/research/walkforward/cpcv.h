// SPDX-License-Identifier: Apache-2.0
// Combinatorial purged cross-validation: M. Lopez de Prado, "Advances in Financial Machine Learning" (2018), 12.3-12.4.
//
// Data is cut in `groups` of equal length in time. Every choice of `tests` of them is a split: parameters are chosen on
// the other groups, without the days within `purge` before a test group and `embargo` after it, and the test groups
// live by them. Each group is in C(groups - 1, tests - 1) splits; taking the first of each, then the second and so on
// gives that many paths through the whole of the data, each of them out of sample all along.
#ifndef FULMAR_RESEARCH_WALKFORWARD_CPCV_H
#define FULMAR_RESEARCH_WALKFORWARD_CPCV_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

enum { CPCV_GROUPS_MAX = 24, CPCV_SPLITS_MAX = 10000 };

struct cpcv {
    uint32_t groups;
    uint32_t tests;
    uint32_t splits; // C(groups, tests)
    uint32_t paths;  // splits tests / groups
    int64_t first_ns;
    int64_t group_ns; // the last group takes what is left
    int64_t last_ns;
    int64_t purge_ns;
    int64_t embargo_ns;
};

// ERR_ARGUMENT with a story: tests not below groups, too many, or groups shorter than purge and embargo.
int cpcv_init(struct cpcv *cpcv, uint32_t groups, uint32_t tests, int64_t first_ns, int64_t last_ns,
              int64_t purge_ns, int64_t embargo_ns) MUST_USE;

// Bit g: group g is tested in the split. Splits are in lexicographic order: 0 1, 0 2, .. 0 n, 1 2 ...
uint32_t cpcv_split(const struct cpcv *cpcv, uint32_t split);
// The split whose choice a path lives by in a group.
uint32_t cpcv_of_path(const struct cpcv *cpcv, uint32_t path, uint32_t group);

uint32_t cpcv_group(const struct cpcv *cpcv, int64_t ts_ns);
int64_t cpcv_group_from(const struct cpcv *cpcv, uint32_t group);
// Whether what happened at an instant may be trained on in a split.
bool cpcv_trains(const struct cpcv *cpcv, uint32_t tested, int64_t ts_ns);

#endif
