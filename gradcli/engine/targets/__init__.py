"""Other languages and libraries that programs are written for: what each calls an operation."""
