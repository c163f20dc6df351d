"""Which articles belong to which talks, and why. Pure: what is stored of it, and who decides, is in `related`."""
