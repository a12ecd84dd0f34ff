"""HTTP: the Backstage-compatible REST API, health and metrics; other packages' routers are mounted beside them."""
