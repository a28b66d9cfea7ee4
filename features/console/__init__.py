"""The console: pages for people who would rather look, made of nothing but the public API and the caller's token."""
