"""What arrived of each gateway, what is missing, what nobody can know. Evidence in, words out."""
