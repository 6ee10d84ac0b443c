"""Who somebody is, by the kommun's own login (OpenID Connect): no database, no pages."""
