// The sum with one rounding (J. R. Shewchuk): parts that do not overlap, from the least on.
function fsum(numbers) {
  const parts = [];
  let total = 0;
  for (let high of numbers) {
    let count = 0;
    total += high;
    for (const other of parts) {
      const sum = high + other;
      const low = Math.abs(high) < Math.abs(other) ? high - (sum - other) : other - (sum - high);
      if (low !== 0) parts[count++] = low;
      high = sum;
    }
    parts.length = count;
    parts.push(high);
  }
  if (!Number.isFinite(total)) return total;
  let sum = 0;
  let low = 0;
  while (parts.length && low === 0) {
    const part = parts.pop();
    const before = sum;
    sum = before + part;
    low = part - (sum - before);
  }
  if (parts.length && low < 0 === parts[parts.length - 1] < 0) {
    const twice = 2 * low;
    const above = sum + twice;
    if (twice === above - sum) sum = above;
  }
  return sum;
}

// What a whole multiple leaves, with the sign of the divisor.
function modulo(x, y) {
  const rest = x % y;
  return rest !== 0 && rest < 0 !== y < 0 ? rest + y : rest;
}

// A size with the sign of another number.
function copysign(x, y) {
  const isNegative = y < 0 || Object.is(y, -0);
  return isNegative ? -Math.abs(x) : Math.abs(x);
}

// A number as a part of 1, from 1/2 on, times a power of 2.
function frexp(x) {
  if (x === 0 || !Number.isFinite(x)) return [x, 0];
  let exponent = Math.max(-1023, Math.floor(Math.log2(Math.abs(x))) + 1);
  let part = ldexp(x, -exponent);
  while (Math.abs(part) < 0.5) {
    part *= 2;
    exponent--;
  }
  while (Math.abs(part) >= 1) {
    part /= 2;
    exponent++;
  }
  return [part, exponent];
}

// A number times a power of 2, rounded once.
function ldexp(x, exponent) {
  let found = x;
  let rest = exponent;
  while (rest > 1000) {
    found *= 2 ** 1000;
    rest -= 1000;
  }
  while (rest < -1000) {
    found *= 2 ** -1000;
    rest += 1000;
  }
  return found * 2 ** rest;
}
