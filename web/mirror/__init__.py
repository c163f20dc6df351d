"""The whole public site as signed static files, readable from a USB stick. Nothing is served here."""
