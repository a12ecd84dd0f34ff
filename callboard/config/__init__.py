"""app-config.yaml: found, merged, substituted (`load`), and given types (`model`)."""
