// SPDX-License-Identifier: Apache-2.0
// Who stands behind us leaves first: only trades, and a level that holds less than was ahead, bring us on.
#include "sim/model.h"

const struct queue_model queue_risk_averse = {
    .name = "risk_averse",
    .summary = "only trades bring us on; decreases happen behind us while somebody is there",
};
