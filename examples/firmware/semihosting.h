/* Input, output and the end of the program by way of a debugger or emulator (Arm's semihosting).
 *
 * Input is the file on the host that the program's command line names. */
#pragma once

void write_char(char c);
void write_text(const char *text);
int read_char(void); /* -1 at the end of the input, or without one */
_Noreturn void stop(int status);
