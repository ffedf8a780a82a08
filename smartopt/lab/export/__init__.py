"""From a trained run to a model's folder: weights in the serving format, tokenizer, manifest, model card."""
