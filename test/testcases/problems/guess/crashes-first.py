input()
raise ValueError
