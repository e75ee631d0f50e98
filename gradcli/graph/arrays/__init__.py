"""Operations on whole arrays: what a program calls, the nodes it becomes, and their text."""
