"""What currencies are worth in each other, day by day, as the operator feeds it in."""
