"""The written word as it is found: feeds, exports, pages and scrapes read into articles. Nothing is kept here."""
