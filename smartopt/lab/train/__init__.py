"""Training of the language model: tokenizer, data, targets, recipes, the loop."""
