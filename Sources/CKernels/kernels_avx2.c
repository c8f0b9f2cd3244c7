#include "ckernels.h"

// Every function that passes a wide vector is inlined, so no calling convention is involved.
#pragma clang diagnostic ignored "-Wpsabi"

#if defined(__x86_64__)
#include <immintrin.h>
#define SET_NAME "avx2"
#define SET kernel_set_avx2
#define LANES 8
#define TILE_VECTORS 2
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

typedef __m256i tail_mask;

static inline tail_mask tail_of(long lanes) {
    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)lanes),
                              _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
static inline __m256 load_tail(const float *p, tail_mask mask) {
    return _mm256_maskload_ps(p, mask);
}
static inline void store_tail(float *p, __m256 x, tail_mask mask) {
    _mm256_maskstore_ps(p, mask, x);
}

#include "kernels.inc"
#pragma clang attribute pop
#endif
