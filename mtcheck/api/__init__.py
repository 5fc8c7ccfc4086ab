"""What `import mtcheck` offers, and what the command line calls."""
