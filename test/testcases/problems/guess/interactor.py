"""Guess a number from 1 to a bound, in at most eight guesses."""
import sys

number, bound = map(int, open(sys.argv[1]).read().split())
print(bound, flush=True)
for turn in range(8):
    line = sys.stdin.readline()
    if line == "":
        sys.exit(8)
    if line == "break\n":
        sys.exit(99 * 3)
    guess = int(line)
    print("=" if guess == number else "<" if number < guess else ">", flush=True)
    if guess == number:
        open(sys.argv[2], "w").write(f"{turn + 1} guesses\n")
        print("guessed", file=sys.stderr)
        sys.exit(0)
print("too many guesses", file=sys.stderr)
sys.exit(1)
