"""Encodes requests and replies for a worker's pipes, and checks what arrives against the declared types."""

from __future__ import annotations

import marshal

from ..annotations import TypeVar
from ..encoding import Codec, EncodingError, codec_of, read_all_types
from ..errors import EngineError, InputError, SmartoptError, ToolchainError, WorkerError
from .protocol import AnyRequest, Handlers, Request

__all__ = ["decode_reply", "decode_request", "encode_error", "encode_reply", "encode_request", "read_protocol"]

Reply = TypeVar("Reply")

_ERRORS: dict[str, type[SmartoptError]] = {
    "InputError": InputError,
    "EngineError": EngineError,
    "ToolchainError": ToolchainError,
}


def encode_request(request: AnyRequest) -> bytes:
    """A request as bytes for a worker's pipe."""
    kind = type(request)
    return marshal.dumps((kind.__name__, _record(kind).encoded(request)))


def decode_request(frame: bytes, handlers: Handlers) -> AnyRequest:
    """The request that arrived, one of those that ``handlers`` answer. Raises EncodingError."""
    name, values = _pair(frame)
    kind = next((kind for kind in handlers if kind.__name__ == name), None)
    if kind is None:
        raise EncodingError(f"this worker answers no {name!r}")
    request: AnyRequest = _record(kind).decode(values)
    return request


def encode_reply(request: AnyRequest, value: object) -> bytes:
    """A reply to a request."""
    return marshal.dumps(("reply", _reply(request).encoded(value)))


def encode_error(error: SmartoptError) -> bytes:
    """An error as a reply: its class, its line, LLVM's own message, and the reason if a process died of it."""
    detail, reason = getattr(error, "detail", ""), getattr(error, "reason", "")
    return marshal.dumps(("error", (type(error).__name__, str(error), detail, reason)))


def decode_reply(frame: bytes, request: Request[Reply]) -> Reply:
    """The reply to a request. Raises the error that the worker raised, or EncodingError."""
    kind, value = _pair(frame)
    if kind == "reply":
        reply: Reply = _reply(request).decode(value)
        return reply
    if kind != "error":
        raise EncodingError("a damaged message")
    name, message, detail, reason = _ERROR.decode(value)
    if reason:
        raise WorkerError(reason, message, detail)
    error = _ERRORS.get(name, EngineError)
    raise error(message, detail) if issubclass(error, EngineError) else error(message)


def read_protocol() -> None:
    """Read the types of all requests and replies, for processes that will be forked from this one."""
    for typed in Request.__subclasses__():  # one for each type of reply
        for kind in typed.__subclasses__():
            _record(kind)
            codec_of(kind.reply, kind.__module__)
    read_all_types()


_ERROR = codec_of("tuple[str, str, str, str]", __name__)


def _pair(frame: bytes) -> tuple[str, object]:
    try:
        kind, value = marshal.loads(frame)
    except (ValueError, EOFError, TypeError, MemoryError) as error:  # a length in it may be anything
        raise EncodingError(f"a damaged message: {error}") from None
    if not isinstance(kind, str):
        raise EncodingError("a damaged message")
    return kind, value


def _record(kind: type[AnyRequest]) -> Codec:
    return codec_of(kind.__name__, kind.__module__)


def _reply(request: AnyRequest) -> Codec:
    return codec_of(request.reply, type(request).__module__)
