#include <cstdio>
#include <cstdlib>
int main() {
  long a, b;
  if (scanf("%ld %ld", &a, &b) != 2) return 1;
  printf("%ld\n", labs(a) + labs(b));
}
