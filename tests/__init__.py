"""The tests are a package, so that no other that some library installs by this name (`spylls` does) is taken for it."""
