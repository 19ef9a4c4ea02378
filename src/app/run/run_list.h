// SPDX-License-Identifier: Apache-2.0
// What a run can be made of: every registry, with its parameters.
#ifndef FULMAR_APP_RUN_RUN_LIST_H
#define FULMAR_APP_RUN_RUN_LIST_H

// Prints it on stdout; an exit status.
int run_list(void);

#endif
