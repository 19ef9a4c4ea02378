// SPDX-License-Identifier: Apache-2.0
#include <sleef.h>

#include "quant/math/mathfn_many_lanes.h"

#define LOOP(name) MATHFN_LANES(name, 8, _mm512_loadu_pd, _mm512_storeu_pd, d8_u10avx512fnofma)
MATHFN_MANY_LIST(LOOP)

mathfn_lanes *const mathfn_many_avx512[MATHFN_COUNT] = {MATHFN_MANY_LIST(MATHFN_LANES_ENTRY)};
