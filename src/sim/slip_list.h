// SPDX-License-Identifier: Apache-2.0
// The registry of slippage models: one line each, in alphabetical order, X(name) for sim/slip_<name>.c.
#ifndef FULMAR_SIM_SLIP_LIST_H
#define FULMAR_SIM_SLIP_LIST_H

// clang-format off
#define SLIP_LIST(X) \
    X(fixed) \
    X(none) \
    X(sqrt) \
    X(volume_share)
// clang-format on

#endif
