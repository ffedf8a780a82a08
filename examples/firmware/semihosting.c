#include "semihosting.h"

#include <stdint.h>
#include <string.h>

enum {
  SYS_OPEN = 0x01,
  SYS_WRITEC = 0x03,
  SYS_WRITE0 = 0x04,
  SYS_READ = 0x06,
  SYS_GET_CMDLINE = 0x15,
  SYS_EXIT_EXTENDED = 0x20,
};

static uintptr_t call(uintptr_t operation, const void *argument) {
  register uintptr_t r0 __asm__("r0") = operation;
  register const void *r1 __asm__("r1") = argument;
  __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
}

void write_char(char c) { call(SYS_WRITEC, &c); }

void write_text(const char *text) { call(SYS_WRITE0, text); }

/* The handle of the file that the last word of the command line names. */
static uintptr_t open_input(void) {
  char line[128];
  uintptr_t request[2] = {(uintptr_t)line, sizeof line};
  if (call(SYS_GET_CMDLINE, request) != 0) return UINTPTR_MAX;
  const char *space = strrchr(line, ' ');
  const char *name = space ? space + 1 : line;
  uintptr_t file[3] = {(uintptr_t)name, 0, strlen(name)};
  return call(SYS_OPEN, file);
}

int read_char(void) {
  static uintptr_t input = 0;
  static char buffer[64];
  static uintptr_t size = 0, next = 0;
  if (next == size) {
    if (input == 0) input = open_input();
    uintptr_t request[3] = {input, (uintptr_t)buffer, sizeof buffer};
    uintptr_t missing = call(SYS_READ, request);
    if (missing >= sizeof buffer) return -1;
    size = sizeof buffer - missing;
    next = 0;
  }
  return (unsigned char)buffer[next++];
}

_Noreturn void stop(int status) {
  const uintptr_t block[2] = {0x20026, (uintptr_t)status}; /* ADP_Stopped_ApplicationExit */
  call(SYS_EXIT_EXTENDED, block);
  for (;;) {
  }
}
