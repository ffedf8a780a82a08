/* structs, unions, bit fields, strings, globals of every linkage, TLS, aliases, sections, module asm */
#include <stddef.h>
#include <string.h>
#include <stdlib.h>

struct point { int x, y; };
struct node { struct node *next; struct point at; char name[16]; union { long l; double d; } value; };
struct flags { unsigned a : 3; signed b : 7; unsigned c : 22; unsigned long long d : 40; };
struct __attribute__((packed)) tight { char tag; long value; };

int shared_counter = 42;
static int private_counter;
const char *const greetings[] = {"hello", "bye \"quoted\" ; not a comment\n", "tab\there \x01\xff", ""};
__thread int per_thread = 1;
static _Thread_local struct point cursor;
int tentative;
extern struct node *registry;
__attribute__((weak)) int weak_symbol(void) { return 3; }
__attribute__((visibility("hidden"))) long hidden_table[4] = {1, 2, 3};
__attribute__((section(".special"), used)) static int in_section = 9;
__asm__(".globl from_module_asm\nfrom_module_asm:\n\t.quad 0\n");

int original(int a) { return a + private_counter++; }
int aliased(int a) __attribute__((alias("original")));
__attribute__((constructor)) static void start(void) { private_counter = 5; }

struct point add(struct point a, struct point b) { return (struct point){a.x + b.x, a.y + b.y}; }

struct node *push(struct node *list, const char *name, double value)
{
    struct node *fresh = malloc(sizeof *fresh);
    if (!fresh)
        abort();
    memset(fresh, 0, sizeof *fresh);
    strncpy(fresh->name, name ? name : greetings[1], sizeof fresh->name - 1);
    fresh->next = list;
    fresh->value.d = value;
    fresh->at = (struct point){private_counter, per_thread++};
    registry = fresh;
    return fresh;
}

unsigned pack(struct flags *f, int v)
{
    f->a = v;
    f->b = -v;
    f->d += 3;
    f->c ^= f->a;
    return f->c + (unsigned)f->b;
}

long untight(const struct tight *t) { return t->tag == 'x' ? t->value : -1L; }
int *where(void) { cursor.x = tentative; return &cursor.y; }
int dispatch(int (*table[])(int), int which, int value) { return table[which](value); }
size_t widths(int n) { volatile char buffer[n + 1]; buffer[n] = 0; return sizeof buffer + buffer[n]; }
