// SPDX-License-Identifier: Apache-2.0
// A journal in tables: what the database says is what the engine had, to the last unit, however the way there was cut,
// stopped or killed.
#include "database.h"
#include "edge/sql/migrate.h"
#include "edge/sql/projection.h"
#include "world.h"

#include "base/prng.h"

enum { SEEDS = 3, BARS = 200, INSTRUMENTS = 4, STRATEGIES = 4, DUMP_MAX = 1 << 26 };

static enum sql_dialect kind(void **state) {
    return *state == NULL ? SQL_SQLITE : SQL_POSTGRES;
}

// A run of strategies without sense, and its journal.
struct pit {
    struct world world;
    struct projection_strategy names[WORLD_STRATEGIES_MAX];
    char journal[64];
};

static void add_actions(struct world *world, uint64_t seed) {
    int64_t start_ns = INT64_C(1514764800) * NS_PER_S;
    for (uint32_t k = 1; k <= 6; k++) {
        uint32_t instrument = (uint32_t)(seed + k) % INSTRUMENTS;
        int64_t ts_ns = start_ns + (int64_t)(k * BARS / 7) * NS_PER_DAY + NS_PER_HOUR;
        union event *dividend = world_event(world, EVENT_DIVIDEND, instrument, ts_ns);
        dividend->dividend.amount = 37 * k;
        dividend->dividend.decimals = 2;
        union event *split = world_event(world, EVENT_SPLIT, (instrument + 1) % INSTRUMENTS, ts_ns);
        split->split.numerator = k % 2 == 0 ? 7 : 1;
        split->split.denominator = k % 2 == 0 ? 3 : 2;
        split->split.price = PRICE(5001);
        if (k == 3) world_event(world, EVENT_HALT, INSTRUMENT_NONE, ts_ns + 1);
        if (k == 4) world_event(world, EVENT_RESUME, INSTRUMENT_NONE, ts_ns)->command.reason = 12;
    }
    world_sort(world);
}

static void write_journal(struct pit *pit) {
    struct journal_writer *writer;
    uint8_t digest[SHA256_SIZE];
    const struct event_header *event = NULL;
    snprintf(pit->journal, sizeof pit->journal, "/tmp/fulmar_journal_XXXXXX");
    int fd = mkstemp(pit->journal);
    assert_true(fd >= 0);
    close(fd);
    unlink(pit->journal);
    assert_ok(journal_create(pit->journal, 7, "chaos", 5, &writer));
    while ((event = world_next(&pit->world, event)) != NULL)
        assert_ok(journal_append(writer, event));
    assert_ok(journal_close(writer, digest));
}

// Money that no ledger has room for: it books neither.
static void add_too_much(struct world *world) {
    int64_t ts_ns = INT64_C(1514764800) * NS_PER_S + 40 * NS_PER_DAY + NS_PER_HOUR;
    world_event(world, EVENT_CASH, INSTRUMENT_NONE, ts_ns)->cash =
        (struct cash_event){.header = world->events[world->count - 1].header,
                            .amount = MONEY((int128_t)1 << 125),
                            .reason = CASH_DEPOSIT,
                            .strategy = STRATEGY_NONE};
    union event *dividend = world_event(world, EVENT_DIVIDEND, 1, ts_ns + 1);
    dividend->dividend.amount = -1;
    world_sort(world);
}

// `too_much`: with what the ledger refuses.
static void run_with(struct pit *pit, uint64_t seed, enum engine_netting netting, bool too_much) {
    struct world *world = &pit->world;
    memset(pit, 0, sizeof *pit);
    world_init(world, 8);
    for (uint32_t i = 0; i < INSTRUMENTS; i++)
        world_instrument(world, (const char[]){(char)('A' + i), '\0'});
    for (uint32_t s = 0; s < STRATEGIES; s++) {
        world_trade(world, &world_chaos, s % 2, INSTRUMENTS - s % 2)->params[0] =
            (double)(seed * STRATEGIES + s + 1);
        pit->names[s] = (struct projection_strategy){.name = "chaos", .share_ppm = 250000};
        world->strategies[s].share_ppm = 250000;
    }
    world->capital = MONEY((int128_t)1000000 * 100000000);
    world->config.order_timeout_ns = 3 * NS_PER_DAY;
    world->config.netting = netting;
    world->config.cost_method = seed % 2 == 0 ? COST_FIFO : COST_AVERAGE;
    assert_ok(sim_config_set_fee(&world->sim, seed % 2 == 0 ? "per_share" : "maker_taker"));
    world->sim.params[SIM_ALLOW_SHORT] = 1;
    world->sim.params[SIM_MARGIN_INITIAL] = 0.5;
    world->sim.params[SIM_BORROW_RATE] = 0.02;
    world->sim.params[SIM_DEBIT_RATE] = 0.05;
    world->sim.seed = seed;
    world_walk(world, seed + 1, BARS);
    add_actions(world, seed);
    if (too_much) add_too_much(world);
    world_build(world);
    world_run(world);
    write_journal(pit);
}

static void run(struct pit *pit, uint64_t seed, enum engine_netting netting) {
    run_with(pit, seed, netting, false);
}

static void end(struct pit *pit) {
    unlink(pit->journal);
    world_fini(&pit->world);
}

static struct projection *project(const struct pit *pit, const char *name) {
    struct projection *projection;
    const struct world *world = &pit->world;
    const struct projection_config config = {.tenant_id = 1,
                                             .name = name,
                                             .kind = "backtest",
                                             .journal = pit->journal,
                                             .run_id = 7,
                                             .instruments = &world->instruments,
                                             .strategies = pit->names,
                                             .strategy_count = STRATEGIES,
                                             .order_max = world->config.order_max,
                                             .lot_max = world->config.lot_max,
                                             .cost_method = world->config.cost_method,
                                             .order_timeout_ns = world->config.order_timeout_ns,
                                             .capital = world->capital};
    assert_ok(projection_new(&config, &projection));
    return projection;
}

static struct sql *fresh(struct database *database, enum sql_dialect dialect) {
    struct sql *sql = database_migrated(database, dialect);
    assert_int_equal(database_run(sql, "INSERT INTO tenants (name, created_ns) VALUES ('a', 1)"),
                     1);
    return sql;
}

static struct journal_reader *open_journal(const struct pit *pit) {
    struct journal_reader *reader;
    assert_ok(journal_open(pit->journal, &reader));
    return reader;
}

// The whole journal, `each` records a transaction (0: as many as there is room for).
static struct projection *follow(const struct pit *pit, struct sql *sql, const char *name,
                                 uint64_t each) {
    struct projection *projection = project(pit, name);
    struct journal_reader *reader = open_journal(pit);
    int rc;
    assert_ok(projection_attach(projection, sql));
    while ((rc = projection_follow(projection, sql, reader, each)) > 0) continue;
    assert_ok(rc);
    journal_reader_close(reader);
    return projection;
}

// Every row that a projection makes, as text.
static void dump_table(struct sql *sql, const char *table, const char *order, const char *name,
                       struct text *out) {
    char text[256];
    struct sql_rows *rows;
    int rc;
    snprintf(text, sizeof text,
             "SELECT t.* FROM %s t JOIN trading_sessions s ON s.id = t.session_id WHERE s.name = ? "
             "ORDER BY %s",
             table, order);
    const struct sql_query query = {"dump", text};
    assert_ok(sql_select(sql, &query, &rows, sql_text(name)));
    text_printf(out, "%s\n", table);
    while ((rc = sql_next(rows)) > 0) {
        for (int i = 1; i < sql_column_count(rows); i++) { // but for the session's number
            const char *column = sql_column_name(rows, i);
            bool real = strcmp(column, "limit_value") == 0 ||
                        (strcmp(table, "risk_events") == 0 && strcmp(column, "value") == 0);
            if (sql_is_null(rows, i))
                text_add(out, " -");
            else if (real)
                text_printf(out, " %.17g", sql_get_real(rows, i));
            else
                text_printf(out, " %s", sql_get_text(rows, i));
        }
        text_add_char(out, '\n');
    }
    assert_ok(rc);
    sql_rows_close(rows);
}

static void dump(struct sql *sql, const char *name, struct text *out) {
    text_init(out, DUMP_MAX);
    dump_table(sql, "projections", "session_id", name, out);
    dump_table(sql, "orders", "order_id", name, out);
    dump_table(sql, "fills", "event", name, out);
    dump_table(sql, "positions", "strategy, instrument", name, out);
    dump_table(sql, "equity", "hour_ns", name, out);
    dump_table(sql, "risk_events", "event", name, out);
    dump_table(sql, "strategies", "strategy", name, out);
    dump_table(sql, "session_instruments", "instrument", name, out);
    assert_ok(text_error(out));
}

static void assert_same(const struct text *left, const struct text *right) {
    assert_int_equal(left->len, right->len);
    assert_memory_equal(left->data, right->data, left->len);
}

// The database against the engine.

static void check_amount(struct sql *sql, const char *text, int128_t mantissa, int decimals) {
    char amount[DECIMAL_TEXT_SIZE];
    decimal_print(amount, sizeof amount, mantissa, decimals);
    assert_string_equal(database_text(sql, text), amount);
}

static void check_position(struct sql *sql, const struct pit *pit, uint32_t strategy,
                           uint32_t index) {
    const struct position *position =
        ledger_position(engine_ledger(pit->world.engine), strategy, index);
    const struct instrument *instrument = &pit->world.instruments.items[index];
    const struct {
        const char *column;
        int128_t mantissa;
        int decimals;
    } cells[] = {{"qty", position->qty.m, instrument->qty_decimals},
                 {"cost", position->cost.m, 8},
                 {"entry", position->entry.m, instrument->price_decimals},
                 {"value", position->value.m, 8},
                 {"realised", position->realised.m, 8},
                 {"fees", position->fees.m, 8},
                 {"income", position->income.m, 8},
                 {"bought", position->bought.m, instrument->qty_decimals},
                 {"sold", position->sold.m, instrument->qty_decimals},
                 {"COALESCE(opened_ns, 0)", position->opened_ns, 0}};
    if (position->bought.m == 0 && position->sold.m == 0) return;
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        char text[160];
        snprintf(text, sizeof text,
                 "SELECT %s FROM positions WHERE strategy = %u AND instrument = %u",
                 cells[i].column, strategy, index);
        check_amount(sql, text, cells[i].mantissa, cells[i].decimals);
    }
}

static void check_order(struct sql *sql, const struct order *order) {
    char text[160];
    snprintf(
        text, sizeof text,
        "SELECT state || ' ' || fills || ' ' || qty || ' ' || filled_qty || ' ' || updated_ns FROM "
        "orders WHERE order_id = %lld",
        (long long)order->id);
    char expected[128];
    snprintf(expected, sizeof expected, "%s %u %lld %lld %lld", order_state_name(order->state),
             order->fills, (long long)order->spec.qty.m, (long long)order->filled_qty.m,
             (long long)order->updated_ns);
    assert_string_equal(database_text(sql, text), expected);
}

static uint64_t submits(const struct world *world) {
    const struct event_header *event = NULL;
    uint64_t count = 0;
    while ((event = world_next(world, event)) != NULL) count += event->kind == EVENT_SUBMIT;
    return count;
}

static void check_engine(struct sql *sql, const struct pit *pit) {
    const struct engine *engine = pit->world.engine;
    const struct orders *orders = engine_orders(engine);
    for (uint32_t s = 0; s < STRATEGIES; s++) {
        struct strategy_account account = ledger_strategy_account(engine_ledger(engine), s);
        char text[96];
        for (uint32_t i = 0; i < INSTRUMENTS; i++) check_position(sql, pit, s, i);
        snprintf(text, sizeof text, "SELECT realised FROM strategies WHERE strategy = %u", s);
        check_amount(sql, text, account.realised.m, 8);
        snprintf(text, sizeof text, "SELECT open FROM strategies WHERE strategy = %u", s);
        check_amount(sql, text, account.open.m, 8);
        snprintf(text, sizeof text, "SELECT budget FROM strategies WHERE strategy = %u", s);
        check_amount(sql, text, account.budget.m, 8);
    }
    for (uint32_t i = 0; i < orders->max; i++)
        if (orders->items[i].state != ORDER_FREE) check_order(sql, &orders->items[i]);
    check_amount(sql, "SELECT equity FROM equity ORDER BY hour_ns DESC LIMIT 1",
                 engine_equity(engine).m, 8);
    check_amount(sql, "SELECT cash FROM equity ORDER BY hour_ns DESC LIMIT 1",
                 ledger_balance(engine_ledger(engine), ACCOUNT_CASH, 0).m, 8);
    assert_int_equal(database_int(sql, "SELECT count(*) FROM orders"), submits(&pit->world));
    assert_int_equal(database_int(sql, "SELECT (SELECT count(*) FROM fills) + (SELECT count(*) "
                                       "FROM risk_events WHERE rule = 'ledger' AND side <> '')"),
                     engine_counts(engine)->fills);
    assert_int_equal(database_int(sql, "SELECT refused FROM projections"),
                     engine_counts(engine)->ledger_errors);
    assert_int_equal(database_int(sql, "SELECT seq FROM projections"), engine_seq(engine));
}

// The account at the end of each hour is what it was after that hour's last group of equal time.
static void check_marks(struct sql *sql, const struct world *world) {
    size_t checked = 0;
    for (size_t i = 0; i < world->mark_count; i += 7) {
        int64_t ts_ns = world->marks[i].ts_ns;
        char text[160], amount[DECIMAL_TEXT_SIZE];
        snprintf(text, sizeof text, "SELECT count(*) FROM equity WHERE ts_ns = %lld",
                 (long long)ts_ns);
        if (database_int(sql, text) == 0) continue;
        snprintf(text, sizeof text, "SELECT equity FROM equity WHERE ts_ns = %lld",
                 (long long)ts_ns);
        decimal_print(amount, sizeof amount, world->marks[i].equity.m, 8);
        // A later report of the same instant may have moved it: the last mark counts.
        if (i + 1 < world->mark_count && world->marks[i + 1].ts_ns == ts_ns) continue;
        assert_string_equal(database_text(sql, text), amount);
        checked++;
    }
    assert_true(checked > 20);
}

static void the_tables_say_what_the_engine_had_to_the_last_unit(void **state) {
    static const enum engine_netting nettings[SEEDS] = {NETTING_OFF, NETTING_OFF, NETTING_NET};
    struct database database;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct pit pit;
        struct sql *sql = fresh(&database, kind(state));
        run(&pit, seed, nettings[seed]);
        projection_free(follow(&pit, sql, "run", 0));
        check_engine(sql, &pit);
        check_marks(sql, &pit.world);
        end(&pit);
        sql_close(sql);
        database_drop(&database);
    }
}

// The engine counts what its books do not take, halts and goes on; so do the tables.
static void what_the_ledger_refuses_is_told_and_stops_nothing(void **state) {
    static const enum engine_netting nettings[] = {NETTING_OFF, NETTING_NET};
    struct database database;
    for (uint64_t turn = 0; turn < 2; turn++) {
        struct pit pit;
        struct sql *sql = fresh(&database, kind(state));
        run_with(&pit, turn, nettings[turn], true);
        assert_int_equal(engine_counts(pit.world.engine)->ledger_errors, 2);
        assert_true(engine_counts(pit.world.engine)->fills > 100);
        struct projection *projection = follow(&pit, sql, "run", 0);
        assert_int_equal(projection_refused(projection),
                         engine_counts(pit.world.engine)->ledger_errors);
        check_engine(sql, &pit);
        // A fill: the venue's own, with a fee in a currency that is none.
        struct order_event fill = {.header = {.kind = EVENT_ORDER_FILLED,
                                              .size = sizeof fill,
                                              .seq = engine_seq(pit.world.engine) + 1,
                                              .ts_ns = engine_now_ns(pit.world.engine)},
                                   .order_id = order_id_make(1, ORDER_ID_VENUE_BIT | 1),
                                   .qty = QTY(5),
                                   .price = PRICE(100),
                                   .fee_currency = 9};
        assert_ok(projection_put(projection, &fill.header));
        assert_ok(projection_write(projection, sql));
        assert_string_equal(
            database_text(sql, "SELECT rule || ' ' || verdict || ' ' || qty_asked FROM risk_events "
                               "ORDER BY event DESC LIMIT 1"),
            "ledger refused 5");
        assert_int_equal(database_int(sql, "SELECT refused FROM projections"), 3);
        projection_free(projection);
        end(&pit);
        sql_close(sql);
        database_drop(&database);
    }
}

// Of two runs with one name and one description: the other's journal is not taken for this one's.
static void a_journal_that_is_not_the_one_that_was_counted_is_refused(void **state) {
    struct database database;
    struct pit pit, other;
    struct text before, after;
    struct sql *sql = fresh(&database, kind(state));
    run(&pit, 0, NETTING_OFF);
    run(&other, 1, NETTING_OFF);
    struct projection *projection = project(&pit, "run");
    struct journal_reader *reader = open_journal(&pit);
    assert_ok(projection_attach(projection, sql));
    assert_int_equal(projection_follow(projection, sql, reader, 300), 1);
    journal_reader_close(reader);
    projection_free(projection);
    dump(sql, "run", &before);
    projection = project(&other, "run");
    reader = open_journal(&other);
    assert_ok(projection_attach(projection, sql));
    assert_int_equal(projection_follow(projection, sql, reader, 0), ERR_CORRUPT);
    assert_non_null(strstr(err_story(), other.journal));
    assert_non_null(strstr(err_story(), "first 300 records"));
    assert_non_null(strstr(err_story(), "fulmar db rebuild"));
    journal_reader_close(reader);
    projection_free(projection);
    dump(sql, "run", &after);
    assert_same(&before, &after);
    text_fini(&after);
    projection_free(follow(&pit, sql, "run", 0)); // the right one goes on
    assert_int_equal(database_int(sql, "SELECT seq FROM projections"),
                     engine_seq(pit.world.engine));
    text_fini(&before);
    end(&pit);
    end(&other);
    sql_close(sql);
    database_drop(&database);
}

static void both_databases_hold_the_same_rows_however_they_came(void **state) {
    struct database file, server;
    struct pit pit;
    struct text first, other;
    struct sql *postgres = fresh(&server, SQL_POSTGRES), *sqlite = fresh(&file, SQL_SQLITE);
    run(&pit, 1, NETTING_OFF);
    projection_free(follow(&pit, sqlite, "run", 0));
    dump(sqlite, "run", &first);
    assert_true(first.len > 50000);
    static const uint64_t each[] = {0, 97};
    for (size_t i = 0; i < 2; i++) {
        char name[8];
        snprintf(name, sizeof name, "run%zu", i);
        projection_free(follow(&pit, postgres, name, each[i]));
        dump(postgres, name, &other);
        assert_same(&first, &other);
        text_fini(&other);
    }
    projection_free(follow(&pit, sqlite, "small", 31));
    dump(sqlite, "small", &other);
    assert_same(&first, &other);
    text_fini(&other);
    text_fini(&first);
    end(&pit);
    sql_close(sqlite);
    sql_close(postgres);
    database_drop(&file);
    database_drop(&server);
}

static void a_projection_made_again_gives_the_same_rows(void **state) {
    struct database database;
    struct pit pit;
    struct text before, after;
    struct sql *sql = fresh(&database, kind(state));
    run(&pit, 2, NETTING_OFF);
    struct projection *projection = follow(&pit, sql, "run", 0);
    int64_t session_id = projection_session(projection);
    projection_free(projection);
    dump(sql, "run", &before);
    assert_ok(projection_forget(sql, session_id));
    assert_int_equal(database_int(sql, "SELECT count(*) FROM fills"), 0);
    projection_free(follow(&pit, sql, "run", 501));
    dump(sql, "run", &after);
    assert_same(&before, &after);
    projection_free(follow(&pit, sql, "run", 0)); // of one that is complete: nothing changes
    text_fini(&after);
    dump(sql, "run", &after);
    assert_same(&before, &after);
    text_fini(&before);
    text_fini(&after);
    end(&pit);
    sql_close(sql);
    database_drop(&database);
}

static void of_two_that_project_one_session_only_one_gets_on(void **state) {
    struct database database;
    struct pit pit;
    struct text alone, both;
    struct sql *sql = fresh(&database, kind(state)), *other = database_open(&database);
    run(&pit, 1, NETTING_OFF);
    projection_free(follow(&pit, sql, "alone", 0));
    dump(sql, "alone", &alone);
    struct projection *one = project(&pit, "both"), *two = project(&pit, "both");
    struct journal_reader *first = open_journal(&pit), *second = open_journal(&pit);
    assert_ok(projection_attach(one, sql));
    assert_ok(projection_attach(two, other));
    assert_int_equal(projection_follow(one, sql, first, 300), 1);
    assert_int_equal(projection_follow(two, other, second, 200), ERR_CONFLICT);
    assert_int_equal(projection_follow(one, sql, first, 0), 0);
    projection_free(one);
    projection_free(two);
    journal_reader_close(first);
    journal_reader_close(second);
    dump(sql, "both", &both);
    assert_same(&alone, &both);
    text_fini(&alone);
    text_fini(&both);
    end(&pit);
    sql_close(other);
    sql_close(sql);
    database_drop(&database);
}

static void a_session_of_another_run_is_refused(void **state) {
    struct database database;
    struct pit pit;
    struct sql *sql = fresh(&database, kind(state));
    run(&pit, 0, NETTING_OFF);
    projection_free(follow(&pit, sql, "run", 0));
    assert_int_equal(database_run(sql, "UPDATE trading_sessions SET run_id = '0000000000000008'"),
                     1);
    struct projection *projection = project(&pit, "run");
    assert_int_equal(projection_attach(projection, sql), ERR_CONFLICT);
    assert_non_null(strstr(err_story(), "another name"));
    projection_free(projection);
    assert_int_equal(database_run(sql, "UPDATE trading_sessions SET run_id = '0000000000000007'"),
                     1);
    assert_int_equal(database_run(sql, "UPDATE projections SET events = events + 1"), 1);
    projection = project(&pit, "run");
    struct journal_reader *reader = open_journal(&pit);
    assert_ok(projection_attach(projection, sql));
    assert_int_equal(projection_follow(projection, sql, reader, 0), ERR_CORRUPT);
    assert_non_null(strstr(err_story(), "rebuild"));
    journal_reader_close(reader);
    projection_free(projection);
    end(&pit);
    sql_close(sql);
    database_drop(&database);
}

// A child that projects as a store thread would, in small transactions, and is killed; whether it ended before.
static bool child_ends(const struct pit *pit, const struct database *database, useconds_t wait_us) {
    int status;
    fflush(NULL);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct sql *sql;
        struct projection *projection = project(pit, "killed");
        struct journal_reader *reader = open_journal(pit);
        const struct sql_options relaxed = {.relaxed = true};
        int rc = sql_open(database->url, &relaxed, &sql);
        if (rc == 0) rc = projection_attach(projection, sql);
        if (rc == 0) rc = 1;
        while (rc > 0) rc = projection_follow(projection, sql, reader, 61);
        if (rc < 0) fprintf(stderr, "%s\n", err_story());
        _exit(rc < 0);
    }
    usleep(wait_us);
    kill(pid, SIGKILL);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (WIFEXITED(status)) assert_int_equal(WEXITSTATUS(status), 0);
    return WIFEXITED(status);
}

// Longer and longer, so that it gets there on any machine.
static useconds_t wait_us(struct prng *prng, int kills) {
    return 5000 + (useconds_t)prng_below(prng, 40000 + 40000u * (unsigned)kills);
}

static void nothing_is_lost_or_doubled_by_kill_9(void **state) {
    struct database database;
    struct pit pit;
    struct text alone, killed;
    struct prng prng;
    int kills = 0;
    struct sql *sql = fresh(&database, kind(state));
    run(&pit, 1, NETTING_NET);
    projection_free(follow(&pit, sql, "alone", 0));
    dump(sql, "alone", &alone);
    prng_seed(&prng, 5);
    while (!child_ends(&pit, &database, wait_us(&prng, kills))) kills++;
    print_message("killed %d times\n", kills);
    assert_true(kills > 2);
    dump(sql, "killed", &killed);
    assert_same(&alone, &killed);
    text_fini(&alone);
    text_fini(&killed);
    end(&pit);
    sql_close(sql);
    database_drop(&database);
}

static void an_outage_of_the_database_is_caught_up_from_the_journal(void **state) {
    struct database database;
    struct pit pit;
    struct text alone, later;
    struct sql *sql = fresh(&database, SQL_POSTGRES);
    int rc;
    run(&pit, 2, NETTING_OFF);
    projection_free(follow(&pit, sql, "alone", 0));
    dump(sql, "alone", &alone);
    struct projection *projection = project(&pit, "later");
    struct journal_reader *reader = open_journal(&pit);
    assert_ok(projection_attach(projection, sql));
    assert_int_equal(projection_follow(projection, sql, reader, 400), 1);
    database_server_stop();
    for (int i = 0; i < 3; i++) // trading goes on: what waits grows to its bound and no further
        assert_int_equal(projection_follow(projection, sql, reader, 300), ERR_IO);
    assert_int_equal(projection_written(projection), 400);
    database_server_start();
    int64_t until_ns = sql_now_ns() + 20 * NS_PER_S;
    while ((rc = projection_follow(projection, sql, reader, 0)) != 0 && sql_now_ns() < until_ns)
        usleep(2000);
    assert_ok(rc);
    dump(sql, "later", &later);
    assert_same(&alone, &later);
    text_fini(&alone);
    text_fini(&later);
    projection_free(projection);
    journal_reader_close(reader);
    end(&pit);
    sql_close(sql);
    database_drop(&database);
}

// A journal that is still being written is followed block by block.
static void a_journal_is_followed_while_it_grows(void **state) {
    struct database database;
    struct pit pit;
    struct text whole, grown;
    struct journal_writer *writer;
    struct journal_reader *reader;
    uint8_t digest[SHA256_SIZE];
    char path[80];
    struct sql *sql = fresh(&database, kind(state));
    run(&pit, 0, NETTING_OFF);
    projection_free(follow(&pit, sql, "whole", 0));
    dump(sql, "whole", &whole);
    snprintf(path, sizeof path, "%s.grows", pit.journal);
    assert_ok(journal_create(path, 7, "chaos", 5, &writer));
    assert_ok(journal_flush(writer, false));
    assert_ok(journal_open(path, &reader));
    struct projection *projection = project(&pit, "grown");
    assert_ok(projection_attach(projection, sql));
    const struct event_header *event = NULL;
    for (int n = 1; (event = world_next(&pit.world, event)) != NULL; n++) {
        assert_ok(journal_append(writer, event));
        if (n % 149 != 0) continue;
        if (n % 2 == 0) assert_ok(journal_flush(writer, false));
        int rc = journal_refresh(reader);
        assert_true(rc >= 0);
        assert_int_equal(projection_follow(projection, sql, reader, 0), 0);
    }
    assert_ok(journal_close(writer, digest));
    assert_int_equal(journal_refresh(reader), 1);
    assert_int_equal(projection_follow(projection, sql, reader, 0), 0);
    assert_int_equal(journal_refresh(reader), 0);
    dump(sql, "grown", &grown);
    assert_same(&whole, &grown);
    text_fini(&whole);
    text_fini(&grown);
    projection_free(projection);
    journal_reader_close(reader);
    unlink(path);
    end(&pit);
    sql_close(sql);
    database_drop(&database);
}

#define BOTH(test)                                                                                 \
    {#test " (SQLite)", test, NULL, NULL, NULL}, {                                                 \
#test " (PostgreSQL)", test, NULL, NULL, (void *)1                                         \
    }

int main(void) {
    const struct CMUnitTest tests[] = {
        BOTH(the_tables_say_what_the_engine_had_to_the_last_unit),
        cmocka_unit_test(both_databases_hold_the_same_rows_however_they_came),
        BOTH(a_projection_made_again_gives_the_same_rows),
        BOTH(of_two_that_project_one_session_only_one_gets_on),
        BOTH(what_the_ledger_refuses_is_told_and_stops_nothing),
        BOTH(a_session_of_another_run_is_refused),
        BOTH(a_journal_that_is_not_the_one_that_was_counted_is_refused),
        BOTH(nothing_is_lost_or_doubled_by_kill_9),
        cmocka_unit_test(an_outage_of_the_database_is_caught_up_from_the_journal),
        cmocka_unit_test(a_journal_is_followed_while_it_grows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
