// SPDX-License-Identifier: Apache-2.0
// Text of strangers on its way to where it would mean something: a spreadsheet, a chat, a log, a page.
#ifndef FULMAR_EDGE_AUTH_ESCAPE_H
#define FULMAR_EDGE_AUTH_ESCAPE_H

#include "base/text.h"

// A field of CSV (RFC 4180) that no spreadsheet takes for a formula: what begins with = + - @, a tab or a line end gets
// an apostrophe before it, unless the whole of it is a decimal number; quoted where that is needed.
void escape_csv(struct text *out, const char *data, size_t size);

// A message to a chat (Slack, Discord, Telegram, Matrix) that is shown as it is: & < > as entities, so that <!channel>,
// <@user> and links stay letters; a blank of no width behind @ and before :// ; marks (* _ ~ ` |) behind a backslash;
// control characters as escape_log has them.
void escape_chat(struct text *out, const char *data, size_t size);

// One line of a log, whatever is in it: control characters (CR, LF, ANSI escapes, DEL and those of C1), quotation marks
// and backslashes as \n, \", \\, \u001b; marks that turn the direction of writing and line separators as \u202e; bytes
// that are no UTF-8 as \xff.
void escape_log(struct text *out, const char *data, size_t size);

// The text of an HTML element or of an attribute in quotes.
void escape_html(struct text *out, const char *data, size_t size);

#endif
