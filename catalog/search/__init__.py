"""The word index beside the database: built from it, rebuilt from it, never the truth itself."""
