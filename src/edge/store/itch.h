// SPDX-License-Identifier: Apache-2.0
// NASDAQ TotalView-ITCH 5.0: every message between its bytes and a struct, both ways, without loss.
//
// A file is a run of frames: a length of two bytes, then so many bytes of message, all integers big-endian (NASDAQ's
// BinaryFILE). The first byte of a message is its type, and a type has one length. Fields and their order are those
// of the specification "Nasdaq TotalView-ITCH 5.0"; one list below makes the structs, the reader, the writer and
// the table of layouts.
//
// Times are nanoseconds since midnight, New York. Prices are integers: price4 has four decimals, price8 eight.
// Text is padded with blanks and kept as it is.
#ifndef FULMAR_EDGE_STORE_ITCH_H
#define FULMAR_EDGE_STORE_ITCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Fields behind the 11 bytes that all messages begin with: type, stock locate, tracking number, time.
// F(m, kind, name), where m is the message's own name.
// clang-format off
#define ITCH_SYSTEM_EVENT(F, m) F(m, letter, event)
#define ITCH_DIRECTORY(F, m) \
    F(m, text8, stock) F(m, letter, market_category) F(m, letter, financial_status) \
    F(m, u32, round_lot) F(m, letter, round_lots_only) F(m, letter, issue_class) \
    F(m, text2, issue_subtype) F(m, letter, authenticity) F(m, letter, short_sale_threshold) \
    F(m, letter, ipo) F(m, letter, luld_tier) F(m, letter, etp) F(m, u32, etp_leverage) \
    F(m, letter, inverse)
#define ITCH_TRADING_ACTION(F, m) \
    F(m, text8, stock) F(m, letter, state) F(m, letter, reserved) F(m, text4, reason)
#define ITCH_REG_SHO(F, m) F(m, text8, stock) F(m, letter, action)
#define ITCH_PARTICIPANT(F, m) \
    F(m, text4, mpid) F(m, text8, stock) F(m, letter, primary) F(m, letter, mode) \
    F(m, letter, state)
#define ITCH_MWCB_LEVELS(F, m) F(m, price8, level1) F(m, price8, level2) F(m, price8, level3)
#define ITCH_MWCB_STATUS(F, m) F(m, letter, level)
#define ITCH_IPO(F, m) \
    F(m, text8, stock) F(m, u32, release_s) F(m, letter, qualifier) F(m, price4, price)
#define ITCH_COLLAR(F, m) \
    F(m, text8, stock) F(m, price4, reference) F(m, price4, upper) F(m, price4, lower) \
    F(m, u32, extension)
#define ITCH_HALT(F, m) F(m, text8, stock) F(m, letter, market) F(m, letter, action)
#define ITCH_ADD(F, m) \
    F(m, u64, order) F(m, letter, side) F(m, u32, shares) F(m, text8, stock) F(m, price4, price)
#define ITCH_ADD_MPID(F, m) ITCH_ADD(F, m) F(m, text4, mpid)
#define ITCH_EXECUTED(F, m) F(m, u64, order) F(m, u32, shares) F(m, u64, match)
#define ITCH_EXECUTED_AT(F, m) ITCH_EXECUTED(F, m) F(m, letter, printable) F(m, price4, price)
#define ITCH_CANCEL(F, m) F(m, u64, order) F(m, u32, shares)
#define ITCH_DELETE(F, m) F(m, u64, order)
#define ITCH_REPLACE(F, m) F(m, u64, order) F(m, u64, next) F(m, u32, shares) F(m, price4, price)
#define ITCH_TRADE(F, m) ITCH_ADD(F, m) F(m, u64, match)
#define ITCH_CROSS(F, m) \
    F(m, u64, shares) F(m, text8, stock) F(m, price4, price) F(m, u64, match) F(m, letter, cross)
#define ITCH_BROKEN(F, m) F(m, u64, match)
#define ITCH_IMBALANCE(F, m) \
    F(m, u64, paired) F(m, u64, imbalance) F(m, letter, direction) F(m, text8, stock) \
    F(m, price4, far_price) F(m, price4, near_price) F(m, price4, reference) F(m, letter, cross) \
    F(m, letter, variation)
#define ITCH_RETAIL(F, m) F(m, text8, stock) F(m, letter, interest)
#define ITCH_LISTING(F, m) \
    F(m, text8, stock) F(m, letter, open_eligibility) F(m, price4, lowest) F(m, price4, highest) \
    F(m, price4, near_price) F(m, u64, near_time_ns) F(m, price4, lower_collar) \
    F(m, price4, upper_collar)

// M(type, name, fields)
#define ITCH_MESSAGES(M) \
    M('S', system_event, ITCH_SYSTEM_EVENT) \
    M('R', directory, ITCH_DIRECTORY) \
    M('H', trading_action, ITCH_TRADING_ACTION) \
    M('Y', reg_sho, ITCH_REG_SHO) \
    M('L', participant, ITCH_PARTICIPANT) \
    M('V', mwcb_levels, ITCH_MWCB_LEVELS) \
    M('W', mwcb_status, ITCH_MWCB_STATUS) \
    M('K', ipo, ITCH_IPO) \
    M('J', collar, ITCH_COLLAR) \
    M('h', halt, ITCH_HALT) \
    M('A', add, ITCH_ADD) \
    M('F', add_mpid, ITCH_ADD_MPID) \
    M('E', executed, ITCH_EXECUTED) \
    M('C', executed_at, ITCH_EXECUTED_AT) \
    M('X', cancel, ITCH_CANCEL) \
    M('D', delete, ITCH_DELETE) \
    M('U', replace, ITCH_REPLACE) \
    M('P', trade, ITCH_TRADE) \
    M('Q', cross, ITCH_CROSS) \
    M('B', broken, ITCH_BROKEN) \
    M('I', imbalance, ITCH_IMBALANCE) \
    M('N', retail, ITCH_RETAIL) \
    M('O', listing, ITCH_LISTING)
// clang-format on

enum { ITCH_FRAME = 2, ITCH_HEADER = 11, ITCH_SIZE_MAX = 50 }; // ITCH_SIZE_MAX: the longest message

struct itch_text2 {
    char at[2];
};
struct itch_text4 {
    char at[4];
};
struct itch_text8 {
    char at[8];
};
typedef char itch_letter;
typedef uint32_t itch_u32;
typedef uint64_t itch_u64;
typedef uint32_t itch_price4;
typedef uint64_t itch_price8;
typedef struct itch_text2 itch_text2;
typedef struct itch_text4 itch_text4;
typedef struct itch_text8 itch_text8;

#define ITCH_MEMBER(m, kind, name) itch_##kind name;
#define ITCH_STRUCT(type, name, fields)                                                            \
    struct itch_##name {                                                                           \
        fields(ITCH_MEMBER, name)                                                                  \
    };
ITCH_MESSAGES(ITCH_STRUCT)

enum itch_fault {
    ITCH_SOUND = 0,
    ITCH_TYPE,  // no message of the specification has this type
    ITCH_LENGTH // the frame is longer or shorter than its type is
};

struct itch_message {
    uint8_t
        type; // 'A', ...; with a fault that of the frame, and what follows the size is undefined
    uint8_t fault; // enum itch_fault
    uint16_t size; // of the frame, without its length field
    uint16_t locate;
    uint16_t tracking;
    uint64_t time_ns;
    union {
#define ITCH_UNION(type, name, fields) struct itch_##name name;
        ITCH_MESSAGES(ITCH_UNION)
#undef ITCH_UNION
    };
};

_Static_assert(sizeof(struct itch_message) == 64, "a cache line");

// Reads messages from data[0, size) until `max` are read or the data end, inside a message at the latest. Returns how
// many, and in *ret_used the bytes that they are. A frame with a fault is one of them, and what follows it is read
// by its length.
size_t itch_read(const uint8_t *data, size_t size, struct itch_message *ret_messages, size_t max,
                 size_t *ret_used);

// The same on any processor, field by field: what itch_read is where there is nothing wider, and its twin elsewhere.
size_t itch_read_plain(const uint8_t *data, size_t size, struct itch_message *ret_messages,
                       size_t max, size_t *ret_used);

// Writes a sound message with its frame to `to`, which has room for ITCH_FRAME + ITCH_SIZE_MAX bytes; returns how
// many.
size_t itch_write(const struct itch_message *message, uint8_t *to);

enum itch_kind {
    ITCH_KIND_letter,
    ITCH_KIND_text2,
    ITCH_KIND_text4,
    ITCH_KIND_text8,
    ITCH_KIND_u32,
    ITCH_KIND_u64,
    ITCH_KIND_price4,
    ITCH_KIND_price8
};
struct itch_field {
    const char *name;
    uint8_t kind; // enum itch_kind
    uint8_t size;
};
struct itch_layout {
    const char *name;                // "add"; NULL: there is no such type
    const struct itch_field *fields; // one behind the other from byte ITCH_HEADER
    uint8_t field_count;
    uint8_t size; // of the message
};
const struct itch_layout *itch_layout(uint8_t type);

#endif
