"""The doors to the training business: the web application and the command line."""
