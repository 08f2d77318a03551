"""Calendar feeds, and the page that hands out their addresses."""
