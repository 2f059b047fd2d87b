"""What a verification asks of the models: their weights, and their answers about reference cells."""
