"""When and where work runs, never what it does: a leased queue, the workers on it, and the clock that feeds it."""
