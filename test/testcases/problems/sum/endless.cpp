int main() {
  for (volatile int turn = 0;; turn = turn + 1) {
  }
}
