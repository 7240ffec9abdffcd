"""How factors relate to minutes per week: provider moments, the additive fit, the norm table."""
