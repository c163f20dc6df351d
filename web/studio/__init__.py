"""The studio: what the newsroom's own people do in the browser. What readers see is above."""
