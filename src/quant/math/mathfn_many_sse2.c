// SPDX-License-Identifier: Apache-2.0
#include <sleef.h>

#include "quant/math/mathfn_many_lanes.h"

#define LOOP(name) MATHFN_LANES(name, 2, _mm_loadu_pd, _mm_storeu_pd, d2_u10sse2)
MATHFN_MANY_LIST(LOOP)

mathfn_lanes *const mathfn_many_sse2[MATHFN_COUNT] = {MATHFN_MANY_LIST(MATHFN_LANES_ENTRY)};
