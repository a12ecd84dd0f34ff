"""The public face of ${{ values.name }}."""

__version__ = "0.1.0"
