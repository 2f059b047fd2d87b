"""What is installed where: signed packs, versions side by side, and the way back of one step."""
