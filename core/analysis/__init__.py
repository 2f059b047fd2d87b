"""From a metaphase picture to a proposal, in named stages."""
