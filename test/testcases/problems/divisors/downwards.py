number = int(input())
for each in range(number, 0, -1):
    if number % each == 0:
        print(each)
