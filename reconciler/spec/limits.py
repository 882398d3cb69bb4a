"""How much of a file is read before it is refused; each limit closes an attack that was reproduced on a stock loader."""

from typing import Final

BYTES: Final = 1024 * 1024
"""The size of a file."""

DEPTH: Final = 64
"""How deep lists and mappings may nest, aliases counted as what they stand for."""

NODES: Final = 10_000
"""How many keys, values, lists and mappings a file of a repository may hold, aliases counted as one: forty times the largest
real one that is known, and judged in a second whatever is wrong with it."""

NODES_OF_OPERATOR: Final = 100_000
"""The same for `config.yaml`, which may declare thousands of applications, and for formats of others."""

MERGES: Final = 524_288
"""How many bytes of template are merged and judged for entries of its own names, each entry with the whole template."""

KNOWN: Final = 64
"""Among how many known words the one that was most likely meant is looked for."""

HINTED: Final = 100
"""How many problems of a document have the word that was most likely meant looked for: it takes long, and nobody reads more."""

SHOWN: Final = 300
"""How many characters a message has before it is shortened in its middle."""

EXPANDED: Final = 10_000
"""How many nodes all aliases of a file may stand for."""

SCALAR: Final = 65_536
"""How many characters one value may have."""

OLDER: Final = 65_536
"""How many characters a text may have that only the slow parser of YAML 1.2 reads."""

NUMBER: Final = 64
"""How many characters a number may have; what is longer stays text."""
