"""SHA-256 without OpenSSL, whose library takes three to seven milliseconds to load in every compile.

These are the modules that ``hashlib`` itself uses where there is no OpenSSL; what is hashed on the build path is small.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hashlib import sha256
else:
    try:
        from _sha2 import sha256  # CPython 3.12 and later
    except ImportError:
        try:
            from _sha256 import sha256
        except ImportError:
            from hashlib import sha256

__all__ = ["sha256"]
