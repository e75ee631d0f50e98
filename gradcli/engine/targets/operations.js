// The value of operations in JavaScript, to 2 ulp of gradcli's own: IEEE arithmetic that never
// raises. An entry begins with two spaces and its name. What is missing here is translated from the
// Python of gradcli's own, `$sinc.derivative_of` is that function of `engine/functions/sinc.py`.
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
const truth = (holds) => (holds ? 1 : 0);

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
const UNITS = new Map([
  [Math.PI, [1n, 1n]], [2 * Math.PI, [2n, 1n]], [0.017453292519943295, [1n, 180n]],
]);
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
  const cosine = Math.cos(angle) - low * Math.sin(angle), isHalf = Math.abs(share) === 0.25;
  const sine = isHalf ? 4 * share * cosine : Math.sin(angle) + low * Math.cos(angle);
  const waves = [sine, cosine, -sine, -cosine], place = Number(((quarter % 4n) + 4n) % 4n);
  return [waves[place] + 0, waves[(place + 1) % 4] + 0];
};

const exprest = (values) => {
  const greatest = OPERATIONS.max(...values);
  if (!Number.isFinite(greatest)) return NaN;
  const place = values.indexOf(greatest);
  const others = values.filter((_, at) => at !== place);
  return sum(others.map((x) => $exponentials.exp_diff(x, greatest)));
};
const logarithm = (greatest, rest, b, values) => {
  if (!(rest >= 0)) return NaN;
  const [high, low] = $exponentials._difference(greatest, b);
  const part = Math.log1p(rest), total = high + part;
  const [, error] = $exponentials._difference(high, -part);
  const result = total + (error + low);
  // Where the terms cancel: log(1 + sum of (exp(x - b) - 1/n)), which loses less.
  if (Math.abs(result) < 0.75 * part && values.length) {
    return Math.log1p(sum(values.map((x) => Math.expm1(x - b))) + values.length - 1);
  }
  return result;
};
const share = (a, greatest, rest) => {
  const value = $exponentials.exp_diff(a, greatest);
  return Number.isFinite(greatest) ? (rest >= 0 ? value / (1 + rest) : NaN) : value;
};

const OPERATIONS = {
  add: (x, y) => x + y,
  sub: (x, y) => x - y,
  mul: (x, y) => x * y,
  div: (x, y) => x / y,
  neg: (x) => -x,
  id: (x) => x,
  pow: (x, y) => {
    const isOne = x === 1 || y === 0 || (x === -1 && !Number.isFinite(y) && !Number.isNaN(y));
    return isOne ? 1 : Math.pow(x, y);
  },
  pow_diff: (x, a, b) => {
    const [exponent, error] = $exponentials._difference(a, b), result = OPERATIONS.pow(x, exponent);
    const isOrdinary = x > 0 && result > 0 && result < Infinity;
    return isOrdinary ? result + result * error * Math.log(x) : result;
  },
  mod: (x, y) => {
    if (Number.isFinite(x) && Math.abs(y) === Infinity) return x === 0 || x < 0 === y < 0 ? x : y;
    const rest = x % y;
    return rest !== 0 && rest < 0 !== y < 0 ? rest + y : rest;
  },
  rem: (x, y) => x % y,
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
    const whole = size + 4503599627370496 - 4503599627370496;
    return size < 4503599627370496 ? (x < 0 ? -1 : 1) * whole : x;
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
  logsumexp: (...values) =>
    OPERATIONS.logsumexp_from(Math.max(...values), exprest(values), ...values),
  exp_rest: (...values) => exprest(values),
  logsumexp_from: (greatest, rest, ...values) => (Math.abs(greatest) < Infinity
    ? logarithm(greatest, rest, 0, values) : greatest),
  exp_share: (a, greatest, rest) => share(a, greatest, rest),
  share_less: (b, a, greatest, rest, ...values) =>
    OPERATIONS.shares_less(b, 1, a, greatest, rest, ...values),
  shares_less: (b, scale, a, greatest, rest, ...values) => {
    const part = share(a, greatest, rest);
    if (!(part > 0.5 && part < 2)) return scale * part - b;
    return scale - b + scale * Math.expm1(OPERATIONS.less_logsumexp(a, greatest, rest, ...values));
  },
  logsumexp_less: (b, greatest, rest, ...values) => {
    const isOrdinary = Math.abs(greatest) < Infinity && Math.abs(b) < Infinity;
    return isOrdinary ? logarithm(greatest, rest, b, values) : greatest - b;
  },
  less_logsumexp: (a, greatest, rest, ...values) =>
    -OPERATIONS.logsumexp_less(a, greatest, rest, ...values),
  sin_of_product: (unit, ...factors) => turn(unit, factors)[0],
  cos_of_product: (unit, ...factors) => turn(unit, factors)[1],
  tan_of_product: (unit, ...factors) => slopeOf(turn(unit, factors)),
  sin_of_quotient: (unit, divisor, ...factors) => turn(unit, factors, divisor)[0],
  cos_of_quotient: (unit, divisor, ...factors) => turn(unit, factors, divisor)[1],
  tan_of_quotient: (unit, divisor, ...factors) => slopeOf(turn(unit, factors, divisor)),
  sinc_derivative_of_product: (n, unit, ...factors) =>
    $sinc.derivative_of(n, factors.reduce((total, x) => total * x, unit), ...turn(unit, factors)),
  sinc_of_product: (unit, ...factors) => {
    const angle = factors.reduce((total, each) => total * each, unit);
    return angle === 0 ? 1 : turn(unit, factors)[0] / angle;
  },
  trunc: (x) => Math.trunc(x),
};
