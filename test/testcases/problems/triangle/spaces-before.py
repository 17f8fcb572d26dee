for size in range(1, int(input()) + 1):
    print(" " + "*" * size)
