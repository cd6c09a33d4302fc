"""What the model may do in this kitchen. One small module per family; the owner's `tools.allow` names families."""
