// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "order/venue.h"
#include "research/venue_router.h"

// A venue that writes down who was asked, and has one report to tell.
struct clerk {
    int submits, cancels, replaces, polls, left, allocations;
    uint32_t instrument;
};

static int submit(void *self, const struct submit_event *intent) {
    ((struct clerk *)self)->submits++;
    return 0;
}

static int cancel(void *self, const struct cancel_event *intent) {
    ((struct clerk *)self)->cancels++;
    return 0;
}

static int replace(void *self, const struct replace_event *intent) {
    ((struct clerk *)self)->replaces++;
    return ERR_FULL;
}

static int poll_one(void *self, int64_t now_ns, union event *ret_events, int max) {
    struct clerk *clerk = self;
    clerk->polls++;
    if (clerk->left < 0) return ERR_IO;
    int count = clerk->left < max ? clerk->left : max;
    for (int i = 0; i < count; i++)
        event_init(&ret_events[i], EVENT_ORDER_ACCEPTED, clerk->instrument, now_ns);
    clerk->left -= count;
    return count;
}

static int allocate(void *self, const struct allocation_event *allocation) {
    ((struct clerk *)self)->allocations++;
    return 0;
}

static struct venue port_of(struct clerk *clerk) {
    return (struct venue){.name = "clerk",
                          .submit = submit,
                          .cancel = cancel,
                          .replace = replace,
                          .poll = poll_one,
                          .self = clerk};
}

struct stage {
    struct arena arena;
    struct venue_router router;
    struct clerk clerks[2]; // of instruments 3 and 1
};

static void open_stage(struct stage *stage, uint32_t count) {
    *stage = (struct stage){.clerks = {{.instrument = 3}, {.instrument = 1}}};
    assert_ok(arena_init(&stage->arena, 1 << 20));
    assert_ok(venue_router_init(&stage->router, &stage->arena, 2));
    for (uint32_t i = 0; i < count; i++)
        assert_ok(venue_router_add(&stage->router, stage->clerks[i].instrument,
                                   port_of(&stage->clerks[i])));
}

static void an_order_goes_to_the_venue_of_its_instrument(void **state) {
    struct stage stage;
    open_stage(&stage, 2);
    struct venue venue = venue_router_port(&stage.router);
    const struct submit_event new = {.spec = {.instrument = 1}};
    const struct cancel_event old = {.header = {.instrument = 3}},
                              nobodys = {.header = {.instrument = 2}};
    const struct replace_event other = {.header = {.instrument = 1}};
    assert_ok(venue.submit(venue.self, &new));
    assert_ok(venue.cancel(venue.self, &old));
    assert_int_equal(venue.replace(venue.self, &other), ERR_FULL);
    assert_int_equal(venue.cancel(venue.self, &nobodys), ERR_ARGUMENT);
    assert_int_equal(stage.clerks[0].submits, 0);
    assert_int_equal(stage.clerks[0].cancels, 1);
    assert_int_equal(stage.clerks[1].submits, 1);
    assert_int_equal(stage.clerks[1].replaces, 1);
    const struct allocation_event part = {.header = {.instrument = 1}},
                                  nobody = {.header = {.instrument = 2}};
    assert_ok(venue.allocate(venue.self, &part)); // a venue that keeps no positions
    stage.router.routes[1].venue.allocate = allocate;
    assert_ok(venue.allocate(venue.self, &part));
    assert_int_equal(stage.clerks[1].allocations, 1);
    assert_int_equal(venue.allocate(venue.self, &nobody), ERR_ARGUMENT);
    arena_fini(&stage.arena);
}

static void reports_are_told_one_venue_after_the_other(void **state) {
    struct stage stage;
    union event events[4];
    open_stage(&stage, 2);
    struct venue venue = venue_router_port(&stage.router);
    stage.clerks[0].left = 3;
    stage.clerks[1].left = 2;
    assert_int_equal(venue.poll(venue.self, 5, events, 4), 4);
    assert_int_equal(events[2].header.instrument, 3);
    assert_int_equal(events[3].header.instrument, 1);
    assert_int_equal(venue.poll(venue.self, 5, events, 4), 1);
    assert_int_equal(events[0].header.instrument, 1);
    stage.clerks[1].left = -1;
    assert_int_equal(venue.poll(venue.self, 5, events, 4), ERR_IO);
    arena_fini(&stage.arena);
}

static void one_venue_is_itself_and_none_has_two(void **state) {
    struct stage stage;
    open_stage(&stage, 1);
    assert_ptr_equal(venue_router_port(&stage.router).self, &stage.clerks[0]);
    assert_int_equal(venue_router_add(&stage.router, 3, port_of(&stage.clerks[1])), ERR_ARGUMENT);
    arena_fini(&stage.arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_order_goes_to_the_venue_of_its_instrument),
        cmocka_unit_test(reports_are_told_one_venue_after_the_other),
        cmocka_unit_test(one_venue_is_itself_and_none_has_two),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
