"""The paper, whole: every table and figure of "Large Language Models for Compiler Optimization" on our data."""
