"""One plain function per use case: f(session, *, actor, now, …) -> value."""
