// SPDX-License-Identifier: Apache-2.0
// What markets of the assets are like: a CSV file with a row an asset.
#ifndef FULMAR_APP_RISK_RISK_LIQUIDITY_H
#define FULMAR_APP_RISK_RISK_LIQUIDITY_H

#include "app/risk/risk_input.h"
#include "quant/risk/liquidity.h"

// ret[count of the input], from the columns asset, spread and, where they are there, spread_deviation (else 0) and
// volume (else without bound); rows of other assets are passed over. ERR_PARSE names the file and the column or asset
// that is missing.
int risk_liquidity_read(const char *path, const struct risk_input *input,
                        struct liquidity *ret) MUST_USE;

#endif
