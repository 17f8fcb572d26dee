print(4, int(input()) - 4)
