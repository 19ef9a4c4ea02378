// SPDX-License-Identifier: Apache-2.0
// Functions compiled for several processors. SIMD_CLONES in front of a definition makes a second copy
// of it for AVX2, which the loader picks where the processor has it, and SIMD_CLONES_WIDE a third for
// AVX-512, for long arithmetic between few loads and stores. All give the same bits: lanes
// are independent, sums keep their order and nothing is contracted (-ffp-contract=off). The thread
// sanitizer is not ready when the loader asks, so its builds have one copy. So have clang's: of a
// static function that it sees called through the loader's choice alone, clang 14 drops arguments
// and even the body. The name is the only one of all files, static or not: a compiler may make a
// global symbol of it.
#ifndef FULMAR_BASE_SIMD_H
#define FULMAR_BASE_SIMD_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __x86_64__
#include <emmintrin.h>
#endif

#if defined(__x86_64__) && !defined(__clang__) && !defined(__SANITIZE_THREAD__)
#define SIMD_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define SIMD_CLONES
#endif

#if defined(__x86_64__) && !defined(__clang__) && !defined(__SANITIZE_THREAD__) && __GNUC__ >= 12
#define SIMD_CLONES_WIDE __attribute__((target_clones("arch=x86-64-v4", "avx2", "default")))
#else
#define SIMD_CLONES_WIDE SIMD_CLONES
#endif

// a > b ? a : b in one instruction. Where that is left to the compiler it may branch, and which of two values is the
// larger nobody foretells.
static inline double simd_larger(double a, double b) {
#ifdef __x86_64__
    return _mm_cvtsd_f64(_mm_max_sd(_mm_set_sd(a), _mm_set_sd(b)));
#else
    return a > b ? a : b;
#endif
}

// An array is in memory here: what was made as vectors is read again value by value, which is quicker than to take
// vectors apart.
#define SIMD_STORED(array_) __asm__("" : "+m"(array_))

// Asks for the cache lines of `count` doubles that stand `ahead` behind p, and does not wait for them. Nothing is read:
// memory behind the end of a column may be named.
static inline void simd_fetch(const double *p, size_t ahead, size_t count) {
    uintptr_t at = (uintptr_t)p + ahead * sizeof *p;
    for (size_t i = 0; i < count; i += 8) __builtin_prefetch((const void *)(at + i * sizeof *p));
}

// Which of the 16 bytes at p are no plain text inside JSON's quotes: a quote, a backslash, a control character or, as
// signed bytes less than a blank too, a part of UTF-8. Bit i is byte i.
enum { SIMD_TEXT_BLOCK = 16 };
static inline unsigned simd_text_odd(const char *p) {
#ifdef __x86_64__
    __m128i block;
    memcpy(&block, p, sizeof block);
    __m128i quote = _mm_cmpeq_epi8(block, _mm_set1_epi8('"'));
    __m128i slash = _mm_cmpeq_epi8(block, _mm_set1_epi8('\\'));
    __m128i low = _mm_cmplt_epi8(block, _mm_set1_epi8(' '));
    return (unsigned)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quote, slash), low));
#else
    unsigned mask = 0;
    for (int i = 0; i < SIMD_TEXT_BLOCK; i++)
        mask |= (unsigned)(p[i] == '"' || p[i] == '\\' || (signed char)p[i] < ' ') << i;
    return mask;
#endif
}

#endif
