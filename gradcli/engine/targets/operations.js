// The value of operations in JavaScript, to 2 ulp of gradcli's own: IEEE arithmetic that never
// raises. One entry a line begins with two spaces and its name.
// Functions that are not here are translated from gradcli's own where they can be (`translated.py`).
const sum = (numbers) => {
  // Neumaier's summation keeps what each addition rounds away.
  let total = 0, lost = 0;
  for (const each of numbers) {
    const next = total + each;
    lost += Math.abs(total) >= Math.abs(each) ? total - next + each : each - next + total;
    total = next;
  }
  return Number.isFinite(lost) ? total + lost : total;
};
const slopeOf = ([sine, cosine]) => sine / cosine;
const horner = (coefficients, x) => coefficients.reduce((total, each) => total * x + each, 0);
const truth = (holds) => (holds ? 1 : 0);

// The difference of two floats with its rounding error (Knuth).
const difference = (a, b) => {
  const high = a - b, part = a - high;
  const low = a - (high + part) + (part - b);
  return [high, Number.isFinite(low) ? low : 0];
};
// The product of two floats with its rounding error (Dekker).
const split = (a) => {
  const scaled = 134217729 * a, high = scaled - (scaled - a);
  return [high, a - high];
};
const product = (a, b) => {
  const high = a * b, [p, q] = split(a), [r, t] = split(b);
  return [high, p * r - high + p * t + q * r + q * t];
};
const expOf = ([high, low]) => {
  const result = Math.exp(high);
  return Number.isFinite(result) ? result + result * low : result;
};

// A float as a fraction of whole numbers.
const ratio = (x) => {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, Math.abs(x));
  const bits = view.getBigUint64(0), exponent = Number(bits >> 52n);
  const whole = (bits & 0xfffffffffffffn) + (exponent ? 0x10000000000000n : 0n);
  const power = Math.max(exponent, 1) - 1075, signed = x < 0 ? -whole : whole;
  return power < 0 ? [signed, 1n << BigInt(-power)] : [signed << BigInt(power), 1n];
};
const length = (whole) => (whole < 0n ? -whole : whole).toString(2).length;
const quotient = (above, below) => {
  const shift = Math.max(0, length(below) - length(above) + 64), half = Math.floor(shift / 2);
  return (Number((above << BigInt(shift)) / below) * 2 ** -half) * 2 ** (half - shift);
};
const floorOf = (above, below) => above / below - (above % below < 0n ? 1n : 0n);

// Sine and cosine of a unit, which is pi, a turn or a degree, times factors over a divisor. They
// are multiplied as fractions, so that nothing is rounded before whole turns are taken off.
const PI_LOW = 1.2246467991473532e-16;
const UNITS = new Map([[Math.PI, [1n, 1n]], [2 * Math.PI, [2n, 1n]], [0.017453292519943295, [1n, 180n]]]);
const turn = (unit, factors, divisor = 1) => {
  if (!divisor || ![divisor, ...factors].every(Number.isFinite)) {
    return Math.abs(divisor) === Infinity && factors.every(Number.isFinite) ? [0, 1] : [NaN, NaN];
  }
  let [above, below] = UNITS.get(unit);
  for (const factor of factors) {
    const [p, q] = ratio(factor);
    above *= p;
    below *= q;
  }
  const [p, q] = ratio(divisor);
  above *= p < 0n ? -q : q;
  below *= p < 0n ? -p : p;
  const quarter = floorOf(4n * above + below, 2n * below);
  const rest = 2n * above - quarter * below, share = rest ? quotient(rest, 2n * below) : 0;
  const angle = share * Math.PI, low = share * PI_LOW;
  const sine = Math.sin(angle) + low * Math.cos(angle), cosine = Math.cos(angle) - low * Math.sin(angle);
  const waves = [sine, cosine, -sine, -cosine], place = Number(((quarter % 4n) + 4n) % 4n);
  return [waves[place] + 0, waves[(place + 1) % 4] + 0];
};

// sqrt(x^2 - 1), without overflow.
const leg = (x) => {
  const size = Math.abs(x);
  return size < 1e9 ? Math.sqrt((size - 1) * (size + 1)) : size;
};

// exp(-x^2) with the rounding error of the square.
const expSquare = (x) => {
  if (!(Math.abs(x) < 40)) return Number.isNaN(x) ? NaN : 0;
  const [square, low] = product(x, x), result = Math.exp(-square);
  return result - result * low;
};
// erf beside 0 by its series (Abramowitz and Stegun 7.1.5), elsewhere as 1 - erfc.
const erf = (x) => {
  if (!(Math.abs(x) < 0.5)) return x < 0 ? -erf(-x) : 1 - OPERATIONS.erfc(x);
  let series = 0;
  for (let n = 15, factorial = 1307674368000; n >= 0; factorial /= n--) {
    series = series * x * x + (n % 2 ? -1 : 1) / (factorial * (2 * n + 1));
  }
  return series * 1.1283791670955126 * x;
};
const erfcBelowHalf = (x) => 1 - erf(x);

// What functions that are translated from Python need of it (`translated.py`).
const isTrue = (x) => (Array.isArray(x) ? x.length > 0 : x !== 0 && x !== false && x !== null);
const withMore = (a, b) => (Array.isArray(a) ? [...a, ...b] : a + b);
const timesOver = (list, count) => Array.from({ length: count }, () => list).flat();
const lengthOf = (list) => list.length;
const rangeOf = (...ends) => {
  const [first, last, step = 1] = ends.length > 1 ? ends : [0, ...ends];
  return Array.from({ length: Math.max(0, Math.ceil((last - first) / step)) }, (_, place) => first + place * step);
};
const numbered = (list, first = 0) => list.map((each, place) => [place + first, each]);
const zipped = (...lists) => lists[0].map((_, place) => lists.map((list) => list[place]));
const backwards = (list) => [...list].reverse();
const sortedBy = (list, key) => [...list].sort((a, b) => key(a) - key(b));
const allOf = (list) => list.every(isTrue);
const productOf = (list) => list.reduce((total, each) => total * each, 1);
const withSignOf = (x, y) => (y < 0 || Object.is(y, -0) ? -Math.abs(x) : Math.abs(x));
const wholes = (first, count) => rangeOf(count).reduce((total, place) => total * BigInt(first + place), 1n);
const factorialOf = (n) => Number(wholes(1, n));
const permutationsOf = (n, k) => (k > n ? 0 : Number(wholes(n - k + 1, k)));
const combinationsOf = (n, k) => {
  const least = Math.min(k, n - k);
  return least < 0 ? 0 : Number(wholes(n - least + 1, least) / wholes(1, least));
};
const scaledBy = (x, power) => {
  const first = Math.max(-1000, Math.min(1000, power)), rest = power - first;
  return x * 2 ** first * 2 ** Math.max(-1074, Math.min(1023, rest));
};
const fractionOf = (x) => {
  if (x === 0 || !Number.isFinite(x)) return [x, 0];
  const scaled = Math.abs(x) < 2 ** -1000 ? x * 2 ** 100 : x, shift = scaled === x ? 0 : 100;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, scaled);
  const power = ((view.getUint16(0) >> 4) & 2047) - 1022;
  return [scaledBy(scaled, -power), power - shift];
};
// The sum, correctly rounded (Shewchuk): the parts do not overlap, and a tie is decided by the rest.
const exactSum = (list) => {
  if (!list.every(Number.isFinite)) return list.reduce((total, each) => total + each, 0);
  const parts = [];
  for (let x of list) {
    let kept = 0;
    for (let y of parts) {
      if (Math.abs(x) < Math.abs(y)) [x, y] = [y, x];
      const high = x + y, low = y - (high - x);
      if (low) parts[kept++] = low;
      x = high;
    }
    parts.splice(kept, Infinity, x);
  }
  let total = parts.pop() ?? 0, low = 0;
  while (parts.length && !low) {
    const before = total, next = parts.pop();
    total = before + next;
    low = next - (total - before);
  }
  const rest = parts.at(-1) ?? 0;
  if (low && low < 0 === rest < 0 && rest) {
    const twice = 2 * low, moved = total + twice;
    if (twice === moved - total) return moved;
  }
  return total;
};
// A falling power of a float, or a derivative of it, its factors multiplied as whole numbers.
const falling = (n, k, order) => {
  const [above, below] = ratio(n), found = [1n, ...rangeOf(order).map(() => 0n)];
  for (let place = 0; place < k; place++) {
    const factor = above - BigInt(place) * below;
    for (let each = order; each > 0; each--) {
      found[each] = found[each] * factor + BigInt(each) * found[each - 1] * below;
    }
    found[0] *= factor;
  }
  return [quotient(found[order], below ** BigInt(k)), 1];
};
// E1(i*x) by its continued fraction, 120 levels deep, in complex numbers.
const byFraction = (x) => {
  const divided = (k, [real, imag]) => {
    const size = real * real + imag * imag;
    return [(k * real) / size, (-k * imag) / size];
  };
  let below = [0, 0];
  for (let k = 120; k > 0; k--) {
    const [real, imag] = divided(k, [below[0], x + below[1]]);
    below = divided(k, [1 + real, imag]);
  }
  const [real, imag] = divided(1, [below[0], x + below[1]]), c = Math.cos(x), s = Math.sin(x);
  return { real: c * real + s * imag, imag: c * imag - s * real };
};

const exprest = (values) => {
  const greatest = OPERATIONS.max(...values);
  if (!Number.isFinite(greatest)) return NaN;
  const place = values.indexOf(greatest);
  return sum(values.filter((_, at) => at !== place).map((x) => OPERATIONS.exp_diff(x, greatest)));
};
const logarithm = (greatest, rest, b, values) => {
  if (!(rest >= 0)) return NaN;
  const [high, low] = difference(greatest, b), part = Math.log1p(rest), total = high + part;
  const [, error] = difference(high, -part);
  const result = total + (error + low);
  // Where the terms cancel: log(1 + sum of (exp(x - b) - 1/n)), which loses less.
  if (Math.abs(result) < 0.75 * part && values.length) {
    return Math.log1p(sum(values.map((x) => Math.expm1(x - b))) + values.length - 1);
  }
  return result;
};
const share = (a, greatest, rest) => {
  const value = OPERATIONS.exp_diff(a, greatest);
  return Number.isFinite(greatest) ? (rest >= 0 ? value / (1 + rest) : NaN) : value;
};
// A derivative of sin(x)/x, by parts: upwards far out, downwards beside 0 (`functions/sinc.py`).
const sincDerivative = (n, x, sine, cosine) => {
  if (!(Number.isInteger(n) && n >= 0 && n <= 170) || Number.isNaN(x)) return NaN;
  if (!Number.isFinite(x)) return 0;
  const size = Math.abs(x), side = x < 0 ? -sine : sine, waves = [side, cosine, -side, -cosine];
  let value = 0;
  if (size > n + 1) {
    value = side / size;
    for (let k = 1; k <= n; k++) value = (waves[k % 4] - k * value) / size;
  } else {
    for (let k = n + 60 + 2 * Math.trunc(size); k > n; k--) value = (waves[k % 4] - size * value) / k;
  }
  return n % 2 && x < 0 ? -value : value;
};

// Euclid's way; what a whole number leaves of another is exact.
const greatestDivisor = (x, y) => {
  while (y) [x, y] = [y, x % y];
  return Math.abs(x);
};

const OPERATIONS = {
  add: (x, y) => x + y,
  sub: (x, y) => x - y,
  mul: (x, y) => x * y,
  div: (x, y) => x / y,
  neg: (x) => -x,
  id: (x) => x,
  pow: (x, y) => (x === 1 || y === 0 ? 1 : x === -1 && !Number.isFinite(y) && !Number.isNaN(y) ? 1 : Math.pow(x, y)),
  pow_diff: (x, a, b) => {
    const [exponent, error] = difference(a, b), result = OPERATIONS.pow(x, exponent);
    return x > 0 && result > 0 && result < Infinity ? result + result * error * Math.log(x) : result;
  },
  mod: (x, y) => {
    if (Number.isFinite(x) && Math.abs(y) === Infinity) return x === 0 || x < 0 === y < 0 ? x : y;
    const rest = x % y;
    return rest !== 0 && rest < 0 !== y < 0 ? rest + y : rest;
  },
  rem: (x, y) => x % y,
  gcd: (x, y) => (Number.isInteger(x) && Number.isInteger(y) ? greatestDivisor(x, y) : NaN),
  lcm: (x, y) => {
    if (!Number.isInteger(x) || !Number.isInteger(y)) return NaN;
    return x && y ? Number((BigInt(Math.abs(x)) / BigInt(greatestDivisor(x, y))) * BigInt(Math.abs(y))) : 0;
  },
  lt: (x, y) => truth(x < y),
  le: (x, y) => truth(x <= y),
  gt: (x, y) => truth(x > y),
  ge: (x, y) => truth(x >= y),
  eq: (x, y) => truth(x === y),
  ne: (x, y) => truth(x !== y),
  not: (x) => truth(x === 0),
  and: (x, y) => truth(x !== 0 && y !== 0),
  or: (x, y) => truth(x !== 0 || y !== 0),
  where: (condition, x, y) => (condition === 0 ? y : x),
  abs: (x) => Math.abs(x),
  sign: (x) => Math.sign(x),
  floor: (x) => Math.floor(x),
  ceil: (x) => Math.ceil(x),
  round: (x) => {
    const size = Math.abs(x);
    return size < 4503599627370496 ? (x < 0 ? -1 : 1) * (size + 4503599627370496 - 4503599627370496) : x;
  },
  step: (x) => (Number.isNaN(x) ? x : truth(x > 0)),
  relu: (x) => (x > 0 || Number.isNaN(x) ? x : 0),
  leaky_relu: (x, a = 0.01) => (x > 0 ? x : a * x),
  sqrt: (x) => Math.sqrt(x) + 0,
  hypot: (...values) => Math.hypot(...values),
  norm: (...values) => Math.hypot(...values),
  exp: (x) => Math.exp(x),
  exp10: (x) => Math.pow(10, x),
  exp2: (x) => Math.pow(2, x),
  expm1: (x) => Math.expm1(x),
  log: (x) => Math.log(x),
  log2: (x) => Math.log2(x),
  log1p: (x) => Math.log1p(x),
  sin: (x) => Math.sin(x),
  cos: (x) => Math.cos(x),
  tan: (x) => Math.tan(x),
  asin: (x) => Math.asin(x),
  acos: (x) => Math.acos(x),
  atan: (x) => Math.atan(x),
  atan2: (y, x) => Math.atan2(y, x),
  sinh: (x) => Math.sinh(x),
  cosh: (x) => Math.cosh(x),
  asinh: (x) => Math.asinh(x),
  acosh: (x) => (x < 2 ? Math.log1p(x - 1 + Math.sqrt((x - 1) * (x + 1))) : Math.acosh(x)),
  atanh: (x) => Math.atanh(x),
  max: (...values) => Math.max(...values),
  min: (...values) => Math.min(...values),
  cbrt: (x) => Math.cbrt(x),
  log10: (x) => Math.log10(x),
  tanh: (x) => Math.tanh(x),
  sech: (x) => {
    const decay = Math.exp(-Math.abs(x));
    return (2 * decay) / (1 + decay * decay);
  },
  xlogy: (x, y) => (x === 0 && !Number.isNaN(y) ? 0 : x * Math.log(y)),
  xlog1py: (x, y) => (x === 0 && !Number.isNaN(y) ? 0 : x * Math.log1p(y)),
  logsumexp: (...values) => OPERATIONS.logsumexp_from(Math.max(...values), exprest(values), ...values),
  exp_rest: (...values) => exprest(values),
  logsumexp_from: (greatest, rest, ...values) => (Math.abs(greatest) < Infinity
    ? logarithm(greatest, rest, 0, values) : greatest),
  exp_diff: (a, b) => expOf(difference(a, b)),
  exp_share: (a, greatest, rest) => share(a, greatest, rest),
  share_less: (b, a, greatest, rest, ...values) => OPERATIONS.shares_less(b, 1, a, greatest, rest, ...values),
  shares_less: (b, scale, a, greatest, rest, ...values) => {
    const part = share(a, greatest, rest);
    if (!(part > 0.5 && part < 2)) return scale * part - b;
    return scale - b + scale * Math.expm1(OPERATIONS.less_logsumexp(a, greatest, rest, ...values));
  },
  logsumexp_less: (b, greatest, rest, ...values) => (Math.abs(greatest) < Infinity && Math.abs(b) < Infinity
    ? logarithm(greatest, rest, b, values) : greatest - b),
  less_logsumexp: (a, greatest, rest, ...values) => -OPERATIONS.logsumexp_less(a, greatest, rest, ...values),
  sigmoid: (x) => {
    if (x >= 0) return 1 / (1 + Math.exp(-x));
    const growth = Math.exp(x);
    return growth / (1 + growth);
  },
  logit: (p) => (p > 0.25 && p < 0.75 ? Math.log1p((2 * p - 1) / (1 - p)) : Math.log(p / (1 - p))),
  softplus: (x) => (x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x))),
  silu: (x) => (x === -Infinity ? -0 : x * OPERATIONS.sigmoid(x)),
  elu: (x, a = 1) => (x > 0 ? x : a * Math.expm1(x)),
  selu: (x) => (x > 0 ? 1.0507009873554805 * x : 1.7580993408473766 * Math.expm1(x)),
  erf: (x) => erf(x),
  gaussian: (x) => expSquare(x),
  exp_square: (x) => {
    const [square, low] = product(x, x), result = Math.exp(square);
    return Number.isFinite(result) ? result + result * low : result;
  },
  normal_pdf: (x) => {
    if (!(Math.abs(x) < 40)) return Number.isNaN(x) ? NaN : 0;
    const [square, low] = product(x, x), result = Math.exp(-0.5 * square) * 0.3989422804014327;
    return result - result * (0.5 * low);
  },
  csch: (x) => {
    if (x === 0) return 1 / x;
    const size = Math.abs(x), value = (2 * Math.exp(-size)) / -Math.expm1(-2 * size);
    return x < 0 ? -value : value;
  },
  asec: (x) => (Math.abs(x) >= 1 ? Math.atan2(leg(x), Math.sign(x)) : NaN),
  acsc: (x) => (Math.abs(x) >= 1 ? Math.atan2(Math.sign(x), leg(x)) : NaN),
  acot: (x) => Math.atan(1 / x),
  asech: (x) => {
    if (!(x > 0 && x <= 1)) return x === 0 ? Infinity : NaN;
    if (x < 0.5) return Math.log1p(Math.sqrt((1 - x) * (1 + x))) - Math.log(x);
    const excess = (1 - x) / x;
    return Math.log1p(excess + Math.sqrt(excess * (2 + excess)));
  },
  acsch: (x) => Math.asinh(1 / x),
  acoth: (x) => {
    const value = 0.5 * Math.log1p(2 / (Math.abs(x) - 1));
    return x < 0 ? -value : value;
  },
  sin_of_product: (unit, ...factors) => turn(unit, factors)[0],
  cos_of_product: (unit, ...factors) => turn(unit, factors)[1],
  tan_of_product: (unit, ...factors) => slopeOf(turn(unit, factors)),
  sin_of_quotient: (unit, divisor, ...factors) => turn(unit, factors, divisor)[0],
  cos_of_quotient: (unit, divisor, ...factors) => turn(unit, factors, divisor)[1],
  tan_of_quotient: (unit, divisor, ...factors) => slopeOf(turn(unit, factors, divisor)),
  sinc_derivative: (n, x) => sincDerivative(n, x, Math.sin(x), Math.cos(x)),
  sinc_derivative_of_product: (n, unit, ...factors) =>
    sincDerivative(n, factors.reduce((total, each) => total * each, unit), ...turn(unit, factors)),
  sinc_of_product: (unit, ...factors) => {
    const angle = factors.reduce((total, each) => total * each, unit);
    return angle === 0 ? 1 : turn(unit, factors)[0] / angle;
  },
  sinc: (x) => (x === 0 ? 1 : Math.abs(x) === Infinity ? 0 : Math.sin(x) / x),
  trunc: (x) => Math.trunc(x),
};
