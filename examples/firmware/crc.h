/* Checksums, by nibbles: sixteen entries a table. */
#pragma once

#include <stddef.h>
#include <stdint.h>

uint32_t crc32(const void *data, size_t size);
uint16_t crc16_ccitt(const void *data, size_t size);
