"""Services that the product talks to, played by small servers of our own on loopback."""
