// SPDX-License-Identifier: Apache-2.0
// The way to the stream: a ticket, and the connection that shows it.
#include <string.h>

#include "base/jout.h"
#include "base/timestamp.h"
#include "edge/api/api_state.h"
#include "edge/api/routes.h"
#include "edge/api/stream.h"

static const struct field ticket_fields[] = {
    {"ticket", FIELD_STRING, FIELD_REQUIRED, .help = "Good once, for /api/v1/stream?ticket=."},
    {"expires", FIELD_STRING, FIELD_REQUIRED, .form = &form_time, .help = "30 s from now."},
};
static OBJECT(ticket_object, "Ticket", ticket_fields, "A ticket for the stream.");

static int make_ticket(struct call *call) {
    char ticket[AUTH_TICKET_SIZE];
    int64_t now = sql_now_ns();
    TRY(auth_ticket_issue(call->api->options.auth, &call->principal, now, ticket));
    jout_object(&call->out);
    jout_key_string(&call->out, "ticket", ticket);
    jout_key_time(&call->out, "expires", now + 30 * NS_PER_S);
    jout_end_object(&call->out);
    return 0;
}

const struct route route_make_ticket = {
    .method = "POST",
    .path = "/api/v1/stream/ticket",
    .id = "make_ticket",
    .tag = "Stream",
    .summary = "A ticket for the stream, good once within 30 s.",
    .role = ROUTE_VIEWER,
    .scope = "read",
    .rate = "stream_open",
    .flags = ROUTE_NO_STORE | ROUTE_BUSY,
    .response = &ticket_object,
    .status = 201,
    .handle = make_ticket,
};

static const struct field stream_query[] = {
    {"ticket", FIELD_STRING, FIELD_REQUIRED, .form = &form_cursor, .max = 64,
     .help = "Of POST /api/v1/stream/ticket."},
};

static int open_stream(struct call *call) {
    struct principal principal;
    const char *ticket = call_query(call, "ticket");
    if (!auth_ticket_redeem(call->api->options.auth, ticket, strlen(ticket), sql_now_ns(),
                            &principal))
        return call_fail(call, 401, NULL, "the ticket was used, or is too old");
    stream_take(call->api->stream, call, &principal);
    return CALL_LATER;
}

const struct route route_open_stream = {
    .method = "GET",
    .path = "/api/v1/stream",
    .id = "open_stream",
    .tag = "Stream",
    .summary = "The stream: a WebSocket (RFC 6455). docs/api.md has its messages.",
    .role = ROUTE_PUBLIC,
    .rate = "stream_open",
    .flags = ROUTE_NO_STORE | ROUTE_BUSY | ROUTE_COOKIE | ROUTE_UPGRADE,
    ROUTE_QUERY(stream_query),
    .status = 101,
    .handle = open_stream,
};
