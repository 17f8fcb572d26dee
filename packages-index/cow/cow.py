#!/usr/bin/python3 -ISB
"""cow FILE: runs a COW program.

The language is that of "COW: Programming for Bovines" by Sean Heber (2003), whose words are the comments below. Cells hold
any number. What it leaves open is settled as its reference implementation has it: a number is printed with a line's end, a
number is read from a line of its own, and a way left of the first cell ends the program. The end of the input reads as 0.
"""

import re
import sys

COMMANDS = ["moo", "mOo", "moO", "mOO", "Moo", "MOo", "MoO", "MOO", "OOO", "MMM", "OOM", "oom"]
BACK, LEFT, RIGHT, EXECUTE, CHARACTER, LESS, MORE, LOOP, ZERO, REGISTER, PRINT, READ = range(12)


class Finished(Exception):
    """The program is over."""


class Program:
    def __init__(self, source):
        self.commands = [COMMANDS.index(word) for word in re.findall("|".join(COMMANDS), source)]
        self.at = 0
        self.cells = [0]
        self.cell = 0
        self.register = None

    def run(self):
        try:
            while self.at < len(self.commands):
                self.do(self.commands[self.at])
                self.at += 1
        except Finished:
            pass

    def do(self, command):
        cells, cell = self.cells, self.cell
        if command == MORE:
            cells[cell] += 1
        elif command == LESS:
            cells[cell] -= 1
        elif command == RIGHT:
            self.cell += 1
            if self.cell == len(cells):
                cells.append(0)
        elif command == LEFT:
            if cell == 0:
                raise Finished
            self.cell -= 1
        elif command == LOOP:
            if cells[cell] == 0:
                self.skip_loop()
        elif command == BACK:
            self.repeat_loop()
        elif command == EXECUTE:
            # "Execute value in current memory block as if it were an instruction. [...] An invalid command exits the
            # running program." It may not execute itself: that would never end.
            if cells[cell] == EXECUTE or not 0 <= cells[cell] < len(COMMANDS):
                raise Finished
            self.do(cells[cell])
        elif command == CHARACTER:
            if cells[cell] == 0:
                cells[cell] = read_character()
            else:
                say(bytes([cells[cell] & 255]))
        elif command == ZERO:
            cells[cell] = 0
        elif command == REGISTER:
            # "If no current value in register, copy current memory block value. If there is a value in the register, then
            # paste that value into the current memory block and clear the register."
            if self.register is None:
                self.register = cells[cell]
            else:
                cells[cell], self.register = self.register, None
        elif command == PRINT:
            say(b"%d\n" % cells[cell])
        elif command == READ:
            cells[cell] = read_number()

    def skip_loop(self):
        """"Skip next command and resume execution after the next matching moo command." """
        level = 1
        self.at += 1
        while level > 0:
            before = self.commands[self.at] if self.at < len(self.commands) else None
            self.at += 1
            if self.at >= len(self.commands):
                raise Finished
            if self.commands[self.at] == LOOP:
                level += 1
            elif self.commands[self.at] == BACK:
                # A moo right after a MOO is not the one that belongs to it.
                level -= 2 if before == LOOP and level > 1 else 1

    def repeat_loop(self):
        """"It searches the program code in reverse looking for a matching MOO command and begins executing again starting
        from the found MOO command. When searching, it skips the command that is immediately before it." """
        level = 1
        self.at -= 1
        while level > 0:
            self.at -= 1
            if self.at < 0:
                raise Finished
            if self.commands[self.at] == BACK:
                level += 1
            elif self.commands[self.at] == LOOP:
                level -= 1
        self.do(LOOP)


def read_character():
    sys.stdout.flush()
    byte = sys.stdin.buffer.read(1)
    return byte[0] if byte else 0


def read_number():
    sys.stdout.flush()
    number = re.match(rb"\s*[-+]?\d+", sys.stdin.buffer.readline())
    return int(number[0]) if number else 0


def say(text):
    """Whole lines go out at once: a program that is ended by force has said them."""
    sys.stdout.buffer.write(text)
    if text.endswith(b"\n"):
        sys.stdout.buffer.flush()


with open(sys.argv[1], encoding="utf-8", errors="replace") as file:
    Program(file.read()).run()
