/* A formatter for %d %u %x %c %s and %%, with width, "-" and "0". */
#pragma once

void print(const char *format, ...) __attribute__((format(printf, 1, 2)));
