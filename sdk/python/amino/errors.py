"""The errors of the SDK: the same tree as everywhere (`docs/wire.md`, section 4).

`GuestException` is the application's own: `guest_class`, `message` and `guest_stack` are those of the object's language.
"""

from amino_wire.errors import *  # noqa: F403
from amino_wire.errors import __all__ as _names

__all__ = [name for name in _names if name[0].isupper()]  # pyright: ignore[reportUnsupportedDunderAll]
