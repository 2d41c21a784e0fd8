"""``claimdesk doctor``: what keeps a desk from working well, a line each, with what to do about it."""
