"""The answers of `validate`, one module a form."""
