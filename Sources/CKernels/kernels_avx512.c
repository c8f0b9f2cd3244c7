#include "ckernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define SET_NAME "avx512"
#define SET kernel_set_avx512
#define LANES 16
#define TILE_VECTORS 4
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma"))), apply_to = function)

typedef __mmask16 tail_mask;

static inline tail_mask tail_of(long lanes) { return (tail_mask)((1u << lanes) - 1u); }
static inline __m512 load_tail(const float *p, tail_mask mask) {
    return _mm512_maskz_loadu_ps(mask, p);
}
static inline void store_tail(float *p, __m512 x, tail_mask mask) {
    _mm512_mask_storeu_ps(p, mask, x);
}

#include "kernels.inc"
#pragma clang attribute pop
#endif
