"""How the model of guide efficiency is trained and judged."""
