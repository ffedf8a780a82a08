#include "console.h"

int main(void) {
  console_run();
  return 0;
}
