"""Moving a newsroom's record from SQLite to PostgreSQL, and its files to another home. No commands live here."""
