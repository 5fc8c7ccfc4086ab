"""Models behind small protocols. Only this package imports ctranslate2, transformers, torch."""
