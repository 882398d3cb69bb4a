"""Reading ports become a plan: gather, resolve, render, compare, guard."""
