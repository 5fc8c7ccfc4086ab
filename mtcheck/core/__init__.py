"""Data types, configuration and errors. Standard library only; imports nothing above."""
