"""What instructors taught, for themselves and for who pays them."""
