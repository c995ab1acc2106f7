"""Facts as HTML, the same on page, site and exported file."""
