"""The Word format in parts: markup, styles, the template, tables, charts and the body."""
