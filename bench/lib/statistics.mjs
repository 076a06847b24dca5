/** Figures out of samples. */

export const percentile = (values, p) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * p))];

export const median = (values) => percentile(values, 0.5);

export const round = (value, digits = 1) => Number(value.toFixed(digits));

export const progress = (text) => process.stderr.write(`${text}\n`);
