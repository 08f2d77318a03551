"""What the product costs. A benchmark is a function `measure(stage)` that yields results; `__main__` prints them."""
