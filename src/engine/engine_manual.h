// SPDX-License-Identifier: Apache-2.0
// Orders by hand in the engine; for the files of engine/ alone, but for what engine.h declares. State is there only
// where the strategy `manual` is.
#ifndef FULMAR_ENGINE_ENGINE_MANUAL_H
#define FULMAR_ENGINE_ENGINE_MANUAL_H

#include "base/check.h"
#include "engine/engine_state.h"
#include "order/manual.h"

int engine_manual_check(const struct engine_config *config) MUST_USE;
int engine_manual_init(struct engine *engine, struct arena *wiring) MUST_USE;
void engine_manual(struct engine *engine, const struct manual_event *event);

#endif
