#!/usr/bin/python3 -ISB
"""befunge93 FILE: runs a Befunge-93 program.

The language is that of "Befunge-93 Documentation" by Chris Pressey (1993). A division by zero, of which it asks
the user what it should give, gives 0. Reading past the end of the input gives -1, as in C. A cell holds any number.
"""

import operator
import random
import sys

WIDTH, HEIGHT = 80, 25
RIGHT, LEFT, UP, DOWN = (1, 0), (-1, 0), (0, -1), (0, 1)
ARROWS = {">": RIGHT, "<": LEFT, "^": UP, "v": DOWN}


def divided(a, b):
    """Rounds towards zero, as C does."""
    if b == 0:
        return 0
    quotient = abs(a) // abs(b)
    return quotient if (a < 0) == (b < 0) else -quotient


CALCULATIONS = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": divided,
    "%": lambda a, b: 0 if b == 0 else a - b * divided(a, b),
    "`": lambda a, b: int(a > b),
}


class Input:
    """Bytes of stdin, with a look at the next one."""

    def __init__(self):
        self.ahead = None

    def take(self):
        """The next byte, or an empty one at the end."""
        taken, self.ahead = self.peek(), None
        return taken

    def peek(self):
        if self.ahead is None:
            sys.stdout.flush()
            self.ahead = sys.stdin.buffer.read(1)
        return self.ahead

    def number(self):
        """The next number, whatever stands before it; -1 where there is none. The white space after it is read too."""
        sign = b""
        while self.peek() and not self.peek().isdigit():
            sign = self.take()
        if not self.peek():
            return -1
        digits = b""
        while self.peek().isdigit():
            digits += self.take()
        if self.peek().isspace():
            self.take()
        return -int(digits) if sign == b"-" else int(digits)


class Program:
    """The playfield, a torus of numbers; the stack; and where the program counter is and goes."""

    def __init__(self, source):
        lines = source.replace(b"\r\n", b"\n").split(b"\n")[:HEIGHT]
        lines += [b""] * (HEIGHT - len(lines))
        self.field = [list(line[:WIDTH].ljust(WIDTH)) for line in lines]
        self.stack = []
        self.x, self.y = 0, 0
        self.direction = RIGHT
        self.input = Input()

    def run(self):
        """Until an `@`."""
        quoting = False
        while True:
            value = self.field[self.y][self.x]
            command = chr(value) if 0 <= value < 128 else ""
            if command == '"':
                quoting = not quoting
            elif quoting:
                self.stack.append(value)
            elif command == "@":
                return
            elif command != " ":
                self.do(command)
            self.step()

    def step(self):
        dx, dy = self.direction
        self.x, self.y = (self.x + dx) % WIDTH, (self.y + dy) % HEIGHT

    def pop(self):
        """An empty stack is one of zeros."""
        return self.stack.pop() if self.stack else 0

    def do(self, command):
        """What is no command does nothing."""
        if command.isdigit():
            self.stack.append(int(command))
        elif command in ARROWS:
            self.direction = ARROWS[command]
        elif command in CALCULATIONS:
            b, a = self.pop(), self.pop()
            self.stack.append(CALCULATIONS[command](a, b))
        else:
            action = self.ACTIONS.get(command)
            if action is not None:
                action(self)

    def duplicate(self):
        value = self.pop()
        self.stack += [value, value]

    def swap(self):
        b, a = self.pop(), self.pop()
        self.stack += [b, a]

    def get(self):
        y, x = self.pop(), self.pop()
        self.stack.append(self.field[y][x] if self.holds(x, y) else 0)

    def put(self):
        y, x, value = self.pop(), self.pop(), self.pop()
        if self.holds(x, y):
            self.field[y][x] = value

    @staticmethod
    def holds(x, y):
        return 0 <= x < WIDTH and 0 <= y < HEIGHT

    def turn(self, if_zero, otherwise):
        self.direction = if_zero if self.pop() == 0 else otherwise

    def read_character(self):
        byte = self.input.take()
        self.stack.append(byte[0] if byte else -1)

    ACTIONS = {
        "!": lambda self: self.stack.append(int(self.pop() == 0)),
        "?": lambda self: setattr(self, "direction", random.choice([RIGHT, LEFT, UP, DOWN])),
        "_": lambda self: self.turn(RIGHT, LEFT),
        "|": lambda self: self.turn(DOWN, UP),
        ":": duplicate,
        "\\": swap,
        "$": pop,
        ".": lambda self: say(b"%d " % self.pop()),
        ",": lambda self: say(bytes([self.pop() & 255])),
        "#": step,
        "g": get,
        "p": put,
        "&": lambda self: self.stack.append(self.input.number()),
        "~": read_character,
    }


def say(text):
    """Whole lines go out at once: a program that is ended by force has said them."""
    sys.stdout.buffer.write(text)
    if text == b"\n":
        sys.stdout.buffer.flush()


with open(sys.argv[1], "rb") as file:
    Program(file.read()).run()
