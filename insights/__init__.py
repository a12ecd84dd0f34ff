"""What people asked and whether it helped: questions nobody answered, and verdicts on answers."""
