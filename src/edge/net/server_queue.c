// SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/check.h"
#include "edge/net/server_internal.h"

enum { TIMERS_MAX = 4096, POSTS_MAX = 65536, POSTS_FIRST = 64 };

static int timers_init(struct server_timers *timers, struct arena *arena) {
    TRY(heap_init(&timers->heap, arena, TIMERS_MAX));
    timers->calls = ARENA_NEW(arena, struct server_call, TIMERS_MAX);
    timers->free = ARENA_NEW(arena, uint32_t, TIMERS_MAX);
    if (timers->calls == NULL || timers->free == NULL) return ERR_NOMEM;
    for (uint32_t i = 0; i < TIMERS_MAX; i++) timers->free[i] = TIMERS_MAX - 1 - i;
    timers->free_count = TIMERS_MAX;
    return 0;
}

int server_queues_init(struct server *server) {
    struct server_posts *posts = &server->posts;
    TRY(timers_init(&server->timers, &server->arena));
    posts->calls = malloc(POSTS_FIRST * sizeof *posts->calls);
    if (posts->calls == NULL) return ERR_SET(ERR_NOMEM, "no memory for a queue");
    posts->cap = POSTS_FIRST;
    CHECK(pthread_mutex_init(&posts->lock, NULL) == 0);
    posts->event_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    return posts->event_fd >= 0 ? 0 : ERR_SET(ERR_IO, "cannot make an eventfd");
}

void server_queues_fini(struct server *server) {
    struct server_posts *posts = &server->posts;
    if (posts->calls == NULL) return;
    if (posts->event_fd >= 0) close(posts->event_fd);
    CHECK(pthread_mutex_destroy(&posts->lock) == 0);
    free(posts->calls);
}

int server_timer(struct server *server, int64_t delay_ns, void (*fn)(void *arg), void *arg) {
    struct server_timers *timers = &server->timers;
    CHECK(delay_ns >= 0);
    if (timers->free_count == 0) return ERR_FULL;
    uint32_t at = timers->free[--timers->free_count];
    timers->calls[at] = (struct server_call){fn, arg};
    // As many items as calls: there is room.
    CHECK(heap_push(&timers->heap, (struct heap_item){.key = server->now_ns + delay_ns,
                                                      .tie = timers->births++,
                                                      .value = at}) == 0);
    return 0;
}

int64_t server_next_timer(const struct server *server) {
    const struct heap_item *next = heap_peek(&server->timers.heap);
    return next != NULL ? next->key : SERVER_NEVER;
}

void server_run_timers(struct server *server) {
    struct server_timers *timers = &server->timers;
    uint64_t births = timers->births; // those born meanwhile wait for the next turn
    struct heap_item item;
    const struct heap_item *next;
    while ((next = heap_peek(&timers->heap)) != NULL && next->key <= server->now_ns &&
           next->tie < births) {
        CHECK(heap_pop(&timers->heap, &item));
        struct server_call call = timers->calls[item.value];
        timers->free[timers->free_count++] = (uint32_t)item.value;
        call.run(call.arg);
    }
}

// With the lock held.
static int posts_grow(struct server_posts *posts) {
    if (posts->count < posts->cap) return 0;
    if (posts->cap == POSTS_MAX) return ERR_FULL;
    struct server_call *calls = malloc(2 * posts->cap * sizeof *calls);
    if (calls == NULL) return ERR_FULL;
    for (uint32_t i = 0; i < posts->count; i++)
        calls[i] = posts->calls[(posts->first + i) & (posts->cap - 1)];
    free(posts->calls);
    posts->calls = calls;
    posts->first = 0;
    posts->cap *= 2;
    return 0;
}

int server_post(struct server *server, void (*fn)(void *arg), void *arg) {
    struct server_posts *posts = &server->posts;
    pthread_mutex_lock(&posts->lock);
    int rc = posts_grow(posts);
    bool first = posts->count == 0;
    if (rc == 0)
        posts->calls[(posts->first + posts->count++) & (posts->cap - 1)] =
            (struct server_call){fn, arg};
    pthread_mutex_unlock(&posts->lock);
    uint64_t one = 1;
    // The count of an eventfd cannot overflow here, and nothing else can go wrong.
    if (rc == 0 && first) CHECK(write(posts->event_fd, &one, sizeof one) == sizeof one);
    return rc;
}

static bool take_post(struct server_posts *posts, struct server_call *ret_call) {
    pthread_mutex_lock(&posts->lock);
    bool there = posts->count > 0;
    if (there) {
        *ret_call = posts->calls[posts->first];
        posts->first = (posts->first + 1) & (posts->cap - 1);
        posts->count--;
    }
    pthread_mutex_unlock(&posts->lock);
    return there;
}

void server_run_posts(struct server *server) {
    uint64_t count;
    struct server_call call;
    // Only as many as there can be at once, so that the loop gets on when they breed.
    if (read(server->posts.event_fd, &count, sizeof count) < 0) count = 0;
    for (int i = 0; i < POSTS_MAX && take_post(&server->posts, &call); i++) call.run(call.arg);
    pthread_mutex_lock(&server->posts.lock);
    bool more = server->posts.count > 0;
    pthread_mutex_unlock(&server->posts.lock);
    count = 1;
    if (more) CHECK(write(server->posts.event_fd, &count, sizeof count) == sizeof count);
}
