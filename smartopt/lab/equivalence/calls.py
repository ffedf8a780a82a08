"""Calls: what an unknown function does is drawn from the world; what it sees is an event that both versions must show.

An event is a call that may have effects: callee, arguments, and the contents of all memory that the callee may read.
Functions that only read, or only compute, are no events: they may be dropped, moved and merged. Their result depends
on their arguments and on the bytes that these point to.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .events import Event, Snapshot
from .ir import Attributes, Function, Instruction, Module, Operand
from .memory import UB, Block
from .parser import parse_type
from .types import Type, Unsupported, size_of
from .world import Pointer

if TYPE_CHECKING:
    from .run import Run

__all__ = ["LIBRARY", "CallSite", "Stopped", "Unwind", "call_unknown"]

LIBRARY = frozenset(
    """malloc calloc realloc free memcpy memmove memset memcmp bcmp memchr memrchr mempcpy strlen strnlen strcpy stpcpy
    strncpy strcat strncat strcmp strncmp strchr strrchr strstr strspn strcspn strdup strndup strpbrk strtol atoi atol
    puts putchar printf fprintf sprintf snprintf vprintf fputs fputc fwrite putc abs labs llabs ffs toascii isdigit
    isascii sin cos tan exp exp2 log log2 log10 pow sqrt floor ceil round trunc rint fabs fmin fmax fmod ldexp sinf
    cosf expf logf powf sqrtf floorf ceilf fabsf _Znwm _Znam _ZdlPv _ZdaPv _ZdlPvm _ZdaPvm aligned_alloc
    posix_memalign __memcpy_chk __memset_chk __memmove_chk __strcpy_chk exit abort ffsl ffsll tolower toupper
    memccpy strcoll strxfrm strtoul fopen fclose fread fgets perror __cxa_allocate_exception
    strcasecmp strncasecmp cbrt tanh sinh cosh asin acos atan atan2 log1p expm1""".split()
)
"""Library functions that LLVM knows: it may replace a call by another, which cannot be judged here."""

_EVERYTHING = {"argmem": "readwrite", "inaccessiblemem": "readwrite", "errnomem": "readwrite", "other": "readwrite"}


class Unwind(Exception):
    """A call threw."""

    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = value


class Stopped(Exception):
    """A call never returned."""


class CallSite:
    """What is known of a call before it runs."""

    def __init__(self, module: Module, made: Instruction, functions: Mapping[str, Function]) -> None:
        extra = made.extra
        self.callee: Operand = extra["callee"]
        self.name: str | None = self.callee[1] if self.callee[0] == "global" else None
        declared = functions.get(self.name) if self.name is not None else None
        self.returns = made.type
        self.types = [of for of, _ in made.operands]
        self.arguments: list[Attributes] = [dict(own) for own in extra["arguments"]]
        self.returned: Attributes = dict(extra["returned"])
        self.attributes: Attributes = dict(extra["attributes"])
        if declared is not None:
            for own, (_, known, _) in zip(self.arguments, declared.parameters, strict=False):
                own.update({name: value for name, value in known.items() if name not in own})
            self.returned.update(declared.return_attributes)
            for name, value in declared.attributes.items():
                self.attributes.setdefault(name, value)
        if any(tag not in ("align", "nonnull", "dereferenceable", "ignore", "cold") for tag, _ in extra["bundles"]):
            raise Unsupported("operand bundle")
        if "returns_twice" in self.attributes:
            raise Unsupported("returns twice")
        if any("inalloca" in own or "preallocated" in own or "swifterror" in own for own in self.arguments):
            raise Unsupported("calling convention")
        self.effects = _effects(self.attributes)
        self.writes = any("write" in effect for effect in self.effects.values())
        self.nounwind = "nounwind" in self.attributes
        self.returns_always = "willreturn" in self.attributes and self.nounwind
        self.library = self.name in LIBRARY and "nobuiltin" not in self.attributes
        for own in self.arguments:
            if isinstance(own.get("byval"), str):
                own["byval type"] = _type_of(module, own["byval"])
            if isinstance(own.get("sret"), str):
                own["sret type"] = _type_of(module, own["sret"])

    def captures(self, index: int) -> bool:
        own = self.arguments[index]
        if "nocapture" in own or "byval" in own:
            return False
        captured = own.get("captures")
        return not (isinstance(captured, str) and "provenance" not in captured)


def _type_of(module: Module, text: str) -> Type:
    return parse_type(module, text)


def _effects(attributes: Attributes) -> dict[str, str]:
    text = attributes.get("memory")
    if not isinstance(text, str):
        if "readnone" in attributes:
            return dict.fromkeys(_EVERYTHING, "none")
        if "readonly" in attributes:
            return dict.fromkeys(_EVERYTHING, "read")
        return dict(_EVERYTHING)
    found: dict[str, str] = {}
    rest = "none"
    for part in text.split(","):
        place, _, effect = part.partition(":")
        if effect:
            found[place.strip()] = effect.strip()
        else:
            rest = place.strip()
    return {place: found.get(place, rest) for place in _EVERYTHING}


def call_unknown(run: Run, site: CallSite, callee: Any, arguments: list[Any]) -> Any:
    """The result of a call of an unknown function. Raises UB, Unwind or Stopped."""
    for index, (own, value) in enumerate(zip(site.arguments, arguments, strict=False)):
        if "noundef" in own and has_poison(value):
            raise UB("poison passed as noundef")
        if value is not None and "nonnull" in own and not value.address:
            arguments[index] = None
            if "noundef" in own:
                raise UB("null passed as nonnull")
    if site.library:
        run.doubts.add("library call")
    if not site.writes:
        return _pure(run, site, callee, arguments)
    number = len(run.events) + 1
    world = run.world
    event, seen = _event(run, site, callee, arguments, number)
    run.events.append(event)
    if run.budget_events and len(run.events) > run.budget_events:
        raise Unsupported("too many events")
    _change(run, site, seen, number)
    fate = world.chance("fate", number)
    if fate < 0.05 and not site.nounwind:
        raise Unwind((world.pointer(("exception", number)), world.random("selector", number).randrange(4)))
    # In some worlds hardly any call returns.
    last = 0.5 if world.chance("returns") < 0.15 else 0.98
    if "noreturn" in site.attributes or (fate > last and not site.returns_always):
        raise Stopped
    return _result(run, site, arguments, (site.name or "?", number))


def _result(run: Run, site: CallSite, arguments: list[Any], key: Any) -> Any:
    for own, value, of in zip(site.arguments, arguments, site.types, strict=False):
        if "returned" in own and of == site.returns:
            return value
    return answer(run, site.returns, site.returned, key)


def answer(run: Run, returns: Type, attributes: Attributes, key: Any) -> Any:
    """A result that keeps what the attributes promise."""
    world = run.world
    if returns.kind == "int" and isinstance(attributes.get("range"), str):
        low, high = parse_range(attributes["range"], returns.bits)
        span = (high - low) % (1 << returns.bits) or 1 << returns.bits
        return (low + world.random("range", key).randrange(span)) % (1 << returns.bits)
    if returns.kind == "ptr":
        promised = any(word in attributes for word in ("nonnull", "dereferenceable", "noalias", "align"))
        if not promised and world.chance("null", key) < 0.15:
            return Pointer(0, 0)
        if "noalias" in attributes:
            return world.pointer(("fresh", key))
        if promised:
            return world.pointer(("answer", key))
    return world.answer(key, returns)


def parse_range(text: str, bits: int) -> tuple[int, int]:
    """The bounds of ``iN a, b``, modulo two to the width."""
    words = text.replace(",", " ").split()
    mask = (1 << bits) - 1
    return int(words[-2]) & mask, int(words[-1]) & mask


def has_poison(value: Any) -> bool:
    return value is None or (isinstance(value, tuple) and any(map(has_poison, value)))


def _pure(run: Run, site: CallSite, callee: Any, arguments: list[Any]) -> Any:
    """A result that is a function of the arguments and, where the callee reads, of 16 bytes behind each pointer."""
    parts: list[Any] = [site.name or callee.address]
    reads = site.effects["argmem"] != "none"
    for own, value in zip(site.arguments, arguments, strict=False):
        if has_poison(value):
            return run.undefined(site.returns)
        if isinstance(value, Pointer):
            if value.object < 0:
                parts.append(("local", value.address - run.memory.blocks[value.object].base))
            else:
                parts.append(value.address)
            if reads and value.object and "readnone" not in own and "writeonly" not in own:
                block = run.memory.block(value.object)
                start = value.address - block.base
                for offset in range(start, min(start + 16, block.size)):
                    cell = run.memory.cell(block, offset) if offset >= 0 else 0
                    if cell is None:
                        return run.undefined(site.returns)
                    parts.append(
                        cell if isinstance(cell, int) else (cell[0].address if cell[0].object > 0 else -1, cell[1])
                    )
        else:
            parts.append(value)
    while len(arguments) > len(site.arguments):
        raise Unsupported("variadic")
    return _result(run, site, arguments, ("pure", *parts))


def _event(run: Run, site: CallSite, callee: Any, arguments: list[Any], number: int) -> tuple[Event, dict[int, bool]]:
    """The event of a call, and the objects that the callee may write to."""
    memory = run.memory
    what = ("call", site.name) if site.name is not None else ("call", callee.address if callee.object >= 0 else "local")
    event = Event(what, [])
    may_write: dict[int, bool] = {}
    shown: dict[int, None] = {}
    for index, (of, value) in enumerate(zip(site.types, arguments, strict=True)):
        own = site.arguments[index]
        if "byval type" in own:
            size = size_of(own["byval type"])
            block, offset = memory.access(value, size, 1, False)
            event.arguments.append((Type("bytes"), [memory.cell(block, at) for at in range(offset, offset + size)]))
            continue
        event.arguments.append((of, value))
        for pointer in _pointers(value):
            owner = pointer.object
            if owner == 0:
                continue
            block = memory.block(owner)
            if owner < 0 and block.escaped is None:
                event.names.setdefault(owner, ("argument", number, index))
                if site.captures(index):
                    block.escaped = event.names[owner]
            hidden = "readnone" in own or site.effects["argmem"] == "none"
            if not hidden and "writeonly" not in own and "read" in site.effects["argmem"]:
                shown[owner] = None
            if not hidden and "readonly" not in own and "write" in site.effects["argmem"]:
                may_write[owner] = True
    _let_escape(run, number)
    others = [owner for owner, block in memory.blocks.items() if owner > 0 or block.escaped is not None]
    for owner in others:
        if memory.blocks[owner].escaped is not None:
            event.names.setdefault(owner, memory.blocks[owner].escaped)
        if "read" in site.effects["other"]:
            shown[owner] = None
        if "write" in site.effects["other"]:
            may_write.setdefault(owner, True)
    for owner in shown:
        block = memory.blocks[owner]
        if block.alive and not block.constant and not is_private(block):
            event.memory.append(Snapshot(event.names.get(owner, block.key), freeze(block), block.key, block.epoch))
    return event, may_write


def is_private(block: Block) -> bool:
    """Whether no callee knows the object: a parameter passed by value that has not escaped is the function's own."""
    return isinstance(block.key, tuple) and block.key[0] == "byval" and block.escaped is None


def freeze(block: Block) -> dict[int, Any]:
    if block.frozen is None:
        block.frozen = dict(block.cells)
    return block.frozen


def _pointers(value: Any) -> list[Pointer]:
    if isinstance(value, Pointer):
        return [value]
    if isinstance(value, tuple):
        return [pointer for part in value for pointer in _pointers(part)]
    return []


def _let_escape(run: Run, number: int) -> None:
    """Local objects whose address lies in memory that the outside sees are seen, too."""
    blocks = run.memory.blocks
    if not any(block.escaped is None for owner, block in blocks.items() if owner < 0):
        return
    waiting = [owner for owner, block in blocks.items() if owner > 0 or block.escaped is not None]
    while waiting:
        owner = waiting.pop(0)
        block = blocks[owner]
        found = [
            (offset, cell[0].object)
            for offset, cell in block.cells.items()
            if type(cell) is tuple and cell[1] == 0 and cell[0].object < 0
        ]
        for offset, inner in sorted(found):
            if blocks[inner].escaped is None:
                blocks[inner].escaped = ("through", number, block.escaped or block.key, offset)
                waiting.append(inner)


def _change(run: Run, site: CallSite, may_write: dict[int, bool], number: int) -> None:
    """Every other object that the callee may write to, it does."""
    if "write" in site.effects["other"]:
        run.memory.changes.append(number)
    for owner in may_write:
        block = run.memory.blocks[owner]
        if block.constant or not block.alive or is_private(block):
            continue
        name = block.key if owner > 0 else (block.escaped or run.events[-1].names.get(owner))
        if not run.world.changed(number, name):
            continue
        if owner < 0:
            block.key = name
        block.cells = {}
        block.frozen = None
        block.epoch = number
