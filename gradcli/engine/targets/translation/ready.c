// A number behind the others.
static void push(list *numbers, double number) {
    numbers->at[numbers->count++] = number;
}

// Numbers behind the others.
static void extend(list *numbers, list more) {
    for (int place = 0; place < more.count; place++) {
        push(numbers, more.at[place]);
    }
}

// The sum with one rounding (J. R. Shewchuk): parts that do not overlap, from the least on.
static double fsum(list numbers) {
    list parts = {0};
    double total = 0.0;
    for (int place = 0; place < numbers.count; place++) {
        double high = numbers.at[place];
        int count = 0;
        total += high;
        for (int at = 0; at < parts.count; at++) {
            const double other = parts.at[at], sum = high + other;
            const int is_less = fabs(high) < fabs(other);
            const double low = is_less ? high - (sum - other) : other - (sum - high);
            if (low != 0.0) parts.at[count++] = low;
            high = sum;
        }
        parts.at[count++] = high;
        parts.count = count;
    }
    if (!isfinite(total)) return total;
    double sum = 0.0, low = 0.0;
    while (parts.count > 0 && low == 0.0) {
        const double part = parts.at[--parts.count], before = sum;
        sum = before + part;
        low = part - (sum - before);
    }
    if (parts.count > 0 && (low < 0.0) == (parts.at[parts.count - 1] < 0.0)) {
        const double twice = 2.0 * low, above = sum + twice;
        if (twice == above - sum) sum = above;
    }
    return sum;
}

// What a whole multiple leaves, with the sign of the divisor.
static double modulo(double x, double y) {
    const double rest = fmod(x, y);
    return rest != 0.0 && (rest < 0.0) != (y < 0.0) ? rest + y : rest;
}

// A number as a part of 1, from 1/2 on, and the power of 2 that it is multiplied by.
static pair parted(double x) {
    int exponent;
    const double part = frexp(x, &exponent);
    return (pair){part, exponent};
}
