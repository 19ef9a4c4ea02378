// SPDX-License-Identifier: Apache-2.0
// What is wrong with a YAML text, in one line: the file, the line, the key and what would be right. libcyaml, which
// loads the text, tells the line of whatever encloses the fault, and tells it as a backtrace; this looks for the fault
// in the text's tree with the same schema, when the load has failed.
#ifndef FULMAR_APP_YAML_FAULT_H
#define FULMAR_APP_YAML_FAULT_H

#include <cyaml/cyaml.h>
#include <stddef.h>

#include "base/err.h"

// ERR_PARSE with the story of the first fault in the text, ERR_NOMEM; 0: the schema takes it, or what it does not
// take is none of what is looked for here (texts, whole numbers, lists, and mappings with at most 64 keys). `name` is
// the file's.
int yaml_fault(const char *name, const char *text, size_t size,
               const cyaml_schema_value_t *schema) MUST_USE;

// The line, from 1, of the value at a path as stories have it, "scenarios[2].shocks[1]"; 0: there is none.
size_t yaml_fault_line(const char *text, size_t size, const char *path);

#endif
