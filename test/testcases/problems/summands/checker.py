"""Any summands of the input; all of the points for as many as the answer says, a part for fewer."""
import sys

number = int(open(sys.argv[1]).read())
words = open(sys.argv[2]).read().split()
wanted = int(open(sys.argv[3]).read())
if words == ["fail"]:
    sys.exit("the checker cannot go on")
if words == ["points"]:
    print("points 2", file=sys.stderr)
    sys.exit(7)
summands = [int(word) for word in words]
if sum(summands) != number:
    print("the sum is", sum(summands), file=sys.stderr)
    sys.exit(1)
print("points", min(1, len(summands) / wanted), file=sys.stderr)
sys.exit(7)
