#!/usr/bin/python3 -ISB
"""lolcode FILE: runs a LOLCODE program.

The language is that of the "LOLCODE Specification 1.2" (Adam Lindsay, 2007). Functions may also be written as in 1.3, as most
programs have them: `HOW IZ I name`, and `I IZ name YR value MKAY`. So may `I HAS A name ITZ A type`.
A mistake is told with its line on stderr, and the exit code is 1.
"""

import re
import sys
import unicodedata


class Mistake(Exception):
    """What is wrong with the program, and in which line: the innermost one that is known."""

    def __init__(self, reason, line=None):
        super().__init__(reason)
        self.line = line

    def within(self, line):
        self.line = self.line or line
        return self


class Left(Exception):
    """GTFO."""


class Found(Exception):
    """FOUND YR; the value is its argument."""


# Words. Strings keep the quote at their beginning, so that no word is taken for one.

TOKEN = re.compile(r'(?P<string>"(?::.|[^":\n])*")|(?P<more>(?:\.\.\.|…)[ \t\r]*\n)|(?P<end>[,\n])|(?P<word>!|[^\s,"!…]+)|[ \t\r\ufeff]+')


def statements(source):
    """The statements of a program as (line, words)."""
    found, words, line, at = [], [], 1, 0
    while at < len(source):
        token = TOKEN.match(source, at)
        if token is None:
            raise Mistake("a string without an end", line)
        at = token.end()
        if token["word"] == "BTW":
            at = source.find("\n", at) if "\n" in source[at:] else len(source)
        elif token["word"] == "OBTW" and not words:
            end = re.compile(r"\bTLDR\b").search(source, at)
            if end is None:
                raise Mistake("an OBTW without its TLDR", line)
            line += source.count("\n", at, end.end())
            at = end.end()
        elif token["end"]:
            if words:
                found.append((line, words))
            words = []
        elif token["string"] or token["word"]:
            words.append(token["string"] or token["word"])
        line += token[0].count("\n")
    return found + ([(line, words)] if words else [])


# Values: None is NOOB, and Python's bool, int, float and str are TROOF, NUMBR, NUMBAR and YARN.

NUMBR = re.compile(r"-?\d+$")
NUMBAR = re.compile(r"-?\d*\.\d*$")


def truth(value):
    return value not in (None, "", 0)


def text(value):
    if value is None:
        raise Mistake("a NOOB is no YARN")
    if isinstance(value, bool):
        return "WIN" if value else "FAIL"
    if isinstance(value, float):
        # "Casting a NUMBAR to a YARN truncates the output to a default of two decimal places."
        whole, _, rest = f"{value:.6f}".partition(".")
        return f"{whole}.{rest[:2]}"
    return str(value)


def number(value):
    """As arithmetic takes it."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, (int, float)):
        return value
    if isinstance(value, str) and NUMBR.match(value):
        return int(value)
    if isinstance(value, str) and NUMBAR.match(value) and value.strip("-.") != "":
        return float(value)
    raise Mistake("a NOOB is no number" if value is None else f"{value} is no number")


def cast(value, wanted):
    """MAEK: a NOOB becomes whatever is empty."""
    if wanted == "TROOF":
        return truth(value)
    if wanted == "NOOB":
        return None
    if wanted == "YARN":
        return "" if value is None else text(value)
    if wanted == "NUMBR":
        return 0 if value is None else int(number(value))
    if wanted == "NUMBAR":
        return 0.0 if value is None else float(number(value))
    raise Mistake(f"there is no type {wanted}")


def same(a, b):
    """"There are no automatic casts": numbers are compared with numbers, all else within its type."""
    numbers = (int, float)
    if type(a) in numbers and type(b) in numbers:
        return a == b
    return type(a) is type(b) and a == b


def quotient(a, b):
    if b == 0:
        raise Mistake("a division by zero")
    if isinstance(a, float) or isinstance(b, float):
        return a / b
    return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


ARITHMETIC = {
    "SUM": lambda a, b: a + b,
    "DIFF": lambda a, b: a - b,
    "PRODUKT": lambda a, b: a * b,
    "QUOSHUNT": quotient,
    "MOD": lambda a, b: a - b * int(quotient(a, b)),
    "BIGGR": max,
    "SMALLR": min,
}
LOGIC = {
    "BOTH": lambda a, b: a and b,
    "EITHER": lambda a, b: a or b,
    "WON": lambda a, b: a != b,
}


# Expressions: parsing gives a function that takes the variables and gives the value.


class Expressions:
    """The words of one statement from a place on, as expressions."""

    def __init__(self, words, functions):
        self.words = words
        self.functions = functions

    def next(self, *wanted):
        """Takes these words where they are what comes next."""
        found = tuple(self.words[: len(wanted)]) == wanted
        if found:
            del self.words[: len(wanted)]
        return found

    def must(self, *wanted):
        if not self.next(*wanted):
            raise Mistake(f"{' '.join(wanted)} expected before {' '.join(self.words) or 'the end of the line'}")

    def word(self):
        if not self.words:
            raise Mistake("something is missing at the end of the line")
        return self.words.pop(0)

    def done(self):
        if self.words:
            raise Mistake(f"nobody expects {' '.join(self.words)}")

    def one(self):
        word = self.word()
        if word.startswith('"'):
            return string(word[1:-1])
        if NUMBR.match(word):
            return constant(int(word))
        if NUMBAR.match(word):
            return constant(float(word))
        if word in ("WIN", "FAIL"):
            return constant(word == "WIN")
        if word == "NOOB":
            return constant(None)
        if word in ARITHMETIC and self.next("OF"):
            return self.two(ARITHMETIC[word], number)
        if word in LOGIC and self.next("OF"):
            return self.two(LOGIC[word], truth)
        if word == "BOTH" and self.next("SAEM"):
            return self.two(same, lambda value: value)
        if word == "DIFFRINT":
            return self.two(lambda a, b: not same(a, b), lambda value: value)
        if word == "NOT":
            value = self.one()
            return lambda names: not truth(value(names))
        if word in ("ALL", "ANY") and self.next("OF"):
            values, decide = self.many(), all if word == "ALL" else any
            return lambda names: decide(truth(value(names)) for value in values)
        if word == "SMOOSH":
            values = self.many()
            return lambda names: "".join(text(value(names)) for value in values)
        if word == "MAEK":
            value = self.one()
            self.next("A")
            wanted = self.word()
            return lambda names: cast(value(names), wanted)
        if word == "I" and self.next("IZ"):
            return self.call(self.word())
        if word in self.functions:
            return self.old_call(word)
        return variable(word)

    def two(self, calculate, take):
        a = self.one()
        self.next("AN")
        b = self.one()
        return lambda names: calculate(take(a(names)), take(b(names)))

    def many(self):
        """To MKAY or the end of the line."""
        values = []
        while self.words and self.words[0] != "!" and not self.next("MKAY"):
            self.next("AN")
            values.append(self.one())
        return values

    def call(self, name):
        """As 1.3 has it."""
        values = []
        while self.next("YR") or self.next("AN", "YR"):
            values.append(self.one())
        self.next("MKAY")
        return lambda names: self.functions.call(name, [value(names) for value in values])

    def old_call(self, name):
        """As 1.2 has it: what the function takes tells how much is read."""
        values = []
        for _ in self.functions[name].parameters:
            self.next("AN")
            values.append(self.one())
        return lambda names: self.functions.call(name, [value(names) for value in values])


def constant(value):
    return lambda names: value


def variable(name):
    if not re.match(r"[A-Za-z]\w*$", name):
        raise Mistake(f"{name} is nothing that has a value")

    def value(names):
        if name not in names:
            raise Mistake(f"there is no variable {name}")
        return names[name]

    return value


ESCAPES = {")": "\n", ">": "\t", "o": "\a", '"': '"', ":": ":"}


def string(source):
    """A YARN between its quotes; the variables in it are looked up each time."""
    parts = []
    for plain, short, kind, name in re.findall(r"([^:]+)|:(?:([)>o\":])|([({\[])([^)}\]]*)[)}\]])", source):
        if kind == "{":
            parts.append(variable(name))
        elif kind == "(":
            parts.append(constant(chr(int(name, 16))))
        elif kind == "[":
            parts.append(constant(unicodedata.lookup(name)))
        else:
            parts.append(constant(plain or ESCAPES[short]))
    return lambda names: "".join(text(part(names)) for part in parts)


class Function:
    def __init__(self, parameters):
        self.parameters = parameters
        self.body = []


class Functions(dict):
    """By name. A function sees its parameters and its own variables only."""

    def call(self, name, values):
        if name not in self:
            raise Mistake(f"there is no function {name}")
        function = self[name]
        if len(values) != len(function.parameters):
            raise Mistake(f"{name} takes {len(function.parameters)} values, not {len(values)}")
        names = dict(zip(function.parameters, values), IT=None)
        try:
            run(function.body, names)
        except Found as found:
            return found.args[0]
        except Left:
            return None
        return names["IT"]


# Statements: parsing gives (line, function), and the function takes the variables.


class Parser:
    def __init__(self, source):
        self.statements = statements(source)
        self.at = 0
        self.functions = Functions()

    def program(self):
        line, words = self.statements[0] if self.statements else (1, ["nothing"])
        if words[0] != "HAI":
            raise Mistake("a program begins with HAI", line)
        if not any(words == ["KTHXBYE"] for _, words in self.statements):
            raise Mistake("a program ends with KTHXBYE", self.statements[-1][0])
        self.declare_functions()
        self.at = 1
        return self.block(["KTHXBYE"])

    def declare_functions(self):
        """A function may be called before it is written."""
        for _, words in self.statements:
            if words[:3] in (["HOW", "DUZ", "I"], ["HOW", "IZ", "I"]) and len(words) > 3:
                self.functions[words[3]] = Function([word for word in words[4:] if word not in ("YR", "AN")])

    def block(self, *ends):
        """Statements up to one that begins with one of these words; that one is left for the caller."""
        body = []
        while True:
            if self.at >= len(self.statements):
                missing = " or ".join(" ".join(end) for end in ends)
                raise Mistake(f"{missing} is missing", self.statements[-1][0])
            line, words = self.statements[self.at]
            if any(words[: len(end)] == end for end in ends):
                return body
            self.at += 1
            try:
                it = Expressions(list(words), self.functions)
                action = self.statement(it)
                it.done()
            except Mistake as mistake:
                raise mistake.within(line)
            if action is not None:
                body.append((line, action))

    def take(self):
        """The words of the statement that ended a block."""
        self.at += 1
        return self.statements[self.at - 1][1]

    def statement(self, it):
        words = it.words
        if it.next("I", "HAS", "A"):
            return self.declaration(it)
        if it.next("VISIBLE"):
            values = it.many()
            end = "" if it.next("!") else "\n"
            return lambda names: say("".join(text(value(names)) for value in values) + end)
        if it.next("GIMMEH"):
            name = it.word()
            return lambda names: assign(names, name, heard())
        if it.next("O", "RLY?"):
            return self.condition()
        if it.next("WTF?"):
            return self.cases()
        if it.next("IM", "IN", "YR"):
            return self.loop(it)
        if it.next("HOW", "DUZ", "I") or it.next("HOW", "IZ", "I"):
            self.functions[it.word()].body = self.block(["IF", "U", "SAY", "SO"])
            self.take()
            words.clear()
            return None
        if it.next("FOUND", "YR"):
            value = it.one()
            return lambda names: leave(Found(value(names)))
        if it.next("GTFO"):
            return lambda names: leave(Left())
        if it.next("CAN", "HAS"):
            # A library of 1.3: there is none here, and most programs that ask for one live without.
            words.clear()
            return None
        if words[1:2] == ["R"]:
            name = it.word()
            it.must("R")
            value = it.one()
            return lambda names: assign(names, name, value(names))
        if words[1:4] == ["IS", "NOW", "A"]:
            name = it.word()
            it.must("IS", "NOW", "A")
            wanted, value = it.word(), variable(name)
            return lambda names: assign(names, name, cast(value(names), wanted))
        value = it.one()
        return lambda names: names.__setitem__("IT", value(names))

    def declaration(self, it):
        name = it.word()
        value = constant(None)
        if it.next("ITZ", "A"):
            value = constant(cast(None, it.word()))
        elif it.next("ITZ"):
            value = it.one()
        return lambda names: names.__setitem__(name, value(names))

    def condition(self):
        """Branches as (condition or None for the last, body)."""
        branches = []
        condition = variable("IT")
        self.block(["YA", "RLY"], ["NO", "WAI"], ["OIC"])
        words = self.take()
        while words != ["OIC"]:
            if words[0] == "MEBBE":
                condition = Expressions(words[1:], self.functions).one()
            elif words[0] == "NO":
                condition = constant(True)
            branches.append((condition, self.block(["MEBBE"], ["NO", "WAI"], ["OIC"])))
            words = self.take()

        def choose(names):
            for condition, body in branches:
                if truth(condition(names)):
                    return run(body, names)

        return choose

    def cases(self):
        """Like C's switch, each case goes on with the next one where there is no GTFO."""
        cases = []
        self.block(["OMG"], ["OMGWTF"], ["OIC"])
        words = self.take()
        while words != ["OIC"]:
            value = Expressions(words[1:], self.functions).one() if words[0] == "OMG" else None
            cases.append((value, self.block(["OMG"], ["OMGWTF"], ["OIC"])))
            words = self.take()

        def choose(names):
            meant = [value is None or same(value(names), names["IT"]) for value, _ in cases]
            try:
                for _, body in cases[meant.index(True) if True in meant else len(cases) :]:
                    run(body, names)
            except Left:
                pass

        return choose

    def loop(self, it):
        """Its variable is its own, begins with 0, and hides another of the name."""
        it.word()
        step, name, goes_on = None, None, constant(True)
        if it.words:
            operation = it.word()
            it.must("YR")
            name = it.word()
            step = self.step(operation, name)
        if it.next("TIL"):
            condition = it.one()
            goes_on = lambda names: not truth(condition(names))
        elif it.next("WILE"):
            goes_on = it.one()
        body = self.block(["IM", "OUTTA", "YR"])
        self.take()

        def repeat(names):
            hidden = names.get(name)
            was_there = name in names
            if name is not None:
                names[name] = 0
            try:
                while truth(goes_on(names)):
                    run(body, names)
                    if step is not None:
                        names[name] = step(names)
            except Left:
                pass
            finally:
                names.pop(name, None)
                if was_there:
                    names[name] = hidden

        return repeat

    def step(self, operation, name):
        value = variable(name)
        if operation in ("UPPIN", "NERFIN"):
            by = 1 if operation == "UPPIN" else -1
            return lambda names: number(value(names)) + by
        return lambda names: self.functions.call(operation, [value(names)])


def run(body, names):
    for line, action in body:
        try:
            action(names)
        except Mistake as mistake:
            raise mistake.within(line)


def leave(how):
    raise how


def assign(names, name, value):
    if name not in names:
        raise Mistake(f"there is no variable {name}")
    names[name] = value


def heard():
    sys.stdout.flush()
    return sys.stdin.readline().rstrip("\n")


def say(line):
    """Whole lines go out at once: a program that is ended by force has said them."""
    sys.stdout.write(line)
    if line.endswith("\n"):
        sys.stdout.flush()


def main(path):
    # Programs call themselves deep; each of their calls takes several of ours.
    sys.setrecursionlimit(20_000)
    try:
        with open(path, encoding="utf-8") as file:
            body = Parser(file.read()).program()
        run(body, {"IT": None})
    except (Left, Found):
        # Outside of a function, both end the program.
        pass
    except Mistake as mistake:
        sys.stdout.flush()
        sys.exit(f"{path}:{mistake.line}: {mistake}")
    except RecursionError:
        sys.stdout.flush()
        sys.exit(f"{path}: the functions call each other too deep")


main(sys.argv[1])
