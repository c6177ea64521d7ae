/**
 * A function that fills `power` with the power spectrum of a real frame, reusing its buffers on every call.
 *
 *     X[k] = Σ_n x[n]·e^(−2πikn/N),   power[k] = |X[k]|²,   k = 0 … N/2 − 1
 *
 * The N real samples go through one complex FFT of N/2 points (even samples as real part, odd ones as imaginary part),
 * radix 2, decimation in time; then X is untangled from the halves Z[k] and Z*[N/2 − k]:
 *
 *     E[k] = (Z[k] + Z*[M − k]) / 2     O[k] = (Z[k] − Z*[M − k]) / 2i     X[k] = E[k] + e^(−2πik/N)·O[k],   M = N/2
 *
 * Magnitude and power are rounded to float32, as Meyda rounds them.
 *
 * @param frameLength  N, a power of two from 8 on
 * @returns `(frame, power)`: frame `[N]`, power `[N/2]`, without the Nyquist bin
 * @see Sorensen et al. 1987, "Real-valued fast Fourier transform algorithms"
 */
export function createPowerSpectrum(frameLength: number): (frame: Float64Array, power: Float64Array) => void {
  const half = frameLength / 2;
  const real = new Float64Array(half);
  const imaginary = new Float64Array(half);
  const reversed = bitReversal(half);
  // e^(−2πik/N); the half-size FFT needs every second one.
  const cosine = Float64Array.from({ length: half }, (_, k) => Math.cos((2 * Math.PI * k) / frameLength));
  const sine = Float64Array.from({ length: half }, (_, k) => -Math.sin((2 * Math.PI * k) / frameLength));

  return (frame, power) => {
    for (let i = 0; i < half; i++) {
      const from = 2 * reversed[i]!;
      real[i] = frame[from]!;
      imaginary[i] = frame[from + 1]!;
    }
    firstTwoStages(real, imaginary);
    for (let size = 8; size <= half; size *= 2) butterflies(real, imaginary, cosine, sine, size);
    untangle(real, imaginary, cosine, sine, power);
  };
}

/** One stage of the FFT: the halves of every block of `size` points become the block's transform. */
function butterflies(
  real: Float64Array,
  imaginary: Float64Array,
  cosine: Float64Array,
  sine: Float64Array,
  size: number,
): void {
  const middle = size >> 1;
  const stride = (2 * real.length) / size;
  for (let block = 0; block < real.length; block += size)
    for (let even = block, odd = block + middle, k = 0; odd < block + size; even++, odd++, k += stride) {
      const c = cosine[k]!;
      const s = sine[k]!;
      const oddReal = real[odd]! * c - imaginary[odd]! * s;
      const oddImaginary = real[odd]! * s + imaginary[odd]! * c;
      const evenReal = real[even]!;
      const evenImaginary = imaginary[even]!;
      real[odd] = evenReal - oddReal;
      imaginary[odd] = evenImaginary - oddImaginary;
      real[even] = evenReal + oddReal;
      imaginary[even] = evenImaginary + oddImaginary;
    }
}

/** From the transform of the packed frame to the power of the real one: the equations above, bin by bin. */
function untangle(
  real: Float64Array,
  imaginary: Float64Array,
  cosine: Float64Array,
  sine: Float64Array,
  power: Float64Array,
): void {
  const half = real.length;
  for (let k = 0; k < half; k++) {
    const mirror = (half - k) & (half - 1);
    const evenReal = 0.5 * (real[k]! + real[mirror]!);
    const evenImaginary = 0.5 * (imaginary[k]! - imaginary[mirror]!);
    const oddReal = 0.5 * (imaginary[k]! + imaginary[mirror]!);
    const oddImaginary = 0.5 * (real[mirror]! - real[k]!);
    const x = evenReal + oddReal * cosine[k]! - oddImaginary * sine[k]!;
    const y = evenImaginary + oddReal * sine[k]! + oddImaginary * cosine[k]!;
    const magnitude = Math.fround(Math.sqrt(x * x + y * y));
    power[k] = Math.fround(magnitude * magnitude);
  }
}

/** The butterflies of sizes 2 and 4 in one go: their twiddle factors are 1 and −i, which need no multiplication. */
function firstTwoStages(real: Float64Array, imaginary: Float64Array): void {
  for (let i = 0; i < real.length; i += 4) {
    const sumReal = real[i]! + real[i + 1]!;
    const sumImaginary = imaginary[i]! + imaginary[i + 1]!;
    const differenceReal = real[i]! - real[i + 1]!;
    const differenceImaginary = imaginary[i]! - imaginary[i + 1]!;
    const nextSumReal = real[i + 2]! + real[i + 3]!;
    const nextSumImaginary = imaginary[i + 2]! + imaginary[i + 3]!;
    const nextDifferenceReal = real[i + 2]! - real[i + 3]!;
    const nextDifferenceImaginary = imaginary[i + 2]! - imaginary[i + 3]!;
    real[i] = sumReal + nextSumReal;
    imaginary[i] = sumImaginary + nextSumImaginary;
    real[i + 1] = differenceReal + nextDifferenceImaginary;
    imaginary[i + 1] = differenceImaginary - nextDifferenceReal;
    real[i + 2] = sumReal - nextSumReal;
    imaginary[i + 2] = sumImaginary - nextSumImaginary;
    real[i + 3] = differenceReal - nextDifferenceImaginary;
    imaginary[i + 3] = differenceImaginary + nextDifferenceReal;
  }
}

/** `[length]`, a power of two: each index with its bits in reverse order. */
function bitReversal(length: number): Int32Array {
  const reversed = new Int32Array(length);
  for (let i = 1; i < length; i++) reversed[i] = (reversed[i >> 1]! >> 1) | (i & 1 ? length >> 1 : 0);
  return reversed;
}
