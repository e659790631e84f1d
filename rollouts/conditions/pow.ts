import { scaleExactly } from './numbers.ts'

/**
 * Go's math.Pow on amd64, to the last bit: successive squaring for the whole part of the exponent, `exp(f * log(x))`
 * for the rest. JavaScript's own differs in the last digit, and for 1 and -1 to the powers of NaN and infinity.
 */
export function pow(x: number, y: number): number {
  return special(x, y) ?? general(x, y)
}

function special(x: number, y: number): number | undefined {
  if (y === 0 || x === 1) return 1
  if (y === 1) return x
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN
  if (x === 0) {
    const odd = Object.is(x, -0) && isOdd(y)
    return y < 0 ? (odd ? -Infinity : Infinity) : odd ? x : 0
  }
  if (!Number.isFinite(y)) return x === -1 ? 1 : Math.abs(x) < 1 === y > 0 ? 0 : Infinity
  if (x === -Infinity) return pow(-0, -y)
  if (x === Infinity) return y < 0 ? 0 : Infinity
  if (y === 0.5) return Math.sqrt(x)
  if (y === -0.5) return 1 / Math.sqrt(x)
  return undefined
}

function isOdd(y: number): boolean {
  return Math.abs(y) < 2 ** 53 && Math.abs(y % 2) === 1
}

function general(x: number, y: number): number {
  let whole = Math.trunc(Math.abs(y))
  let fraction = Math.abs(y) - whole
  if (fraction !== 0 && x < 0) return Number.NaN
  if (whole >= 2 ** 63) return x === -1 ? 1 : Math.abs(x) < 1 === y > 0 ? 0 : Infinity
  let product = 1
  let exponent = 0
  if (fraction !== 0) {
    if (fraction > 0.5) {
      fraction--
      whole++
    }
    product = exp(fraction * log(x))
  }
  let [base, power] = split(x)
  for (let bits = BigInt(whole); bits !== 0n; bits >>= 1n) {
    if (Math.abs(power) > 1 << 12) {
      exponent += power
      break
    }
    if ((bits & 1n) === 1n) {
      product *= base
      exponent += power
    }
    base *= base
    power *= 2
    if (base < 0.5) {
      base += base
      power--
    }
  }
  return y < 0 ? join(1 / product, -exponent) : join(product, exponent)
}

const view = new DataView(new ArrayBuffer(8))

/** math.Frexp: x = fraction × 2^exponent, with the fraction in [½, 1). */
function split(x: number): [number, number] {
  if (x === 0 || !Number.isFinite(x)) return [x, 0]
  const scale = Math.abs(x) < 2 ** -1022 ? 52 : 0
  view.setFloat64(0, x * 2 ** scale)
  const high = view.getUint32(0)
  view.setUint32(0, (high & 0x800fffff) | (1022 << 20))
  return [view.getFloat64(0), ((high >>> 20) & 0x7ff) - 1022 - scale]
}

/** math.Ldexp: fraction × 2^exponent. */
function join(fraction: number, exponent: number): number {
  if (fraction === 0 || !Number.isFinite(fraction)) return fraction
  const [mantissa, power] = split(fraction)
  const total = power + exponent
  if (total > 1024) return mantissa < 0 ? -Infinity : Infinity
  if (total < -1074) return mantissa < 0 ? -0 : 0
  return total > -1021 ? mantissa * 2 * 2 ** (total - 1) : mantissa * 2 ** (total + 53) * 2 ** -53
}

/** math.Log as in log_amd64.s, after FreeBSD's e_log.c; x is positive and finite. */
function log(x: number): number {
  let [fraction, k] = split(x)
  if (fraction < Math.SQRT1_2) {
    fraction *= 2
    k--
  }
  const f = fraction - 1
  const s = f / (2 + f)
  const s2 = s * s
  const s4 = s2 * s2
  const t1 =
    s2 * (0.6666666666666735 + s4 * (0.28571428743662391 + s4 * (0.1818357216161805 + s4 * 0.14798198605116586)))
  const t2 = s4 * (0.3999999999940942 + s4 * (0.22222198432149784 + s4 * 0.15313837699209373))
  const r = t1 + t2
  const half = 0.5 * f * f
  return k * 0.6931471803691238 - (half - (s * (half + r) + k * 1.9082149292705877e-10) - f)
}

const taylor = [
  1.984126984126984e-4, 1.388888888888889e-3, 8.333333333333333e-3, 4.1666666666666664e-2, 0.16666666666666666, 0.5, 1,
]

/** math.Exp as in exp_amd64.s, with its fused multiplications; |x| is far from overflow. */
function exp(x: number): number {
  const k = roundToEven(Math.LOG2E * x)
  let rest = multiplyAdd(-k, 0.693147180559663, x)
  rest = multiplyAdd(-k, 2.8235290563031577e-13, rest)
  rest *= 0.0625
  let sum = 2.48015873015873e-5
  for (const coefficient of taylor) sum = multiplyAdd(rest, sum, coefficient)
  rest *= sum
  for (let squaring = 0; squaring < 3; squaring++) rest *= rest + 2
  return multiplyAdd(rest + 2, rest, 1) * 2 ** k
}

function roundToEven(x: number): number {
  const floor = Math.floor(x)
  const past = x - floor
  return past > 0.5 || (past === 0.5 && floor % 2 !== 0) ? floor + 1 : floor
}

/** a × b + c, rounded once. */
function multiplyAdd(a: number, b: number, c: number): number {
  const [product, productExponent] = [integerPart(a) * integerPart(b), exponentPart(a) + exponentPart(b)]
  const addend = integerPart(c)
  const least = Math.min(productExponent, exponentPart(c))
  const sum = (product << BigInt(productExponent - least)) + (addend << BigInt(exponentPart(c) - least))
  return sum < 0n ? -scaleExactly(-sum, least) : scaleExactly(sum, least)
}

/** A double is integerPart × 2^exponentPart, both whole. */
function integerPart(x: number): bigint {
  return BigInt(split(x)[0] * 2 ** 53)
}

function exponentPart(x: number): number {
  return split(x)[1] - 53
}
