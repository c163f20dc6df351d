"""Relating as a durable act: rounds over what is new or has changed. How two texts are compared is in `relate`."""
