print("root", "%.6e" % float(input()) ** 0.5)
