"""Set-up of a machine, of its environment and of the servers that tests need; standard library only."""
