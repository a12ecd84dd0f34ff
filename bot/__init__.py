"""The composition root, the Bolt runtime and the command line."""
