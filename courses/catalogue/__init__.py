"""What is taught: courses of three kinds, workplace courses grouped into areas."""
