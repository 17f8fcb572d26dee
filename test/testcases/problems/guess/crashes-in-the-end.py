import sys

input()
print(73, flush=True)
input()
sys.exit(1)
