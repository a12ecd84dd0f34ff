"""The software catalog: sources in, entities and relations in SQL, queries and graph walks out."""
