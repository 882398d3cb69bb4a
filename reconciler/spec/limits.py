"""How much of a file is read before it is refused; each limit closes an attack that was reproduced on a stock loader."""

from typing import Final

BYTES: Final = 1024 * 1024
"""The size of a file."""

DEPTH: Final = 64
"""How deep lists and mappings may nest, aliases counted as what they stand for."""

NODES: Final = 50_000
"""How many keys, values, lists and mappings a file may hold, aliases counted as one."""

EXPANDED: Final = 10_000
"""How many nodes all aliases of a file may stand for."""

SCALAR: Final = 65_536
"""How many characters one value may have."""

OLDER: Final = 65_536
"""How many characters a text may have that only the slow parser of YAML 1.2 reads."""

NUMBER: Final = 64
"""How many characters a number may have; what is longer stays text."""
