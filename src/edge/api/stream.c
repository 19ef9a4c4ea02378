// SPDX-License-Identifier: Apache-2.0
#include "edge/api/stream.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/hash.h"
#include "base/jout.h"
#include "base/timestamp.h"
#include "edge/api/api_state.h"
#include "edge/api/desk_print.h"
#include "edge/api/desks.h"
#include "edge/api/routes.h"
#include "edge/api/stream_event.h"

enum { NAME_SIZE = 96, MEMBERS = 8, FRAME_MAX = 8 << 20 };

// A channel that a client follows.
struct subscription {
    char name[NAME_SIZE]; // "": none
    bool snapshot;        // is due
};

struct client {
    struct stream *stream;
    struct websocket *socket;
    struct principal principal;
    struct subscription channels[STREAM_CHANNELS_MAX];
    struct client *next, *previous;
};

// An event of a session, as it is sent.
struct kept {
    uint64_t number;
    char *data;
    size_t size;
};

// What the stream knows of a session.
struct channel {
    char desk[RUN_STORE_NAME_MAX + 1]; // "": an empty place
    int64_t tenant_id, made_ns;        // of that session: another of the same name is another
    uint64_t seq;                      // of the state
    uint64_t version;
    uint64_t hashes[MEMBERS];
    struct text members[MEMBERS];
    struct kept kept[STREAM_KEPT]; // by number
    uint64_t last;                 // number of the latest event
};

struct stream {
    struct api *api;
    struct client *clients;
    size_t count;
    struct channel *channels[DESKS_MAX]; // of the desk in that place
    uint64_t job_seq, system_seq;
};

static const char *const member_names[MEMBERS] = {"session",    "positions", "orders", "fills",
                                                  "strategies", "quotes",    "risk",   "rules"};

int stream_open(struct api *api, struct stream **ret_stream) {
    struct stream *stream = calloc(1, sizeof *stream);
    if (stream == NULL) return ERR_SET(ERR_NOMEM, "no memory for the stream");
    stream->api = api;
    *ret_stream = stream;
    return 0;
}

static void forget_channel(struct channel *channel) {
    if (channel == NULL) return;
    for (size_t i = 0; i < MEMBERS; i++) text_fini(&channel->members[i]);
    for (size_t i = 0; i < STREAM_KEPT; i++) free(channel->kept[i].data);
    free(channel);
}

void stream_close(struct stream *stream) {
    if (stream == NULL) return;
    for (size_t i = 0; i < DESKS_MAX; i++) forget_channel(stream->channels[i]);
    while (stream->clients != NULL) {
        struct client *client = stream->clients;
        stream->clients = client->next;
        free(client);
    }
    free(stream);
}

static int64_t wall_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * NS_PER_S + now.tv_nsec;
}

static void open_frame(struct text *out, const char *channel, const char *type, uint64_t seq) {
    text_init(out, FRAME_MAX);
    jout_object(out);
    jout_key_string(out, "channel", channel);
    jout_key_string(out, "type", type);
    jout_key_int(out, "seq", (int64_t)seq);
    jout_key_time(out, "at", wall_ns());
    jout_key(out, "data");
}

// What cannot be queued ends the client: nothing that counts is left out.
static void send_text(struct client *client, const char *data, size_t size) {
    if (websocket_send(client->socket, WEBSOCKET_TEXT, data, size) < 0)
        websocket_cut(client->socket, STREAM_TOO_SLOW, "too slow");
}

static void end_frame(struct client *client, struct text *out) {
    jout_end_object(out);
    if (text_error(out) == 0) send_text(client, out->data, out->len);
    text_fini(out);
}

static bool follows(const struct client *client, const char *name) {
    for (size_t i = 0; i < STREAM_CHANNELS_MAX; i++)
        if (strcmp(client->channels[i].name, name) == 0) return true;
    return false;
}

static void send_error(struct client *client, const char *name, const char *words) {
    struct text out;
    open_frame(&out, name, "error", 0);
    jout_object(&out);
    jout_key_string(&out, "words", words);
    jout_end_object(&out);
    end_frame(client, &out);
}

// The members of a session's state.
static void print_member(struct desk *desk, size_t member, struct text *out) {
    const struct session_info *info = session_info(desk->session);
    const struct session_view *view = desk->view;
    if (member == 0) {
        desk_print_session(desk, out);
        return;
    }
    jout_array(out);
    for (uint32_t i = 0; member == 1 && i < view->position_count; i++)
        if (view->positions[i].qty.m != 0) desk_print_position(info, &view->positions[i], out);
    for (uint32_t i = 0; member == 2 && i < view->order_count; i++)
        desk_print_order(info, &view->orders[i], out);
    for (uint32_t i = view->fill_count; member == 3 && i > 0 && view->fill_count - i < 50; i--)
        desk_print_fill(info, &view->fills[i - 1], out);
    for (uint32_t i = 0; member == 4 && i < view->strategy_count; i++)
        desk_print_strategy(info, view, i, out);
    for (uint32_t i = 0; member == 5 && i < view->instrument_count; i++)
        desk_print_quote(info, view, i, out);
    for (uint32_t i = 0; member == 7 && i < view->rule_count; i++) desk_print_rule(view, i, out);
    for (uint32_t i = view->watch_count; member == 6 && i > 0 && view->watch_count - i < 50; i--)
        desk_print_watch(info, &view->watches[i - 1], out);
    jout_end_array(out);
}

// Works the state out anew; the bits of the members that are others than before.
static unsigned update(struct channel *channel, struct desk *desk) {
    const struct session_view *view;
    unsigned changed = 0;
    if (desk_look(desk, &view) < 0 || view->version == channel->version) return 0;
    channel->version = view->version;
    for (size_t i = 0; i < MEMBERS; i++) {
        text_clear(&channel->members[i]);
        print_member(desk, i, &channel->members[i]);
        uint64_t hash = hash64(0, channel->members[i].data, channel->members[i].len);
        if (hash != channel->hashes[i]) changed |= 1u << i;
        channel->hashes[i] = hash;
    }
    if (changed != 0) channel->seq++;
    return changed;
}

static void print_state(const struct channel *channel, unsigned members, struct text *out) {
    jout_object(out);
    for (size_t i = 0; i < MEMBERS; i++) {
        if ((members >> i & 1) == 0) continue;
        jout_key(out, member_names[i]);
        jout_json(out, text_string(&channel->members[i]));
    }
    jout_end_object(out);
}

static size_t place_of(struct stream *stream, const struct desk *desk) {
    for (size_t i = 0; i < DESKS_MAX; i++)
        if (desks_at(stream->api->desks, i) == desk) return i;
    return 0;
}

static bool is_of(const struct channel *channel, const struct desk *desk) {
    return channel->tenant_id == desk->tenant_id && channel->made_ns == desk->made_ns &&
           strcmp(channel->desk, desk->name) == 0;
}

// The channel of a desk, made where there is none or the place was another's.
static struct channel *channel_of(struct stream *stream, const struct desk *desk) {
    struct channel **place = &stream->channels[place_of(stream, desk)];
    if (*place != NULL && is_of(*place, desk)) return *place;
    forget_channel(*place);
    *place = calloc(1, sizeof **place);
    if (*place == NULL) return NULL;
    snprintf((*place)->desk, sizeof(*place)->desk, "%s", desk->name);
    (*place)->tenant_id = desk->tenant_id;
    (*place)->made_ns = desk->made_ns;
    for (size_t i = 0; i < MEMBERS; i++) text_init(&(*place)->members[i], FRAME_MAX);
    return *place;
}

static void send_state(struct client *client, const char *name, const struct channel *channel,
                       const char *type, unsigned members) {
    struct text out;
    open_frame(&out, name, type, channel->seq);
    print_state(channel, members, &out);
    end_frame(client, &out);
}

// Clients that are behind are left out, and get a snapshot when they are not any more.
static void tell_state(struct client *client, struct subscription *follow,
                       const struct channel *channel, unsigned changed) {
    if (websocket_pending(client->socket) > STREAM_PENDING_MAX) {
        follow->snapshot = true;
    } else if (follow->snapshot) {
        follow->snapshot = false;
        send_state(client, follow->name, channel, "snapshot", (1u << MEMBERS) - 1);
    } else if (changed != 0) {
        send_state(client, follow->name, channel, "delta", changed);
    }
}

static struct subscription *find_follow(struct client *client, const char *name) {
    for (size_t i = 0; i < STREAM_CHANNELS_MAX; i++)
        if (strcmp(client->channels[i].name, name) == 0) return &client->channels[i];
    return NULL;
}

// Works the state out anew and tells all who follow it. Of a channel that is new, they get all of it.
static void refresh(struct stream *stream, struct desk *desk, struct channel *channel) {
    char name[NAME_SIZE];
    bool is_new = channel->seq == 0;
    unsigned changed = update(channel, desk);
    snprintf(name, sizeof name, "session/%s", desk->name);
    for (struct client *client = stream->clients, *next; client != NULL; client = next) {
        next = client->next;
        struct subscription *follow = find_follow(client, name);
        if (follow == NULL || client->principal.tenant_id != desk->tenant_id) continue;
        follow->snapshot |= is_new;
        tell_state(client, follow, channel, changed);
    }
}

// What is known of a session goes with it.
static void forget_ended(struct stream *stream) {
    for (size_t i = 0; i < DESKS_MAX; i++) {
        const struct desk *desk = desks_at(stream->api->desks, i);
        struct channel *channel = stream->channels[i];
        if (channel == NULL || (desk != NULL && is_of(channel, desk))) continue;
        forget_channel(channel);
        stream->channels[i] = NULL;
    }
}

void stream_tick(struct stream *stream) {
    forget_ended(stream);
    if (stream->count == 0) return;
    for (size_t i = 0; i < DESKS_MAX; i++) {
        struct desk *desk = desks_at(stream->api->desks, i);
        if (desk == NULL || desk->phase != DESK_OPEN) continue;
        struct channel *channel = channel_of(stream, desk);
        if (channel != NULL) refresh(stream, desk, channel);
    }
}

static void keep(struct channel *channel, uint64_t number, const struct text *text) {
    struct kept *kept = &channel->kept[number % STREAM_KEPT];
    free(kept->data);
    *kept = (struct kept){number, malloc(text->len), text->len};
    if (kept->data != NULL) memcpy(kept->data, text->data, text->len);
    channel->last = number;
}

static void send_gap(struct client *client, const char *name, uint64_t next) {
    struct text out;
    open_frame(&out, name, "gap", next);
    jout_object(&out);
    jout_key_int(&out, "next", (int64_t)next);
    jout_end_object(&out);
    end_frame(client, &out);
}

static void tell_all(struct stream *stream, int64_t tenant_id, const char *name,
                     const struct text *frame) {
    struct shared_frame *shared = NULL;
    for (struct client *client = stream->clients, *next; client != NULL; client = next) {
        next = client->next;
        if (client->principal.tenant_id != tenant_id || !follows(client, name)) continue;
        if (shared == NULL) shared = shared_frame_new(WEBSOCKET_TEXT, frame->data, frame->len);
        if (shared == NULL || websocket_send_shared(client->socket, shared) < 0)
            websocket_cut(client->socket, STREAM_TOO_SLOW, "too slow");
    }
    if (shared != NULL) shared_frame_release(shared);
}

static void tell_gap(struct stream *stream, const struct desk *desk, const char *name) {
    for (struct client *client = stream->clients, *next; client != NULL; client = next) {
        next = client->next;
        if (client->principal.tenant_id == desk->tenant_id && follows(client, name))
            send_gap(client, name, desk->tap.next);
    }
}

void stream_desk(struct stream *stream, struct desk *desk) {
    union event event;
    uint64_t number;
    char name[NAME_SIZE];
    int there;
    struct channel *channel = channel_of(stream, desk);
    if (channel == NULL) return;
    snprintf(name, sizeof name, "session/%s/events", desk->name);
    while ((there = session_tap_read(&desk->tap, &event, &number)) != 0) {
        struct text out;
        if (there < 0) {
            tell_gap(stream, desk, name);
            continue;
        }
        open_frame(&out, name, "delta", number);
        stream_print_event(session_info(desk->session), &event, &out);
        jout_end_object(&out);
        if (text_error(&out) == 0) {
            keep(channel, number, &out);
            tell_all(stream, desk->tenant_id, name, &out);
        }
        text_fini(&out);
    }
}

static void send_job(struct client *client, const struct job *job, uint64_t seq) {
    struct text out;
    open_frame(&out, "jobs", "delta", seq);
    routes_print_job(job, &out);
    end_frame(client, &out);
}

void stream_job(struct stream *stream, const struct job *job) {
    stream->job_seq++;
    for (struct client *client = stream->clients, *next; client != NULL; client = next) {
        next = client->next;
        if (client->principal.tenant_id == job->tenant_id && follows(client, "jobs"))
            send_job(client, job, stream->job_seq);
    }
}

static void send_jobs(struct stream *stream, struct client *client) {
    struct text out;
    open_frame(&out, "jobs", "snapshot", stream->job_seq);
    jout_array(&out);
    for (size_t i = 0; i < JOBS_MAX; i++) {
        const struct job *job = jobs_at(stream->api->jobs, i);
        if (job != NULL && job->tenant_id == client->principal.tenant_id)
            routes_print_job(job, &out);
    }
    jout_end_array(&out);
    end_frame(client, &out);
}

static void send_system(struct stream *stream, struct client *client) {
    struct text out;
    open_frame(&out, "system", "snapshot", stream->system_seq);
    jout_object(&out);
    jout_key_string(&out, "version", FULMAR_VERSION);
    jout_key_int(&out, "connections", server_connections(stream->api->server));
    jout_key_int(&out, "streams", (int64_t)stream->count);
    jout_key_int(&out, "requests", (int64_t)server_counts(stream->api->server)->requests);
    jout_end_object(&out);
    end_frame(client, &out);
}

void stream_second(struct stream *stream) {
    stream->system_seq++;
    for (struct client *client = stream->clients, *next; client != NULL; client = next) {
        next = client->next;
        if (!auth_still(stream->api->options.auth, &client->principal, sql_now_ns()))
            websocket_cut(client->socket, STREAM_NOT_ANY_MORE, "log in again");
        else if (follows(client, "system"))
            send_system(stream, client);
    }
}

// Goes on behind a number, where it is still kept.
static void send_kept(struct client *client, const char *name, const struct channel *channel,
                      uint64_t from) {
    uint64_t first = channel->last >= STREAM_KEPT ? channel->last - STREAM_KEPT + 1 : 1;
    if (from + 1 < first) {
        send_gap(client, name, first);
        from = first - 1;
    }
    for (uint64_t number = from + 1; number <= channel->last; number++) {
        const struct kept *kept = &channel->kept[number % STREAM_KEPT];
        if (kept->number == number && kept->data != NULL) send_text(client, kept->data, kept->size);
    }
}

static struct desk *desk_of(struct stream *stream, const struct client *client, const char *name,
                            bool *ret_events) {
    char desk[RUN_STORE_NAME_MAX + 1];
    if (strncmp(name, "session/", 8) != 0) return NULL;
    size_t size = strcspn(name + 8, "/");
    if (size == 0 || size >= sizeof desk) return NULL;
    snprintf(desk, sizeof desk, "%.*s", (int)size, name + 8);
    *ret_events = strcmp(name + 8 + size, "/events") == 0;
    if (!*ret_events && name[8 + size] != '\0') return NULL;
    return desks_find(stream->api->desks, client->principal.tenant_id, desk);
}

static void begin_follow(struct client *client, struct subscription *follow, const json_t *from) {
    struct stream *stream = client->stream;
    bool events = false;
    if (strcmp(follow->name, "jobs") == 0) {
        send_jobs(stream, client);
        return;
    }
    if (strcmp(follow->name, "system") == 0) {
        send_system(stream, client);
        return;
    }
    struct desk *desk = desk_of(stream, client, follow->name, &events);
    struct channel *channel =
        desk != NULL && desk->phase == DESK_OPEN ? channel_of(stream, desk) : NULL;
    if (channel == NULL) {
        send_error(client, follow->name, "there is no such channel, or its session is not open");
        follow->name[0] = '\0';
    } else if (!events) {
        follow->snapshot = true;
        refresh(stream, desk, channel);
    } else if (json_is_integer(from) && json_integer_value(from) >= 0) {
        send_kept(client, follow->name, channel, (uint64_t)json_integer_value(from));
    } else {
        send_gap(client, follow->name, channel->last + 1); // where it begins
    }
}

static void subscribe(struct client *client, const char *name, const json_t *from) {
    struct subscription *follow = find_follow(client, name);
    if (follow == NULL) follow = find_follow(client, "");
    if (follow == NULL || strlen(name) >= NAME_SIZE) {
        send_error(client, "", "a client follows 16 channels at most");
        return;
    }
    snprintf(follow->name, sizeof follow->name, "%s", name);
    begin_follow(client, follow, from);
}

// Messages are counted as requests are: by who is behind the ticket.
static bool may_speak(const struct client *client) {
    const struct api *api = client->stream->api;
    const struct rate_rule *rule = rate_rules_find(&api->rates, "stream_message");
    const struct ip nowhere = {{0}}; // the rule counts users
    return rate_take_request(api->limiter, rule, &client->principal, &nowhere, sql_now_ns())
        .allowed;
}

static void on_message(void *self, struct websocket *socket, enum websocket_opcode opcode,
                       const void *data, size_t size) {
    struct client *client = self;
    if (!may_speak(client)) {
        websocket_close(socket, STREAM_TOO_MANY, "too many messages");
        return;
    }
    json_t *message = opcode == WEBSOCKET_TEXT ? api_read_json(data, size) : NULL;
    const char *name = json_string_value(json_object_get(message, "subscribe"));
    const char *leave = json_string_value(json_object_get(message, "unsubscribe"));
    if (name != NULL && name[0] != '\0') {
        subscribe(client, name, json_object_get(message, "from"));
    } else if (leave != NULL && leave[0] != '\0') {
        struct subscription *follow = find_follow(client, leave);
        if (follow != NULL) follow->name[0] = '\0';
    } else {
        websocket_close(socket, STREAM_BAD_MESSAGE, "not subscribe, not unsubscribe");
    }
    json_decref(message);
}

static void on_close(void *self, struct websocket *socket, int code) {
    struct client *client = self;
    struct stream *stream = client->stream;
    (void)socket;
    (void)code;
    if (client->previous != NULL)
        client->previous->next = client->next;
    else
        stream->clients = client->next;
    if (client->next != NULL) client->next->previous = client->previous;
    stream->count--;
    free(client);
}

void stream_take(struct stream *stream, struct call *call, const struct principal *principal) {
    static const struct websocket_handler handler = {.message = on_message, .close = on_close};
    struct client *client = calloc(1, sizeof *client);
    if (client == NULL || stream->count >= STREAM_CLIENTS_MAX) {
        free(client);
        api_answer(call, ERR_SET(ERR_FULL, "too many streams are open"));
        return;
    }
    *client = (struct client){.stream = stream, .principal = *principal, .next = stream->clients};
    client->socket = http_upgrade(call->exchange, &handler, client, NULL);
    api_drop(call);
    if (client->socket == NULL) {
        free(client);
        return;
    }
    if (stream->clients != NULL) stream->clients->previous = client;
    stream->clients = client;
    stream->count++;
}
