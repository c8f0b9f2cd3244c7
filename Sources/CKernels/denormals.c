#include "ckernels.h"

#if defined(__x86_64__)
#include <xmmintrin.h>

// MXCSR: flush to zero (bit 15) and denormals are zero (bit 6). Every instruction set of the kernels, and OpenBLAS, goes by it.
uint32_t kernel_flush_denormals(void) {
    const uint32_t before = _mm_getcsr();
    _mm_setcsr(before | 0x8040u);
    return before;
}

void kernel_restore_denormals(uint32_t before) { _mm_setcsr(before); }
#elif defined(__aarch64__)
// FPCR: flush to zero (bit 24), of operands too.
uint32_t kernel_flush_denormals(void) {
    uint64_t before;
    __asm__ volatile("mrs %0, fpcr" : "=r"(before));
    __asm__ volatile("msr fpcr, %0" : : "r"(before | 1u << 24));
    return (uint32_t)before;
}

void kernel_restore_denormals(uint32_t before) {
    __asm__ volatile("msr fpcr, %0" : : "r"((uint64_t)before));
}
#else
uint32_t kernel_flush_denormals(void) { return 0; }

void kernel_restore_denormals(uint32_t before) { (void)before; }
#endif
