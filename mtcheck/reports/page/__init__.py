"""Parts of the HTML report: article with notes, scores, sentences there and back."""
