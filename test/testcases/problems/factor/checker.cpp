// Any factor of the input but 1 and itself; exits as testlib.h does.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

static void quit(int code, const char *why) {
  fprintf(stderr, "%s\n", why);
  exit(code);
}

int main(int argc, char **argv) {
  if (argc != 4) quit(3, "three files are needed");
  long number, factor;
  std::string word;
  if (!(std::ifstream(argv[1]) >> number)) quit(3, "no input");
  std::ifstream output(argv[2]);
  if (!(output >> word)) quit(8, "there is nothing");
  if (word == "hang")
    for (volatile int turn = 0;; turn = turn + 1) {
    }
  if (word == "crash") abort();
  if (word == "fail") quit(3, "the answer is wrong");
  if (word == "quarter") quit(75, "a part");
  char *end;
  factor = strtol(word.c_str(), &end, 10);
  if (*end != '\0') quit(2, "no number");
  if (factor <= 1 || factor >= number || number % factor != 0) quit(1, "no factor");
  quit(0, "a factor");
}
