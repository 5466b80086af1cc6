"""What the command line does: it reads expressions and trains the demonstration."""
