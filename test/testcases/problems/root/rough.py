print("root", float(input()) ** 0.5 * 1.001)
