"""Copies of the whole newsroom: made, listed, verified, thinned out, restored."""
