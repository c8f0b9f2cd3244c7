#pragma once
#include <stddef.h>
#include <cblas.h>

/// Bits of `processor_features`.
enum {
    PROCESSOR_SSE42 = 1 << 0,
    PROCESSOR_AVX = 1 << 1,
    PROCESSOR_AVX2 = 1 << 2,
    PROCESSOR_FMA = 1 << 3,
    PROCESSOR_AVX512F = 1 << 4,
    PROCESSOR_AVX512BW = 1 << 5,
    PROCESSOR_AVX512DQ = 1 << 6,
    PROCESSOR_AVX512VL = 1 << 7,
    PROCESSOR_AVX512BF16 = 1 << 8,
    PROCESSOR_AMD = 1 << 9,
};

/// What this processor and its operating system offer, by CPUID and XGETBV rather than by a table of models, which is
/// older than the next processor.
static inline unsigned processor_features(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    return (__builtin_cpu_supports("sse4.2") ? PROCESSOR_SSE42 : 0) |
           (__builtin_cpu_supports("avx") ? PROCESSOR_AVX : 0) |
           (__builtin_cpu_supports("avx2") ? PROCESSOR_AVX2 : 0) |
           (__builtin_cpu_supports("fma") ? PROCESSOR_FMA : 0) |
           (__builtin_cpu_supports("avx512f") ? PROCESSOR_AVX512F : 0) |
           (__builtin_cpu_supports("avx512bw") ? PROCESSOR_AVX512BW : 0) |
           (__builtin_cpu_supports("avx512dq") ? PROCESSOR_AVX512DQ : 0) |
           (__builtin_cpu_supports("avx512vl") ? PROCESSOR_AVX512VL : 0) |
           (__builtin_cpu_supports("avx512bf16") ? PROCESSOR_AVX512BF16 : 0) |
           (__builtin_cpu_is("amd") ? PROCESSOR_AMD : 0);
#else
    return 0;
#endif
}

// LAPACK of the same library, whose header Debian packs apart; Fortran passes the length of a text behind all arguments.
void dsyevd_(
    const char *jobz, const char *uplo, const blasint *n, double *a, const blasint *lda, double *w,
    double *work, const blasint *lwork, blasint *iwork, const blasint *liwork, blasint *info,
    size_t jobz_length, size_t uplo_length);
void dgesdd_(
    const char *jobz, const blasint *m, const blasint *n, double *a, const blasint *lda, double *s, double *u,
    const blasint *ldu, double *vt, const blasint *ldvt, double *work, const blasint *lwork, blasint *iwork,
    blasint *info, size_t jobz_length);
