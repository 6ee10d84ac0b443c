"""Internkontroll for Swedish municipalities: from yearly plan to slutrapport."""
