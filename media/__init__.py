"""Sound and files: where a talk comes from, how it is fetched, prepared and kept. Knows no database, no words."""
