"""The interactor leaves how many guesses there were."""
import sys

sys.exit(open(sys.argv[2]).read() != open(sys.argv[3]).read())
