"""The only place with SQL: tables, queries, and rows to domain values and back."""
