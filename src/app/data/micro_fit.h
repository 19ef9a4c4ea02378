// SPDX-License-Identifier: Apache-2.0
// The micro-price fitted to a whole feed (quant/micro/microprice.h), told to people and machines.
#ifndef FULMAR_APP_DATA_MICRO_FIT_H
#define FULMAR_APP_DATA_MICRO_FIT_H

#include "app/data/micro_play.h"

// Fits what `spec` names, "microprice" with its parameters, to the feed of `play`, whose set is filled in here, and
// prints it. ERR_ARGUMENT: another feature, or several; ERR_UNSUPPORTED as microprice_fit; those of micro_set_parse and
// micro_play_run.
int micro_fit_run(struct micro_play *play, const char *spec, bool json) MUST_USE;

#endif
