import { InvalidArgumentError } from 'commander';

/** A whole number in a range, as an option's value. */
export function whole(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < low || value > high)
      throw new InvalidArgumentError(`It must be a whole number from ${low} to ${high}.`);
    return value;
  };
}

/** A number in a range, as an option's value. */
export function real(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text) || value < low || value > high)
      throw new InvalidArgumentError(`It must be a number from ${low} to ${high}.`);
    return value;
  };
}

/** A time in seconds, as an option's value. */
export function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value > 0 && value <= 3600))
    throw new InvalidArgumentError('It must be a number of seconds above 0, up to 3600.');
  return value;
}

/** Labels with commas between them. */
export function words(text: string): string[] {
  const labels = text.split(',').map((label) => label.trim());
  if (labels.some((label) => label === '')) throw new InvalidArgumentError('Labels are separated by single commas.');
  return labels;
}

/** Numbers with commas between them. */
export function numbers(text: string): number[] {
  const values = text.split(',').map((value) => (value.trim() === '' ? Number.NaN : Number(value)));
  if (!values.every(Number.isFinite)) throw new InvalidArgumentError('It must be numbers, separated by single commas.');
  return values;
}
