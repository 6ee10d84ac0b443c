"""Pure values and rules of internkontroll: no I/O, no clock, no framework."""
