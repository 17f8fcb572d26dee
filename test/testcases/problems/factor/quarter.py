print("quarter")
