print(7)
raise ValueError
