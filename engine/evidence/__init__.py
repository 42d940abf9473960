"""Evidence that states leave of their draws, and the checks of it, for every segment that draws."""
