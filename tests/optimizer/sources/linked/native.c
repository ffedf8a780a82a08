/* An ordinary object of the same program: it needs two symbols of the others. */
int seen_by_native(int value);
int unoptimised(int value);
int from_native(int value) { return seen_by_native(value) + unoptimised(value); }
