"""The homes that serve one newsroom's site: each follows the record, and a redaction waits for all of them."""
