#ifndef FRESHET_KERNELS_H
#define FRESHET_KERNELS_H

/// Asks for the cache line at `address`, which need not be mapped, without waiting for it.
static inline void freshet_prefetch(const void *address) { __builtin_prefetch(address); }

#endif
