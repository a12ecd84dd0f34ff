"""A question in words becomes an intent, the entities it is about, and a typed answer with its evidence."""
