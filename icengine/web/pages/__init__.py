"""The pages: a file per noun with its handlers, and beside them what shapes values for templates."""
