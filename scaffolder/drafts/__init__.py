"""Forms that are being filled in: what was entered so far, page by page, kept until it is submitted or forgotten."""
