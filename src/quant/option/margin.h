// SPDX-License-Identifier: Apache-2.0
// What a broker asks to be deposited for a position: an estimate after the strategy-based rules for United States
// equity options (Regulation T, Cboe rule 10.3, FINRA rule 4210), along the "Margin Manual" of Cboe; their texts have
// more cases, and were not held against this line by line:
//
// - Shares: half of their worth, bought or sold short.
// - A bought option is paid in full.
// - A sold call that shares cover, and a sold put that shares sold short cover, need nothing themselves; the shares
//   then count at no more than the call's strike, those sold short at no less than the put's.
// - A sold option that a bought one of its kind offsets, which expires no earlier, needs what exercise of both can
//   lose. Which offsets which is chosen so that all calls, and all puts, need least.
// - Another sold option needs its premium and 20 % of the spot less what it is out of the money by, at least its
//   premium and 10 % of the spot (a put: of its strike).
// - Of sold calls and sold puts together the dearer side counts, and the premium of the other's uncovered ones.
// - Nothing asks for more than the options can lose at expiry where that has a limit.
//
// Brokers may ask for more; portfolio margin asks for something else.
#ifndef FULMAR_QUANT_OPTION_MARGIN_H
#define FULMAR_QUANT_OPTION_MARGIN_H

#include "quant/option/payoff.h"

struct margin {
    double shares;  // half of their worth at the spot, and what covered options in the money add
    double options; // requirement of the sold options, before what was received for them
    double
        deposit; // shares and options and what was paid for options, less what was received; at least 0
};

// The position is sound; spot > 0. Premiums are the legs' costs.
void margin_estimate(const struct payoff *position, double spot, struct margin *ret_margin);

#endif
