"""Recipe of the embedded MarianMT (`marian-mul-small`): corpus, training, export, evaluation."""
