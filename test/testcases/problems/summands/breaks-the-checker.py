print("points")
