"""Tables, data files and references to take away."""
