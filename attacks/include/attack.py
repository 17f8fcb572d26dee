"""What attackers in Python share: attempt() for each thing that must not work, held() as the last line."""
import sys

made = won = 0


def attempt(name, action, gained=lambda result: True):
    """Calls action. It is won, and told on a line that begins with BROKEN, when it raises no OSError and what it
    returns is a gain."""
    global made, won
    made += 1
    try:
        result = action()
    except (OSError, EOFError):
        return None
    if gained(result):
        won += 1
        print(f"BROKEN: {name}: {result!r:.200}", flush=True)
    return result


def broken(name):
    """Says that something has been gained in another way."""
    attempt(name, lambda: "gained")


def held():
    """Says that nothing was gained, and ends the program."""
    if made and not won:
        print("held", flush=True)
    sys.exit(0 if made and not won else 1)
