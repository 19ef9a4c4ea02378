// SPDX-License-Identifier: Apache-2.0
// What is said to a session, by its user or through its socket: any line is a command that a session can take, or an
// error with a story.
#include <stdint.h>

#include "../unit/app/live/words_run.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct run *run;
    static struct session_view view;
    char line[WORDS_LINE_MAX + 8];
    struct session_command command;
    enum words_ask ask;
    if (run == NULL) run = words_run();
    if (size > sizeof line - 1) return 0;
    memcpy(line, data, size);
    line[size] = '\0';
    int rc = words_parse(run, &view, line, &ask, &command);
    if (rc < 0) {
        CHECK(err_story()[0] != '\0');
        err_clear();
        return 0;
    }
    CHECK(ask <= WORDS_QUIT);
    if (ask != WORDS_COMMAND) return 0;
    CHECK(session_verb_name(command.verb) != NULL);
    if (command.verb != SESSION_PLACE) return 0;
    CHECK(manual_id_is_valid(command.order.client_id));
    CHECK(command.order.instrument < run->instruments.count && command.order.qty.m > 0);
    CHECK(command.order.limit_price.m >= 0 && command.order.stop_price.m >= 0);
    return 0;
}
