"""What we know and how it changes: the record, its rules, its pipeline and its index. Knows no pages."""
