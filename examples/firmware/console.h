/* Reads commands, one a line, and does what they say. */
#pragma once

void console_run(void);
