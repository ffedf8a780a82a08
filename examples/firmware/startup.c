/* The vector table, and what runs from reset to main. */
#include <stdint.h>
#include <string.h>

#include <picotls.h> /* needs one of the others before it */

#include "semihosting.h"

extern uint32_t data_load[], data_start[], data_end[], bss_start[], bss_end[], stack_top[], tls_start[];

int main(void);
void reset(void);

static void fault(void) {
  write_text("fault\n");
  stop(3);
}

__attribute__((section(".vectors"), used)) static void *const vectors[16] = {
    stack_top, reset, fault, fault, fault, fault, fault, 0, 0, 0, 0, fault, fault, 0, fault, fault,
};

void reset(void) {
  memcpy(data_start, data_load, (uintptr_t)data_end - (uintptr_t)data_start);
  memset(bss_start, 0, (uintptr_t)bss_end - (uintptr_t)bss_start);
  _set_tls(tls_start);
  stop(main());
}
