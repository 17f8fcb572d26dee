input()
print("break", flush=True)
