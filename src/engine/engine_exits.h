// SPDX-License-Identifier: Apache-2.0
// What the orders at work on an instrument may close, kept so that one question costs the same however many orders
// there are: sums by side and strategy, and of each one-cancels-other group the order that stands for it. For the files
// of engine/ alone. It is scratch, made when it is asked for and thrown away with the next event; no state.
#ifndef FULMAR_ENGINE_ENGINE_EXITS_H
#define FULMAR_ENGINE_ENGINE_EXITS_H

#include "base/check.h"
#include "engine/engine_state.h"

int engine_exits_init(struct engine *engine, struct arena *wiring) MUST_USE;
// Of an instrument's live orders as they are now.
void engine_exits_build(struct engine_exits *exits, const struct engine *engine,
                        uint32_t instrument);
// An order of them changed.
void engine_exits_update(struct engine_exits *exits, const struct engine *engine, uint32_t handle);
// What others of them may close before an order: of its side, but of its own group none; of its strategy alone where
// `own` is set. self: its handle where it is one of them, else UINT32_MAX.
int64_t engine_exits_before(const struct engine_exits *exits, const struct engine *engine,
                            const struct order_spec *spec, bool own, uint32_t self);

#endif
