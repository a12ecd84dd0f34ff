"""Reads: SQL in, read models out. Every function takes a connection and takes no lock."""
