"""The tools of the canvas, one module each: what they draw, and what a gesture with them asks for."""
