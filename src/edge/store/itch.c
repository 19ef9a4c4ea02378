// SPDX-License-Identifier: Apache-2.0
#include "edge/store/itch.h"

#ifdef __x86_64__
#include <immintrin.h>
#endif
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
#define SIZE_ONE(m, kind, name) +(int)sizeof(itch_##kind)
#define SIZE_OF(fields) (ITCH_HEADER fields(SIZE_ONE, name))
#define WIRE_MEMBER(m, kind, name) uint8_t name[sizeof(itch_##kind)];
#define WIRE_STRUCT(type, name, fields)                                                            \
    struct wire_##name {                                                                           \
        uint8_t header[ITCH_HEADER];                                                               \
        fields(WIRE_MEMBER, name)                                                                  \
    };                                                                                             \
    _Static_assert(sizeof(struct wire_##name) == SIZE_OF(fields), "fields without padding");       \
    _Static_assert(SIZE_OF(fields) <= ITCH_SIZE_MAX, "ITCH_SIZE_MAX");
ITCH_MESSAGES(WIRE_STRUCT)

#define READ_FIELD(m, kind, name) to->name = load_##kind(wire->name);
#define WRITE_FIELD(m, kind, name) store_##kind(wire->name, from->name);
#define READ_AND_WRITE(type, name, fields)                                                         \
    static inline void read_##name(const struct wire_##name *wire, struct itch_##name *to) {       \
        fields(READ_FIELD, name)                                                                   \
    }                                                                                              \
    static inline void write_##name(const struct itch_##name *from, struct wire_##name *wire) {    \
        fields(WRITE_FIELD, name)                                                                  \
    }
ITCH_MESSAGES(READ_AND_WRITE)

#define SIZE_ENTRY(type, name, fields) [type] = SIZE_OF(fields),
static const uint8_t SIZES[256] = {ITCH_MESSAGES(SIZE_ENTRY)};

#define FIELD_ENTRY(m, kind, name) {#name, ITCH_KIND_##kind, sizeof(itch_##kind)},
#define FIELD_TABLE(type, name, fields)                                                            \
    static const struct itch_field FIELDS_##name[] = {fields(FIELD_ENTRY, name)};
ITCH_MESSAGES(FIELD_TABLE)
#define LAYOUT_ENTRY(type, name, fields)                                                           \
    [type] = {#name, FIELDS_##name, sizeof FIELDS_##name / sizeof FIELDS_##name[0],                \
              SIZE_OF(fields)},
static const struct itch_layout LAYOUTS[256] = {ITCH_MESSAGES(LAYOUT_ENTRY)};

static inline void message_read(const uint8_t *at, uint16_t size, struct itch_message *message);
static bool has_wide(void);
static size_t read_wide(const uint8_t *data, size_t size, struct itch_message *messages, size_t max,
                        size_t *ret_used);

size_t itch_read(const uint8_t *data, size_t size, struct itch_message *ret_messages, size_t max,
                 size_t *ret_used) {
    return has_wide() ? read_wide(data, size, ret_messages, max, ret_used)
                      : itch_read_plain(data, size, ret_messages, max, ret_used);
}

size_t itch_read_plain(const uint8_t *data, size_t size, struct itch_message *ret_messages,
                       size_t max, size_t *ret_used) {
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

#ifdef __x86_64__
// Where the processor can put 64 bytes into any order at once, every message is one such step by its type's row of
// places, and nothing branches on the type, which nobody foretells. Both ways give the same fields.
#define PLACES_letter(to, from) [to] = (from),
#define PLACES_text2(to, from) PLACES_letter(to, from) PLACES_letter((to) + 1, (from) + 1)
#define PLACES_text4(to, from) PLACES_text2(to, from) PLACES_text2((to) + 2, (from) + 2)
#define PLACES_text8(to, from) PLACES_text4(to, from) PLACES_text4((to) + 4, (from) + 4)
#define PLACES_u16(to, from) PLACES_letter(to, (from) + 1) PLACES_letter((to) + 1, from)
#define PLACES_u32(to, from) PLACES_u16(to, (from) + 2) PLACES_u16((to) + 2, from)
#define PLACES_u64(to, from) PLACES_u32(to, (from) + 4) PLACES_u32((to) + 4, from)
#define PLACES_price4 PLACES_u32
#define PLACES_price8 PLACES_u64
#define PLACES_FIELD(m, kind, name)                                                                \
    PLACES_##kind(offsetof(struct itch_message, m.name), offsetof(struct wire_##m, name))
#define MEMBER(name) offsetof(struct itch_message, name)
#define PLACES_HEADER                                                                              \
    PLACES_letter(MEMBER(type), 0) PLACES_u16(MEMBER(locate), 1) PLACES_u16(MEMBER(tracking), 3)   \
        PLACES_u16(MEMBER(time_ns), 9) PLACES_u32(MEMBER(time_ns) + 2, 5)
#define KEPT(at, size) ((UINT64_MAX >> (64 - (size))) << (at))
#define KEPT_HEADER                                                                                \
    KEPT(MEMBER(type), 1) | KEPT(MEMBER(locate), 2) | KEPT(MEMBER(tracking), 2) |                  \
        KEPT(MEMBER(time_ns), 6)
#define KEPT_FIELD(m, kind, name) | KEPT(offsetof(struct itch_message, m.name), sizeof(itch_##kind))

struct places {
    uint8_t from[64]; // byte by byte of the struct
    uint64_t kept;    // bits of the bytes that a field has; others become 0
    uint64_t there;   // bits of the bytes of the message
    uint64_t size;
    uint64_t reserved[5];
};
#define PLACES_ROW(letter, name, fields)                                                           \
    [letter] = {{PLACES_HEADER fields(PLACES_FIELD, name)},                                        \
                KEPT_HEADER fields(KEPT_FIELD, name),                                              \
                KEPT(0, SIZE_OF(fields)),                                                          \
                SIZE_OF(fields),                                                                   \
                {0}},
static const struct places PLACES[256] __attribute__((aligned(64))) = {ITCH_MESSAGES(PLACES_ROW)};

static bool has_wide(void) {
    return __builtin_cpu_supports("avx512vbmi");
}

__attribute__((target("avx512f,avx512bw,avx512vbmi"))) static size_t
read_wide(const uint8_t *data, size_t size, struct itch_message *messages, size_t max,
          size_t *ret_used) {
    const uint8_t *at = data, *end = data + size;
    size_t count = 0;
    while (count < max && end - at >= ITCH_FRAME) {
        uint16_t length = load_u16(at);
        if (UNLIKELY(end - at - ITCH_FRAME < length)) break;
        struct itch_message *message = &messages[count++];
        const struct places *places = &PLACES[length > 0 ? at[ITCH_FRAME] : 0];
        if (LIKELY(places->size == length && length > 0)) {
            __m512i bytes = _mm512_maskz_loadu_epi8(places->there, at + ITCH_FRAME);
            __m512i order = _mm512_load_si512(places->from);
            bytes = _mm512_maskz_permutexvar_epi8(places->kept, order, bytes);
            _mm512_storeu_si512(message, bytes);
            message->size = length;
        } else {
            message_read(at + ITCH_FRAME, length, message);
        }
        at += ITCH_FRAME + length;
    }
    *ret_used = (size_t)(at - data);
    return count;
}
#else
static bool has_wide(void) {
    return false;
}

static size_t read_wide(const uint8_t *data, size_t size, struct itch_message *messages, size_t max,
                        size_t *ret_used) {
    return itch_read_plain(data, size, messages, max, ret_used);
}
#endif
