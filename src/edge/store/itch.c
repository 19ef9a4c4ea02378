// SPDX-License-Identifier: Apache-2.0
#include "edge/store/itch.h"

#include <string.h>

#include "base/check.h"

static const uint64_t TIME_MASK = (UINT64_C(1) << 48) - 1;

// One of each for every kind of field: the value at `p`, and the value to it.
static inline uint16_t load_u16(const uint8_t *p) {
    uint16_t value;
    memcpy(&value, p, sizeof value);
    return __builtin_bswap16(value);
}
static inline uint32_t load_u32(const uint8_t *p) {
    uint32_t value;
    memcpy(&value, p, sizeof value);
    return __builtin_bswap32(value);
}
static inline uint64_t load_u64(const uint8_t *p) {
    uint64_t value;
    memcpy(&value, p, sizeof value);
    return __builtin_bswap64(value);
}
static inline void store_u16(uint8_t *p, uint16_t value) {
    value = __builtin_bswap16(value);
    memcpy(p, &value, sizeof value);
}
static inline void store_u32(uint8_t *p, uint32_t value) {
    value = __builtin_bswap32(value);
    memcpy(p, &value, sizeof value);
}
static inline void store_u64(uint8_t *p, uint64_t value) {
    value = __builtin_bswap64(value);
    memcpy(p, &value, sizeof value);
}
#define BYTES_AS_THEY_ARE(kind)                                                                    \
    static inline itch_##kind load_##kind(const uint8_t *p) {                                      \
        itch_##kind value;                                                                         \
        memcpy(&value, p, sizeof value);                                                           \
        return value;                                                                              \
    }                                                                                              \
    static inline void store_##kind(uint8_t *p, itch_##kind value) {                               \
        memcpy(p, &value, sizeof value);                                                           \
    }
BYTES_AS_THEY_ARE(letter)
BYTES_AS_THEY_ARE(text2)
BYTES_AS_THEY_ARE(text4)
BYTES_AS_THEY_ARE(text8)
static inline uint32_t load_price4(const uint8_t *p) {
    return load_u32(p);
}
static inline uint64_t load_price8(const uint8_t *p) {
    return load_u64(p);
}
static inline void store_price4(uint8_t *p, uint32_t value) {
    store_u32(p, value);
}
static inline void store_price8(uint8_t *p, uint64_t value) {
    store_u64(p, value);
}

// The layouts: fields one behind the other, sizes summed up.
#define SIZE_ONE(kind, name) +(int)sizeof(itch_##kind)
#define SIZE_OF(fields) (ITCH_HEADER fields(SIZE_ONE))
#define WIRE_MEMBER(kind, name) uint8_t name[sizeof(itch_##kind)];
#define WIRE_STRUCT(type, name, fields)                                                            \
    struct wire_##name {                                                                           \
        uint8_t header[ITCH_HEADER];                                                               \
        fields(WIRE_MEMBER)                                                                        \
    };                                                                                             \
    _Static_assert(sizeof(struct wire_##name) == SIZE_OF(fields), "fields without padding");       \
    _Static_assert(SIZE_OF(fields) <= ITCH_SIZE_MAX, "ITCH_SIZE_MAX");
ITCH_MESSAGES(WIRE_STRUCT)

#define READ_FIELD(kind, name) to->name = load_##kind(wire->name);
#define WRITE_FIELD(kind, name) store_##kind(wire->name, from->name);
#define READ_AND_WRITE(type, name, fields)                                                         \
    static inline void read_##name(const struct wire_##name *wire, struct itch_##name *to) {       \
        fields(READ_FIELD)                                                                         \
    }                                                                                              \
    static inline void write_##name(const struct itch_##name *from, struct wire_##name *wire) {    \
        fields(WRITE_FIELD)                                                                        \
    }
ITCH_MESSAGES(READ_AND_WRITE)

#define SIZE_ENTRY(type, name, fields) [type] = SIZE_OF(fields),
static const uint8_t SIZES[256] = {ITCH_MESSAGES(SIZE_ENTRY)};

#define FIELD_ENTRY(kind, name) {#name, ITCH_KIND_##kind, sizeof(itch_##kind)},
#define FIELD_TABLE(type, name, fields)                                                            \
    static const struct itch_field FIELDS_##name[] = {fields(FIELD_ENTRY)};
ITCH_MESSAGES(FIELD_TABLE)
#define LAYOUT_ENTRY(type, name, fields)                                                           \
    [type] = {#name, FIELDS_##name, sizeof FIELDS_##name / sizeof FIELDS_##name[0],                \
              SIZE_OF(fields)},
static const struct itch_layout LAYOUTS[256] = {ITCH_MESSAGES(LAYOUT_ENTRY)};

static inline void message_read(const uint8_t *at, uint16_t size, struct itch_message *message);

size_t itch_read(const uint8_t *data, size_t size, struct itch_message *ret_messages, size_t max,
                 size_t *ret_used) {
    const uint8_t *at = data, *end = data + size;
    size_t count = 0;
    while (count < max && end - at >= ITCH_FRAME) {
        uint16_t length = load_u16(at);
        if (UNLIKELY(end - at - ITCH_FRAME < length)) break;
        message_read(at + ITCH_FRAME, length, &ret_messages[count++]);
        at += ITCH_FRAME + length;
    }
    *ret_used = (size_t)(at - data);
    return count;
}

size_t itch_write(const struct itch_message *message, uint8_t *to) {
    uint8_t *at = to + ITCH_FRAME;
    CHECK(message->fault == ITCH_SOUND && SIZES[message->type] > 0);
    store_u16(to, SIZES[message->type]);
    at[0] = message->type;
    store_u16(at + 1, message->locate);
    store_u64(at + 3, message->time_ns | (uint64_t)message->tracking << 48);
    switch (message->type) {
#define WRITE_CASE(type, name, fields)                                                             \
    case type:                                                                                     \
        write_##name(&message->name, (struct wire_##name *)at);                                    \
        break;
        ITCH_MESSAGES(WRITE_CASE)
    default:
        break;
    }
    return ITCH_FRAME + (size_t)SIZES[message->type];
}

const struct itch_layout *itch_layout(uint8_t type) {
    return &LAYOUTS[type];
}

static inline void message_read(const uint8_t *at, uint16_t size, struct itch_message *message) {
    message->size = size;
    message->type = size > 0 ? at[0] : 0;
    if (UNLIKELY(size == 0 || SIZES[message->type] != size)) {
        message->fault = SIZES[message->type] == 0 && size > 0 ? ITCH_TYPE : ITCH_LENGTH;
        return;
    }
    uint64_t tracked = load_u64(at + 3);
    message->fault = ITCH_SOUND;
    message->locate = load_u16(at + 1);
    message->tracking = (uint16_t)(tracked >> 48);
    message->time_ns = tracked & TIME_MASK;
    switch (message->type) {
#define READ_CASE(type, name, fields)                                                              \
    case type:                                                                                     \
        read_##name((const struct wire_##name *)at, &message->name);                               \
        break;
        ITCH_MESSAGES(READ_CASE)
    default:
        break;
    }
}
