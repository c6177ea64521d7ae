import { expect, it } from 'vitest';
import { withoutFolders } from '../../src/training/provenance.ts';

it('keeps the last part of every path in a command line', () => {
  expect(withoutFolders('heed train /home/ada/words/train ../extra/ --out=~/m/a.onnx --seed 3', [])).toBe(
    'heed train train extra --out=a.onnx --seed 3',
  );
  expect(withoutFolders(String.raw`heed train C:\Users\ada\words --out a.onnx`, [])).toBe(
    'heed train words --out a.onnx',
  );
});

it('keeps the last part of paths with spaces that it is told of', () => {
  expect(withoutFolders('heed train /home/ada b/words --out m.onnx', ['/home/ada b/words'])).toBe(
    'heed train words --out m.onnx',
  );
});

it('does not tell a run that was resumed from one that was not', () => {
  expect(withoutFolders('heed train x --resume --seed 1', [])).toBe('heed train x --seed 1');
});
