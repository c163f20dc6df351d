"""What people say that tells who is speaking: one table a language, and one reader for all of them."""
