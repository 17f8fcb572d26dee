#include <cstdio>
#include <cstdlib>
int main() {
  puts("3");
  fflush(stdout);
  abort();
}
