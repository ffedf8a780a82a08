/* A calculator: tokenizer, precedence parser, variables and a small bytecode machine.
 * `calc` evaluates its arguments; without any it runs its own sample and prints a checksum. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum token_kind { T_END, T_NUMBER, T_NAME, T_PUNCT, T_BAD };

struct token {
    enum token_kind kind;
    long number;
    char name[16];
    char punct;
};

struct lexer {
    const char *at;
    struct token now;
};

enum opcode { OP_PUSH, OP_LOAD, OP_STORE, OP_ADD, OP_SUB, OP_MUL, OP_DIV, OP_MOD, OP_NEG, OP_LESS, OP_EQUAL };

struct instruction {
    enum opcode op;
    long operand;
};

#define MAX_CODE 256
#define MAX_NAMES 32

struct program {
    struct instruction code[MAX_CODE];
    int length;
    char names[MAX_NAMES][16];
    int n_names;
    int failed;
};

static void lex_number(struct lexer *lx) {
    long value = 0;
    int base = 10;
    if (lx->at[0] == '0' && (lx->at[1] == 'x' || lx->at[1] == 'X')) {
        base = 16;
        lx->at += 2;
    }
    for (;; lx->at++) {
        int c = tolower((unsigned char)*lx->at), digit;
        if (c >= '0' && c <= '9')
            digit = c - '0';
        else if (c >= 'a' && c <= 'f')
            digit = c - 'a' + 10;
        else
            break;
        if (digit >= base)
            break;
        value = (long)((unsigned long)value * (unsigned long)base + (unsigned long)digit);
    }
    lx->now.kind = T_NUMBER;
    lx->now.number = value;
}

static void lex_name(struct lexer *lx) {
    size_t n = 0;
    while (isalnum((unsigned char)*lx->at) || *lx->at == '_') {
        if (n + 1 < sizeof lx->now.name)
            lx->now.name[n++] = *lx->at;
        lx->at++;
    }
    lx->now.name[n] = '\0';
    lx->now.kind = T_NAME;
}

static void advance(struct lexer *lx) {
    while (isspace((unsigned char)*lx->at) || *lx->at == '#') {
        if (*lx->at == '#')
            while (*lx->at && *lx->at != '\n')
                lx->at++;
        else
            lx->at++;
    }
    if (*lx->at == '\0') {
        lx->now.kind = T_END;
    } else if (isdigit((unsigned char)*lx->at)) {
        lex_number(lx);
    } else if (isalpha((unsigned char)*lx->at) || *lx->at == '_') {
        lex_name(lx);
    } else if (strchr("+-*/%()=<,;", *lx->at)) {
        lx->now.kind = T_PUNCT;
        lx->now.punct = *lx->at++;
        if (lx->now.punct == '=' && *lx->at == '=') {
            lx->now.punct = 'e';
            lx->at++;
        }
    } else {
        lx->now.kind = T_BAD;
        lx->at++;
    }
}

static void emit(struct program *p, enum opcode op, long operand) {
    if (p->length == MAX_CODE) {
        p->failed = 1;
        return;
    }
    p->code[p->length].op = op;
    p->code[p->length++].operand = operand;
}

static int slot_of(struct program *p, const char *name) {
    for (int i = 0; i < p->n_names; i++)
        if (strcmp(p->names[i], name) == 0)
            return i;
    if (p->n_names == MAX_NAMES) {
        p->failed = 1;
        return 0;
    }
    strcpy(p->names[p->n_names], name);
    return p->n_names++;
}

static int precedence(char punct) {
    switch (punct) {
    case 'e': return 1;
    case '<': return 2;
    case '+':
    case '-': return 3;
    case '*':
    case '/':
    case '%': return 4;
    default: return 0;
    }
}

static enum opcode operator_code(char punct) {
    switch (punct) {
    case 'e': return OP_EQUAL;
    case '<': return OP_LESS;
    case '+': return OP_ADD;
    case '-': return OP_SUB;
    case '*': return OP_MUL;
    case '/': return OP_DIV;
    default: return OP_MOD;
    }
}

static void parse_binary(struct lexer *lx, struct program *p, int least);

static void parse_primary(struct lexer *lx, struct program *p) {
    struct token t = lx->now;
    advance(lx);
    if (t.kind == T_NUMBER) {
        emit(p, OP_PUSH, t.number);
    } else if (t.kind == T_NAME) {
        int slot = slot_of(p, t.name);
        if (lx->now.kind == T_PUNCT && lx->now.punct == '=') {
            advance(lx);
            parse_binary(lx, p, 1);
            emit(p, OP_STORE, slot);
        } else {
            emit(p, OP_LOAD, slot);
        }
    } else if (t.kind == T_PUNCT && t.punct == '-') {
        parse_primary(lx, p);
        emit(p, OP_NEG, 0);
    } else if (t.kind == T_PUNCT && t.punct == '(') {
        parse_binary(lx, p, 1);
        if (lx->now.kind == T_PUNCT && lx->now.punct == ')')
            advance(lx);
        else
            p->failed = 1;
    } else {
        p->failed = 1;
    }
}

static void parse_binary(struct lexer *lx, struct program *p, int least) {
    parse_primary(lx, p);
    while (lx->now.kind == T_PUNCT && !p->failed) {
        char punct = lx->now.punct;
        int level = precedence(punct);
        if (level == 0 || level < least)
            return;
        advance(lx);
        parse_binary(lx, p, level + 1);
        emit(p, operator_code(punct), 0);
    }
}

/* Runs the program; division by zero gives zero, arithmetic wraps. */
static long execute(const struct program *p, long *variables) {
    unsigned long stack[MAX_CODE + 1] = {0};
    int top = 0;
    for (int i = 0; i < p->length; i++) {
        long operand = p->code[i].operand;
        enum opcode op = p->code[i].op;
        if (op == OP_PUSH) {
            stack[top++] = (unsigned long)operand;
            continue;
        }
        if (op == OP_LOAD) {
            stack[top++] = (unsigned long)variables[operand];
            continue;
        }
        if (op == OP_STORE) {
            variables[operand] = (long)stack[top - 1];
            continue;
        }
        if (op == OP_NEG) {
            stack[top - 1] = 0 - stack[top - 1];
            continue;
        }
        unsigned long right = stack[--top], left = stack[top - 1], result = 0;
        switch (op) {
        case OP_ADD: result = left + right; break;
        case OP_SUB: result = left - right; break;
        case OP_MUL: result = left * right; break;
        case OP_DIV: result = right ? left / right : 0; break;
        case OP_MOD: result = right ? left % right : 0; break;
        case OP_LESS: result = (long)left < (long)right; break;
        case OP_EQUAL: result = left == right; break;
        default: break;
        }
        stack[top - 1] = result;
    }
    return top ? (long)stack[top - 1] : 0;
}

/* Evaluates expressions separated by semicolons; *ok tells whether the text was good. */
long evaluate(const char *text, long *variables, int *ok) {
    static struct program p;
    struct lexer lx = {.at = text};
    long result = 0;
    p.n_names = 0;
    p.failed = 0;
    advance(&lx);
    while (lx.now.kind != T_END && !p.failed) {
        p.length = 0;
        parse_binary(&lx, &p, 1);
        if (lx.now.kind == T_PUNCT && lx.now.punct == ';')
            advance(&lx);
        else if (lx.now.kind != T_END)
            p.failed = 1;
        if (!p.failed)
            result = execute(&p, variables);
    }
    *ok = !p.failed;
    return result;
}

int main(int argc, char **argv) {
    static const char *const sample[] = {
        "1 + 2 * 3 - 4 % 3", "a = 0x1f; b = a * a; b - a", "-(2 + 3) * (7 < 9)", "((((9))))",
        "x = y = 5; x * y == 25", "10 / 0 + 7", "# only a comment", "1 + + 2", "2 * (3", "k = 3; k = k * k; k % 4",
    };
    unsigned long sum = 0;
    int count = argc > 1 ? argc - 1 : (int)(sizeof sample / sizeof *sample);
    for (int i = 0; i < count; i++) {
        long variables[MAX_NAMES] = {0};
        int ok;
        const char *text = argc > 1 ? argv[i + 1] : sample[i];
        long value = evaluate(text, variables, &ok);
        if (ok)
            printf("%s -> %ld\n", text, value);
        else
            printf("%s -> not understood\n", text);
        sum = sum * 31 + (unsigned long)value + (unsigned long)ok;
    }
    printf("checksum %lx\n", sum);
    return 0;
}
