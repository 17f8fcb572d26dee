"""Uses what Python's programs use to do several things at once."""

import concurrent.futures
import multiprocessing
import subprocess
import threading


def square(number):
    return number * number


if __name__ == "__main__":
    with multiprocessing.Pool(4) as pool:
        print(sum(pool.map(square, range(100))))
    with concurrent.futures.ProcessPoolExecutor(2) as executor:
        print(sum(executor.map(square, range(100))))
    queue = multiprocessing.Queue()
    child = multiprocessing.Process(target=queue.put, args=("from a child",))
    child.start()
    print(queue.get())
    child.join()
    with multiprocessing.Manager() as manager:
        print(manager.list([1, 2])[1])
    results = []
    threads = [threading.Thread(target=results.append, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(sorted(results))
    print(subprocess.run(["echo", "from a shell"], capture_output=True, text=True).stdout.strip())
