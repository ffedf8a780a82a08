"""What smartopt trusts, and why: records of passes and of code generation, put side by side."""
