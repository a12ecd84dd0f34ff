"""Where root entities come from besides `catalog.locations`: one module a provider."""
