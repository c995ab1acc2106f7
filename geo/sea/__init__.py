"""Exact shortest distance over navigable water."""
