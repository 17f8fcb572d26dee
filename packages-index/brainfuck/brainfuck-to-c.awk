#!/usr/bin/mawk -f
# brainfuck-to-c FILE: turns a Brainfuck program into C; exits 1 where its brackets do not match.
#
# The language as Urban Müller described it in the README of his compiler (1993): eight commands on cells of one byte. What
# he left open is settled as most implementations have it: a cell wraps around, and reading past the end of the input gives 0.
# The first cell lies within the tape, so that a program may go some way to the left of it.

BEGIN {
  print "#include <stdio.h>"
  print "static unsigned char tape[1 << 24];"
  # Whoever waits for an answer sees the question first.
  print "static unsigned char take(void) { fflush(stdout); int c = getchar(); return c == EOF ? 0 : c; }"
  print "int main(void) {"
  print "unsigned char *p = tape + (1 << 20);"
}

{
  gsub(/[^][<>+.,-]/, "")
  code = code $0
}

END {
  for (at = 1; at <= length(code); at += count) {
    command = substr(code, at, 1)
    count = 1
    if (command ~ /[-+<>]/) while (substr(code, at + count, 1) == command) count++
    translate(command, count)
  }
  if (depth > 0) refuse("a [ has no ]")
  print "}"
}

function translate(command, count) {
  if (command == "+") print "*p += " count ";"
  else if (command == "-") print "*p -= " count ";"
  else if (command == ">") print "p += " count ";"
  else if (command == "<") print "p -= " count ";"
  else if (command == ".") print "putchar(*p);"
  else if (command == ",") print "*p = take();"
  else if (command == "[") { depth++; print "while (*p) {" }
  else if (--depth < 0) refuse("a ] has no [")
  else print "}"
}

function refuse(reason) {
  print FILENAME ": " reason > "/dev/stderr"
  exit 1
}
