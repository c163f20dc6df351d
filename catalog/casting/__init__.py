"""How a cast is read from title and description: cues, names, one table a language. `catalog.cast` is the way in."""
