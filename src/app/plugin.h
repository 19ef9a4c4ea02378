// SPDX-License-Identifier: Apache-2.0
// Strategies from shared objects: include/fulmar/strategy.h is their contract, this loads them.
//
// A plug-in becomes a `struct strategy` like those of the registry. Its decide() is called through a slot of this
// file, which checks every answer: what is no target (a weight outside -1 to 1 or not a number, a kind that is none, a
// stop that is no price) becomes TARGET_KEEP and a fault, which the caller asks for when the run is over.
#ifndef FULMAR_APP_PLUGIN_H
#define FULMAR_APP_PLUGIN_H

#include <stdbool.h>

#include "strategy/strategy.h"

struct fulmar_strategy;

enum { PLUGINS_MAX = 8 };

// A name with a slash in it is a path.
bool plugin_is_path(const char *name);

// Loads the shared object of a path, or finds it among those that are loaded or added; it stays until the program ends.
// ERR_NOT_FOUND: there is no such file. ERR_ARGUMENT: it is no shared object, exports no `fulmar_strategy`, was built
// for another version or with other sizes, or its tables are faulty; the story says which. ERR_FULL.
int plugin_load(const char *path, const struct strategy **ret_strategy) MUST_USE;

// A strategy of the program that this library is part of, as "host/NAME"; in place of the one that had the name before.
// ERR_ARGUMENT: the name is not lower_snake_case or the table is faulty. ERR_FULL.
int plugin_add(const char *name, const struct fulmar_strategy *strategy) MUST_USE;

// Forgets faults: another run begins in the same program.
void plugin_begin(void);

// ERR_ARGUMENT, with the first fault of every plug-in's answers in the story; 0: there was none.
int plugin_faults(void) MUST_USE;

#endif
