"""Compilers of other languages of the JVM, for the examples and tests."""
