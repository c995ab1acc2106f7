"""Who reaches what water in how many hours."""
