"""One function per intent: from what was understood to a typed answer."""
