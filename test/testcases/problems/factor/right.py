number = int(input())
print(next(each for each in range(2, number) if number % each == 0))
