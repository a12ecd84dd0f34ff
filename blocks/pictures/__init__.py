"""Pictures of the dependency graph: a read model in, SVG, PNG and words out. Heavy libraries load when one is drawn."""
