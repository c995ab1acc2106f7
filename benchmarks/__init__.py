"""Every speed and accuracy figure that the documents claim, against named peers, in one run."""
