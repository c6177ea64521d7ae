import { Option } from 'commander';

/** Which model serves. */
export function model(): Option {
  return new Option('--model <file>', 'the model to use (default: the one chosen in the settings)');
}

/** How results are printed. */
export function json(): Option {
  return new Option('--json', 'one JSON value per line on standard output, and nothing else there');
}

/** What a training is measured on. */
export function validation(): Option {
  return new Option(
    '--validation <dir>',
    'a folder of labelled folders to measure on (default: some speakers are held out)',
  );
}

/** Noise to train with. */
export function background(): Option {
  return new Option('--background <dir...>', 'folders of recordings of noise, mixed in and learned as silence');
}

/** What is not trained on. */
export function leaveOut(): Option {
  return new Option(
    '--leave-out <file...>',
    'lists of recordings not to touch, one <folder>/<file> or <folder> a line',
  );
}

/** What a training computes in. */
export function precision(): Option {
  return new Option(
    '--precision <name>',
    'of the matrix products: 16 bits are quicker on some processors, and round',
  ).choices(['float32', 'bfloat16', 'float16']);
}
