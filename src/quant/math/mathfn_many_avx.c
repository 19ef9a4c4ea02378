// SPDX-License-Identifier: Apache-2.0
#include <sleef.h>

#include "quant/math/mathfn_many_lanes.h"

#define LOOP(name) MATHFN_LANES(name, 4, _mm256_loadu_pd, _mm256_storeu_pd, d4_u10avx)
MATHFN_MANY_LIST(LOOP)

mathfn_lanes *const mathfn_many_avx[MATHFN_COUNT] = {MATHFN_MANY_LIST(MATHFN_LANES_ENTRY)};
