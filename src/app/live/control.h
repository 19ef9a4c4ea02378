// SPDX-License-Identifier: Apache-2.0
// A session's door for its own user: a socket in its folder (mode 0600, the folder is 0700) that takes one line and
// answers in some. One caller at a time; who says nothing for a second is let go.
#ifndef FULMAR_APP_LIVE_CONTROL_H
#define FULMAR_APP_LIVE_CONTROL_H

#include "base/text.h"

enum { CONTROL_LINE_MAX = 1024, CONTROL_ANSWER_MAX = 1 << 20 };

struct control {
    int fd; // -1: none
    char path[108];
};

// ERR_RANGE: the path is too long for a socket; ERR_IO.
int control_open(struct control *control, const char *folder) MUST_USE;
void control_close(struct control *control);
// Takes a caller who waits on control->fd, and their line: `answer` fills in what they get. ERR_IO when there was none.
int control_take(struct control *control,
                 void (*answer)(void *self, const char *line, struct text *out),
                 void *self) MUST_USE;

// The caller's side: a line to the session of a folder, and its answer. ERR_NOT_FOUND: no session runs there.
int control_send(const char *folder, const char *line, struct text *ret_answer) MUST_USE;

#endif
