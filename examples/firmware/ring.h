/* The latest samples, oldest first; a full ring forgets its oldest sample. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define RING_SIZE 32u /* a power of two */

typedef struct {
  int32_t samples[RING_SIZE];
  uint32_t first, count, lost;
} Ring;

void ring_put(Ring *ring, int32_t sample);
bool ring_take(Ring *ring, int32_t *sample);
int32_t ring_at(const Ring *ring, uint32_t index);
void ring_clear(Ring *ring);
