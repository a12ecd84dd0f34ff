"""The kernel: vocabulary and plumbing that every other package stands on.

It imports no other package of ours and is the only one that a plugin may import.
"""

__version__ = "0.1.0"
