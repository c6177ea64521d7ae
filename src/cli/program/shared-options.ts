import { Option } from 'commander';

/** Which model serves. */
export function model(): Option {
  return new Option('--model <file>', 'the model to use (default: the one chosen in the settings)');
}

/** How results are printed. */
export function json(): Option {
  return new Option('--json', 'one JSON value per line on standard output, and nothing else there');
}
