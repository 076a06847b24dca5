/*
 * libsecp256k1 as one WebAssembly module: what the loader (src/node/secp256k1-library.ts) calls, and nothing else. The module
 * imports nothing and never allocates: arguments and results lie in one block of its memory.
 *
 * scripts/build-secp256k1-wasm.mjs compiles it. V8 multiplies 32-bit words to 64 bits in one instruction and has none for more:
 * the library's field of ten words of 26 bits, chosen here, takes a third of the time of the one for 128-bit products.
 */
#define USE_FORCE_WIDEMUL_INT64 1
#define ENABLE_MODULE_RECOVERY 1
#define USE_EXTERNAL_DEFAULT_CALLBACKS 1
/* Tables of 128 KiB for multiples of the generator: a mebibyte of them saves less than 4 % of a verification. */
#define ECMULT_WINDOW_SIZE 12
#define COMB_BLOCKS 11
#define COMB_TEETH 6

#include "secp256k1.c"
#include "precomputed_ecmult.c"
#include "precomputed_ecmult_gen.c"

/* The crate that carries the sources renames what the library exports. */
#define LIBRARY(name) rustsecp256k1_v0_14_##name
#define EXPORT(name) __attribute__((export_name(#name)))

/* Arguments that the library calls illegal never reach it; if one does, the instance ends. */
void LIBRARY(default_illegal_callback_fn)(const char *text, void *data) {
    (void)text;
    (void)data;
    __builtin_trap();
}

void LIBRARY(default_error_callback_fn)(const char *text, void *data) {
    (void)text;
    (void)data;
    __builtin_trap();
}

/* What the compiler itself may call. */
void *memset(void *target, int byte, size_t count) {
    unsigned char *to = target;
    while (count-- > 0) *to++ = (unsigned char)byte;
    return target;
}

void *memcpy(void *target, const void *source, size_t count) {
    unsigned char *to = target;
    const unsigned char *from = source;
    while (count-- > 0) *to++ = *from++;
    return target;
}

int memcmp(const void *first, const void *second, size_t count) {
    const unsigned char *a = first, *b = second;
    for (; count > 0; count--, a++, b++) {
        if (*a != *b) return *a < *b ? -1 : 1;
    }
    return 0;
}

/* The places in the order of their exports. `secret` is a private key, or the seed of the blinding. */
static struct {
    unsigned char secret[32];
    unsigned char digest[32];
    unsigned char signature[64];
    unsigned char public_key[65];
} block;

static unsigned char context_space[256] __attribute__((aligned(16)));
static LIBRARY(context) *context;

EXPORT(block) unsigned char *block_address(void) { return block.secret; }

/* Makes the context and blinds it with the seed in `secret`; results do not depend on it. 1 for good. */
EXPORT(start) int start(void) {
    if (LIBRARY(context_preallocated_size)(SECP256K1_CONTEXT_NONE) > sizeof(context_space)) return 0;
    context = LIBRARY(context_preallocated_create)(context_space, SECP256K1_CONTEXT_NONE);
    return context != NULL && LIBRARY(context_randomize)(context, block.secret);
}

static int place(const LIBRARY(pubkey) *point, int length) {
    size_t size = (size_t)length;
    unsigned int form = length == 33 ? SECP256K1_EC_COMPRESSED : SECP256K1_EC_UNCOMPRESSED;
    return LIBRARY(ec_pubkey_serialize)(context, block.public_key, &size, point, form);
}

/* secret -> public key of `length` bytes. 0 when the secret is no private key. */
EXPORT(publicKeyOf) int public_key_of(int length) {
    LIBRARY(pubkey) point;
    return LIBRARY(ec_pubkey_create)(context, &point, block.secret) && place(&point, length);
}

/* Public key of `length` bytes -> its form of `wanted` bytes. 0 when it is not a point. */
EXPORT(convert) int convert(int length, int wanted) {
    LIBRARY(pubkey) point;
    return LIBRARY(ec_pubkey_parse)(context, &point, block.public_key, (size_t)length) && place(&point, wanted);
}

/* digest, signature, public key of `length` bytes -> 1 when they fit. High S does not. */
EXPORT(verify) int verify(int length) {
    LIBRARY(pubkey) point;
    LIBRARY(ecdsa_signature) signature;
    return LIBRARY(ec_pubkey_parse)(context, &point, block.public_key, (size_t)length) &&
           LIBRARY(ecdsa_signature_parse_compact)(context, &signature, block.signature) &&
           LIBRARY(ecdsa_verify)(context, &signature, block.digest, &point);
}

/* digest, signature -> public key of `length` bytes. 0 when there is none. `id` is 0 to 3. */
EXPORT(recover) int recover(int length, int id) {
    LIBRARY(pubkey) point;
    LIBRARY(ecdsa_recoverable_signature) signature;
    return LIBRARY(ecdsa_recoverable_signature_parse_compact)(context, &signature, block.signature, id) &&
           LIBRARY(ecdsa_recover)(context, &point, &signature, block.digest) && place(&point, length);
}

/* secret, digest -> signature (RFC 6979, low S). 0 when the secret is no private key. */
EXPORT(sign) int sign(void) {
    LIBRARY(ecdsa_signature) signature;
    return LIBRARY(ecdsa_sign)(context, &signature, block.digest, block.secret, NULL, NULL) &&
           LIBRARY(ecdsa_signature_serialize_compact)(context, block.signature, &signature);
}
