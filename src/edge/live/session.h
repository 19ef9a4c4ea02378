// SPDX-License-Identifier: Apache-2.0
// A trading session: one account, its engine and its venue on a thread of their own (the core), and a second thread
// that writes the journal (the store). Everybody else talks to it by three lock-free ways, none of which the core waits
// for:
//
//   commands in     session_command(): two bounded lanes; what halts, kills or cancels overtakes the rest and the data
//   state out       session_view_read(): a consistent copy of what is held, at work, filled and limited
//   events out      session_tap_read(): inputs that are no market data, and all outputs, in order
//
// The core's one loop: commands of the priority lane, then of the normal lane, then what the data's clock has due: a
// group of equal time, as research/backtest.h defines it, through the same code. So a session without commands gives
// what fulmar backtest gives on the same configuration: the same events, state hash and report.
//
// The clock is the data's. At pace 60 an hour of data takes a minute; at pace 0 the data come as fast as they can. A
// command is stamped with the clock as it stands when it is taken, never before what was applied last.
//
// Journal. Every input is handed to the store thread before the engine sees it, every output as it leaves; the store
// thread writes and syncs them in groups. With SESSION_DURABLE_JOURNAL an order or a replace leaves only when what
// caused it is on the disk, and a command's result comes only then; cancels never wait. When the disk fails, or stalls
// for so long that the ring is full, no more data is taken and trading is over; kill, halt and cancel still work, at
// once, and their results say that they are not durable. A kill also ends the wait for a slow disk: what was held
// leaves and is canceled at once.
//
// Recovery. session_open() of a folder that has a journal cuts a torn tail, then runs the same data again with the
// journal's commands at their places, and compares every event, byte for byte, with the journal; then it goes on. The
// venue and the engine are so where they were. Data that changed since is ERR_CORRUPT with the first event that
// differs.
//
// Threads: session_open, session_start, session_stop and session_close are called by one thread, the owner. All other
// functions are for any thread, from session_open's return until session_close; a tap and a view belong to one thread
// each.
#ifndef FULMAR_EDGE_LIVE_SESSION_H
#define FULMAR_EDGE_LIVE_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/engine.h"
#include "market/source.h"
#include "order/manual.h"
#include "research/backtest.h"
#include "research/tick_backtest.h"
#include "sim/exchange.h"

struct session;

enum { SESSION_NAME_SIZE = 64, SESSION_STORY_SIZE = 192 };
#define SESSION_JOURNAL "journal.fj" // in a session's folder

// What a session trades with: built of a configuration by the program (app/live/desk.h), which alone knows how. What it
// points to lives until `close`, which the session calls from the owner's thread; NULL members of the observer are
// fine.
struct session_desk {
    struct engine *engine;
    struct sim_exchange *exchange; // of a run over bars, with its source
    struct event_source source;
    struct tick_backtest_config
        feeds; // of one over recorded feeds: feed_count > 0; observer and money as below
    uint64_t market_events; // that the source will give at most
    money_t capital;
    uint32_t account_currency;
    const struct instruments *instruments;
    const struct engine_strategy_config *strategies;
    uint32_t strategy_count;
    uint32_t order_max; // of the engine's pool
    uint32_t manual;    // the strategy whose orders are people's; STRATEGY_NONE: none
    uint64_t run_id;
    const char *description; // the configuration, of a journal's preamble
    size_t description_size;
    struct backtest_observer
        observer; // events, mark, bars: a report's; called on the core's thread
    void (*close)(void *self);
    void *self;
};

enum session_durability {
    SESSION_DURABLE_NONE, // intents leave at once; the journal is written within 50 ms, synced within a second
    SESSION_DURABLE_JOURNAL, // orders and replaces wait until their cause is synced
};

struct session_options {
    char name[SESSION_NAME_SIZE];
    const char *folder;  // where its journal is, or will be; NULL: it keeps none
    double pace;         // data time by wall time; 0: as fast as possible
    bool paused;         // waits for SESSION_RUN or SESSION_STEP
    uint32_t durability; // enum session_durability
    uint32_t
        publish_hz; // of the read model at most, 1 to 1000; 0: 20. After a command it is new at once.
    uint32_t positions_max; // that a view has room for; 0: SESSION_POSITIONS
    uint32_t tap_capacity;  // events that a tap may be behind, a power of two; 0: 16384
    // Called from the session's threads when a result or a view is new or an event is in the tap; not again until
    // session_woken(). It must not block. NULL: nobody is told.
    void (*wake)(void *self);
    void *wake_self;
};

// Owns the desk from here on, also on failure. Recovers where the folder has a journal; a folder that does not exist is
// made (0700). ERR_STATE: another process has it open. ERR_CORRUPT, ERR_ARGUMENT, ERR_IO, ERR_NOMEM.
int session_open(const struct session_options *options, const struct session_desk *desk,
                 struct session **ret_session) MUST_USE;
// The folder alone, with those above it where they are missing; only its owner may look into it. ERR_IO.
int session_make_folder(const char *folder) MUST_USE;
int session_start(struct session *session) MUST_USE; // its threads
// Ends the threads; what was applied is in the journal, synced. Its error is the session's: it is in the last view too.
int session_stop(struct session *session) MUST_USE;
void session_close(struct session *session); // stops it if need be, then frees all; NULL is fine
void session_woken(struct session *session); // `wake` may be called again
// What a report is finished with. The owner, while the threads are stopped (CHECKed).
void session_sums(const struct session *session, struct backtest_result *ret_result);

// What does not change: names, decimals, parameters; and how much of the journal was there.
struct session_info {
    char name[SESSION_NAME_SIZE];
    const struct instruments *instruments;
    const struct engine_strategy_config *strategies; // ->strategy->name, ->strategy->params
    uint32_t strategy_count;
    uint32_t manual; // STRATEGY_NONE: no orders by hand
    uint32_t account_currency;
    uint32_t durability;
    int32_t money_decimals; // of the account's money
    uint32_t reserved;
    uint64_t run_id;
    uint64_t market_events;
    uint64_t recovered_seq; // of the journal's last input when it was opened; 0: it was new
    uint64_t cut_bytes;     // of a torn tail
    char journal[4096];     // its path; "": none
};
const struct session_info *session_info(const struct session *session);

enum session_verb {
    // Of the priority lane.
    SESSION_KILL,   // halts all, cancels every order; flag FLATTEN: closes what is held
    SESSION_HALT,   // scope, index
    SESSION_CANCEL, // order_id, or client_id of the order
    // Of the normal lane.
    SESSION_PLACE,          // an order by hand: client_id and what follows it
    SESSION_REPLACE,        // order_id or client_id; qty, limit_price (or stop_price of a stop)
    SESSION_RESUME,         // scope, index; reason where a breaker stopped it
    SESSION_STRATEGY_START, // index
    SESSION_STRATEGY_STOP,
    SESSION_STRATEGY_DRAIN,
    SESSION_SET_PARAM, // index, param, value
    SESSION_SET_LIMIT, // rule, param, value
    // The rest is no event: it moves the clock.
    SESSION_PAUSE,
    SESSION_RUN,  // until until_ns, or on and on where it is 0
    SESSION_STEP, // `count` groups of equal time, then it pauses
    SESSION_PACE, // pace
    SESSION_VERB_COUNT
};
const char *session_verb_name(uint32_t verb); // "kill", "strategy_start"; NULL
bool session_verb_is_urgent(uint32_t verb);   // goes by the priority lane

struct session_command {
    uint32_t verb;  // enum session_verb
    uint32_t scope; // enum halt_scope
    uint32_t index; // strategy or instrument
    uint32_t rule;
    uint32_t param;
    uint32_t flatten; // KILL: 1
    double value;
    uint64_t reason;
    uint64_t actor;    // who, in the caller's numbers; in the journal with orders by hand
    uint64_t order_id; // CANCEL, REPLACE: 0 = by client_id
    struct manual_order order;
    double pace;
    uint64_t count;
    int64_t until_ns;
};

enum session_outcome {
    SESSION_DONE,
    SESSION_DUPLICATE, // its client_id was placed before: order_id is that order's, nothing was done
    SESSION_VETOED,    // by a rule or by the engine: rule, code, limit, value
    SESSION_SHRUNK,    // placed, smaller than asked: as VETOED, and qty
    SESSION_INVALID,   // an argument that cannot be; nothing is in the journal
    SESSION_NOT_FOUND, // no such order
    SESSION_TOO_LATE,  // the order is done, or being canceled, or cannot be replaced now
    SESSION_REFUSED, // a strategy, parameter or limit that does not exist, or a resume without its reason
    SESSION_FAILED, // the session is over
    SESSION_OUTCOME_COUNT
};
const char *session_outcome_name(uint32_t outcome); // "done", "vetoed"; NULL

struct session_result {
    uint64_t ticket;
    uint32_t verb;
    uint32_t outcome; // enum session_outcome
    uint64_t seq;     // of the input event that it became; 0: none
    int64_t ts_ns;    // its time
    uint64_t order_id;
    uint32_t rule; // VETOED, SHRUNK: of the registry, or RISK_RULE_ENGINE and `code`
    uint32_t code; // enum engine_veto, as VETO_GATE
    double limit;
    double value;
    qty_t qty; // SHRUNK: what was left
    uint32_t
        durable; // 1: it is on the disk (or there is no journal); 0 with durability none: it will be
    uint32_t canceled; // KILL, HALT: cancels that left
    int64_t taken_ns;  // from session_command() until the engine was done and its intents had left
    int64_t finished_ns;            // until this result
    char story[SESSION_STORY_SIZE]; // why, in words; "" when done
};

// Any thread. ERR_FULL: too many commands wait. ERR_ARGUMENT for a verb that does not exist. ERR_STATE: it was closed.
int session_command(struct session *session, const struct session_command *command,
                    uint64_t *ret_ticket) MUST_USE;
// 1: it is there; 0: not yet; ERR_NOT_FOUND (no story) for a ticket that was never given or is too old (the latest
// 8,192 are kept).
int session_result(struct session *session, uint64_t ticket,
                   struct session_result *ret_result) MUST_USE;
// Waits for it, for tests and command lines: 1, or 0 when the time is over.
int session_wait(struct session *session, uint64_t ticket, int64_t timeout_ns,
                 struct session_result *ret_result) MUST_USE;

enum session_state {
    SESSION_STOPPED, // no threads
    SESSION_PAUSED,
    SESSION_RUNNING,
    SESSION_WAITING, // for the disk: the journal's ring is full
    SESSION_ENDED,   // the data are over; commands are still taken
    SESSION_BROKEN,  // an error: `story`
    SESSION_STATE_COUNT
};
const char *session_state_name(uint32_t state); // "paused"; NULL

struct session_position { // held by a strategy, or once held
    uint32_t strategy;
    uint32_t instrument;
    qty_t qty; // signed
    price_t entry;
    price_t last;
    money_t value; // instrument's currency, as the rest
    money_t cost;
    money_t open;
    money_t realised;
    money_t fees;
    money_t income;
    int64_t opened_ns;
};
struct session_order {
    struct order order;             // its links mean nothing here
    char client_id[MANUAL_ID_SIZE]; // of an order by hand; "" of others
};
struct session_fill {
    uint64_t seq;
    int64_t ts_ns;
    uint64_t order_id;
    uint64_t trade_id;
    uint32_t strategy;
    uint32_t instrument;
    int32_t side;
    uint32_t liquidity;
    qty_t qty;
    price_t price;
    int64_t fee;
    uint32_t fee_currency;
    uint32_t reserved;
};
struct session_strategy {
    uint32_t mode;   // enum strategy_mode
    uint32_t paused; // enum halt_cause of the engine: 0 none, 1 operator, 2 breaker
    money_t budget;
    money_t equity;   // account money
    money_t realised; // booked, less fees, plus income
    money_t open;
    uint64_t orders;    // live
    uint64_t fills;     // since it began
    int64_t decided_ns; // its latest target; 0: none
    uint32_t decided_instrument;
    uint32_t reserved;
    double decided_weight;
    double decided_confidence;
    double params[PARAMS_MAX]; // as they are now
};
struct session_quote { // of an instrument
    price_t last;
    int64_t last_ns;
    price_t bid; // 0: none
    price_t ask;
    struct bar bar; // the latest; open_ns 0: none
    qty_t position; // of the account
    qty_t buying;   // at work
    qty_t selling;
    uint32_t halted; // an operator's halt of it
    uint32_t delisted;
};
struct session_rule { // of the risk registry, by index
    uint32_t enabled;
    uint32_t verdict; // of a breaker: the step it is at, RISK_ALLOW: none
    int64_t until_ns; // when that ends by time; 0: never
    uint64_t vetoes;  // orders refused or shrunk
    uint64_t trips;   // of a breaker
    double params[PARAMS_MAX];
    double limit; // at its latest word
    double value;
};
struct session_watch { // latest word of a rule, a breaker or the engine, newest last
    uint64_t seq;
    int64_t ts_ns;
    uint32_t kind; // EVENT_VETO, EVENT_HALTED
    uint32_t rule;
    uint32_t code;
    uint32_t verdict;
    uint32_t strategy;
    uint32_t instrument;
    double limit;
    double value;
};

// How long steps of the core took, one in 16 of them, since it began: a group of equal time or a run of quiet bars.
struct session_timing {
    uint64_t count;
    int64_t p50_ns; // each to an eighth
    int64_t p99_ns;
    int64_t p999_ns;
    int64_t most_ns;
};

enum {
    SESSION_POSITIONS = 8192,
    SESSION_FILLS = 256,
    SESSION_ENDED_ORDERS = 256,
    SESSION_WATCHES = 128
};

// A copy of the whole, as it was after input `seq`. The arrays are the view's own.
struct session_view {
    uint64_t version; // counts publications
    uint64_t seq;     // of the last input
    uint64_t
        state_hash; // of the engine at hash_seq: worked out when it pauses, ends or stops, and on a command
    uint64_t hash_seq;
    uint64_t durable_seq; // what is on the disk; UINT64_MAX without a journal
    int64_t now_ns;       // of the engine
    int64_t clock_ns;     // of the data: where the pace is
    int64_t next_ns;      // of the data's next group; 0: none
    int64_t lag_ns;       // how far behind its pace it is
    int64_t wall_ns;      // CLOCK_REALTIME of this copy
    uint64_t market;      // data events applied, of session_info's market_events
    double rate;          // data events in a second, lately
    double pace;          // 0: as fast as possible
    uint32_t state;       // enum session_state
    uint32_t halted;      // of the engine: 0 no, 1 operator, 2 breaker
    uint32_t reducing;
    uint32_t positions_left_out; // for which the view had no room; flat ones first
    int64_t until_ns;            // when what a breaker stopped goes on by time
    money_t equity;              // account money, as the rest
    money_t equity_day;
    money_t equity_peak;
    money_t cash; // of all currencies, at the latest rates
    money_t gross;
    money_t net;
    money_t capital; // deposits less withdrawals
    struct session_timing timing;
    struct engine_counts counts;
    uint64_t rejected; // by the venue
    uint64_t unknown;  // orders whose state nobody knows now
    uint64_t commands; // taken
    uint64_t tap_seq;  // number of the next tap entry
    uint32_t position_count;
    uint32_t order_count; // live, oldest first
    uint32_t ended_count; // latest that ended, newest last
    uint32_t fill_count;  // latest fills, newest last
    uint32_t strategy_count;
    uint32_t instrument_count;
    uint32_t rule_count;
    uint32_t watch_count;
    struct session_position *positions;
    struct session_order *orders;
    struct session_order *ended;
    struct session_fill *fills;
    struct session_strategy *strategies;
    struct session_quote *quotes; // [instrument]
    struct session_rule *rules;   // [registry]
    struct session_watch *watches;
    char story[SESSION_STORY_SIZE]; // of BROKEN, WAITING
};
// Room for one, with room for all it may hold; NULL: no memory.
struct session_view *session_view_new(const struct session *session);
void session_view_free(struct session_view *view);
// The latest copy; true when its version is another than the view had before. Never waits for the core.
bool session_view_read(const struct session *session, struct session_view *view);

// The tap: all events but market data, in order, numbered without a gap from 1. A reader that falls behind by more
// than the capacity loses some and is told so; the journal has them.
struct session_tap {
    const struct session *session;
    uint64_t next; // number of the entry to be read
};
void session_tap_init(struct session_tap *tap, const struct session *session,
                      uint64_t next); // 0: from now on
// 1 and the entry; 0: nothing new; ERR_RANGE (no story): entries up to tap->next - 1 were lost, it goes on there.
int session_tap_read(struct session_tap *tap, union event *ret_event,
                     uint64_t *ret_number) MUST_USE;

// What an API opens sessions with, without knowing how a configuration becomes a desk.
struct session_maker {
    // `yaml` is the run's configuration, as of fulmar backtest --config. Errors as session_open, and those of the
    // configuration: ERR_PARSE, ERR_ARGUMENT, ERR_NOT_FOUND with the key that is wrong.
    int (*make)(void *self, const struct session_options *options, const char *yaml, size_t size,
                struct session **ret_session);
    void *self;
};

#endif
