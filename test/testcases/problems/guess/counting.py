bound = int(input())
for guess in range(1, bound + 1):
    print(guess, flush=True)
    if input() == "=":
        break
