"""What tests of the running engine share: a built run, copies of it, and ways to damage a copy."""
