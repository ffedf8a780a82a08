#include "ring.h"

static uint32_t place(uint32_t index) { return index & (RING_SIZE - 1); }

void ring_put(Ring *ring, int32_t sample) {
  ring->samples[place(ring->first + ring->count)] = sample;
  if (ring->count < RING_SIZE) {
    ring->count++;
  } else {
    ring->first = place(ring->first + 1);
    ring->lost++;
  }
}

bool ring_take(Ring *ring, int32_t *sample) {
  if (ring->count == 0) return false;
  *sample = ring->samples[ring->first];
  ring->first = place(ring->first + 1);
  ring->count--;
  return true;
}

int32_t ring_at(const Ring *ring, uint32_t index) { return ring->samples[place(ring->first + index)]; }

void ring_clear(Ring *ring) { ring->first = ring->count = ring->lost = 0; }
