// SPDX-License-Identifier: Apache-2.0
// A session's commands as people write them, and its answers as they read them.
//
//   kill [flatten]   halt   resume [reason=CODE]
//   buy|sell SYMBOL QTY [limit PRICE] [stop PRICE] [trail DISTANCE] [gtc|day|ioc|fok] [post_only] [reduce_only] [id=ID]
//   cancel ID        replace ID [qty QTY] [limit PRICE] [stop PRICE]
//   pause|resume|stop|drain|start STRATEGY   set STRATEGY NAME=VALUE   limit RULE.NAME=VALUE
//   pause   run [until TIME]   step [COUNT]   pace FACTOR|max
//   status  orders  positions  fills  help  quit
//
// ID is a client id, or #NUMBER, the order's own. An order without one gets one of its own.
#ifndef FULMAR_APP_LIVE_WORDS_H
#define FULMAR_APP_LIVE_WORDS_H

#include "app/run/run.h"
#include "base/text.h"
#include "edge/live/session.h"

enum words_ask {
    WORDS_COMMAND, // ret_command is to be given to the session
    WORDS_STATUS,
    WORDS_ORDERS,
    WORDS_POSITIONS,
    WORDS_FILLS,
    WORDS_HELP,
    WORDS_QUIT
};

// ERR_ARGUMENT, ERR_NOT_FOUND with what would be right. The view tells of orders at work.
enum { WORDS_LINE_MAX = 1024 };
int words_parse(const struct run *run, const struct session_view *view, const char *line,
                enum words_ask *ret_ask, struct session_command *ret_command) MUST_USE;

// Lines of text, or one object of JSON. What is no command at all: the thread's story.
void words_invalid(bool json, struct text *out);
void words_result(const struct session_info *info, const struct session_result *result, bool json,
                  struct text *out);
void words_tell(const struct session_info *info, const struct session_view *view,
                enum words_ask ask, bool json, struct text *out);
// The status in one line without its end, for a terminal.
void words_line(const struct session_info *info, const struct session_view *view, struct text *out);

#endif
