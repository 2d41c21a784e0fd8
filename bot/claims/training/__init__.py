"""How the weights in ``config/`` were trained; nothing here runs in the product."""
