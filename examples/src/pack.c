/* A packer: sliding-window matches, then canonical Huffman codes, and the way back.
 * Packs and unpacks data that it makes itself, and prints sizes and a checksum. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WINDOW 4096
#define MIN_MATCH 4
#define MAX_MATCH 67
#define HASH_SIZE 1024
#define SYMBOLS 320 /* 256 literals, then a match of length MIN_MATCH + n */
#define MAX_BITS 15

struct bits {
    uint8_t *data;
    size_t size, capacity;
    uint32_t held;
    int n_held;
};

static void put_bits(struct bits *b, uint32_t value, int n) {
    b->held |= value << b->n_held;
    b->n_held += n;
    while (b->n_held >= 8) {
        if (b->size < b->capacity)
            b->data[b->size] = (uint8_t)b->held;
        b->size++;
        b->held >>= 8;
        b->n_held -= 8;
    }
}

static uint32_t get_bits(struct bits *b, int n) {
    while (b->n_held < n) {
        uint32_t next = b->size < b->capacity ? b->data[b->size] : 0;
        b->size++;
        b->held |= next << b->n_held;
        b->n_held += 8;
    }
    uint32_t value = b->held & ((1u << n) - 1);
    b->held >>= n;
    b->n_held -= n;
    return value;
}

static unsigned hash4(const uint8_t *p) {
    uint32_t v = p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
    return (v * 2654435761u) >> 22;
}

static int match_length(const uint8_t *a, const uint8_t *b, int limit) {
    int n = 0;
    while (n < limit && a[n] == b[n])
        n++;
    return n;
}

/* Turns bytes into (symbol, distance) pairs; returns how many. */
static size_t find_matches(const uint8_t *in, size_t size, uint16_t *symbols, uint16_t *distances) {
    int32_t head[HASH_SIZE];
    size_t n = 0, at = 0;
    for (int i = 0; i < HASH_SIZE; i++)
        head[i] = -1;
    while (at < size) {
        int best = 0;
        size_t distance = 0;
        if (at + MIN_MATCH <= size) {
            unsigned h = hash4(in + at);
            int32_t candidate = head[h];
            if (candidate >= 0 && at - (size_t)candidate < WINDOW) {
                size_t limit = size - at < MAX_MATCH ? size - at : MAX_MATCH;
                best = match_length(in + candidate, in + at, (int)limit);
                distance = at - (size_t)candidate;
            }
            head[h] = (int32_t)at;
        }
        if (best >= MIN_MATCH) {
            symbols[n] = (uint16_t)(256 + best - MIN_MATCH);
            distances[n++] = (uint16_t)distance;
            at += (size_t)best;
        } else {
            symbols[n] = in[at++];
            distances[n++] = 0;
        }
    }
    return n;
}

/* Code lengths by repeatedly joining the two lightest nodes; flattens the counts until they fit MAX_BITS. */
static void code_lengths(const uint32_t *counts, uint8_t *lengths) {
    static uint32_t weight[2 * SYMBOLS];
    static int parent[2 * SYMBOLS];
    uint32_t scaled[SYMBOLS];
    memcpy(scaled, counts, sizeof scaled);
    for (;;) {
        int nodes = SYMBOLS, longest = 0;
        for (int i = 0; i < SYMBOLS; i++) {
            weight[i] = scaled[i];
            parent[i] = -1;
        }
        for (;;) {
            int a = -1, b = -1;
            for (int i = 0; i < nodes; i++) {
                if (weight[i] == 0 || parent[i] >= 0)
                    continue;
                if (a < 0 || weight[i] < weight[a]) {
                    b = a;
                    a = i;
                } else if (b < 0 || weight[i] < weight[b]) {
                    b = i;
                }
            }
            if (b < 0)
                break;
            weight[nodes] = weight[a] + weight[b];
            parent[nodes] = -1;
            parent[a] = parent[b] = nodes++;
        }
        for (int i = 0; i < SYMBOLS; i++) {
            int depth = 0;
            for (int j = i; scaled[i] && parent[j] >= 0; j = parent[j])
                depth++;
            lengths[i] = (uint8_t)(scaled[i] && depth == 0 ? 1 : depth);
            if (lengths[i] > longest)
                longest = lengths[i];
        }
        if (longest <= MAX_BITS)
            return;
        for (int i = 0; i < SYMBOLS; i++)
            scaled[i] = (scaled[i] + 1) / 2;
    }
}

static void canonical_codes(const uint8_t *lengths, uint16_t *codes) {
    uint16_t next = 0;
    for (int length = 1; length <= MAX_BITS; length++) {
        for (int i = 0; i < SYMBOLS; i++)
            if (lengths[i] == length)
                codes[i] = next++;
        next = (uint16_t)(next << 1);
    }
}

static void put_code(struct bits *b, uint16_t code, int length) {
    for (int i = length - 1; i >= 0; i--)
        put_bits(b, (code >> i) & 1u, 1);
}

static int get_symbol(struct bits *b, const uint8_t *lengths, const uint16_t *codes) {
    uint32_t code = 0;
    for (int length = 1; length <= MAX_BITS; length++) {
        code = code << 1 | get_bits(b, 1);
        for (int i = 0; i < SYMBOLS; i++)
            if (lengths[i] == length && codes[i] == code)
                return i;
    }
    return -1;
}

size_t pack(const uint8_t *in, size_t size, uint8_t *out, size_t capacity) {
    uint16_t *symbols = malloc(size * sizeof *symbols), *distances = malloc(size * sizeof *distances);
    uint32_t counts[SYMBOLS] = {0};
    uint8_t lengths[SYMBOLS];
    uint16_t codes[SYMBOLS] = {0};
    struct bits b = {.data = out, .capacity = capacity};
    if (!symbols || !distances)
        abort();
    size_t n = find_matches(in, size, symbols, distances);
    for (size_t i = 0; i < n; i++)
        counts[symbols[i]]++;
    code_lengths(counts, lengths);
    canonical_codes(lengths, codes);
    put_bits(&b, (uint32_t)n & 0xffff, 16);
    put_bits(&b, (uint32_t)(n >> 16), 16);
    for (int i = 0; i < SYMBOLS; i++)
        put_bits(&b, lengths[i], 4);
    for (size_t i = 0; i < n; i++) {
        put_code(&b, codes[symbols[i]], lengths[symbols[i]]);
        if (symbols[i] >= 256)
            put_bits(&b, distances[i], 12);
    }
    put_bits(&b, 0, 7);
    free(symbols);
    free(distances);
    return b.size;
}

size_t unpack(const uint8_t *in, size_t size, uint8_t *out, size_t capacity) {
    struct bits b = {.data = (uint8_t *)in, .capacity = size};
    uint8_t lengths[SYMBOLS];
    uint16_t codes[SYMBOLS] = {0};
    size_t at = 0, n = get_bits(&b, 16);
    n |= (size_t)get_bits(&b, 16) << 16;
    for (int i = 0; i < SYMBOLS; i++)
        lengths[i] = (uint8_t)get_bits(&b, 4);
    canonical_codes(lengths, codes);
    while (n-- > 0) {
        int symbol = get_symbol(&b, lengths, codes);
        if (symbol < 0)
            return 0;
        if (symbol < 256) {
            if (at < capacity)
                out[at] = (uint8_t)symbol;
            at++;
            continue;
        }
        size_t distance = get_bits(&b, 12);
        if (distance == 0 || distance > at)
            return 0;
        for (int i = symbol - 256 + MIN_MATCH; i > 0; i--, at++)
            if (at < capacity)
                out[at] = out[at - distance];
    }
    return at;
}

static uint32_t adler(const uint8_t *data, size_t size) {
    uint32_t a = 1, b = 0;
    for (size_t i = 0; i < size; i++) {
        a = (a + data[i]) % 65521;
        b = (b + a) % 65521;
    }
    return b << 16 | a;
}

int main(void) {
    enum { SIZE = 20000 };
    static uint8_t plain[SIZE], packed[2 * SIZE], again[SIZE];
    static const char words[] = "the quick brown fox jumps over the lazy dog; pack my box with five dozen jugs. ";
    uint32_t state = 12345;
    for (int i = 0; i < SIZE; i++) {
        state = state * 1103515245u + 12345u;
        plain[i] = (state >> 16) % 11 ? (uint8_t)words[(unsigned)i % (sizeof words - 1)] : (uint8_t)(state >> 24);
    }
    size_t size = pack(plain, SIZE, packed, sizeof packed);
    size_t back = unpack(packed, size, again, sizeof again);
    int same = back == SIZE && memcmp(plain, again, SIZE) == 0;
    printf("%d bytes packed into %zu, %s, checksum %x\n", SIZE, size, same ? "and back" : "WRONG", adler(packed, size));
    return !same;
}
