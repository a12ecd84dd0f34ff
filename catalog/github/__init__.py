"""Talking to GitHub: one client for providers, readers and actions, and its errors in plain words."""
