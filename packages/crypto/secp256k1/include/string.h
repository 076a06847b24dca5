/* What libsecp256k1 takes from a C library, for a target that has none. */
#include <stddef.h>
void *memset(void *target, int byte, size_t count);
void *memcpy(void *target, const void *source, size_t count);
/* Declared only: the parts of the library that move are not linked. */
void *memmove(void *target, const void *source, size_t count);
int memcmp(const void *first, const void *second, size_t count);
