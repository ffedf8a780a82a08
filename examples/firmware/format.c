#include "format.h"

#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include "semihosting.h"

typedef struct {
  int width;
  bool left, zero;
} Field;

static void fill(char c, int count) {
  while (count-- > 0) write_char(c);
}

/* Print a sign and digits, or any other text without a sign, in a field. */
static void print_field(const Field *field, const char *sign, const char *text, int length) {
  int blank = field->width - length - (int)strlen(sign);
  if (!field->left && !field->zero) fill(' ', blank);
  while (*sign) write_char(*sign++);
  if (!field->left && field->zero) fill('0', blank);
  while (length-- > 0) write_char(*text++);
  if (field->left) fill(' ', blank);
}

static void print_number(const Field *field, const char *sign, unsigned value, unsigned base) {
  char digits[12];
  int at = sizeof digits;
  do {
    digits[--at] = "0123456789abcdef"[value % base];
    value /= base;
  } while (value);
  print_field(field, sign, digits + at, (int)sizeof digits - at);
}

void print(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  for (; *format; format++) {
    if (*format != '%') {
      write_char(*format);
      continue;
    }
    Field field = {0, false, false};
    for (format++; *format == '-' || *format == '0'; format++) {
      if (*format == '-')
        field.left = true;
      else
        field.zero = true;
    }
    for (; *format >= '0' && *format <= '9'; format++) field.width = field.width * 10 + (*format - '0');
    switch (*format) {
      case 'd': {
        int value = va_arg(arguments, int);
        print_number(&field, value < 0 ? "-" : "", value < 0 ? 0u - (unsigned)value : (unsigned)value, 10);
        break;
      }
      case 'u':
        print_number(&field, "", va_arg(arguments, unsigned), 10);
        break;
      case 'x':
        print_number(&field, "", va_arg(arguments, unsigned), 16);
        break;
      case 'c': {
        char c = (char)va_arg(arguments, int);
        print_field(&field, "", &c, 1);
        break;
      }
      case 's': {
        const char *text = va_arg(arguments, const char *);
        print_field(&field, "", text, (int)strlen(text));
        break;
      }
      case '%':
        write_char('%');
        break;
      default: /* also the end of the text */
        va_end(arguments);
        return;
    }
  }
  va_end(arguments);
}
