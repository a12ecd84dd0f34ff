"""The company that `make run` shows."""
