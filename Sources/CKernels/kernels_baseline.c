#include "ckernels.h"

// Every function that passes a wide vector is inlined, so no calling convention is involved.
#pragma clang diagnostic ignored "-Wpsabi"

#define SET_NAME "baseline"
#define SET kernel_set_baseline
#define LANES 4
#define TILE_VECTORS 2

typedef float baseline_vector __attribute__((ext_vector_type(4)));
typedef float baseline_unaligned __attribute__((ext_vector_type(4), aligned(4)));
typedef long tail_mask;

static inline tail_mask tail_of(long lanes) { return lanes; }
static inline baseline_vector load_tail(const float *p, tail_mask lanes) {
    if (lanes == 4) return *(const baseline_unaligned *)p;
    baseline_vector x = 0;
    for (long i = 0; i < lanes; i++) x[i] = p[i];
    return x;
}
static inline void store_tail(float *p, baseline_vector x, tail_mask lanes) {
    for (long i = 0; i < lanes; i++) p[i] = x[i];
}

#include "kernels.inc"
