"""From sound to words with times: engines, languages, guards, captions. Knows no database, no web."""
